"""The store in one SQLite file: WAL, synchronous FULL, one writer at a time."""

import sqlite3
import sys
from collections import deque
from collections.abc import Collection, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any
from uuid import UUID

from domain.errors import Conflict, DealtrailError, Tampered, Unavailable
from engine.clock import Clock, from_micros, now, to_micros
from engine.log import (
    Appended,
    Head,
    Log,
    LogEntry,
    Row,
    Stored,
    as_entry,
    command_taken,
    link,
    time_after,
    version_taken,
)
from engine.relay_mark import COLUMNS as MARK
from engine.relay_mark import RelayMark, marks_of
from engine.sqlite_file import StoreFile
from engine.sqlite_schema import COLUMNS, INSERT

STORED = "SELECT type, state, position, recorded_at FROM events"

IDLE_READERS = 8
"""Connections kept open for the next reader; more are opened when more threads read at once."""


class SqliteLog(Log):
    """A log in a SQLite file. Other processes may read and append to the same file.

    Not to be used on both sides of a fork: open it again there.
    """

    def __init__(
        self,
        path: Path,
        *,
        url: str,
        timezone: str = "UTC",
        clock: Clock = now,
        busy_timeout: float = 10.0,
    ) -> None:
        super().__init__()
        self._clock = clock
        self._file = StoreFile(path, url, busy_timeout)
        self._readers: deque[sqlite3.Connection] = deque()
        self._end: tuple[int, bytes, int | None] | None = None
        self._closed = False
        self.info = self._file.prepare(timezone, clock())
        with self._file.translated():
            self._writer = self._file.connect(read_only=False)

    def append_all(self, batches: Sequence[Sequence[LogEntry]]) -> Sequence[Appended | DealtrailError]:
        if len(batches) == 1 and len(batches[0]) == 1:
            appended = self._append_one(batches[0])
            if appended is not None:
                return [appended]
        with self._transaction() as connection:
            position, digest, last = _head(connection)
            recorded_at = time_after(self._clock, last)
            outcomes: list[Appended | DealtrailError] = []
            for entries in batches:
                rows = link(digest, position, recorded_at, entries)
                refusal = _insert(connection, rows, alone=len(batches) == 1)
                if refusal is None:
                    outcomes.append(Appended(position + 1, recorded_at))
                    position, digest, last = rows[-1].position, rows[-1].digest, recorded_at
                else:
                    outcomes.append(refusal)
        self._end = (position, digest, last)
        return outcomes

    def _append_one(self, entries: Sequence[LogEntry]) -> Appended | None:
        """One event in a statement of its own, half the work of a transaction; None if it did not fit.

        It is written as if nobody had appended since this log last did. If somebody has, its position is
        taken and the database refuses it: who was first is then found out under the lock.
        """
        if self._end is None:
            return None
        position, digest, last = self._end
        recorded_at = time_after(self._clock, last)
        (row,) = link(digest, position, recorded_at, entries)
        self._check_open()
        try:
            self._writer.execute(INSERT, row)
        except sqlite3.IntegrityError:
            return None
        except sqlite3.Error as error:
            self._end = None
            raise self._file.told(error) from error
        self._end = (row.position, row.digest, recorded_at)
        return Appended(row.position, recorded_at)

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
        conditions, values = ["stream_id = ?"], [stream_id.bytes]
        for condition, bound in (("version > ?", gt), ("version <= ?", lte)):
            if bound is not None:
                conditions.append(condition)
                values.append(bound)  # type: ignore[arg-type]
        rows = self._rows(
            f"WHERE {' AND '.join(conditions)} ORDER BY version {'DESC' if desc else 'ASC'} LIMIT ?",
            (*values, -1 if limit is None else limit),
        )
        return [as_entry(row) for row in rows]

    def stream(self, stream_id: UUID) -> Sequence[Stored]:
        return self._select(f"{STORED} WHERE stream_id = ? ORDER BY version", (stream_id.bytes,))

    def page(self, after: int, limit: int, types: Collection[str] = ()) -> Sequence[Stored]:
        return self._select(
            f"{STORED} WHERE position > ?{_of_types(types)} ORDER BY position LIMIT ?", (after, *types, limit)
        )

    def command(self, command_id: str) -> Sequence[LogEntry]:
        rows = self._rows("WHERE command_id = ? ORDER BY nth", (command_id,))
        return [as_entry(row) for row in rows]

    def rows(
        self, after: int, limit: int, types: Collection[str] = (), *, upto: int | None = None
    ) -> Sequence[Row]:
        first, last = after + 1, sys.maxsize if upto is None else upto
        return self._rows(
            f"WHERE position >= ? AND position <= ?{_of_types(types)} ORDER BY position LIMIT ?",
            (first, last, *types, limit),
        )

    def head(self) -> Head:
        with self._reading() as connection:
            position, digest, recorded_at = _head(connection)
        return Head(position, digest, None if recorded_at is None else from_micros(recorded_at))

    def mark_relayed(self, position: int, digest: bytes) -> None:
        self._check_open()
        with self._file.translated(), closing(self._file.connect(read_only=False)) as connection:
            values = (position, digest, to_micros(self._clock()))
            connection.execute(f"INSERT INTO relay_marks ({MARK}) VALUES (?, ?, ?)", values)

    def relay_marks(self, limit: int = 10) -> Sequence[RelayMark]:
        return marks_of(self._select(f"SELECT {MARK} FROM relay_marks ORDER BY nth DESC LIMIT ?", (limit,)))

    def copy_to(self, path: Path) -> None:
        """A whole copy of the file as it is at one moment; others go on appending."""
        with self._reading() as connection:
            self._file.copy(connection, path)

    def close(self) -> None:
        self._closed = True
        self._writer.close()
        while self._readers:
            self._readers.pop().close()

    def _rows(self, rest: str, values: Sequence[object]) -> list[Row]:
        return list(map(Row._make, self._select(f"SELECT {COLUMNS} FROM events {rest}", values)))

    def _select(self, statement: str, values: Sequence[object]) -> list[Any]:
        with self._reading() as connection:
            return connection.execute(statement, values).fetchall()

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        self._check_open()
        connection: sqlite3.Connection | None = None
        try:
            connection = self._reader()
            yield connection
        except sqlite3.Error as error:
            raise self._file.told(error) from error
        finally:
            if connection is not None and len(self._readers) < IDLE_READERS:
                self._readers.append(connection)
            elif connection is not None:
                connection.close()

    def _reader(self) -> sqlite3.Connection:
        try:
            return self._readers.pop()
        except IndexError:
            return self._file.connect(read_only=True)

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        """The append lock: only one transaction of one process is in here at a time."""
        self._check_open()
        try:
            self._writer.execute("BEGIN IMMEDIATE")
            yield self._writer
            self._writer.execute("COMMIT")
        except BaseException as error:
            if self._writer.in_transaction:
                with suppress(sqlite3.Error):
                    self._writer.execute("ROLLBACK")
            if isinstance(error, sqlite3.Error):
                raise self._file.told(error) from error
            raise

    def _check_open(self) -> None:
        if self._closed:
            raise Unavailable(f"The store {self.info.url} was closed. Open it again.")


