"""The writing side of a PostgreSQL log: one connection, and what to do when it breaks."""

from collections.abc import Sequence
from itertools import accumulate
from time import monotonic, sleep

import psycopg

from domain.errors import Unavailable
from engine.clock import Clock
from engine.log import Appended, LogEntry, time_after
from engine.postgres_appending import Outcomes, chained, known, record, unrivalled
from engine.postgres_database import Connection, Database
from engine.postgres_errors import first_line
from engine.postgres_listening import SOONEST
from engine.postgres_rows import conflict
from engine.postgres_statements import End, locked_head, recorded


class Writer:
    """Appends to one log; only one thread is ever in here."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._connection: Connection | None = None
        self.end: End | None = None
        """Where the log stood after the last append from here."""
        self.alone = False
        """Whether nobody else had appended between the last two."""

    def append(self, batches: Sequence[Sequence[LogEntry]]) -> Outcomes:
        """Record every batch that can be, in one transaction, also where the connection breaks meanwhile."""
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
            self.close()
            raise

    def connection(self) -> Connection:
        """The connection, made anew where it is closed."""
        if self._connection is None or self._connection.closed:
            self._connection = self._database.connect()
        return self._connection

    def close(self) -> None:
        """Let go of the connection; the next append makes another."""
        self.alone = False
        if self._connection is not None:
            self._connection.close()

    def _append(self, batches: Sequence[Sequence[LogEntry]]) -> Outcomes:
        outcomes = None
        if self.alone and self.end is not None:
            outcomes = self._append_unrivalled(batches, self.end)
        return self._append_locked(batches) if outcomes is None else outcomes

    def _append_unrivalled(self, batches: Sequence[Sequence[LogEntry]], before: End) -> Outcomes | None:
        """In one statement, half the work of a transaction under the lock; None, and nothing done, if it did not fit.

        If a batch is refused, that needs the lock too: by then its streams may stand elsewhere.
        """
        current: dict[bytes, int] = {}
        commands: set[str] = set()
        end = None
        recorded_at = time_after(self._clock, before[2])
        if all(conflict(entries, current, commands) is None for entries in batches):
            entries = [entry for entries in batches for entry in entries]
            end = unrivalled(self.connection(), entries, before, recorded_at)
        self.alone = end is not None
        if end is None:
            return None
        self.end = end
        firsts = accumulate(map(len, batches), initial=before[0] + 1)
        return [Appended(first, recorded_at) for _, first in zip(batches, firsts, strict=False)]

    def _append_locked(self, batches: Sequence[Sequence[LogEntry]]) -> Outcomes:
        connection = self.connection()
        before, current, commands = known(connection, [entry for entries in batches for entry in entries])
        recorded_at = time_after(self._clock, before[2])
        outcomes, rows = chained(batches, before, recorded_at, current, commands)
        record(connection, rows)
        self.alone = before == self.end
        self.end = (rows[-1].position, rows[-1].digest, recorded_at) if rows else before
        return outcomes

    def _append_after_a_break(self, batches: Sequence[Sequence[LogEntry]]) -> Outcomes:
        """Find out what became of the batches, as soon as the server can be reached; append what is not there."""
        deadline, pause = monotonic() + self._database.busy_timeout, SOONEST
        while True:
            self.close()
            try:
                return self._append_what_is_not_there(batches)
            except (psycopg.Error, Unavailable) as error:
                answered = self._connection is not None and not self._connection.closed
                if answered or monotonic() >= deadline:
                    reason = first_line(error.__cause__ or error)
                    raise Unavailable(
                        f"The connection to the store {self._database.url} broke while it recorded, and whether it "
                        f"did is not known ({reason}). Look, or try again with the same command id: "
                        "then nothing is recorded twice."
                    ) from error
            sleep(pause)
            pause = min(2 * pause, 1)

    def _append_what_is_not_there(self, batches: Sequence[Sequence[LogEntry]]) -> Outcomes:
        """Answer for each batch that was recorded before its acknowledgement was lost; append the others."""
        connection = self.connection()
        with connection.transaction():
            # Whoever holds the head's lock has committed or is gone when it is ours: nothing comes after it.
            locked_head(connection)
            found = [recorded(connection, entries) for entries in batches]
        missing = [entries for entries, there in zip(batches, found, strict=True) if there is None]
        appended = iter(self._append(missing) if missing else ())
        return [next(appended) if there is None else there for there in found]

    def _took_back(self) -> bool:
        """Whether the server has taken back the transaction that failed; else the connection is broken."""
        if self._connection is None or self._connection.closed:
            return False
        try:
            self._connection.execute("ROLLBACK")
        except psycopg.Error:
            return False
        return True
