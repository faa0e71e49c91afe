"""What PostgreSQL calls out when the log grows: a hint that is worth waiting for, never one to rely on."""

from contextlib import closing
from threading import Condition, Event, Lock, Thread

import psycopg

from domain.errors import DealtrailError
from engine.postgres_database import Connection, Database
from engine.postgres_schema import SCHEMA

SOONEST, LATEST = 0.1, 30.0
"""Seconds between two attempts to listen: doubled after each that heard nothing."""

ANSWER = 5.0
"""Seconds that the answer to LISTEN may take."""

LOOK = 0.2
"""Seconds after which the thread that listens looks whether it shall stop."""


class Listener:
    """A thread with a connection of its own that listens for all who wait, from the first wait on.

    Whatever becomes of its connection, nobody waits longer for it than they wanted to.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._starting = Lock()
        self._thread: Thread | None = None
        self._called = Condition()
        self._stopped = Event()
        self._distrusted = False
        self.calls = 0
        """How often the log has grown since this began to listen, as far as PostgreSQL said."""

    def wait(self, known: int, seconds: float) -> bool:
        """Wait so long for more calls than the `known` ones, and tell whether there were any."""
        with self._starting:
            if self._thread is None and not self._stopped.is_set():
                self._thread = Thread(target=self._run, name="dealtrail listens", daemon=True)
                self._thread.start()
        with self._called:
            return self._called.wait_for(lambda: self.calls != known, seconds)

    def distrust(self) -> None:
        """The log has grown and nothing was heard: listen on another connection."""
        self._distrusted = True

    def close(self) -> None:
        """Stop listening."""
        self._stopped.set()
        with self._starting:
            thread, self._thread = self._thread, None
        if thread is not None:
            # Longer only where it is just connecting: then it stops as soon as it has.
            thread.join(10 * LOOK)

    def _run(self) -> None:
        pause = SOONEST
        while not self._stopped.is_set():
            self._distrusted = False
            heard = self.calls
            try:
                with closing(self._database.connect()) as connection:
                    self._listen(connection)
            except (psycopg.Error, DealtrailError):
                pass  # a hint that is missing: whoever waits looks by itself, and this tries again
            # The first call of a connection is its own.
            pause = SOONEST if self.calls > heard + 1 else min(2 * pause, LATEST)
            self._stopped.wait(pause)

    def _listen(self, connection: Connection) -> None:
        connection.silence = ANSWER
        connection.execute(f"LISTEN {SCHEMA}")
        # What was recorded before is not called out on this connection: everybody looks at the log once.
        self._call()
        while not self._stopped.is_set() and not self._distrusted:
            for _ in connection.notifies(timeout=LOOK, stop_after=1):
                self._call()

    def _call(self) -> None:
        with self._called:
            self.calls += 1
            self._called.notify_all()
