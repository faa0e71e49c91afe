"""How far deals come: how many reach each stage, get past it, are lost, go back; and where they get stuck."""

from collections import defaultdict
from collections.abc import Sequence
from zoneinfo import ZoneInfo

from engine.clock import to_micros
from engine.deals import Deals
from projections.asking.dimensions import Case
from projections.asking.grouping import grouped
from projections.asking.question import Question
from projections.asking.report_answer import Worth, behind, echoed, worth_in
from projections.running.uncollected import uncollected
from projections.running.views import Views
from projections.stages.courses import Course, Fate, course, fate
from projections.stages.funnel_answer import FunnelAnswer, FunnelDeal, FunnelGroup
from projections.stages.funnel_figures import Counted, bottleneck, convert, count, outcome_of, stage_figures
from projections.stages.stage_order import StageOrder
from projections.stages.stays import Stay
from projections.stages.ways import Ways, ways_of
from projections.states.openings import opened_between, within


@uncollected()
def funnel(views: Views, deals: Deals, question: Question) -> FunnelAnswer:
    """The funnel as of an instant: a group for each pipeline that deals of the group were in.

    With a period: of the deals opened in it; the conversions are of deals that entered a stage in it
    (cohort) or were in the stage at any time of it (active), whenever they were opened. A filter by pipeline
    means deals that were in it, wherever they are now. BadInput as of `grouped`, or for a missing rate.
    """
    zone = question.zone or deals.zone
    ways = ways_of(views, deals, question)
    opened, undated = opened_between(ways.cases, question.start, question.end)
    counted = {case.deal for case in opened}
    worth = worth_in(question.base)
    groups = [
        group
        for by, members in grouped(ways.cases, question.by, zone)
        for name in ways.orders
        if (group := _group(by, name, members, ways, counted, question, zone, worth)) is not None
    ]
    return FunnelAnswer(**echoed(deals, question, undated=ways.undated + undated), groups=tuple(groups))


def _group(
    by: dict[str, str | None],
    name: str,
    cases: Sequence[Case],
    ways: Ways,
    counted: set[bytes],
    question: Question,
    zone: ZoneInfo,
    worth: Worth,
) -> FunnelGroup | None:
    """The funnel of these cases in one pipeline; None where no figure counts any of them."""
    order = ways.orders[name]
    stages: dict[str, Counted] = defaultdict(Counted)
    outcomes: dict[str, int] = defaultdict(int)
    listed, found = [], False
    for case in cases:
        if name not in ways.pipelines[case.deal]:
            continue
        stays, won_in = ways.stays.get(case.deal, ()), ways.won_in.get(case.deal)
        way = course(case, stays, won_in, name, order)
        cohort, active = _fates(way, order, question)
        convert(stages, cohort, active)
        if case.deal in counted:
            outcomes[outcome_of(way, decided=question.decided)] += 1
            count(stages, way, ways.pauses.get(case.deal, ()), decided=question.decided, zone=zone)
        if case.deal in counted or cohort or active:
            found = True
            if question.with_deals:
                listed.append((way, cohort, active))
    if not found:
        return None
    shown = order.shown(stages.keys())
    figures = tuple(stage_figures(stage, stages[stage]) for stage in shown)
    after_win = frozenset(each for each in shown if order.follows_win(each))
    return FunnelGroup(
        by=by,
        pipeline=name,
        deals=sum(outcomes.values()),
        won=outcomes["won"],
        lost=outcomes["lost"],
        open=outcomes["open"],
        disqualified=outcomes["disqualified"],
        stages=figures,
        bottleneck=bottleneck(figures, after_win),
        behind=tuple(
            _behind(way, cohort, active, shown, worth, counted=way.case.deal in counted)
            for way, cohort, active in listed
        )
        if question.with_deals
        else None,
    )


def _fates(way: Course, order: StageOrder, question: Question) -> tuple[dict[str, Fate], dict[str, Fate]]:
    """What became of a deal after it first entered each stage in the period, and after it was first in it then."""
    cohort: dict[str, Fate] = {}
    active: dict[str, Fate] = {}
    for nth, stay in enumerate(way.stays):
        enters = stay.stage not in cohort and within(stay.entered, question.start, question.end)
        is_there = stay.stage not in active and _present(stay, question)
        if not (enters or is_there):
            continue
        became = fate(way, nth, order)
        if enters:
            cohort[stay.stage] = became
        if is_there:
            active[stay.stage] = became
    return cohort, active


def _present(stay: Stay, question: Question) -> bool:
    """Whether a visit lies in the period, if only in part; one without any length at its only instant."""
    entered, left = stay.entered.at, stay.left
    start = entered if question.start is None else max(entered, to_micros(question.start))
    if question.end is not None and start >= to_micros(question.end):
        return False
    return left is None or start < left.at or start == entered == left.at


def _behind(
    way: Course,
    cohort: dict[str, Fate],
    active: dict[str, Fate],
    shown: Sequence[str],
    worth: Worth,
    *,
    counted: bool,
) -> FunnelDeal:
    def listed(stages: frozenset[str]) -> tuple[str, ...]:
        return tuple(each for each in shown if counted and each in stages)

    return FunnelDeal(
        **dict(behind(way.case, worth)),
        counted=counted,
        entered=listed(way.entered),
        reached=listed(way.reached),
        passed=listed(way.passed),
        returned=listed(way.returned),
        furthest=way.furthest,
        cohort=cohort,
        active=active,
    )
