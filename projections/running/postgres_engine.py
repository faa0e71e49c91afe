"""Connections to read models in PostgreSQL: one writer at a time, readers that see one instant."""

from typing import Any

import psycopg
from psycopg import errors
from sqlalchemy import Connection, Dialect, Engine, ExceptionContext, create_engine, event

from domain.errors import BadInput, Unavailable
from engine.postgres_errors import first_line, is_damaged, not_twice
from engine.postgres_url import begin_session, connection_string, lock_timeout
from engine.urls import without_password
from projections.running.postgres_views import SCHEMA

WRITERS = 0x6465616C76696577
"""The advisory lock ("dealview") that a writing transaction holds, as a SQLite file's writer holds the file."""

FROZEN = "5min"
"""How long that lock lasts where its runner stands still between two statements, or its machine is gone."""

SETTINGS = f"""
    set_config('search_path', '{SCHEMA}', true), set_config('lock_timeout', '{{wait}}', true),
    set_config('idle_in_transaction_session_timeout', '{FROZEN}', true),
    set_config('synchronous_commit', 'off', true)
"""
"""What each transaction sets for itself: behind a pooler the next one on this connection may be a log's.

Read models can be built anew, and rows and position are one transaction: the last may be lost together.
"""


def open_postgres(url: str, busy_timeout: float) -> Engine:
    """An engine for the views in a PostgreSQL database, in whose schema its connections work.

    The URL is read as a store's is. A connection with the execution option `writing` waits at most
    `busy_timeout` seconds for another writer; any other reads the rows of one instant. The database's own
    errors come out as Unavailable.
    """
    place = connection_string(url, busy_timeout, of="the read models (DEALTRAIL_VIEWS)")
    shown = without_password(url)
    not_twice("sqlalchemy.pool")
    # The statements about the past join on nothing on purpose: see `as_of.CrossJoin`.
    engine = create_engine(
        "postgresql+psycopg://", enable_from_linting=False, hide_parameters=True, pool_pre_ping=True
    )

    def connect(_: Dialect, __: object, arguments: list[Any], ___: object) -> None:
        arguments[:] = [place]

    settings = SETTINGS.format(wait=lock_timeout(busy_timeout))
    event.listen(engine, "do_connect", connect)
    event.listen(engine, "connect", begin_session)
    event.listen(engine, "begin", lambda connection: _begin(connection, settings))
    event.listen(engine, "handle_error", lambda context: _tell(context, shown))
    return engine


def _begin(connection: Connection, settings: str) -> None:
    # Said with BEGIN: a statement of its own would be one more way to the server and back.
    driver: Any = connection.connection.driver_connection
    writing = connection.get_execution_options().get("writing", False)
    # Who waited for the lock has to see what the one before it wrote, whatever the role's default is.
    level = psycopg.IsolationLevel
    driver.isolation_level = level.READ_COMMITTED if writing else level.REPEATABLE_READ
    connection.exec_driver_sql(
        f"SELECT {settings}, pg_advisory_xact_lock({WRITERS})" if writing else f"SELECT {settings}"
    )


def _tell(context: ExceptionContext, shown: str) -> None:
    """Locks, lost connections, full disks, damage and missing rights are nothing that a projection got wrong."""
    error = context.original_exception
    if context.is_pre_ping:
        return  # the server ended a connection while nobody used it: another one is made
    # Where the role may not look into the schema, PostgreSQL says that there is none to make tables in.
    no_rights = errors.InsufficientPrivilege | errors.InvalidSchemaName
    # What the operating system refuses, a full quota for one, PostgreSQL tells as an error of its own.
    away = psycopg.OperationalError | errors.InternalError_ | errors.IdleInTransactionSessionTimeout
    if isinstance(error, errors.DuplicatePreparedStatement | errors.InvalidSqlStatementName):
        raise BadInput(
            f"The read models in {shown} need what they have prepared ({first_line(error)}), and what stands before "
            "the server takes it away between two transactions. Use PgBouncer 1.22 or newer with "
            "max_prepared_statements, its pooling mode `session`, or the server itself."
        ) from error
    if isinstance(error, errors.ReadOnlySqlTransaction):
        raise Unavailable(
            f"The read models in {shown} can only be read there ({first_line(error)}): is it a standby? "
            "Name a database that takes writes in DEALTRAIL_VIEWS, a file (sqlite:///FILE) for one."
        ) from error
    if is_damaged(error):
        raise Unavailable(
            f"The read models in {shown} are damaged ({first_line(error)}). Look at the server's disk, then let "
            f"them be built anew from the store: DROP SCHEMA {SCHEMA} CASCADE."
        ) from error
    if isinstance(error, no_rights):
        raise Unavailable(
            f"The role that opens the read models in {shown} may not do this ({first_line(error)}). It needs a "
            f"schema {SCHEMA} of its own, or with DEALTRAIL_VIEWS another place for its read models."
        ) from error
    if isinstance(error, away):
        raise Unavailable(
            f"The read models in {shown} cannot be used now ({first_line(error)}). They stand where they stood: "
            "look at the server, its disk and the network, then try again."
        ) from error
