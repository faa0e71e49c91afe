"""A process that records in PostgreSQL and kills itself at a named point on the way.

As a program: its arguments are a store, a point and a batch's size. It says `acknowledged` if it lives so long.
"""

import os
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, cast

import psycopg

from engine.postgres import PostgresLog
from engine.postgres_database import Connection
from engine.postgres_statements import ALONE, COPY, INSERT_MANY, KNOWN, MAKE_INCOMING, SETTLE, TAKE, TOGETHER
from tests.end_to_end.racer import CONTESTED, entries, opened

POINTS = {
    "lone statement not sent": (ALONE, "before"),
    "lone statement sent": (ALONE, "sent"),
    "lone statement answered": (ALONE, "after"),
    "group not sent": (TOGETHER, "before"),
    "group sent": (TOGETHER, "sent"),
    "group answered": (TOGETHER, "after"),
    "copy begun": (MAKE_INCOMING, "sent"),
    "copy not sent": (COPY, "before"),
    "copy half sent": (COPY, "sent"),
    "copy sent, lock not asked for": (TAKE, "before"),
    "copy sent, lock and COMMIT sent": (TAKE, "sent"),
    "copy answered": (TAKE, "after"),
    "lock not asked for": (KNOWN, "before"),
    "lock asked for": (KNOWN, "sent"),
    "lock held": (INSERT_MANY, "before"),
    "events sent": (INSERT_MANY, "sent"),
    "head and COMMIT not sent": (SETTLE, "before"),
    "head and COMMIT sent": (SETTLE, "sent"),
    "COMMIT answered": ("", "after"),
}
"""Before which statement, behind its way to the server, or behind its answer."""

UNRIVALLED = (ALONE, TOGETHER, MAKE_INCOMING, COPY, TAKE)
"""Statements of a log that believes that nobody else writes."""


class Dying(Connection):
    """A connection whose process ends at one point."""

    point = ""
    where = ""

    def execute(self, query: Any, *given: Any, **options: Any) -> Any:  # noqa: ANN401 - as psycopg takes them
        if query == self.point and self.where == "before":
            die()
        if query == self.point and self.where == "sent":
            return self._sent_and_dead(query, *given)
        found = super().execute(query, *given, **options)
        if query == self.point and self.where == "after":
            die()
        return found

    def in_one_message(self, statements: str, values: Sequence[object] = ()) -> Any:  # noqa: ANN401 - a cursor
        if statements == self.point and self.where == "before":
            die()
        if statements == self.point and self.where == "sent":
            self.pgconn.send_query(psycopg.ClientCursor(self).mogrify(statements, values).encode())
            self.pgconn.flush()
            die()
        found = super().in_one_message(statements, values)
        if statements == self.point and self.where == "after":
            die()
        return found

    def _sent_and_dead(self, query: str, values: Sequence[object] = ()) -> None:
        """The statement is on its way when the process dies."""
        with self.pipeline():
            super().execute(query, values)
            self.pgconn.pipeline_sync()
            self.pgconn.flush()
            die()


class DyingCursor(psycopg.Cursor[tuple[Any, ...]]):
    """A cursor whose process ends before it copies, or in the middle of it."""

    where = ""

    @contextmanager
    def copy(self, statement: Any, *given: Any, **options: Any) -> Iterator[psycopg.Copy]:  # noqa: ANN401 - psycopg's
        """Begin to copy, if at all."""
        if self.where == "before":
            die()
        with super().copy(statement, *given, **options) as copy:
            copy.write(b"PGCOPY")
            die()
            yield copy


def die() -> None:
    """End as `kill -9` does."""
    os.kill(os.getpid(), signal.SIGKILL)


def write(store: str, point: str, first: int, count: int) -> None:
    """One batch on a connection that is warm, and dies."""
    log = cast(PostgresLog, opened(store))
    statement, where = POINTS[point]
    connection = log._writer.connection()
    connection.__class__ = type("Armed", (Dying,), {"point": statement, "where": where})
    if statement == COPY:
        connection.cursor_factory = type("Armed", (DyingCursor,), {"where": where})
    if statement in UNRIVALLED:
        # As if this log had just appended.
        end = log.head()
        log._writer.end, log._writer.alone = (end.position, end.digest, None), True
    log.append(entries(CONTESTED, first, count, f"batch {first}"))
    if not statement:
        die()
    print("acknowledged", flush=True)  # noqa: T201 - to whoever waits for it


if __name__ == "__main__":
    write(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
