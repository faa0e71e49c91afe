"""The views database of one store: a registry of what is built, and the tables in force."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Self

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Engine,
    Integer,
    LargeBinary,
    MetaData,
    Select,
    String,
    Table,
    Text,
    insert,
    inspect,
    select,
)
from sqlalchemy.sql.elements import quoted_name

from domain.errors import Behind, StoreForeign, StoreNewer
from engine.deals import Deals
from engine.urls import POSTGRES, without_password
from projections.running.postgres_views import SCHEMA, AnyText, make_schema
from projections.running.views_database import IN_MEMORY, open_engine

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

    def __init__(self, engine: Engine, shown: str) -> None:
        self.engine = engine
        self._shown = shown

    @classmethod
    def open(cls, deals: Deals, url: str | None = None) -> Self:
        """The views of the store behind `deals`, made where there are none; `url` is a SQLAlchemy URL.

        Without it they lie where the settings say, else beside the store, or in memory as it does.
        StoreForeign where they belong to another store, StoreNewer where a newer dealtrail made them,
        Unavailable where their database cannot be used.
        """
        place = url or deals.settings.views or _beside(deals.settings.store)
        views = cls(open_engine(place, deals.settings.busy_timeout), without_password(place))
        try:
            views._claim(str(deals.info.store_id))
        except BaseException:
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
        return _of_generation(table, generation, by_bytes=self.engine.dialect.name == "postgresql")

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
        row = connection.execute(_in_force(table.name)).one_or_none()
        if row is None:
            raise Behind(
                f"The read model {table.name!r} is not built yet. Catch up first: "
                "`projections.running.runner.catch_up`, or any question of the command line."
            )
        return row.generation, row.position

    def _claim(self, store_id: str) -> None:
        """Make the views this store's if they are new, else check that they are."""
        with self.engine.connect() as connection:
            # Most often they are there, and nobody has to wait for a page that another process writes.
            known = inspect(connection).has_table(VIEWS_META.name)
            owner = connection.execute(select(VIEWS_META)).one_or_none() if known else None
        if owner is None:
            with self.writing() as connection:
                if connection.dialect.name == "postgresql":
                    make_schema(connection)
                REGISTRY.create_all(connection)
                owner = connection.execute(select(VIEWS_META)).one_or_none()
                if owner is None:
                    connection.execute(insert(VIEWS_META), {"store_id": store_id, "layout": LAYOUT})
                    return
        if owner.store_id != store_id:
            raise StoreForeign(
                f"The read models in {self._shown} belong to the store {owner.store_id}, not to {store_id}. "
                f"Choose another place with DEALTRAIL_VIEWS, or delete them ({self._deleting()})."
            )
        if owner.layout > LAYOUT:
            raise StoreNewer(
                f"The read models in {self._shown} were made by a newer dealtrail. Update dealtrail, "
                "or choose another place with DEALTRAIL_VIEWS."
            )

    def _deleting(self) -> str:
        return f"DROP SCHEMA {SCHEMA} CASCADE" if self.engine.dialect.name == "postgresql" else "the file"


def _beside(store_url: str) -> str:
    if store_url.startswith(POSTGRES):
        return store_url
    if not store_url.startswith("sqlite:"):
        return IN_MEMORY
    return f"{store_url.removesuffix('.db')}.views.db"


@lru_cache(maxsize=256)
def _in_force(name: str) -> Select[tuple[int, int]]:
    """The statement that finds the generation in force of a logical table, and the position that it stands at."""
    return select(PROJECTIONS.c.generation, PROJECTIONS.c.position).where(
        PROJECTIONS.c.state == "live", PROJECTIONS.c.tables.contains(f",{name},", autoescape=True)
    )


@lru_cache(maxsize=256)
def _of_generation(table: Table, generation: int, *, by_bytes: bool) -> Table:
    """The table of a generation, one object for all views: what is worded for it need not be worded again.

    `by_bytes` lets texts be compared and ordered as SQLite does, whatever the language of the database.
    """
    physical = table.to_metadata(MetaData(), name=f"{table.name}_{generation}")
    for index in physical.indexes:
        # SQLite keeps one list of index names for all tables.
        index.name = quoted_name(f"{index.name}_{generation}", quote=None)
        if by_bytes:
            # Of some rows only, as in SQLite; said here, since to say it imports every driver of PostgreSQL.
            index.kwargs["postgresql_where"] = index.dialect_options["sqlite"]["where"]
    for column in physical.columns if by_bytes else ():
        if isinstance(column.type, String):
            column.type = AnyText(column.type.length)
    return physical
