"""The connections that read a PostgreSQL store: kept open for the next reader, closed when they fail."""

from collections import deque
from collections.abc import Sequence
from typing import Any

import psycopg

from domain.errors import Unavailable
from engine.postgres_database import Connection, Database
from engine.postgres_errors import is_lost

IDLE = 8
"""Connections kept open for the next reader; more are opened when more threads read at once."""


class Readers:
    """Answers of one store's database; from any thread."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._idle: deque[Connection] = deque()
        self._closed = False

    def select(self, statement: str, values: Sequence[object]) -> list[Any]:
        """The rows that a statement finds. A connection that was lost while it was idle is replaced."""
        if self._closed:
            raise Unavailable(f"The store {self._database.url} was closed. Open it again.")
        with self._database.translated():
            try:
                connection = self._idle.pop()
            except IndexError:
                return self._asked(self._database.connect(), statement, values)
            try:
                return self._asked(connection, statement, values)
            except psycopg.OperationalError as error:
                # The server was restarted, or the connection had been idle for too long: reading again is safe.
                if not is_lost(error):
                    raise
            return self._asked(self._database.connect(), statement, values)

    def close(self) -> None:
        """Close what is idle now, and what is in use when it is given back."""
        self._closed = True
        while self._idle:
            self._idle.pop().close()

    def _asked(self, connection: Connection, statement: str, values: Sequence[object]) -> list[Any]:
        try:
            found = connection.execute(statement, values, binary=True).fetchall()
        except BaseException:
            connection.close()
            raise
        if self._closed or len(self._idle) >= IDLE:
            connection.close()
        else:
            self._idle.append(connection)
        return found
