"""Read models in PostgreSQL: a schema of their own, one writer at a time, readers that see one instant."""

from typing import Any

from sqlalchemy import Connection, Dialect, Engine, ExceptionContext, String, create_engine, event, make_url
from sqlalchemy.types import TypeDecorator

from domain.errors import Unavailable

SCHEMA = "dealtrail_views"
"""Where the tables lie, in the store's database or in another."""

WRITERS = 0x6465616C76696577
"""The advisory lock ("dealview") that a writing transaction holds, as a SQLite file's writer holds the file."""

NUL = "\ufdd0"
"""What stands in PostgreSQL for the one character that it cannot hold; Unicode keeps it for such uses."""


class AnyText(TypeDecorator[str]):
    """Text as SQLite holds it: compared and ordered by its bytes, and with any character in it."""

    impl = String
    cache_ok = True

    def __init__(self, length: int | None = None) -> None:
        super().__init__(length, collation="C")

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - SQLAlchemy's
        """The text for the database."""
        return value.replace("\0", NUL) if value else value

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - SQLAlchemy's
        """The text that was meant."""
        return value.replace(NUL, "\0") if value else value


def open_postgres(url: str, busy_timeout: float) -> Engine:
    """An engine for the views in a PostgreSQL database, in whose schema its connections work.

    A connection with the execution option `writing` waits at most `busy_timeout` seconds for another writer;
    any other reads the rows of one instant. The database's own errors come out as Unavailable.
    """
    place = make_url(url).set(drivername="postgresql+psycopg")
    # The statements about the past join on nothing on purpose: see `as_of.CrossJoin`.
    engine = create_engine(place, enable_from_linting=False)

    def prepare(connection: Any, _: object) -> None:  # noqa: ANN401 - the driver's own connection
        wait = f"{int(busy_timeout * 1_000)}ms"
        with connection.cursor() as cursor:
            cursor.execute(f"SET search_path TO {SCHEMA}")
            cursor.execute(f"SET lock_timeout TO '{wait}'")
            # They can be built anew, and rows and position are one transaction: the last may be lost together.
            cursor.execute("SET synchronous_commit TO off")
        connection.commit()

    event.listen(engine, "connect", prepare)
    event.listen(engine, "begin", _begin)
    event.listen(engine, "handle_error", _tell)
    return engine


def make_schema(connection: Connection) -> None:
    """Make the schema where it is not there yet."""
    there = connection.exec_driver_sql(f"SELECT to_regnamespace('{SCHEMA}') IS NOT NULL").scalar()
    if not there:
        connection.exec_driver_sql(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}")


def _begin(connection: Connection) -> None:
    # Said with BEGIN: a statement of its own would be one more way to the server and back.
    driver: Any = connection.connection.driver_connection
    psycopg: Any = connection.dialect.dbapi
    writing = connection.get_execution_options().get("writing", False)
    driver.isolation_level = None if writing else psycopg.IsolationLevel.REPEATABLE_READ
    if writing:
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({WRITERS})")


def _tell(context: ExceptionContext) -> None:
    """Locks, lost connections and missing rights are nothing that a projection got wrong."""
    dialect = context.dialect.dbapi
    error = context.original_exception
    if dialect is None or not isinstance(
        error, dialect.OperationalError | dialect.errors.InsufficientPrivilege
    ):
        return
    where = context.engine.url if context.engine is not None else "the views database"
    told = (str(error).strip() or type(error).__name__).splitlines()[0]
    raise Unavailable(
        f"The read models in {where} cannot be used now ({told}). Try again, or look at the server and the "
        f"rights of the role, which needs a schema {SCHEMA} of its own."
    ) from error
