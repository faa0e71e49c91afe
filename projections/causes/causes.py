"""Why deals ended as they did: what everybody says beside each other, how they agree, and what drives win rates."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from engine.deals import Deals
from projections.asking.cases import cases_on
from projections.asking.dimensions import Case
from projections.asking.grouping import Group, closed_between, grouped
from projections.asking.question import Question
from projections.asking.report_answer import FLOOR, behind, echoed, worth_in
from projections.causes.causes_answer import (
    Agreement,
    CausesAnswer,
    CausesGroup,
    Coverage,
    ReasonNamed,
    TellerSays,
)
from projections.causes.drivers import Beside, beside, corrected_together, drivers, together
from projections.causes.factors import Having, factors_of
from projections.causes.facts_of_deals import Outcome, values_known
from projections.causes.measures import Measures
from projections.causes.proportions import STATED
from projections.causes.tellers import EVENTS, TELLERS, Said, agreements, outcome_of, said_of
from projections.closings.outcomes import Outcomes
from projections.running.known import as_known
from projections.running.uncollected import uncollected
from projections.running.views import Views
from projections.states.definitions import definitions_on


@uncollected()
def causes(views: Views, deals: Deals, question: Question, *, factors: Sequence[str] = ()) -> CausesAnswer:
    """What is said of the closed deals, and how their win rate goes with each factor; `factors` also together.

    BadInput for an unknown dimension or factor.
    """
    zone = question.zone or deals.zone
    with as_known(views, deals, (Outcomes(), Measures()), question.asked.known_at) as known:
        cases, undated = cases_on(known, views, question.asked, question.filters, question.by)
        closed = [case for case in cases if case.closing is not None]
        definitions = definitions_on(views, known.connection, question.asked)
        measured = values_known(known, definitions, {outcome_of(case) for case in closed})
        said = said_of(known, question.asked, closed, measured)
    if question.start is not None or question.end is not None:
        closed, without = closed_between(closed, question.start, question.end)
        undated += without
    if question.decided:
        closed = [case for case in closed if case.closing is None or case.closing.kind != "disqualified"]
    groups = grouped(closed, question.by, zone)
    having = [
        factors_of(group, [measured.get(outcome_of(case), {}) for case in group]) for _, group in groups
    ]
    tested, number = corrected_together(
        [beside(_won(group), held) for (_, group), held in zip(groups, having, strict=True)]
    )
    return CausesAnswer(
        **echoed(deals, question, undated=undated),
        stated=STATED,
        tested=number,
        groups=tuple(
            _group(group, held, found, said, question, factors)
            for group, held, found in zip(groups, having, tested, strict=True)
        ),
    )


def _won(cases: Iterable[Case]) -> list[bool]:
    return [case.outcome == "won" for case in cases]


def _group(
    group: Group,
    having: Sequence[Having],
    found: Sequence[Beside],
    said: Mapping[Outcome, Said],
    question: Question,
    factors: Sequence[str],
) -> CausesGroup:
    by, cases = group
    won = _won(cases)
    told = [said[outcome_of(case)] for case in cases]
    return CausesGroup(
        by=by,
        deals=len(cases),
        won=sum(won),
        lost=len(won) - sum(won),
        too_few=len(cases) < FLOOR,
        coverage=_coverage(told),
        tellers=_tellers(cases, told),
        agreements=tuple(
            Agreement(tellers=pair, n=n, agree=agree, rate=round(agree / n, 6), too_few=n < FLOOR)
            for pair, (n, agree) in agreements(told).items()
        ),
        drivers=drivers(found),
        together=together(won, having, factors),
        behind=tuple(behind(case, worth_in(question.base)) for case in cases)
        if question.with_deals
        else None,
    )


def _coverage(told: Sequence[Said]) -> Coverage:
    declared = [
        frozenset().union(*(reasons for teller, reasons in each.items() if teller != EVENTS)) for each in told
    ]
    with_cause = sum(bool(each) for each in declared)
    by_buyer = sum("buyer" in each for each in told)
    only_other = sum(each == {"other"} for each in declared)
    return Coverage(
        with_cause=with_cause,
        without_cause=len(told) - with_cause,
        told_by_buyer=by_buyer,
        only_other=only_other,
        share_with_cause=_share(with_cause, len(told)),
        share_told_by_buyer=_share(by_buyer, len(told)),
        share_only_other=_share(only_other, len(told)),
    )


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 6) if whole else None


def _tellers(cases: Sequence[Case], told: Sequence[Said]) -> tuple[TellerSays, ...]:
    """What each says, the most frequent reasons first; who says nothing at all is left out."""
    found: dict[str, dict[str, list[bool]]] = defaultdict(lambda: defaultdict(list))
    speaks: dict[str, int] = defaultdict(int)
    for case, said in zip(cases, told, strict=True):
        for teller, reasons in said.items():
            speaks[teller] += 1
            for reason in reasons:
                found[teller][reason].append(case.outcome == "won")
    return tuple(
        TellerSays(
            teller=teller,
            deals=speaks[teller],
            reasons=tuple(
                ReasonNamed(reason=reason, deals=len(won), won=sum(won), lost=len(won) - sum(won))
                for reason, won in sorted(found[teller].items(), key=lambda each: (-len(each[1]), each[0]))
            ),
        )
        for teller in TELLERS
        if speaks[teller]
    )
