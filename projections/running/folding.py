"""One page of events into the tables of one projection: load, fold, compare, write."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

from pydantic import ValidationError
from sqlalchemy import Column, Connection, Select, Table, bindparam, delete, select
from sqlalchemy.exc import SQLAlchemyError

from domain.errors import Tampered, Unavailable
from domain.event import Recorded
from projections.running.projection import Projection, Row, Rows, Story, is_lazy, key_columns
from projections.running.upserting import upsert

Key = tuple[Any, ...]
STREAMS_A_SELECT = 1_000
"""How many streams one SELECT asks for; databases bound the number of parameters."""

StoryOf = Callable[[UUID], Story]


@dataclass(frozen=True, slots=True)
class Failure:
    """The first event of a stream that a projection could not fold, and why."""

    recorded: Recorded
    error: str


def fold_page(
    connection: Connection,
    projection: Projection,
    tables: Mapping[str, Table],
    events: Iterable[Recorded],
    story_of: StoryOf,
) -> list[Failure]:
    """Fold `events` (in order, of any streams) into `tables`, the physical ones by logical name.

    A stream whose fold fails keeps the rows before the event that failed; the failures are returned.
    """
    streams: dict[UUID, list[Recorded]] = {}
    for recorded in events:
        streams.setdefault(recorded.stream_id, []).append(recorded)
    if not streams:
        return []
    logical = {table.name: table for table in projection.tables}
    eager = {name: _load(connection, tables[name], table, streams) for name, table in logical.items()}
    writes = {name: _Writes(tables[name], key_columns(table)) for name, table in logical.items()}
    failures = []
    for stream, new in streams.items():
        have = _Have(connection, tables, logical, stream, eager)
        failure = _fold_stream(projection, have, new, story_of(stream), writes)
        if failure is not None:
            failures.append(failure)
    for each in writes.values():
        each.write(connection)
    return failures


class _Have(Mapping[str, Sequence[Row]]):
    """The rows of one stream; those of lazy tables are loaded when asked for."""

    def __init__(
        self,
        connection: Connection,
        tables: Mapping[str, Table],
        logical: Mapping[str, Table],
        stream: UUID,
        eager: Mapping[str, Mapping[bytes, list[Row]] | None],
    ) -> None:
        self._connection, self._tables, self._logical = connection, tables, logical
        self._stream, self._eager = stream, eager
        self.asked: dict[str, list[Row]] = {}
        """What a fold has looked at, and can so have left out on purpose."""

    def __getitem__(self, name: str) -> list[Row]:
        rows = self.asked.get(name)
        if rows is None:
            loaded = self._eager[name]
            if loaded is None:
                loaded = _select(self._connection, self._tables[name], self._logical[name], [self._stream])
            rows = self.asked[name] = loaded.get(self._stream.bytes, [])
        return rows

    def __iter__(self) -> Iterator[str]:
        return iter(self._logical)

    def __len__(self) -> int:
        return len(self._logical)

    def known(self, name: str) -> list[Row] | None:
        """The rows that a result replaces; None where it only adds to rows that nobody looked at."""
        return self.asked.get(name) if self._eager[name] is None else self[name]


class _Writes:
    """What is to be written into one table: rows by key, and the keys of rows that are gone."""

    def __init__(self, table: Table, key: Sequence[Column[Any]]) -> None:
        self._table = table
        self._names = [column.name for column in key]
        self._rows: list[Row] = []
        self._gone: list[Row] = []

    def add(self, before: Sequence[Row] | None, after: Sequence[Row]) -> None:
        """Write what differs between the rows of a stream `before` (None: not known) and `after`."""
        if not before:
            self._rows.extend(after)
            return
        old = {self._key(row): row for row in before}
        for row in after:
            was = old.pop(self._key(row), None)
            if was is not row and was != row:
                self._rows.append(row)
        self._gone.extend({f"gone_{name}": row[name] for name in self._names} for row in old.values())

    def write(self, connection: Connection) -> None:
        """One DELETE and one upsert, each with many rows."""
        if self._gone:
            conditions = [self._table.c[name] == bindparam(f"gone_{name}") for name in self._names]
            connection.execute(delete(self._table).where(*conditions), self._gone)
        if self._rows:
            upsert(connection, self._table, self._names, self._rows)

    def _key(self, row: Row) -> Key:
        return tuple([row[name] for name in self._names])


def _fold_stream(
    projection: Projection,
    have: _Have,
    events: Sequence[Recorded],
    story: Story,
    writes: Mapping[str, _Writes],
) -> Failure | None:
    failure = None
    rows, error = _attempt(projection, have, events, story)
    if error is not None:
        events, failure = _until_failure(projection, have, events, story)
        rows, _ = _attempt(projection, have, events, story) if events else (None, None)
    for name, after in (rows or {}).items():
        writes[name].add(have.known(name), after)
    return failure


def _until_failure(
    projection: Projection, have: _Have, events: Sequence[Recorded], story: Story
) -> tuple[Sequence[Recorded], Failure | None]:
    """The events before the first that fails, and which that is and why."""
    for count in range(1, len(events) + 1):
        _, error = _attempt(projection, have, events[:count], story)
        if error is not None:
            return events[: count - 1], Failure(events[count - 1], error)
    return events, None


def _attempt(
    projection: Projection, have: _Have, events: Sequence[Recorded], story: Story
) -> tuple[Rows | None, str | None]:
    """The rows that a fold gives, or why it gives none."""
    have.asked.clear()
    try:
        return projection.fold(have, events, story), None
    except (SQLAlchemyError, Unavailable, Tampered):
        raise  # of the databases, not of this stream
    except Exception as error:  # noqa: BLE001 - whatever a fold raises stops its stream alone
        return None, f"{type(error).__name__}: {_told(error)}"


def _told(error: Exception) -> str:
    # Without the values: they may be personal data.
    if isinstance(error, ValidationError):
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        return f"{'.'.join(map(str, first['loc'])) or 'data'}: {first['msg']}"
    return str(error)


def _load(
    connection: Connection, physical: Table, logical: Table, streams: Collection[UUID]
) -> Mapping[bytes, list[Row]] | None:
    return None if is_lazy(logical) else _select(connection, physical, logical, list(streams))


def _select(
    connection: Connection, physical: Table, logical: Table, streams: Sequence[UUID]
) -> Mapping[bytes, list[Row]]:
    """The rows of these streams, without surrogate keys that the database gives."""
    stream = key_columns(logical)[0].name
    statement, names = _selecting(physical, stream)
    found: dict[bytes, list[Row]] = {}
    for start in range(0, len(streams), STREAMS_A_SELECT):
        chosen = [each.bytes for each in streams[start : start + STREAMS_A_SELECT]]
        for values in connection.execute(statement, {"streams": chosen}):
            row = dict(zip(names, values, strict=True))
            found.setdefault(row[stream], []).append(row)
    return found


@lru_cache(maxsize=256)
def _selecting(physical: Table, stream: str) -> tuple[Select[Any], Sequence[str]]:
    """The statement that reads the rows of some streams, and their columns; kept, as it is worded for every page."""
    columns = [column for column in physical.c if not column.info.get("surrogate")]
    chosen = physical.c[stream].in_(bindparam("streams", expanding=True))
    return select(*columns).where(chosen), [column.name for column in columns]
