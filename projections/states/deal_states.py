"""Every state that every deal was ever in, in business time and in known time (past.md)."""

from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.types import TypeEngine

from domain.deal.corrections import EventCorrected, EventRetracted
from domain.deal.life import DealOpened
from domain.deal.reading import Standing, known_times, standing
from domain.event import Recorded
from engine.clock import to_micros
from projections.running.projection import Row, Rows, Story
from projections.running.reading_on import FOREVER
from projections.states.state import STATE, State, changes, evolved

_TYPES: dict[str, type[TypeEngine[Any]]] = {
    "revision": Integer,
    "segments": Text,
    "amount": BigInteger,
    "forecast_amount": BigInteger,
    "paused": Boolean,
}


def _state_columns(prefix: str = "") -> list[Column[Any]]:
    return [Column(f"{prefix}{name}", _TYPES.get(name, String)) for name in STATE]


DEALS = Table(
    "deals",
    MetaData(),
    Column("deal", LargeBinary(16), primary_key=True),
    Column("source", String),
    Column("key", String),
    Column("opened", BigInteger, nullable=False),
    Column("precision", String(7), nullable=False),
    Column("read_to", BigInteger, nullable=False),
    Column("known", BigInteger, nullable=False),
    *_state_columns(),
    Index("deals_by_key", "source", "key"),
)
"""A row per deal, as everything recorded says: its names, how far it is read, its state.

`opened` and `precision` are of the opening, `read_to` the last reading instant, `known` the known time
of its last event.
"""

DEAL_STATES = Table(
    "deal_states",
    MetaData(),
    Column("id", Integer, primary_key=True, info={"surrogate": True}),
    Column("deal", LargeBinary(16), nullable=False),
    Column("version", Integer, nullable=False),
    Column("type", String, nullable=False),
    Column("precision", String(7), nullable=False),
    Column("valid_from", BigInteger, nullable=False),
    Column("known_from", BigInteger, nullable=False),
    Column("known_to", BigInteger, nullable=False),
    *_state_columns(),
    *_state_columns("before_"),
    UniqueConstraint("deal", "version", "known_from"),
    Index("deal_states_in_order", "deal", "valid_from", "version", "known_from", "known_to"),
    Index("deal_states_by_time", "valid_from"),
    Index("deal_states_undated", "valid_from", sqlite_where=text("precision = 'unknown'")),
    info={"key": ("deal", "version", "known_from"), "lazy": True},
)
"""A row per event that changed the state; instants in µs UTC.

It holds from `valid_from` until the next row known at the same time, and was known in
[known_from, known_to). `before_…` is the state that the event changed, null for the opening.
"""


COLUMNS = tuple(column.name for column in DEAL_STATES.c)[1:]

Values = tuple[Any, ...]
"""A state, its columns in the order of STATE."""

NOTHING: Values = (None,) * len(STATE)
_values: Callable[[State], Values] = itemgetter(*STATE)


class DealStates:
    """The fold of past.md, *deal_states*: rule 1 for what comes in order, rule 2 for everything else."""

    name = "deal_states"
    version = 1
    types = None
    tables = (DEALS, DEAL_STATES)

    def fold(self, have: Rows, events: Sequence[Recorded], story: Story) -> Rows:
        """The deal's row, and its states: all of them, or the new ones where no other changed."""
        deal: Row | None = next(iter(have["deals"]), None)
        states: list[Row] = []
        looked_back = False
        for recorded in events:
            at = _in_order(deal, recorded)
            if deal is not None and at is not None:
                deal, row = _read_on(deal, recorded, at)
                states.extend(row)
                continue
            if recorded.version > 1 and not looked_back:
                states = [*have["deal_states"], *states]
                looked_back = True
            told = story(recorded.position) if recorded.version > 1 else [recorded]
            deal, states = _read_anew(told, states)
        return {"deals": [] if deal is None else [deal], "deal_states": states}


def _in_order(deal: Row | None, recorded: Recorded) -> int | None:
    """The instant that an ordinary event is read at if nothing is read after it; None if not so."""
    if deal is None or isinstance(recorded.event, EventCorrected | EventRetracted):
        return None
    at = max(to_micros(recorded.occurred_at), int(deal["opened"]))
    return at if at >= deal["read_to"] else None


def _read_on(deal: Row, recorded: Recorded, at: int) -> tuple[Row, list[Row]]:
    """Rule 1: the deal, and its next row if the event changes the state."""
    known = max(to_micros(known_times([recorded])[0]), deal["known"])
    changed = changes(deal, recorded.event)
    after = {**deal, **changed, "read_to": at, "known": known}
    rows = [_row(recorded, at, known, _values(deal), _values(after))] if changed else []
    return after, rows


def _read_anew(story: Sequence[Recorded], have: Sequence[Row]) -> tuple[Row | None, list[Row]]:
    """Rule 2: the deal and its rows, the ones from before included, after its whole story."""
    known = to_micros(known_times(story)[-1])
    lines = standing(story)
    want: list[Row] = []
    state: State | None = None
    for line in lines:
        after = evolved(state, line.recorded.event)
        if after is not state:
            before = NOTHING if state is None else _values(state)
            want.append(_row(line.recorded, to_micros(line.at), known, before, _values(after)))
        state = after
    deal = None if state is None else _deal(lines, known, state)
    return deal, _restated(have, want, known)


def _deal(lines: Sequence[Standing], known: int, state: State) -> Row:
    opening = lines[0].recorded
    external = opening.event.external if isinstance(opening.event, DealOpened) else None
    return {
        "deal": opening.stream_id.bytes,
        "source": None if external is None else external.source,
        "key": None if external is None else external.key,
        "opened": to_micros(opening.occurred_at),
        "precision": opening.precision,
        "read_to": to_micros(lines[-1].at),
        "known": known,
        **state,
    }


def _restated(have: Sequence[Row], want: Sequence[Row], known: int) -> list[Row]:
    """The rows `have` after it became known that the rows `want` stand."""
    wanted = {row["version"]: row for row in want}
    rows = []
    for row in have:
        if row["known_to"] < FOREVER:
            rows.append(row)
        elif _same(row, wanted.get(row["version"])):
            rows.append(row)
            del wanted[row["version"]]
        elif row["known_from"] < known:
            rows.append({**row, "known_to": known})
    return [*rows, *wanted.values()]


def _same(row: Row, other: Row | None) -> bool:
    return other is not None and {**other, "known_from": row["known_from"]} == row


def _row(recorded: Recorded, at: int, known: int, before: Values, after: Values) -> Row:
    place = (recorded.stream_id.bytes, recorded.version, recorded.type, recorded.precision)
    return dict(zip(COLUMNS, (*place, at, known, FOREVER, *after, *before), strict=True))
