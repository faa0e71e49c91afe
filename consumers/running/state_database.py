"""The database that a job's state lies in: how its connections behave, and what its errors mean."""

import sqlite3
from typing import Any

import psycopg
from sqlalchemy import Connection, Engine, ExceptionContext, create_engine, event
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import StaticPool

from domain.errors import BadInput, Unavailable
from engine.postgres_errors import first_line, not_twice
from engine.postgres_url import begin_session, connection_string, lock_timeout
from engine.urls import POSTGRES, without_password
from engine.write_ahead import write_ahead

IN_MEMORY = "sqlite://"

SCHEMA = "dealtrail_consumers"
"""Where the tables lie in PostgreSQL; what is not found there is looked for where the role would find it."""

NOBODY_WAITS: dict[str, Any] = {"max_overflow": -1}
"""A pool with a connection for each thread: how many there are, others decide."""

IN_JOB = "dealtrail_in_job"
"""Stands in the `info` of a connection while a job has it."""

_STATEMENT_WRONG = frozenset(
    {sqlite3.SQLITE_ERROR, sqlite3.SQLITE_MISMATCH, sqlite3.SQLITE_MISUSE, sqlite3.SQLITE_RANGE,
     sqlite3.SQLITE_CONSTRAINT, sqlite3.SQLITE_TOOBIG}
)  # fmt: skip
"""What SQLite says of a statement, and not of the database."""


_AWAY, _TOO_SLOW = frozenset({"08", "28", "40", "53", "55", "57", "58", "F0", "XX"}), "57014"
"""Classes of PostgreSQL's errors that are not of a statement: connections, rights, deadlocks, resources, locks, an
operator, the operating system, the server itself (what the system refuses and has no class, a full quota for one).
That a statement took too long (statement_timeout) stands among an operator's, and is of the statement."""


class TransactionEnded(Exception):
    """A job committed or rolled back the transaction that it was given."""


def open_engine(url: str, busy_timeout: float) -> Engine:
    """An engine for the state; `busy_timeout` is how many seconds a transaction waits for another's lock.

    On SQLite a transaction takes the write lock when it begins, unless the connection has the execution
    option `reading`. Where the database itself cannot go on, its errors come out as Unavailable.
    """
    if url.startswith(POSTGRES):
        engine = _open_postgres(url, busy_timeout)
    elif url.startswith("sqlite:"):
        engine = _open_sqlite(url, busy_timeout)
    else:
        raise BadInput(
            "The state of a job lies in SQLite or PostgreSQL, and --state names another database. "
            "Use sqlite:///FILE or postgresql://user@host/database."
        )
    shown = without_password(url)
    event.listen(engine, "handle_error", lambda context: _tell(context, shown))
    event.listen(engine, "commit", _not_in_a_job)
    event.listen(engine, "rollback", _not_in_a_job)
    return engine


def _tell(context: ExceptionContext, shown: str) -> None:
    # What the server ended while nobody used it is made again, and that is all.
    if not context.is_pre_ping:
        tell(context.original_exception, shown)


def tell(error: BaseException, shown: str) -> None:
    """Unavailable for locks, lost connections, full disks, damage and missing rights: nothing that a job got wrong."""
    if not is_away(error):
        return
    raise Unavailable(
        f"The state in {shown} cannot be used now ({first_line(error)}). Try again, or look at the database, "
        f"its disk and the rights there; in PostgreSQL the role needs a schema {SCHEMA} of its own."
    ) from error


def _open_sqlite(url: str, busy_timeout: float) -> Engine:
    options: dict[str, Any] = {"connect_args": {"timeout": busy_timeout, "check_same_thread": False}}
    if url == IN_MEMORY:
        # One connection, or every connection would have a database of its own.
        options["poolclass"] = StaticPool
    else:
        options |= NOBODY_WAITS
    try:
        engine = create_engine(url, **options)
    except ArgumentError:
        raise BadInput(
            f"{url!r} (--state) cannot be read. Use sqlite:///FILE: three slashes for a relative path, four for "
            "an absolute one."
        ) from None

    def prepare(connection: Any, _: object) -> None:  # noqa: ANN401 - the driver's own connection
        connection.isolation_level = None  # transactions are begun by `_begin`, DDL is part of them
        write_ahead(connection, busy_timeout)
        # Unlike read models it cannot be built anew: what was committed must outlive a power cut.
        connection.execute("PRAGMA synchronous = FULL")

    event.listen(engine, "connect", prepare)
    event.listen(engine, "begin", _begin_in_memory if url == IN_MEMORY else _begin)
    return engine


def _open_postgres(url: str, busy_timeout: float) -> Engine:
    place = connection_string(url, busy_timeout, of="the state (--state)")
    not_twice("sqlalchemy.pool")
    # Who waited for another process has to see what that one wrote, whatever the database's default is.
    engine = create_engine(
        "postgresql+psycopg://",
        creator=lambda: psycopg.connect(place),
        isolation_level="READ COMMITTED",
        pool_pre_ping=True,
        **NOBODY_WAITS,
    )

    # For the transaction alone: behind a pooler the next one is anybody's.
    settings = f"""SELECT set_config('search_path', '{SCHEMA}, "$user", public', true),
        set_config('lock_timeout', '{lock_timeout(busy_timeout)}', true)"""
    event.listen(engine, "connect", begin_session)
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql(settings))
    return engine


def _begin(connection: Connection) -> None:
    driver: Any = connection.connection.driver_connection
    if driver.in_transaction:
        driver.rollback()  # left open by a commit that failed, with what nobody was told is recorded
    reading = connection.get_execution_options().get("reading", False)
    # A transaction that starts by reading cannot wait for the lock later: it would be refused.
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def _begin_in_memory(connection: Connection) -> None:
    driver: Any = connection.connection.driver_connection
    if (
        not driver.in_transaction
    ):  # else a read inside another transaction, on the one connection that there is
        connection.exec_driver_sql("BEGIN")


def _not_in_a_job(connection: Connection) -> None:
    # The effect would be recorded, and that the event was handled would not.
    # A connection that broke has nothing to undo, and would say so in an error that hides why it broke.
    if not connection.invalidated and connection.info.get(IN_JOB):
        # Not back into the pool: SQLAlchemy takes its transaction for ended, and it is not.
        connection.invalidate()
        raise TransactionEnded


def is_away(error: BaseException) -> bool:
    """Whether an error is of the database, and not of the statement that met it."""
    if isinstance(error, sqlite3.DatabaseError):
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
        return code not in _STATEMENT_WRONG
    if isinstance(error, psycopg.errors.InsufficientPrivilege | psycopg.errors.ReadOnlySqlTransaction):
        return True
    if not isinstance(error, psycopg.OperationalError | psycopg.InterfaceError | psycopg.InternalError):
        return False
    return error.sqlstate is None or (error.sqlstate[:2] in _AWAY and error.sqlstate != _TOO_SLOW)
