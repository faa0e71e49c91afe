"""The deals that figures are made of: as they stand at the instant that is asked about."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from functools import lru_cache
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

NOT_CLOSED = (None, None)
"""Neither a closing nor whom the deal was lost to."""


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
    # By place: to look up fourteen names in each of ten thousand rows takes longer than all the rest.
    for (
        deal,
        title,
        outcome,
        owner,
        account,
        account_name,
        lead_source,
        campaign,
        pipeline,
        revision,
        stage,
        segments,
        opened,
        precision,
    ) in known.connection.execute(_standing(states, asked, filters)).all():
        closing, lost_to = closings.get(deal, NOT_CLOSED)
        version = 0 if closing is None else closing.version
        noted = competitors.get(deal, ())
        cases.append(
            Case(
                deal=deal,
                title=title,
                outcome=outcome,
                owner=owner,
                account=account or account_name,
                lead_source=lead_source,
                campaign=campaign,
                pipeline=pipeline,
                revision=revision,
                stage=stage,
                segments=_segments(segments),
                opened=Moment(opened, precision),
                closing=closing,
                reasons=tuple(sorted(reasons.get((deal, version), ()))),
                competitors=tuple(sorted({*noted, lost_to} if lost_to else noted)),
            )
        )
    cases.sort(key=lambda case: (case.opened.at, case.deal))
    return cases, known.connection.scalar(states.undated(asked, filters)) or 0


@lru_cache(maxsize=4096)
def _segments(told: str) -> Mapping[str, str]:
    """The segments of a column; many deals have the same."""
    segments: dict[str, str] = loads(told)
    return segments


def _standing(states: States, asked: Asked, filters: Filters) -> Select[Any]:
    table = states.states
    statement = states.standing(asked, table.c.outcome.in_(COUNTED), *fits(table, filters))
    return statement.with_only_columns(*(table.c[name] for name in COLUMNS), *states.opening(asked))


def _closings(known: Known, asked: Asked) -> dict[bytes, tuple[Closing, str | None]]:
    """The closing and the competitor it was lost to, of each deal that is closed."""
    table = known.table(outcomes)
    names = ("deal", "competitor", "version", "occurred_at", "precision", "read_at")
    rest = ("amount", "currency", "kind", "closed_by", "stage")
    closed = select(*(table.c[name] for name in (*names, *rest))).where(*_stands(table, asked))
    return {
        deal: (Closing(version, Moment(at, precision), Moment(read_at, precision), *told), competitor)
        for deal, competitor, version, at, precision, read_at, *told in known.connection.execute(closed).all()
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
