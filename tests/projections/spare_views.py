"""Read models in memory that one example after another may use: to empty them takes far less than to make them."""

from collections.abc import Iterator
from contextlib import contextmanager
from sqlite3 import Connection, connect
from typing import Any

from sqlalchemy import update

from engine.deals import Deals
from engine.settings import Settings
from projections.catalogue import PROJECTIONS
from projections.running.runner import catch_up
from projections.running.views import VIEWS_META, Views


class Spare:
    """Views of which every projection is in force and has read nothing yet."""

    def __init__(self) -> None:
        with Deals(Settings(store="memory:")) as deals:
            self._views = Views.open(deals)
            catch_up(self._views, deals, PROJECTIONS)
        self._empty = connect(":memory:", check_same_thread=False)
        self._driver().backup(self._empty)

    def of(self, deals: Deals) -> Views:
        """The views, empty, as those of this store."""
        self._empty.backup(self._driver())
        with self._views.writing() as connection:
            connection.execute(update(VIEWS_META).values(store_id=str(deals.info.store_id)))
        return self._views

    def _driver(self) -> Connection:
        with self._views.engine.connect() as connection:
            driver: Any = connection.connection.driver_connection
            assert isinstance(driver, Connection)
            return driver


_spare: list[Spare] = []


@contextmanager
def views_of(deals: Deals) -> Iterator[Views]:
    """The views of a store in memory, as long as the block runs."""
    spare = _spare.pop() if _spare else Spare()
    try:
        yield spare.of(deals)
    finally:
        _spare.append(spare)
