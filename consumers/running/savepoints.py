"""Calls of a job inside a transaction: what a call wrote is undone when it fails, and nothing else."""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from traceback import extract_tb
from typing import Any

import psycopg
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from consumers.running.state_database import IN_JOB, TransactionEnded, is_away
from domain.errors import DealtrailError, Unavailable

_IN_ERROR = psycopg.pq.TransactionStatus.INERROR

TAKE, UNDO, LET_GO = "SAVEPOINT event", "ROLLBACK TO SAVEPOINT event", "RELEASE SAVEPOINT event"


class Away(Exception):
    """What a job needs is away (`error`): what this call wrote is undone, and what came before it stands."""

    def __init__(self, error: Unavailable) -> None:
        super().__init__(error)
        self.error = error


class Savepoints:
    """Calls functions of a job, each behind a savepoint."""

    def __init__(self, connection: Connection) -> None:
        self._info = connection.info  # it is out of reach once the connection is lost
        # Straight to the driver: through SQLAlchemy a savepoint takes longer than reading the event.
        self._cursor: Any = connection.connection.cursor()
        # PostgreSQL lets go of the last and takes the next in one round trip.
        self._is_postgres = connection.dialect.name == "postgresql"
        self._next = (f"{LET_GO}; {TAKE}",) if self._is_postgres else (LET_GO, TAKE)
        self._taken = False

    def call(self, function: Callable[..., None], *arguments: object) -> str | None:
        """Call it; None where that went well, else why it did not, and what it wrote is undone.

        Away where it raises Unavailable, which is not of this event; Unavailable where the transaction itself
        cannot go on then, and TransactionEnded where there is none any more.
        """
        self._execute(*(self._next if self._taken else (TAKE,)))
        self._taken = True
        self._info[IN_JOB] = True
        try:
            function(*arguments)
        except TransactionEnded:
            raise
        except Unavailable as error:
            try:
                self._execute(UNDO)
            except (sqlite3.Error, psycopg.Error, TransactionEnded):
                raise error from None  # it is the state itself that is away
            raise Away(error) from error
        except Exception as error:  # noqa: BLE001 - whatever a job raises stops its deal alone
            self._execute(UNDO)
            return reason(error)
        finally:
            self._info.pop(IN_JOB, None)
        if self._is_broken():
            self._execute(UNDO)
            return "the job went on after an error of its database, which has undone what it did"
        return None

    def _is_broken(self) -> bool:
        """Whether PostgreSQL refuses everything until something is undone: the job has caught an error of its own."""
        return self._is_postgres and self._cursor.connection.pgconn.transaction_status == _IN_ERROR

    def _execute(self, *statements: str) -> None:
        for statement in statements:
            try:
                self._cursor.execute(statement)
            except (sqlite3.Error, psycopg.Error) as error:
                if is_away(error):
                    raise
                raise TransactionEnded from error  # there is no such savepoint any more


def reason(error: Exception) -> str:
    """What went wrong, without the words of foreign errors: they may hold personal data."""
    if isinstance(error, DealtrailError):
        return str(error)
    kind = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    frames = extract_tb(error.__traceback__)
    # The job's own line, not the library's that it called.
    own = [frame for frame in frames if "site-packages" not in frame.filename] or frames
    where = f" in {Path(own[-1].filename).name}, line {own[-1].lineno}" if own else ""
    return f"{type(kind).__name__}{where}"
