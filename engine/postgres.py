"""The store in a PostgreSQL database: many processes write and follow, one transaction at a time at its end."""

import sys
from collections.abc import Collection, Sequence
from time import monotonic, sleep
from typing import Any
from uuid import UUID

import psycopg

from domain.errors import DealtrailError, Unavailable
from engine.clock import Clock, from_micros, now, to_micros
from engine.log import Appended, Head, Log, LogEntry, Row, Stored, as_entry, link, time_after
from engine.postgres_database import Connection, Database
from engine.postgres_errors import first_line
from engine.postgres_listening import SOONEST, Listener
from engine.postgres_readers import Readers
from engine.postgres_rows import StreamId, conflict, read, values_of, written
from engine.postgres_schema import COLUMNS, SCHEMA
from engine.postgres_statements import ALONE, INSERT, MOVE, End, locked_head, one_head, recorded
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
        self, url: str, *, timezone: str = "UTC", clock: Clock = now, busy_timeout: float = 10.0
    ) -> None:
        super().__init__()
        self._clock = clock
        self._database = Database(url, busy_timeout)
        self._readers = Readers(self._database)
        self._listener = Listener(self._database)
        self._writer: Connection | None = None
        self._end: End | None = None
        """Where the log stood after this log's last append."""
        self._alone = False
        """Whether nobody else had appended between its last two."""
        self._closed = False
        self.info = self._database.prepare(timezone, clock())

    def append_all(self, batches: Sequence[Sequence[LogEntry]]) -> Sequence[Appended | DealtrailError]:
        self._check_open()
        try:
            try:
                return self._append(batches)
            except psycopg.Error as error:
                if self._took_back():
                    raise self._database.told(error) from error
            # The connection broke, perhaps after the COMMIT: what is there by now is not recorded again.
            return self._append_after_a_break(batches)
        except BaseException:
            # Interrupted anywhere: the server takes back what was not committed when the connection ends.
            self._let_go()
            raise

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
            head = locked_head(connection)
            versions = connection.execute(
                f"SELECT s, (SELECT max(version) FROM {SCHEMA}.events WHERE stream_id = s) FROM unnest(%b) s",
                (list(streams),),
                binary=True,
            )
            taken = connection.execute(
                f"SELECT DISTINCT command_id FROM {SCHEMA}.events WHERE command_id = ANY(%b)",
                (list({written(entry.command_id) for entry in flat}),),
            )
            before = one_head(head.fetchone())
            current = {stream: version or 0 for stream, version in versions}
            commands = {read(command_id) for (command_id,) in taken}
        accepted: list[Row] = []
        outcomes: list[Appended | DealtrailError] = []
        position, digest, last = before
        recorded_at = time_after(self._clock, last)
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

    def _append_alone(self, entries: Sequence[LogEntry], end: End) -> Appended | None:
        """One event in one statement, half the work of a transaction; None if it did not fit.

        It is written as if nobody had appended since this log last did. If somebody has, the head stands
        elsewhere and nothing happens: who was first is then found out under the lock.
        """
        position, digest, last = end
        recorded_at = time_after(self._clock, last)
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

    def _append_after_a_break(
        self, batches: Sequence[Sequence[LogEntry]]
    ) -> Sequence[Appended | DealtrailError]:
        """Find out what became of the batches, as soon as the server can be reached; append what is not there."""
        deadline, pause = monotonic() + self._database.busy_timeout, SOONEST
        while True:
            self._let_go()
            try:
                return self._append_what_is_not_there(batches)
            except (psycopg.Error, Unavailable) as error:
                answered = self._writer is not None and not self._writer.closed
                if answered or monotonic() >= deadline:
                    reason = first_line(error.__cause__ or error)
                    raise Unavailable(
                        f"The connection to the store {self.info.url} broke while it recorded, and whether it did "
                        f"is not known ({reason}). Look, or try again with the same command id: "
                        "then nothing is recorded twice."
                    ) from error
            sleep(pause)
            pause = min(2 * pause, 1)

    def _append_what_is_not_there(
        self, batches: Sequence[Sequence[LogEntry]]
    ) -> Sequence[Appended | DealtrailError]:
        """Answer for each batch that was recorded before its acknowledgement was lost; append the others."""
        connection = self._writing()
        with connection.transaction():
            # Whoever holds the head's lock has committed or is gone when it is ours: nothing comes after it.
            locked_head(connection)
            found = [recorded(connection, entries) for entries in batches]
        missing = [entries for entries, there in zip(batches, found, strict=True) if there is None]
        appended = iter(self._append(missing) if missing else ())
        return [next(appended) if there is None else there for there in found]

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
        self._let_go()
        self._readers.close()
        self._listener.close()

    def _rows(self, rest: str, values: Sequence[object]) -> list[Row]:
        found = map(Row._make, self._select(f"SELECT {COLUMNS} FROM {SCHEMA}.events {rest}", values))
        return [row._replace(command_id=read(row.command_id)) for row in found]

    def _select(self, statement: str, values: Sequence[object]) -> list[Any]:
        return self._readers.select(statement, values)

    def _writing(self) -> Connection:
        """The connection that writes; only one thread of this log is ever in here."""
        if self._writer is None or self._writer.closed:
            self._writer = self._database.connect()
        return self._writer

    def _took_back(self) -> bool:
        """Whether the server has taken back the transaction that failed; else the connection is broken."""
        if self._writer is None or self._writer.closed:
            return False
        try:
            self._writer.execute("ROLLBACK")
        except psycopg.Error:
            return False
        return True

    def _let_go(self) -> None:
        self._alone = False
        if self._writer is not None:
            self._writer.close()

    def _check_open(self) -> None:
        if self._closed:
            raise Unavailable(f"The store {self.info.url} was closed. Open it again.")


def _of_types(types: Collection[str]) -> str:
    return " AND type = ANY(%b)" if types else ""
