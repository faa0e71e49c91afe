"""The answer to what is due, overdue and in danger, as scripts read it."""

from datetime import date

from projections.asking.cycle import Spread
from projections.asking.periods import Instant
from projections.asking.report_answer import DealBehind, ReportAnswer, Shape
from projections.followups.due import When


class Standings(Shape):
    """How many follow-ups are open, and of them: past their time, due in the asked days, later, without a date."""

    open: int
    overdue: int
    due: int
    later: int
    no_date: int


class KindStandings(Standings):
    """Those of one kind: next-step, task, question, offer or touchpoint."""

    kind: str


class PersonStandings(Standings):
    """Those of one person (null: the deal has no owner), by kind."""

    person: str | None
    kinds: tuple[KindStandings, ...]


class ResponseTime(Shape):
    """Hours to the first held touchpoint out.

    `waiting` open deals have had none yet, `never` closed ones none at all, and `undated` ones nobody knows when.
    """

    hours: Spread
    waiting: int
    never: int
    undated: int


class SilenceFigures(Shape):
    """The longest silence of open deals in the stage where they are, in days.

    Of `compared` deals there are enough won ones in that stage; `longer` were silent for longer than their median.
    """

    days: Spread
    compared: int
    longer: int
    share: float | None
    too_few: bool


class SingleThreaded(Shape):
    """Open deals with fewer than two contacts touched in the last thirty days, and their share of the open ones."""

    deals: int
    share: float | None


class RoleCoverage(Shape):
    """Open deals in which somebody in the chain has the role, and in which one of those was met."""

    role: str
    known: int
    met: int
    share_known: float | None
    share_met: float | None


class FollowUpBehind(Shape):
    """An open follow-up; `due` is the calendar day, `planned_for` the instant of an appointment."""

    kind: str
    item: str | None
    text: str | None
    person: str | None
    since: Instant | None
    due: date | None
    planned_for: Instant | None
    when: When


class SilenceBehind(Shape):
    """The longest silence in the present stage (null where none is measured), and the median of won deals there."""

    days: float
    running: bool
    won_median: float | None
    longer: bool | None


class RoleBehind(Shape):
    """Who has the role; since when it is known and met, null where nobody knows."""

    role: str
    contacts: tuple[str, ...]
    since: Instant | None
    met: bool
    met_since: Instant | None


class FollowUpsDeal(DealBehind):
    """A deal with all that the figures have of it. What is only of open deals is null in closed ones."""

    pipeline: str
    stage: str | None
    no_next_step: bool | None
    follow_ups: tuple[FollowUpBehind, ...]
    first_response_hours: float | None
    responded: bool | None
    lead_response_hours: float | None
    lead_responded: bool | None
    silence: SilenceBehind | None
    contacts_touched: int | None
    single_threaded: bool | None
    roles: tuple[RoleBehind, ...] | None


class FollowUpsGroup(Shape):
    """One group of deals. Of fewer open ones than the floor (`too_few`) no share says anything."""

    by: dict[str, str | None]
    deals: int
    open: int
    too_few: bool
    follow_ups: Standings
    kinds: tuple[KindStandings, ...]
    people: tuple[PersonStandings, ...]
    no_next_step: int
    first_response: ResponseTime
    lead_response: ResponseTime
    silence: SilenceFigures
    single_threaded: SingleThreaded
    chain: tuple[RoleCoverage, ...]
    behind: tuple[FollowUpsDeal, ...] | None = None


class FollowUpsAnswer(ReportAnswer):
    """What is to be done, by whom and by when. Due is what is so up to the end of `due_by`.

    The period bounds the openings whose first response is measured; all else is as of the instant.
    """

    definition: str = "followups@1"
    within: int
    due_by: date
    groups: tuple[FollowUpsGroup, ...]
