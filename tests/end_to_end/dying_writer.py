"""A process that records in PostgreSQL and kills itself at a named point on the way.

As a program: its arguments are a store, a point and a batch's size. It says `acknowledged` if it lives so long.
"""

import os
import signal
import sys
from collections.abc import Sequence
from typing import Any, cast

from engine.postgres import PostgresLog
from engine.postgres_database import Connection
from engine.postgres_statements import ALONE, INSERT, MOVE
from tests.end_to_end.racer import CONTESTED, entries, opened

POINTS = {
    "lone statement not sent": (ALONE, "before"),
    "lone statement sent": (ALONE, "sent"),
    "lone statement answered": (ALONE, "after"),
    "lock not asked for": ("BEGIN", "before"),
    "lock asked for": ("BEGIN", "sent"),
    "lock held": (INSERT, "before"),
    "events sent": (MOVE, "before"),
    "head sent": (MOVE, "sent"),
    "COMMIT not sent": ("COMMIT", "before"),
    "COMMIT sent": ("COMMIT", "sent"),
    "COMMIT answered": ("", "after"),
}
"""Before which statement, behind its way to the server, or behind its answer."""


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

    def cursor(self, *given: Any, **options: Any) -> Any:  # noqa: ANN401 - as psycopg takes them
        if self.point == INSERT:
            die()
        return super().cursor(*given, **options)

    def _sent_and_dead(self, query: str, values: Sequence[object] = ()) -> None:
        """The statement is on its way when the process dies; with it all that was queued before."""
        with self.pipeline():
            super().execute(query, values)
            self.pgconn.pipeline_sync()
            self.pgconn.flush()
            die()


def die() -> None:
    """End as `kill -9` does."""
    os.kill(os.getpid(), signal.SIGKILL)


def write(store: str, point: str, first: int, count: int) -> None:
    """One batch on a connection that is warm, and dies."""
    log = cast(PostgresLog, opened(store))
    statement, where = POINTS[point]
    connection = log._writing()
    connection.__class__ = type("Armed", (Dying,), {"point": statement, "where": where})
    if statement == ALONE:
        # As if this log had just appended: then a lone event is one statement.
        end = log.head()
        log._end, log._alone = (end.position, end.digest, None), True
    log.append(entries(CONTESTED, first, count, f"batch {first}"))
    if not statement:
        die()
    print("acknowledged", flush=True)  # noqa: T201 - to whoever waits for it


if __name__ == "__main__":
    write(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
