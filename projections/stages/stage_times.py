"""How long deals are in which stage: all visits together, the last one, pauses apart; and who is there now."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from engine.clock import to_micros
from engine.deals import Deals
from projections.asking.cycle import spread
from projections.asking.dimensions import Case
from projections.asking.grouping import grouped
from projections.asking.periods import Moment
from projections.asking.question import Question
from projections.asking.report_answer import FLOOR, Worth, behind, echoed, worth_in
from projections.running.uncollected import uncollected
from projections.running.views import Views
from projections.stages.funnel_figures import HOUR
from projections.stages.stage_order import StageOrder
from projections.stages.stage_times_answer import (
    DealInStage,
    StageTime,
    StageTimesAnswer,
    StageTimesDeal,
    StageTimesGroup,
    There,
)
from projections.stages.stays import Pause, Stay, time_between
from projections.stages.ways import Ways, ways_of
from projections.states.openings import within


@dataclass(frozen=True, slots=True)
class Spent:
    """A deal in one stage: how often and how long, in µs; `age` where it is there, None without a date."""

    visits: int
    left: Moment | None
    total: int | None
    last: int | None
    paused: int | None
    age: int | None


@dataclass(slots=True)
class Counted:
    """What is counted of one stage, deal by deal; times in µs."""

    visits: list[int] = field(default_factory=list)
    totals: list[int] = field(default_factory=list)
    lasts: list[int] = field(default_factory=list)
    pauses: list[int] = field(default_factory=list)
    there: int = 0
    ages: list[int] = field(default_factory=list)

    def add(self, spent: Spent) -> None:
        """One more deal: it left the stage, or is there."""
        if spent.left is None:
            self.there += 1
            self.ages += [] if spent.age is None else [spent.age]
            return
        self.visits.append(spent.visits)
        for figures, figure in (
            (self.totals, spent.total),
            (self.lasts, spent.last),
            (self.pauses, spent.paused),
        ):
            if figure is not None:
                figures.append(figure)


@uncollected()
def stage_times(views: Views, deals: Deals, question: Question) -> StageTimesAnswer:
    """Time in stage as of an instant: a group for each pipeline that deals of the group were in a stage of.

    Counted are deals that left the stage: for good, as far as the instant knows, and with a period in it. Those
    that are there are counted apart, whatever the period. A filter by pipeline means deals that were in it,
    wherever they are now. BadInput as of `grouped`, or for a missing rate.
    """
    zone = question.zone or deals.zone
    ways = ways_of(views, deals, question)
    now = Moment(to_micros(question.asked.as_of or deals.clock()), "instant")
    worth = worth_in(question.base)
    undated: set[bytes] = set()
    groups = []
    for by, members in grouped(ways.cases, question.by, zone):
        for name, order in ways.orders.items():
            stages: dict[str, Counted] = defaultdict(Counted)
            listed = []
            for case in members:
                counted = _counted(case, _spent(ways, case.deal, name, now, zone), question, undated)
                for stage, spent in counted.items():
                    stages[stage].add(spent)
                if counted and question.with_deals:
                    listed.append((case, counted))
            if stages:
                told = _behind(listed, worth) if question.with_deals else None
                groups.append(_group(by, name, stages, order, told))
    return StageTimesAnswer(
        **echoed(deals, question, undated=ways.undated + len(undated)), groups=tuple(groups)
    )


def _spent(ways: Ways, deal: bytes, pipeline: str, now: Moment, zone: ZoneInfo) -> dict[str, Spent]:
    """What a deal did in each stage of a pipeline."""
    stays: dict[str, list[Stay]] = defaultdict(list)
    for stay in ways.stays.get(deal, ()):
        if stay.pipeline == pipeline:
            stays[stay.stage].append(stay)
    pauses = ways.pauses.get(deal, ())
    return {stage: _in_stage(visits, pauses, now, zone) for stage, visits in stays.items()}


def _in_stage(visits: Sequence[Stay], pauses: Sequence[Pause], now: Moment, zone: ZoneInfo) -> Spent:
    last = visits[-1]
    if last.left is None:
        # A deal may be moved up to five minutes ahead of the clock.
        until = now if now.at >= last.entered.at else Moment(last.entered.at, "instant")
        age = time_between(last.entered, until, pauses, zone)
        return Spent(len(visits), None, None, None, None, None if age is None else age[0])
    measured = [
        None if each.left is None else time_between(each.entered, each.left, pauses, zone) for each in visits
    ]
    dated = [each for each in measured if each is not None]
    whole = len(dated) == len(measured)
    return Spent(
        visits=len(visits),
        left=last.left,
        total=sum(total for total, _ in dated) if whole else None,
        last=dated[-1][0] if whole else None,
        paused=sum(paused for _, paused in dated) if whole else None,
        age=None,
    )


def _counted(
    case: Case, stages: Mapping[str, Spent], question: Question, undated: set[bytes]
) -> dict[str, Spent]:
    """The stages that the deal left in the period, or is in; `undated` takes deals that nobody knows this of."""
    counted = {}
    for stage, spent in stages.items():
        if spent.left is None or within(spent.left, question.start, question.end):
            counted[stage] = spent
        elif spent.left.precision == "unknown":
            undated.add(case.deal)
    return counted


def _group(
    by: dict[str, str | None],
    name: str,
    stages: Mapping[str, Counted],
    order: StageOrder,
    told: tuple[StageTimesDeal, ...] | None,
) -> StageTimesGroup:
    nobody = Counted()
    return StageTimesGroup(
        by=by,
        pipeline=name,
        stages=tuple(_figures(stage, stages.get(stage, nobody)) for stage in order.shown(stages.keys())),
        behind=told,
    )


def _figures(stage: str, counted: Counted) -> StageTime:
    hours = spread(counted.totals, HOUR)
    return StageTime(
        stage=stage,
        deals=len(counted.visits),
        visits=sum(counted.visits),
        hours=hours,
        last_hours=spread(counted.lasts, HOUR),
        paused_hours=spread(counted.pauses, HOUR),
        visits_per_deal=spread(counted.visits, 1),
        too_few=hours.n < FLOOR,
        there=There(deals=counted.there, age_hours=spread(counted.ages, HOUR)),
    )


def _behind(listed: Iterable[tuple[Case, Mapping[str, Spent]]], worth: Worth) -> tuple[StageTimesDeal, ...]:
    return tuple(
        StageTimesDeal(
            **dict(behind(case, worth)),
            stages={stage: _told(spent) for stage, spent in counted.items()},
        )
        for case, counted in listed
    )


def _told(spent: Spent) -> DealInStage:
    return DealInStage(
        visits=spent.visits,
        hours=_hours(spent.total),
        last_hours=_hours(spent.last),
        paused_hours=_hours(spent.paused),
        left=spent.left is not None,
        age_hours=_hours(spent.age),
    )


def _hours(micros: int | None) -> float | None:
    return None if micros is None else round(micros / HOUR, 6)
