"""The views database of one store: a registry of what is built, and the tables in force."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Self

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Engine,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    create_engine,
    event,
    insert,
    select,
)
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import StaticPool
from sqlalchemy.sql.elements import quoted_name

from domain.errors import BadInput, Behind, StoreForeign, StoreNewer, Unavailable
from engine.deals import Deals

IN_MEMORY = "sqlite://"
LAYOUT = 1
"""Of the registry's own tables."""

REGISTRY = MetaData()

VIEWS_META = Table(
    "views_meta",
    REGISTRY,
    Column("store_id", String(36), primary_key=True),
    Column("layout", Integer, nullable=False),
)

PROJECTIONS = Table(
    "projections",
    REGISTRY,
    Column("name", String, primary_key=True),
    Column("generation", Integer, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("state", String, nullable=False),
    Column("tables", Text, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("digest", LargeBinary),
)
"""A row per generation: `live` (in force), `building` (catching up beside it) or `old`.

`tables` are the names of its logical tables, each between commas.
"""

QUARANTINE = Table(
    "quarantine",
    REGISTRY,
    Column("projection", String, primary_key=True),
    Column("generation", Integer, primary_key=True),
    Column("stream", LargeBinary(16), primary_key=True),
    Column("position", BigInteger, nullable=False),
    Column("version", Integer, nullable=False),
    Column("type", String, nullable=False),
    Column("error", Text, nullable=False),
)
"""Streams whose fold failed: none of their events from `position` on is in the tables."""


class Views:
    """The read models of one store."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._physical: dict[tuple[str, int], Table] = {}

    @classmethod
    def open(cls, deals: Deals, url: str | None = None) -> Self:
        """The views of the store behind `deals`, made where there are none; `url` is a SQLAlchemy URL.

        Without it they lie where the settings say, else beside the store, or in memory as it does. StoreForeign where
        they belong to another store, StoreNewer where a newer dealtrail made them.
        """
        place = url or deals.settings.views or _beside(deals.info.url)
        views = cls(_engine(place, deals.settings.busy_timeout))
        try:
            views._claim(str(deals.info.store_id))
        except SQLAlchemyError as error:
            views.close()
            raise Unavailable(
                f"The read models in {views.engine.url} cannot be used now ({error}). "
                "Look at the folder and its permissions; they can be deleted, and are then built anew."
            ) from error
        except Exception:
            views.close()
            raise
        return views

    def table(self, table: Table) -> Table:
        """The physical table in force of a projection's logical one; Behind where none is built yet."""
        with self.engine.connect() as connection:
            return self.table_on(connection, table)

    def table_on(self, connection: Connection, table: Table) -> Table:
        """`table`, as this connection's transaction sees it."""
        generation, _ = self._live(connection, table)
        return self.physical(table, generation)

    def position_on(self, connection: Connection, table: Table) -> int:
        """The position in the log up to which `table` is in force."""
        _, position = self._live(connection, table)
        return position

    def physical(self, table: Table, generation: int) -> Table:
        """The table of that generation, whether it is there or not."""
        known = self._physical.get((table.name, generation))
        if known is None:
            known = self._physical[table.name, generation] = _of_generation(table, generation)
        return known

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that writes: it waits for others that do, then has the latest rows before it."""
        with self.engine.connect().execution_options(writing=True) as connection, connection.begin():
            yield connection

    def close(self) -> None:
        """Let go of the database; closing twice is harmless."""
        self.engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _live(self, connection: Connection, table: Table) -> tuple[int, int]:
        statement = select(PROJECTIONS.c.generation, PROJECTIONS.c.position).where(
            PROJECTIONS.c.state == "live", PROJECTIONS.c.tables.contains(f",{table.name},", autoescape=True)
        )
        row = connection.execute(statement).one_or_none()
        if row is None:
            raise Behind(
                f"The read model {table.name!r} is not built yet. Run `dealtrail projections run` first."
            )
        return row.generation, row.position

    def _claim(self, store_id: str) -> None:
        with self.writing() as connection:
            REGISTRY.create_all(connection)
            row = connection.execute(select(VIEWS_META)).one_or_none()
            if row is None:
                connection.execute(insert(VIEWS_META), {"store_id": store_id, "layout": LAYOUT})
            elif row.store_id != store_id:
                raise StoreForeign(
                    f"The read models in {self.engine.url} belong to the store {row.store_id}, not to "
                    f"{store_id}. Delete them, or choose another place with DEALTRAIL_VIEWS."
                )
            elif row.layout > LAYOUT:
                raise StoreNewer(
                    f"The read models in {self.engine.url} were made by a newer dealtrail. Update dealtrail, "
                    "or choose another place with DEALTRAIL_VIEWS."
                )


def _beside(store_url: str) -> str:
    if not store_url.startswith("sqlite:"):
        return IN_MEMORY
    return f"{store_url.removesuffix('.db')}.views.db"


def _engine(url: str, busy_timeout: float) -> Engine:
    if not url.startswith("sqlite:"):
        raise BadInput(f"Read models lie in SQLite: {url!r} names another database. Use sqlite:///FILE.")
    options: dict[str, Any] = {"connect_args": {"timeout": busy_timeout, "check_same_thread": False}}
    if url == IN_MEMORY:
        # One connection, or every connection would have a database of its own.
        options["poolclass"] = StaticPool
    # The statements about the past join on nothing on purpose: see `as_of.CrossJoin`.
    engine = create_engine(url, enable_from_linting=False, **options)
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: Any, _: object) -> None:  # noqa: ANN401 - the driver's own connection
    connection.isolation_level = None  # transactions are begun by `_begin`, DDL is part of them
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")


def _begin(connection: Connection) -> None:
    driver: Any = connection.connection.driver_connection
    if driver.in_transaction:
        return  # a read inside another read on the one connection of a database in memory
    writing = connection.get_execution_options().get("writing", False)
    # A transaction that starts by reading cannot wait for the lock later: it would be refused.
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def _of_generation(table: Table, generation: int) -> Table:
    physical = table.to_metadata(MetaData(), name=f"{table.name}_{generation}")
    for index in physical.indexes:
        # SQLite keeps one list of index names for all tables.
        index.name = quoted_name(f"{index.name}_{generation}", quote=None)
    return physical
