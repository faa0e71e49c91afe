"""The store in a PostgreSQL database: many processes write and follow, one transaction at a time at its end."""

import sys
from collections import deque
from collections.abc import Collection, Sequence
from contextlib import suppress
from typing import Any
from uuid import UUID

import psycopg

from domain.errors import DealtrailError, Tampered, Unavailable
from engine.clock import Clock, from_micros, now, to_micros
from engine.log import Appended, Head, Log, LogEntry, Row, Stored, as_entry, link
from engine.postgres_database import Connection, Database
from engine.postgres_rows import StreamId, conflict, read, values_of, written
from engine.postgres_schema import COLUMNS, SCHEMA

STORED = f"SELECT type, state, position, recorded_at FROM {SCHEMA}.events"

INSERT = f"INSERT INTO {SCHEMA}.events ({COLUMNS}) VALUES (%b, %b, %b, %b, %b, %b, %b, %b, %b, %b)"

MOVE = f"UPDATE {SCHEMA}.log_head SET position = %b, digest = %b, recorded_at = %b"

ALONE = f"""
    WITH moved AS ({MOVE}
        WHERE position = %b AND digest = %b
            AND %b = (SELECT coalesce(max(version), 0) FROM {SCHEMA}.events WHERE stream_id = %b)
        RETURNING 1)
    INSERT INTO {SCHEMA}.events ({COLUMNS}) SELECT %b, %b, %b, %b, %b, %b, %b, %b, %b, %b FROM moved
"""
"""One event and the head in one statement: nothing happens if the head or the stream stands elsewhere."""

IDLE_READERS = 8
"""Connections kept open for the next reader; more are opened when more threads read at once."""

_End = tuple[int, bytes, int | None]
"""Position, digest and time (µs) of the last event."""


