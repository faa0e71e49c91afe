"""How fast deals go: cycle times, sales velocity, close and cohort rates, and what follows a win."""

from collections.abc import Iterable, Mapping, Sequence
from zoneinfo import ZoneInfo

from sqlalchemy import select

from engine.clock import from_micros
from engine.deals import Deals
from projections.asking.asked import Asked
from projections.asking.cases import cases_on
from projections.asking.dimensions import Case
from projections.asking.grouping import grouped
from projections.asking.periods import DAY, Moment, duration
from projections.asking.question import Question
from projections.asking.report_answer import Worth, behind, echoed, worth_in
from projections.closings.outcomes import Outcomes, outcomes
from projections.running.known import Known, as_known
from projections.running.uncollected import uncollected
from projections.running.views import Views
from projections.stages.after_win import Reached, after_win, milestones_on
from projections.stages.milestones import Milestones
from projections.stages.velocity_answer import DealStep, VelocityAnswer, VelocityDeal, VelocityGroup
from projections.stages.velocity_figures import (
    Timed,
    close_rate,
    cohort,
    cycles,
    ended,
    sales_velocity,
    steps,
)
from projections.states.openings import within


@uncollected()
def velocity(views: Views, deals: Deals, question: Question, *, since_sql: bool = False) -> VelocityAnswer:
    """How fast deals go, as of an instant; with `since_sql` cycles begin when a lead was accepted as SQL.

    With a period: of the deals closed in it; the close rate compares with those opened in it, and the cohort
    are those. BadInput as of `grouped`, or for a rate that the table lacks.
    """
    asked, zone = question.asked, question.zone or deals.zone
    with as_known(views, deals, (Outcomes(), Milestones()), asked.known_at) as known:
        cases, undated = cases_on(known, views, asked, question.filters, question.by)
        accepted = _accepted(known, asked) if since_sql else None
        reached = milestones_on(known, asked, ("contract", "delivery", "payment"))
    timed = [_timed(case, question, accepted, reached.get(case.deal, ()), zone) for case in cases]
    counted = {
        each.case.deal: each for each in timed if each.opened or each.closed or each.case.outcome == "open"
    }
    worth = worth_in(question.base)
    groups = tuple(
        _group(by, [counted[case.deal] for case in members], question, worth)
        for by, members in grouped([each.case for each in counted.values()], question.by, zone)
    )
    if question.start is not None or question.end is not None:
        undated += sum(map(_is_undated, cases))
    return VelocityAnswer(
        **echoed(deals, question, undated=undated), since="sql" if since_sql else "opened", groups=groups
    )


def _accepted(known: Known, asked: Asked) -> dict[bytes, Moment]:
    """When each deal that is closed was first accepted as SQL, if that was before its closing."""
    table, as_of = known.table(outcomes), asked.as_of_micros
    stands = select(table.c.deal, table.c.sql, table.c.sql_precision).where(
        table.c.read_at <= as_of, table.c.until > as_of, table.c.sql.is_not(None)
    )
    return {row.deal: Moment(row.sql, row.sql_precision) for row in known.connection.execute(stands)}


def _timed(
    case: Case,
    question: Question,
    accepted: Mapping[bytes, Moment] | None,
    reached: Sequence[Reached],
    zone: ZoneInfo,
) -> Timed:
    opened = within(case.opened, question.start, question.end)
    closing = case.closing
    if closing is None:
        return Timed(case, opened, closed=False, started=True, cycle=None, steps={})
    start = case.opened if accepted is None else accepted.get(case.deal)
    return Timed(
        case=case,
        opened=opened,
        closed=within(closing.occurred_at, question.start, question.end),
        started=start is not None,
        cycle=None if start is None else duration(start, closing.read_at, zone),
        steps=after_win(closing, reached, zone) if case.outcome == "won" else {},
    )


def _is_undated(case: Case) -> bool:
    """Whether nobody knows when the deal was opened, or when it was closed."""
    closed = case.closing is not None and case.closing.occurred_at.precision == "unknown"
    return closed or case.opened.precision == "unknown"


def _group(
    by: dict[str, str | None], deals: Sequence[Timed], question: Question, worth: Worth
) -> VelocityGroup:
    those = ended(deals, decided=question.decided)
    rate = those.win_rate
    return VelocityGroup(
        by=by,
        won=len(those.won),
        lost=len(those.lost),
        disqualified=those.disqualified,
        win_rate_count=None if rate is None else round(float(rate), 6),
        too_few=those.too_few,
        cycle_days=cycles(those),
        sales_velocity=sales_velocity(deals, those, worth),
        close_rate=close_rate(deals, those),
        cohort=cohort(deals, decided=question.decided),
        after_win=steps(those.won),
        behind=tuple(_behind(deals, worth)) if question.with_deals else None,
    )


def _behind(deals: Iterable[Timed], worth: Worth) -> Iterable[VelocityDeal]:
    for each in deals:
        opened = each.case.opened
        yield VelocityDeal(
            **dict(behind(each.case, worth)),
            opened_at=None if opened.precision == "unknown" else from_micros(opened.at),
            opened=each.opened,
            closed=each.closed,
            cycle_days=_days(each.cycle),
            after_win={
                step: DealStep(done=waited.done, days=_days(waited.micros))
                for step, waited in each.steps.items()
            },
        )


def _days(micros: int | None) -> float | None:
    return None if micros is None else round(micros / DAY, 6)