def _of_types(types: Collection[str]) -> str:
    return f" AND type IN ({', '.join('?' * len(types))})" if types else ""


def _head(connection: sqlite3.Connection) -> tuple[int, bytes, int | None]:
    row: tuple[int, bytes, int | None] | None = connection.execute(
        "SELECT position, digest, recorded_at FROM log_head"
    ).fetchone()
    if row is None:
        raise Tampered("The log has lost its head, which only tampering can do. Restore it from a backup.")
    return row


def _insert(connection: sqlite3.Connection, rows: Sequence[Row], *, alone: bool) -> Conflict | None:
    """Insert all rows, or none and say why not; a transaction goes on either way.

    A statement that fails takes itself back; several need a savepoint, which doubles their cost, or,
    where no other batch is in the transaction, a new transaction.
    """
    undo: tuple[str, ...] = ()
    try:
        if len(rows) == 1:
            connection.execute(INSERT, rows[0])
        elif alone:
            undo = ("ROLLBACK", "BEGIN IMMEDIATE")
            connection.executemany(INSERT, rows)
        else:
            undo = ("ROLLBACK TO batch", "RELEASE batch")
            connection.execute("SAVEPOINT batch")
            connection.executemany(INSERT, rows)
            connection.execute("RELEASE batch")
    except sqlite3.IntegrityError:
        for statement in undo:
            connection.execute(statement)
        return _conflict(connection, rows)
    return None


def _conflict(connection: sqlite3.Connection, rows: Sequence[Row]) -> Conflict:
    """Why the store did not take these rows."""
    for command_id in dict.fromkeys(row.command_id for row in rows):
        taken = "SELECT 1 FROM events WHERE command_id = ?"
        if connection.execute(taken, (command_id,)).fetchone():
            return command_taken(command_id)
    current: dict[bytes, int] = {}
    for row in rows:
        if row.stream_id not in current:
            last = "SELECT coalesce(max(version), 0) FROM events WHERE stream_id = ?"
            current[row.stream_id] = connection.execute(last, (row.stream_id,)).fetchone()[0]
        if row.version != current[row.stream_id] + 1:
            return version_taken(UUID(bytes=row.stream_id), row.version, current[row.stream_id])
        current[row.stream_id] = row.version
    commands = [(row.command_id, row.nth) for row in rows]
    if len(set(commands)) < len(commands):
        return command_taken(next(c for c, nth in commands if commands.count((c, nth)) > 1))
    raise Tampered(
        "The log does not end where its head says, so nothing can be recorded. "
        "Run `dealtrail store verify` to find out which rows were changed."
    )
