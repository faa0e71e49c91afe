"""Why and how often deals were won or lost: counts, rates, amounts and cycle times by group."""

from collections.abc import Iterable, Sequence
from zoneinfo import ZoneInfo

from engine.deals import Deals
from projections.asking.amounts import amounts, totals
from projections.asking.cases import cases_on
from projections.asking.cycle import spread
from projections.asking.dimensions import Case
from projections.asking.grouping import closed_between, grouped
from projections.asking.periods import duration
from projections.asking.question import Question
from projections.asking.report_answer import FLOOR, Worth, behind, echoed, worth_in
from projections.closings.outcomes import Outcomes
from projections.closings.winloss_answer import CycleDays, ValueRate, WinLossAnswer, WinLossGroup
from projections.running.known import as_known
from projections.running.uncollected import uncollected
from projections.running.views import Views


@uncollected()
def winloss(views: Views, deals: Deals, question: Question) -> WinLossAnswer:
    """The win/loss figures as of an instant; of a period those of the deals whose outcome happened in it.

    Amounts are those of the closing events. BadInput for an unknown dimension, the same one twice, or a
    rate that the table lacks.
    """
    zone = question.zone or deals.zone
    with as_known(views, deals, (Outcomes(),), question.asked.known_at) as known:
        cases, undated = cases_on(known, views, question.asked, question.filters, question.by)
    if question.start is not None or question.end is not None:
        cases, undated_closings = closed_between(cases, question.start, question.end)
        undated += undated_closings
    groups = tuple(
        _group(by, each, question, zone=zone, worth=worth_in(question.base))
        for by, each in grouped(cases, question.by, zone)
    )
    return WinLossAnswer(**echoed(deals, question, undated=undated), groups=groups)


def _group(
    by: dict[str, str | None], cases: Sequence[Case], question: Question, *, zone: ZoneInfo, worth: Worth
) -> WinLossGroup:
    won = [case for case in cases if case.outcome == "won"]
    all_lost = [case for case in cases if case.outcome == "lost"]
    fitting = [case for case in all_lost if case.closing is None or case.closing.kind != "disqualified"]
    lost = fitting if question.decided else all_lost
    won_worth, lost_worth = _worths(won, worth), _worths(lost, worth)
    closed = len(won) + len(lost)
    return WinLossGroup(
        by=by,
        deals=len(cases),
        won=len(won),
        lost=len(lost),
        open=len(cases) - len(won) - len(all_lost),
        disqualified=len(all_lost) - len(fitting),
        win_rate_count=round(len(won) / closed, 6) if closed else None,
        win_rate_value=_value_rates(won_worth, lost_worth),
        too_few=len(won) + len(fitting) < FLOOR,
        won_amounts=amounts(won_worth),
        lost_amounts=amounts(lost_worth),
        cycle_days=CycleDays(won=spread(_cycles(won, zone)), lost=spread(_cycles(lost, zone))),
        behind=tuple(behind(case, worth) for case in cases) if question.with_deals else None,
    )


def _worths(cases: Iterable[Case], worth: Worth) -> dict[str, int]:
    return totals(worth(case.closing) for case in cases if case.closing is not None)


def _value_rates(won: dict[str, int], lost: dict[str, int]) -> tuple[ValueRate, ...]:
    both = {each: won.get(each, 0) + lost.get(each, 0) for each in sorted({*won, *lost})}
    return tuple(
        ValueRate(currency=each, rate=round(won.get(each, 0) / total, 6))
        for each, total in both.items()
        if total
    )


def _cycles(cases: Iterable[Case], zone: ZoneInfo) -> list[int]:
    """Opening to closing of each; those with an undated end have none."""
    found = (duration(case.opened, case.closing.read_at, zone) for case in cases if case.closing is not None)
    return [each for each in found if each is not None]
