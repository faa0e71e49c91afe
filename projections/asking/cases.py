"""The deals that figures are made of: as they stand at the instant that is asked about."""

from collections import defaultdict
from collections.abc import Collection
from json import loads
from typing import Any

from sqlalchemy import ColumnElement, Select, Table, select

from projections.asking.asked import Asked, Filters
from projections.asking.dimensions import Case, Closing
from projections.asking.periods import Moment
from projections.closings.outcomes import outcome_causes, outcome_competitors, outcomes
from projections.running.known import Known
from projections.running.views import Views
from projections.states.as_of import States, fits, states_on

COUNTED = ("open", "won", "lost")
"""A merged or discarded deal counts nowhere."""

COLUMNS = (
    "deal",
    "title",
    "outcome",
    "owner",
    "account",
    "account_name",
    "lead_source",
    "campaign",
    "pipeline",
    "revision",
    "stage",
    "segments",
)


def cases_on(
    known: Known, views: Views, asked: Asked, filters: Filters, by: Collection[str]
) -> tuple[list[Case], int]:
    """The cases that fit the filters, and how many deals are left out because their opening is undated.

    The deals that were opened first come first. `known` has the tables of Outcomes, among others. Reasons and
    competitors are looked up where `by` names them; who lost to whom is among the latter.
    """
    states = states_on(views, known.connection)
    closings = _closings(known, asked)
    reasons = _reasons(known, asked) if "reason" in by else {}
    competitors = _competitors(known, asked) if "competitor" in by else {}
    cases = []
    for row in known.connection.execute(_standing(states, asked, filters)):
        closing, lost_to = closings.get(row.deal, (None, None))
        version = 0 if closing is None else closing.version
        cases.append(
            Case(
                deal=row.deal,
                title=row.title,
                outcome=row.outcome,
                owner=row.owner,
                account=row.account or row.account_name,
                lead_source=row.lead_source,
                campaign=row.campaign,
                pipeline=row.pipeline,
                revision=row.revision,
                stage=row.stage,
                segments=loads(row.segments),
                opened=Moment(row.opened, row.opened_precision),
                closing=closing,
                reasons=tuple(sorted(reasons.get((row.deal, version), ()))),
                competitors=tuple(sorted({*competitors.get(row.deal, ()), *filter(None, (lost_to,))})),
            )
        )
    cases.sort(key=lambda case: (case.opened.at, case.deal))
    return cases, known.connection.scalar(states.undated(asked, filters)) or 0


def _standing(states: States, asked: Asked, filters: Filters) -> Select[Any]:
    table = states.states
    statement = states.standing(asked, table.c.outcome.in_(COUNTED), *fits(table, filters))
    return statement.with_only_columns(*(table.c[name] for name in COLUMNS), *states.opening(asked))


def _closings(known: Known, asked: Asked) -> dict[bytes, tuple[Closing, str | None]]:
    """The closing and the competitor it was lost to, of each deal that is closed."""
    table = known.table(outcomes)
    return {
        row.deal: (
            Closing(
                version=row.version,
                occurred_at=Moment(row.occurred_at, row.precision),
                read_at=Moment(row.read_at, row.precision),
                amount=row.amount,
                currency=row.currency,
                kind=row.kind,
                closed_by=row.closed_by,
                stage=row.stage,
            ),
            row.competitor,
        )
        for row in known.connection.execute(select(table).where(*_stands(table, asked)))
    }


def _reasons(known: Known, asked: Asked) -> dict[tuple[bytes, int], set[str]]:
    """What was said of each outcome by then, whoever said it."""
    table = known.table(outcome_causes)
    reasons: dict[tuple[bytes, int], set[str]] = defaultdict(set)
    for row in known.connection.execute(select(table).where(*_stands(table, asked))):
        reasons[row.deal, row.outcome].add(row.reason)
    return reasons


def _competitors(known: Known, asked: Asked) -> dict[bytes, set[str]]:
    """Who was noted in each deal by then."""
    table = known.table(outcome_competitors)
    competitors: dict[bytes, set[str]] = defaultdict(set)
    noted = select(table).where(table.c.read_at <= asked.as_of_micros)
    for row in known.connection.execute(noted):
        competitors[row.deal].add(row.competitor)
    return competitors


def _stands(table: Table, asked: Asked) -> tuple[ColumnElement[bool], ...]:
    return table.c.read_at <= asked.as_of_micros, table.c.until > asked.as_of_micros
