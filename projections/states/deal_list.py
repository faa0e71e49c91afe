"""Which deals there are: as they stand at an instant, filtered, sorted and cut."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime
from json import loads
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import ColumnElement, Connection, Select, Table, or_, select

from domain.errors import BadInput
from domain.event import Precision
from engine.clock import from_micros
from engine.deals import Deals
from projections.asking.amounts import Amount, plain
from projections.asking.asked import Asked, Filters
from projections.asking.periods import Instant
from projections.closings.outcomes import Outcomes, outcomes
from projections.running.dialects import holds
from projections.running.known import Known, as_known
from projections.running.views import Views
from projections.states.as_of import States, fits, states_on
from projections.states.pipelines import pipeline_stages
from projections.touchpoints.attention import Attention, Line, attended
from projections.touchpoints.rotting import Idle

COUNTED = ("open", "won", "lost")
"""A merged or discarded deal is on no list."""

PLAIN_COLUMNS = (
    "title",
    "account",
    "account_name",
    "owner",
    "pipeline",
    "revision",
    "stage",
    "outcome",
    "expected_close",
    "forecast",
    "paused",
    "lead_source",
    "campaign",
)
STATE_COLUMNS = ("deal", "amount", "currency", "segments", *PLAIN_COLUMNS)


class IdleSince(BaseModel):
    """How many days nothing has happened, and the event that last reset the clock.

    `rots_after_days` is the limit of the deal's stage; null where it has none.
    """

    model_config = ConfigDict(frozen=True)

    days: float
    version: int
    type: str
    at: Instant
    precision: Precision
    rots_after_days: int | None


class DealRow(BaseModel):
    """A deal on a list. `opened_at` and `closed_at` are null where they are undated or have not happened.

    `idle` is there where rotting or stalled deals were asked for; `overdue` where overdue ones were: of
    `expected-close`, `next-step` and `task` those whose day is over.
    """

    model_config = ConfigDict(frozen=True)

    deal: UUID
    source: str | None
    key: str | None
    title: str
    account: str | None
    account_name: str | None
    owner: str | None
    pipeline: str
    revision: int
    stage: str | None
    outcome: str
    amount: Amount | None
    expected_close: date | None
    forecast: str | None
    paused: bool
    lead_source: str | None
    campaign: str | None
    segments: dict[str, str]
    opened_at: Instant | None
    closed_at: Instant | None
    idle: IdleSince | None = Field(default=None, exclude_if=lambda idle: idle is None)
    overdue: tuple[str, ...] | None = Field(default=None, exclude_if=lambda overdue: overdue is None)


SORTS: Mapping[str, Callable[[Line], Any]] = {
    "opened": lambda line: line["opened_at"],
    "closed": lambda line: line["closed_at"],
    "title": lambda line: line["title"].casefold(),
    "account": lambda line: line["account_name"] or line["account"],
    "owner": lambda line: line["owner"],
    "stage": lambda line: None if line["place"] is None else (line["pipeline"], line["place"]),
    "amount": lambda line: None if line["amount"] is None else (line["currency"], line["amount"]),
    "expected-close": lambda line: line["expected_close"],
    "idle": lambda line: None if line["idle"] is None else line["idle"].micros,
}
"""What a list can be sorted by; what a deal lacks comes last. `idle` is known where rotting or stalled is asked."""


def deals(
    views: Views,
    deals: Deals,
    asked: Asked,
    filters: Filters,
    *,
    sort: str = "-opened",
    limit: int | None = None,
    attention: Attention | None = None,
    zone: ZoneInfo | None = None,
) -> list[DealRow]:
    """The deals that fit the filters at that instant, by a name in SORTS, with `-` before it from the end.

    `filters.search` looks for a text in title, account and external key. With `attention` only those that
    need it, days being those of `zone` (None: the store's). BadInput for an unknown sort.
    """
    attention, zone = attention or Attention(), zone or deals.zone
    by = SORTS.get(sort.removeprefix("-"))
    if by is None:
        raise BadInput(
            f"A list cannot be sorted by {sort!r}. Use one of: {', '.join(SORTS)} (or -opened, …)."
        )
    with as_known(views, deals, (Outcomes(), *attention.projections), asked.known_at) as known:
        states = states_on(views, known.connection)
        closed, places = _closed(known, asked), _places(views, known.connection)
        standing = (
            {
                **row,
                "opened_at": None if row["opened_precision"] == "unknown" else row["opened"],
                "closed_at": closed.get(row["deal"]),
                "place": places.get((row["pipeline"], row["revision"], row["stage"])),
            }
            for row in known.connection.execute(_standing(states, asked, filters)).mappings().all()
        )
        lines = list(attended(standing, attention, known, views, asked, zone, deals.clock()))
    # Twice, because sorting is stable: equal ones stand by title, then id, whichever way the rest goes.
    lines.sort(key=lambda line: (line["title"].casefold(), line["deal"]))
    having = [line for line in lines if by(line) is not None]
    having.sort(key=by, reverse=sort.startswith("-"))
    lines = [*having, *(line for line in lines if by(line) is None)]
    return [_row(line) for line in lines[:limit]]


def _standing(states: States, asked: Asked, filters: Filters) -> Select[Any]:
    table, names = states.states, states.deals
    conditions = [table.c.outcome.in_(COUNTED), *fits(table, replace(filters, search=None))]
    if filters.search is not None:
        conditions.append(_has(filters.search, table, names))
    return states.standing(asked, *conditions).with_only_columns(
        *(table.c[name] for name in STATE_COLUMNS),
        names.c.source,
        names.c.key,
        *states.opening(asked),
    )


def _has(text: str, states: Table, names: Table) -> ColumnElement[bool]:
    # LIKE and no index of trigrams: those find no Chinese word of two characters.
    places = (states.c.title, states.c.account, states.c.account_name, names.c.key)
    return or_(*(holds(place, text) for place in places))


def _closed(known: Known, asked: Asked) -> dict[bytes, int]:
    """When the deals that are closed were, unless that is undated."""
    table, at = known.table(outcomes), asked.as_of_micros
    stands = (table.c.read_at <= at, table.c.until > at, table.c.precision != "unknown")
    found = known.connection.execute(select(table.c.deal, table.c.occurred_at).where(*stands))
    return {row.deal: row.occurred_at for row in found}


def _places(views: Views, connection: Connection) -> dict[tuple[str, int, str], int]:
    """Where the stages stand in each revision of their pipeline."""
    table = views.table_on(connection, pipeline_stages)
    found = connection.execute(select(table.c.pipeline, table.c.revision, table.c.stage, table.c.place))
    return {(row.pipeline, row.revision, row.stage): row.place for row in found}


def _row(line: Line) -> DealRow:
    worth = None
    if line["amount"] is not None:
        worth = Amount(amount=plain(line["amount"]), currency=line["currency"])
    return DealRow(
        deal=UUID(bytes=line["deal"]),
        source=line["source"],
        key=line["key"],
        **{name: line[name] for name in PLAIN_COLUMNS},
        amount=worth,
        segments=loads(line["segments"]),
        opened_at=_instant(line["opened_at"]),
        closed_at=_instant(line["closed_at"]),
        idle=None if line["idle"] is None else _idle(line["idle"], line["rots_after_days"]),
        overdue=line["overdue"],
    )


def _idle(idle: Idle, limit: int | None) -> IdleSince:
    return IdleSince(
        days=idle.days,
        version=idle.version,
        type=idle.type,
        at=from_micros(idle.since.at),
        precision=idle.since.precision,
        rots_after_days=limit,
    )


def _instant(micros: int | None) -> datetime | None:
    return None if micros is None else from_micros(micros)