class PostgresLog(Log):
    """A log in a PostgreSQL database. Other processes may read and append to the same one.

    Not to be used on both sides of a fork: open it again there.
    """

    def __init__(
        self, url: str, *, timezone: str = "UTC", clock: Clock = now, busy_timeout: float = 10.0
    ) -> None:
        super().__init__()
        self._clock = clock
        self._database = Database(url, busy_timeout)
        self._readers: deque[Connection] = deque()
        self._writer: Connection | None = None
        self._end: _End | None = None
        """Where the log stood after this log's last append."""
        self._alone = False
        """Whether nobody else had appended between its last two."""
        self._closed = False
        self.info = self._database.prepare(timezone, clock())

    def append_all(self, batches: Sequence[Sequence[LogEntry]]) -> Sequence[Appended | DealtrailError]:
        self._check_open()
        try:
            return self._append(batches)
        except psycopg.Error as error:
            if self._writer is not None and not self._writer.closed:
                _rolled_back(self._writer)
                raise self._database.told(error) from error
        except BaseException:
            # Interrupted anywhere: the server takes back what was not committed when the connection ends.
            if self._writer is not None:
                self._writer.close()
            raise
        # The connection broke, perhaps after the COMMIT: what is there by now is not recorded again.
        self._writer, self._alone = None, False
        with self._database.translated():
            return self._append_what_is_not_there(batches)

    def _append(self, batches: Sequence[Sequence[LogEntry]]) -> Sequence[Appended | DealtrailError]:
        if self._alone and self._end is not None and len(batches) == 1 and len(batches[0]) == 1:
            appended = self._append_alone(batches[0], self._end)
            if appended is not None:
                return [appended]
        connection = self._writing()
        flat = [entry for entries in batches for entry in entries]
        streams = {StreamId(entry.originator_id.bytes) for entry in flat}
        with connection.pipeline():
            connection.execute("BEGIN")
            head = _head(connection, "FOR UPDATE")
            versions = connection.execute(
                f"SELECT s, (SELECT max(version) FROM {SCHEMA}.events WHERE stream_id = s) FROM unnest(%b) s",
                (list(streams),),
                binary=True,
            )
            taken = connection.execute(
                f"SELECT DISTINCT command_id FROM {SCHEMA}.events WHERE command_id = ANY(%b)",
                (list({written(entry.command_id) for entry in flat}),),
            )
            before = _one_head(head.fetchone())
            current = {stream: version or 0 for stream, version in versions}
            commands = {read(command_id) for (command_id,) in taken}
        accepted: list[Row] = []
        outcomes: list[Appended | DealtrailError] = []
        position, digest, last = before
        recorded_at = self._time_after(last)
        for entries in batches:
            refusal = conflict(entries, current, commands)
            if refusal is not None:
                outcomes.append(refusal)
                continue
            rows = link(digest, position, recorded_at, entries)
            outcomes.append(Appended(position + 1, recorded_at))
            position, digest, last = rows[-1].position, rows[-1].digest, recorded_at
            accepted += rows
        self._record(connection, accepted)
        self._alone = before == self._end
        self._end = (position, digest, last)
        return outcomes

    def _append_alone(self, entries: Sequence[LogEntry], end: _End) -> Appended | None:
        """One event in one statement, half the work of a transaction; None if it did not fit.

        It is written as if nobody had appended since this log last did. If somebody has, the head stands
        elsewhere and nothing happens: who was first is then found out under the lock.
        """
        position, digest, last = end
        recorded_at = self._time_after(last)
        (row,) = link(digest, position, recorded_at, entries)
        moved = (row.position, row.digest, recorded_at, position, digest)
        follows = (row.version - 1, StreamId(row.stream_id))
        try:
            fitted = self._writing().execute(ALONE, (*moved, *follows, *values_of(row))).rowcount == 1
        except psycopg.errors.IntegrityError:
            fitted = False
        self._alone = fitted
        if not fitted:
            return None
        self._end = (row.position, row.digest, recorded_at)
        return Appended(row.position, recorded_at)

    def _record(self, connection: Connection, rows: Sequence[Row]) -> None:
        """Write the rows, move the head to the last of them, and commit; the lock is let go either way."""
        if not rows:
            connection.execute("ROLLBACK")
            return
        last = rows[-1]
        with connection.pipeline(), connection.cursor() as cursor:
            cursor.executemany(INSERT, [values_of(row) for row in rows])
            connection.execute(MOVE, (last.position, last.digest, last.recorded_at))
            connection.execute("COMMIT")

    def _append_what_is_not_there(
        self, batches: Sequence[Sequence[LogEntry]]
    ) -> Sequence[Appended | DealtrailError]:
        """Answer for each batch that was recorded before its acknowledgement was lost; append the others."""
        connection = self._writing()
        with connection.transaction():
            # Whoever holds the head's lock has committed or is gone when it is ours: nothing comes after it.
            _head(connection, "FOR UPDATE")
            found = [_recorded(connection, entries) for entries in batches]
        missing = [entries for entries, there in zip(batches, found, strict=True) if there is None]
        appended = iter(self._append(missing) if missing else ())
        return [next(appended) if there is None else there for there in found]

    def _time_after(self, last: int | None) -> int:
        """Now in µs, but not before the row at the end."""
        clock = to_micros(self._clock())
        return clock if last is None else max(clock, last)

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
        last = sys.maxsize if upto is None else upto
        return self._rows(
            f"WHERE position > %b AND position <= %b{_of_types(types)} ORDER BY position LIMIT %b",
            (after, last, *([list(types)] if types else []), limit),
        )

    def head(self) -> Head:
        (row,) = self._select(f"SELECT position, digest, recorded_at FROM {SCHEMA}.log_head", ())
        position, digest, recorded_at = _one_head(row)
        return Head(position, digest, None if recorded_at is None else from_micros(recorded_at))

    def close(self) -> None:
        self._closed = True
        if self._writer is not None:
            self._writer.close()
        while self._readers:
            self._readers.pop().close()

    def _rows(self, rest: str, values: Sequence[object]) -> list[Row]:
        found = map(Row._make, self._select(f"SELECT {COLUMNS} FROM {SCHEMA}.events {rest}", values))
        return [row._replace(command_id=read(row.command_id)) for row in found]

    def _select(self, statement: str, values: Sequence[object]) -> list[Any]:
        self._check_open()
        with self._database.translated():
            connection = self._reader()
            try:
                found = connection.execute(statement, values, binary=True).fetchall()
            except psycopg.OperationalError:
                if not connection.closed:
                    raise
                # The server was restarted, or the connection had been idle for too long: reading again is safe.
                connection = self._database.connect()
                found = connection.execute(statement, values, binary=True).fetchall()
        if len(self._readers) < IDLE_READERS and not self._closed:
            self._readers.append(connection)
        else:
            connection.close()
        return found

    def _reader(self) -> Connection:
        with suppress(IndexError):
            return self._readers.pop()
        return self._database.connect()

    def _writing(self) -> Connection:
        """The connection that writes; only one thread of this log is ever in here."""
        if self._writer is None or self._writer.closed:
            self._writer = self._database.connect(writes=True)
        return self._writer

    def _check_open(self) -> None:
        if self._closed:
            raise Unavailable(f"The store {self.info.url} was closed. Open it again.")


def _rolled_back(connection: Connection) -> None:
    with suppress(psycopg.Error):
        connection.execute("ROLLBACK")


def _head(connection: Connection, lock: str) -> psycopg.Cursor[tuple[Any, ...]]:
    return connection.execute(
        f"SELECT position, digest, recorded_at FROM {SCHEMA}.log_head {lock}", binary=True
    )


def _one_head(row: tuple[Any, ...] | None) -> _End:
    if row is None:
        raise Tampered("The log has lost its head, which only tampering can do. Restore it from a backup.")
    position, digest, recorded_at = row
    return position, digest, recorded_at


def _recorded(connection: Connection, entries: Sequence[LogEntry]) -> Appended | None:
    """Where exactly these entries are in the log, if they are."""
    found = connection.execute(
        f"SELECT nth, stream_id, version, state, position, recorded_at FROM {SCHEMA}.events "
        "WHERE command_id = ANY(%b) ORDER BY position",
        (list({written(entry.command_id) for entry in entries}),),
        binary=True,
    ).fetchall()
    wanted = [(each.nth, each.originator_id.bytes, each.originator_version, each.state) for each in entries]
    if [tuple(row[:4]) for row in found] != wanted:
        return None
    return Appended(found[0][4], found[0][5])


def _of_types(types: Collection[str]) -> str:
    return " AND type = ANY(%b)" if types else ""
