"""The database that read models lie in: how its connections behave, and what its errors mean."""

from typing import Any

from sqlalchemy import Connection, Engine, ExceptionContext, create_engine, event
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import StaticPool

from domain.errors import BadInput, Unavailable
from engine.urls import POSTGRES
from engine.write_ahead import write_ahead

IN_MEMORY = "sqlite://"


def open_engine(url: str, busy_timeout: float) -> Engine:
    """An engine for the views database; `busy_timeout` is how many seconds a writer waits for another.

    A connection with the execution option `writing` takes the write lock when its transaction begins.
    The database's own errors come out as Unavailable, with what to try.
    """
    if url.startswith(POSTGRES):
        # Imported where it is wanted: a command on a file need not wait for it.
        from projections.running.postgres_engine import open_postgres  # noqa: PLC0415

        return open_postgres(url, busy_timeout)
    if not url.startswith("sqlite:"):
        raise BadInput(
            "Read models lie in SQLite or PostgreSQL, and DEALTRAIL_VIEWS names another database. "
            "Use sqlite:///FILE or postgresql://user@host/database."
        )
    options: dict[str, Any] = {
        "connect_args": {"timeout": busy_timeout, "check_same_thread": False},
        "hide_parameters": True,
    }
    if url == IN_MEMORY:
        # One connection, or every connection would have a database of its own.
        options["poolclass"] = StaticPool
    # The statements about the past join on nothing on purpose: see `as_of.CrossJoin`.
    try:
        engine = create_engine(url, enable_from_linting=False, **options)
    except ArgumentError:
        raise BadInput(
            f"{url!r} (DEALTRAIL_VIEWS) cannot be read. Use sqlite:///FILE: three slashes for a relative path, "
            "four for an absolute one."
        ) from None

    def prepare(connection: Any, _: object) -> None:  # noqa: ANN401 - the driver's own connection
        connection.isolation_level = None  # transactions are begun by `_begin`, DDL is part of them
        write_ahead(connection, busy_timeout)
        connection.execute("PRAGMA synchronous = NORMAL")

    event.listen(engine, "connect", prepare)
    event.listen(engine, "begin", _begin)
    event.listen(engine, "handle_error", _tell)
    return engine


def _begin(connection: Connection) -> None:
    driver: Any = connection.connection.driver_connection
    if driver.in_transaction:
        return  # a read inside another read on the one connection of a database in memory
    writing = connection.get_execution_options().get("writing", False)
    # A transaction that starts by reading cannot wait for the lock later: it would be refused.
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def _tell(context: ExceptionContext) -> None:
    """Locks, full disks, missing folders and damaged files are nothing that a projection got wrong."""
    dialect = context.dialect.dbapi
    kinds = (dialect.OperationalError, dialect.DatabaseError) if dialect is not None else ()
    error = context.original_exception
    if type(error) in kinds:
        where = context.engine.url if context.engine is not None else "the views database"
        raise Unavailable(
            f"The read models in {where} cannot be used now ({error}). Try again, or look at the file, its folder "
            "and its permissions. They can be deleted: they are then built anew from the store."
        ) from error
