"""The store in a PostgreSQL database: many processes write and follow, one transaction at a time at its end."""

import sys
from collections.abc import Collection, Sequence
from time import monotonic
from typing import Any
from uuid import UUID

from domain.errors import DealtrailError, Unavailable
from engine.clock import Clock, from_micros, now, to_micros
from engine.log import Appended, Head, Log, LogEntry, Row, Stored, as_entry
from engine.postgres_database import Database
from engine.postgres_listening import Listener
from engine.postgres_readers import Readers
from engine.postgres_rows import StreamId, read, written
from engine.postgres_schema import COLUMNS, SCHEMA
from engine.postgres_statements import one_head
from engine.postgres_writer import Writer
from engine.relay_mark import COLUMNS as MARK
from engine.relay_mark import RelayMark, marks_of

STORED = f"SELECT type, state, position, recorded_at FROM {SCHEMA}.events"

FIRST = -(2**63)
"""The least that a bigint holds."""

POLL = 0.5
"""Seconds after which the log is looked at, whether PostgreSQL has called out that it grew or not."""


class PostgresLog(Log):
    """A log in a PostgreSQL database. Other processes may read and append to the same one.

    Not to be used on both sides of a fork: open it again there.
    """

    def __init__(
        self,
        url: str,
        *,
        timezone: str = "UTC",
        clock: Clock = now,
        busy_timeout: float = 10.0,
        make: bool = True,
    ) -> None:
        super().__init__()
        self._clock = clock
        self._database = Database(url, busy_timeout)
        self._readers = Readers(self._database)
        self._listener = Listener(self._database)
        self._writer = Writer(self._database, clock)
        self._closed = False
        self.info = self._database.prepare(timezone, clock(), make=make)

    def append_all(self, batches: Sequence[Sequence[LogEntry]]) -> Sequence[Appended | DealtrailError]:
        self._check_open()
        return self._writer.append(batches)

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[LogEntry]:
        stream_id = originator_id if isinstance(originator_id, UUID) else UUID(originator_id)
        rows = self._rows(
            f"WHERE stream_id = %b AND version > %b AND version <= %b "
            f"ORDER BY version {'DESC' if desc else 'ASC'} LIMIT %b",
            (StreamId(stream_id.bytes), gt or 0, sys.maxsize if lte is None else lte, limit),
        )
        return [as_entry(row) for row in rows]

    def stream(self, stream_id: UUID) -> Sequence[Stored]:
        return self._select(f"{STORED} WHERE stream_id = %b ORDER BY version", (StreamId(stream_id.bytes),))

    def page(self, after: int, limit: int, types: Collection[str] = ()) -> Sequence[Stored]:
        return self._select(
            f"{STORED} WHERE position > %b{_of_types(types)} ORDER BY position LIMIT %b",
            (after, *([list(types)] if types else []), limit),
        )

    def command(self, command_id: str) -> Sequence[LogEntry]:
        rows = self._rows("WHERE command_id = %b ORDER BY nth", (written(command_id),))
        return [as_entry(row) for row in rows]

    def rows(
        self, after: int, limit: int, types: Collection[str] = (), *, upto: int | None = None
    ) -> Sequence[Row]:
        first, last = max(after + 1, FIRST), sys.maxsize if upto is None else upto
        return self._rows(
            f"WHERE position >= %b AND position <= %b{_of_types(types)} ORDER BY position LIMIT %b",
            (first, last, *([list(types)] if types else []), limit),
        )

    def head(self) -> Head:
        found = self._select(f"SELECT position, digest, recorded_at FROM {SCHEMA}.log_head", ())
        position, digest, recorded_at = one_head(found[0] if found else None)
        return Head(position, digest, None if recorded_at is None else from_micros(recorded_at))

    def mark_relayed(self, position: int, digest: bytes) -> None:
        self._check_open()
        with self._database.translated(), self._database.connect() as connection:
            statement = f"INSERT INTO {SCHEMA}.relay_marks ({MARK}) VALUES (%b, %b, %b)"
            connection.execute(statement, (position, digest, to_micros(self._clock())))

    def relay_marks(self, limit: int = 10) -> Sequence[RelayMark]:
        statement = f"SELECT {MARK} FROM {SCHEMA}.relay_marks ORDER BY nth DESC LIMIT %b"
        return marks_of(self._select(statement, (limit,)))

    def wait(self, after: int, timeout: float) -> None:
        deadline = monotonic() + timeout
        while True:
            calls = self._listener.calls
            if self.head().position > after:
                return
            left = deadline - monotonic()
            if left <= 0:
                return
            heard = self._listener.wait(calls, min(POLL, left))
            if not heard and left > POLL and self.head().position > after:
                self._listener.distrust()

    def close(self) -> None:
        self._closed = True
        self._writer.close()
        self._readers.close()
        self._listener.close()

    def _rows(self, rest: str, values: Sequence[object]) -> list[Row]:
        found = map(Row._make, self._select(f"SELECT {COLUMNS} FROM {SCHEMA}.events {rest}", values))
        return [row._replace(command_id=read(row.command_id)) for row in found]

    def _select(self, statement: str, values: Sequence[object]) -> list[Any]:
        return self._readers.select(statement, values)

    def _check_open(self) -> None:
        if self._closed:
            raise Unavailable(f"The store {self.info.url} was closed. Open it again.")


def _of_types(types: Collection[str]) -> str:
    return " AND type = ANY(%b)" if types else ""
