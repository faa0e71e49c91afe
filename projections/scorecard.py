"""What people do and what comes of it: touchpoints, appointments, leads, contracts and wins by person and period."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from typing import Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from engine.clock import to_micros
from engine.deals import Deals
from projections.cases import cases_on
from projections.credit import Credits
from projections.dimensions import Case, Dimension, Value
from projections.grouping import dimensions_of
from projections.known import as_known
from projections.milestones import Milestones
from projections.outcomes import Outcomes
from projections.periods import DAY, duration, month_of, quarter_of, week_of
from projections.question import Question
from projections.report_answer import Worth, echoed, worth_in
from projections.scorecard_acts import Act, acts
from projections.scorecard_answer import ScorecardAnswer, ScorecardDeal, ScorecardGroup
from projections.scorecard_figures import Tally, figures
from projections.scorecard_wins import Following, followings
from projections.touchpoints import Touchpoints
from projections.views import Views

Per = Literal["week", "month", "quarter"]
PERIODS: Mapping[Per, Callable[[int, ZoneInfo], str]] = {
    "week": week_of,
    "month": month_of,
    "quarter": quarter_of,
}
PERSON = "person"
"""The grouping by whom something counts for; the others are groupings of deals."""

DERIVED = ("held", "converted", "taken-up", "assigned-won")
"""Figures that tell of the same event as another one."""

TELLING = ("taken-up", "won")
"""Figures that are more than a count."""

Key = tuple[Value, ...]


@dataclass(slots=True)
class Counted:
    """The tally of a group and period, the deals behind it, and where they are asked for a tally for each."""

    total: Tally = field(default_factory=Tally)
    deals: dict[bytes, Tally | None] = field(default_factory=dict)

    def tallies(self, deal: bytes, *, each: bool) -> Sequence[Tally]:
        """The tallies that an act of a deal is added to."""
        if not each:
            self.deals[deal] = None
            return (self.total,)
        own = self.deals.get(deal) or Tally()
        self.deals[deal] = own
        return (self.total, own)


def scorecard(views: Views, deals: Deals, question: Question, *, per: Per = "week") -> ScorecardAnswer:
    """The figures of each group in each week, month or quarter in which something happened.

    The groups are by person unless the question names others; `person` may be one of two. The period of the
    question bounds when things happened. What counts for several people counts for each, and once in groups
    without them. BadInput for an unknown dimension, the same one twice, or a rate that the table lacks.
    """
    zone = question.zone or deals.zone
    by = question.by or (PERSON,)
    of_deals = replace(question, by=tuple(name for name in by if name != PERSON))
    dimensions = {each.name: each for each in dimensions_of(of_deals.by, zone)}
    if by.count(PERSON) > 1:
        dimensions_of(by, zone)  # which refuses a grouping that is named twice
    asked, period_of = question.asked, _periods(PERIODS[per], zone)

    def keys(act: Act) -> Iterable[Key]:
        period = period_of(act.at)
        if by == (PERSON,):
            return [(person, period) for person in act.people or (None,)]
        values = (
            act.people or (None,) if name == PERSON else dimensions[name].values(cases[act.deal])
            for name in by
        )
        return product(*values, (period,))

    read = (Outcomes(), Touchpoints(), Credits(), Milestones())
    with as_known(views, deals, read, asked.known_at) as known:
        found, undated = cases_on(known, views, asked, question.filters, of_deals.by)
        cases = {case.deal: case for case in found}
        following = followings(known, views, asked, found)
        add = _adding(cases, following, worth_in(question.base), zone)
        groups, undated_acts = _counted(acts(known, asked, cases), question, add, keys)
    answered = tuple(
        _group(dict(zip((*by, per), key, strict=True)), groups[key], cases, with_deals=question.with_deals)
        for key in _in_order(groups, by, dimensions)
    )
    echo = echoed(deals, of_deals, undated=undated)
    echo["overlapping"] |= PERSON in by
    return ScorecardAnswer(**echo, per=per, undated_acts=undated_acts, groups=answered)


def _counted(
    done: Iterable[Act],
    question: Question,
    add: Callable[[Tally, Act], None],
    keys: Callable[[Act], Iterable[Key]],
) -> tuple[dict[Key, Counted], int]:
    """The acts in the period of the question by group and period, and how many are undated."""
    start = None if question.start is None else to_micros(question.start)
    end = None if question.end is None else to_micros(question.end)
    groups: dict[Key, Counted] = defaultdict(Counted)
    undated = 0
    each = question.with_deals
    for act in done:
        at = act.at
        if act.precision == "unknown":
            undated += act.figure not in DERIVED
        elif (start is None or start <= at) and (end is None or at < end):
            for key in keys(act):
                for tally in groups[key].tallies(act.deal, each=each):
                    if act.figure in TELLING:
                        add(tally, act)
                    else:
                        tally.counts[act.figure, act.detail] += 1
    return groups, undated


def _periods(name: Callable[[int, ZoneInfo], str], zone: ZoneInfo) -> Callable[[int], str]:
    """The name of the period of an instant; looked up once for each day (of UTC) that lies in one period."""
    names: dict[int, str | None] = {}

    def period(at: int) -> str:
        day = at // DAY
        if day not in names:
            first, last = name(day * DAY, zone), name(day * DAY + DAY - 1, zone)
            names[day] = first if first == last else None
        return names[day] or name(at, zone)

    return period


def _adding(
    cases: Mapping[bytes, Case], following: Mapping[bytes, Following], worth: Worth, zone: ZoneInfo
) -> Callable[[Tally, Act], None]:
    """What an acceptance that was taken up, and a win, add to a tally."""

    def add(tally: Tally, act: Act) -> None:
        if act.taken is not None:
            accepted, answered = act.taken
            if answered is None:
                tally.counts["waiting", None] += 1
            elif (took := duration(accepted, answered, zone)) is not None:
                tally.responses.append(took)
            return
        tally.counts["won", None] += 1
        case = cases[act.deal]
        if case.closing is not None:
            tally.worths.append(worth(case.closing))
            follows = following.get(act.deal)
            if follows is not None and follows.referrer is not None:
                tally.referrers[follows.referrer] += 1
            elif follows is not None:
                tally.again[case.account] += 1

    return add


def _in_order(
    groups: Mapping[Key, Counted], by: Sequence[str], dimensions: Mapping[str, Dimension]
) -> list[Key]:
    """As other reports (people by the number of their deals), each group's periods by time."""
    behind: list[dict[Value, set[bytes]]] = [defaultdict(set) for _ in by]
    for key, counted in groups.items():
        for sets, value in zip(behind, key, strict=False):
            sets[value].update(counted.deals)

    def place(key: Key) -> tuple[tuple[bool, int, str], ...]:
        return tuple(
            (
                value is None,
                0 if name != PERSON and dimensions[name].of_time else -len(sets[value]),
                value or "",
            )
            for name, sets, value in zip(by, behind, key, strict=False)
        )

    return sorted(groups, key=lambda key: (place(key), key[-1]))


def _group(
    by: dict[str, Value], counted: Counted, cases: Mapping[bytes, Case], *, with_deals: bool
) -> ScorecardGroup:
    behind = (
        ScorecardDeal(
            deal=UUID(bytes=deal),
            title=cases[deal].title,
            owner=cases[deal].owner,
            outcome=cases[deal].outcome,
            **figures(tally),
        )
        for deal, tally in sorted(counted.deals.items(), key=lambda each: (cases[each[0]].title, each[0]))
        if tally is not None
    )
    return ScorecardGroup(by=by, behind=tuple(behind) if with_deals else None, **figures(counted.total))
