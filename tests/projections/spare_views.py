"""Read models that one example after another may use: to empty them takes far less than to make them.

They lie in memory, or with `--read-models-on-postgres` in a database of the server that the tests share.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from sqlite3 import Connection, connect
from typing import Any, Protocol

from sqlalchemy import insert, update

from engine.deals import Deals
from engine.settings import Settings
from projections.catalogue import PROJECTIONS
from projections.running.postgres_views import SCHEMA, make_schema
from projections.running.runner import catch_up
from projections.running.views import LAYOUT, REGISTRY, VIEWS_META, Views


class Spare(Protocol):
    """Views of which every projection is in force and has read nothing yet."""

    def of(self, deals: Deals) -> Views:
        """The views, empty, as those of this store."""


class SpareInMemory:
    """Views in a SQLite database in memory."""

    def __init__(self) -> None:
        with Deals(Settings(store="memory:")) as deals:
            self._views = Views.open(deals)
            catch_up(self._views, deals, PROJECTIONS)
        self._empty = connect(":memory:", check_same_thread=False)
        self._driver().backup(self._empty)

    def of(self, deals: Deals) -> Views:
        self._empty.backup(self._driver())
        _belong(self._views, deals)
        return self._views

    def _driver(self) -> Connection:
        with self._views.engine.connect() as connection:
            driver: Any = connection.connection.driver_connection
            assert isinstance(driver, Connection)
            return driver


class SpareOnPostgres:
    """Views in a PostgreSQL database."""

    def __init__(self, url: str) -> None:
        self._nothing = Deals(Settings(store="memory:"))
        self._views = Views.open(self._nothing, url)

    def of(self, deals: Deals) -> Views:
        anew(self._views, self._nothing)
        catch_up(self._views, self._nothing, PROJECTIONS)
        _belong(self._views, deals)
        return self._views


def anew(views: Views, deals: Deals) -> Views:
    """Views on PostgreSQL as those of this store, of which nothing is built yet."""
    with views.writing() as connection:
        connection.exec_driver_sql(f"DROP SCHEMA {SCHEMA} CASCADE")
        make_schema(connection)
        REGISTRY.create_all(connection)
        connection.execute(insert(VIEWS_META), {"store_id": str(deals.info.store_id), "layout": LAYOUT})
    return views


def _belong(views: Views, deals: Deals) -> None:
    with views.writing() as connection:
        connection.execute(update(VIEWS_META).values(store_id=str(deals.info.store_id)))


made: Callable[[], Spare] = SpareInMemory
"""Makes those that are wanted, where none is spare."""

_spare: list[Spare] = []


@contextmanager
def views_of(deals: Deals) -> Iterator[Views]:
    """The views of a store, as long as the block runs."""
    spare = _spare.pop() if _spare else made()
    try:
        yield spare.of(deals)
    finally:
        _spare.append(spare)
