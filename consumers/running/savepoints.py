"""Calls of a job inside a transaction, behind savepoints: what was written since the last is undone when one fails."""

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


class Savepoints:
    """Calls functions of a job behind a savepoint, which is taken with the first call after `renew`."""

    def __init__(self, connection: Connection) -> None:
        self._info = connection.info  # it is out of reach once the connection is lost
        # Straight to the driver: through SQLAlchemy a savepoint takes longer than reading the event.
        self._cursor: Any = connection.connection.cursor()
        # PostgreSQL lets go of the last and takes the next in one round trip.
        self._is_postgres = connection.dialect.name == "postgresql"
        self._next = (f"{LET_GO}; {TAKE}",) if self._is_postgres else (LET_GO, TAKE)
        self._taken, self._due = False, True

    def renew(self) -> None:
        """Let stand what was written so far, whatever becomes of the next calls."""
        self._due = True

    def call(self, function: Callable[..., None], *arguments: object) -> str | Unavailable | None:
        """Call it; None where that went well, else why it did not, and what was written since the savepoint is undone.

        Why is Unavailable where it raised that, which is not of this event. Raises Unavailable where the
        transaction itself cannot go on, and TransactionEnded where there is none any more.
        """
        if self._due:
            self._execute(*(self._next if self._taken else (TAKE,)))
            self._taken, self._due = True, False
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
            return error
        except Exception as error:  # noqa: BLE001 - whatever a job raises stops its deal alone
            self._execute(UNDO)
            return reason(error)
        finally:
            self._info.pop(IN_JOB, None)
        if self._is_broken():
            self._execute(UNDO)
            return "the job went on after an error of its database, which has undone what it did"
        return None

    def close(self) -> None:
        """Let go of the last savepoint; TransactionEnded where a job has ended the transaction behind our back."""
        if self._taken:
            self._execute(LET_GO)
            self._taken, self._due = False, True

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
