"""How far deals come: how many reach each stage, get past it, are lost, go back; and where they get stuck."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from engine.clock import to_micros
from engine.deals import Deals
from projections.as_of import states_on
from projections.cases import cases_on
from projections.courses import Course, Fate, Place, course, fate, pipelines_of, won_places
from projections.definitions import Definitions, definitions_on
from projections.dimensions import Case
from projections.funnel_answer import FunnelAnswer, FunnelDeal, FunnelGroup
from projections.funnel_figures import Counted, bottleneck, convert, count, outcome_of, stage_figures
from projections.grouping import grouped
from projections.known import as_known
from projections.openings import opened_between, within
from projections.outcomes import Outcomes
from projections.question import Question
from projections.report_answer import Worth, behind, echoed, worth_in
from projections.stage_order import StageOrder, stage_order
from projections.stage_visits import StageVisits
from projections.stays import Pause, Stay, pauses_on, stays_on
from projections.views import Views


@dataclass(frozen=True, slots=True)
class Ways:
    """Where every deal was up to the instant."""

    stays: Mapping[bytes, Sequence[Stay]]
    pauses: Mapping[bytes, Sequence[Pause]]
    won_in: Mapping[bytes, Place]
    definitions: Definitions


def funnel(views: Views, deals: Deals, question: Question) -> FunnelAnswer:
    """The funnel as of an instant: a group for each pipeline that deals of the group were in.

    With a period: of the deals opened in it; the conversions are of deals that entered a stage in it
    (cohort) or were in the stage at any time of it (active), whenever they were opened. A filter by pipeline
    means deals that were in it, wherever they are now. BadInput as of `grouped`, or for a missing rate.
    """
    asked, zone = question.asked, question.zone or deals.zone
    with as_known(views, deals, (Outcomes(), StageVisits()), asked.known_at) as known:
        anywhere = replace(question.filters, pipeline=None)
        cases, _ = cases_on(known, views, asked, anywhere, question.by)
        undated = known.live.scalar(states_on(views, known.live).undated(asked, question.filters)) or 0
        ways = Ways(
            stays_on(known, asked),
            pauses_on(known, asked),
            won_places(known, asked),
            definitions_on(views, known.live, asked),
        )
    only = question.filters.pipeline
    cases = [case for case in cases if only is None or only in _pipelines(case, ways)]
    opened, undated_openings = opened_between(cases, question.start, question.end)
    counted = {case.deal for case in opened}
    worth = worth_in(question.base)
    orders = {
        name: stage_order(ways.definitions, name)
        for name in sorted({name for case in cases for name in _pipelines(case, ways)})
        if only in (None, name)
    }
    groups = [
        group
        for by, members in grouped(cases, question.by, zone)
        for name, order in orders.items()
        if (group := _group(by, name, members, ways, order, counted, question, zone, worth)) is not None
    ]
    return FunnelAnswer(**echoed(deals, question, undated=undated + undated_openings), groups=tuple(groups))


def _pipelines(case: Case, ways: Ways) -> set[str]:
    return pipelines_of(case, ways.stays.get(case.deal, ()), ways.won_in.get(case.deal))


def _group(
    by: dict[str, str | None],
    name: str,
    cases: Sequence[Case],
    ways: Ways,
    order: StageOrder,
    counted: set[bytes],
    question: Question,
    zone: ZoneInfo,
    worth: Worth,
) -> FunnelGroup | None:
    """The funnel of these cases in one pipeline; None where no figure counts any of them."""
    stages: dict[str, Counted] = defaultdict(Counted)
    outcomes: dict[str, int] = defaultdict(int)
    listed = []
    for case in cases:
        stays, won_in = ways.stays.get(case.deal, ()), ways.won_in.get(case.deal)
        if name not in pipelines_of(case, stays, won_in):
            continue
        way = course(case, stays, won_in, name, order, ways.definitions)
        cohort, active = _fates(way, order, question)
        convert(stages, cohort, active)
        if case.deal in counted:
            outcomes[outcome_of(way, decided=question.decided)] += 1
            count(stages, way, ways.pauses.get(case.deal, ()), decided=question.decided, zone=zone)
        if case.deal in counted or cohort or active:
            listed.append((way, cohort, active))
    if not listed:
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
        if stay.stage not in cohort and within(stay.entered, question.start, question.end):
            cohort[stay.stage] = fate(way, nth, order)
        if stay.stage not in active and _present(stay, question):
            active[stay.stage] = fate(way, nth, order)
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
        cohort=cohort,
        active=active,
    )
