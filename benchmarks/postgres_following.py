"""PostgreSQL: how long an event takes from its append to the read models that follow the log, all of them."""

from collections.abc import Iterator
from pathlib import Path
from random import Random
from threading import Event, Thread
from time import perf_counter, sleep

from sqlalchemy import func, select

from benchmarks.big_store import fill
from benchmarks.figures import Figure
from benchmarks.raw import ready
from benchmarks.stories import stories
from domain.errors import Unavailable
from engine.deals import Deals
from engine.settings import Settings
from projections.catalogue import PROJECTIONS
from projections.running.following import follow
from projections.running.runner import catch_up
from projections.running.views import PROJECTIONS as REGISTRY
from projections.running.views import Views
from tests.servers.postgres import new_database, postgres_server

DEALS = 100
APPENDED = 200
"""Events of which the lag is measured, one after the other."""

LOOK = 0.000_5
"""Seconds between two looks whether all read models have the event."""


class Silent:
    """Nobody is told anything."""

    def caught_up(self, position: int, seconds: float) -> None: ...
    def lost(self, error: Unavailable) -> None: ...
    def back(self) -> None: ...


def figures(_: Path) -> Iterator[Figure]:
    """All rows."""
    with postgres_server(durable=True) as server:
        settings = Settings(store=new_database(server))
        with Deals(settings) as deals, Views.open(deals) as views:
            fill(deals, DEALS)
            catch_up(views, deals, PROJECTIONS)
            lags = sorted(1_000 * lag for lag in _lags(settings, deals, views))
    yield Figure(path="live lag, all read models, idle: median", values=[lags[len(lags) // 2]], unit="ms")
    yield Figure(
        path=f"the same, p99 of {APPENDED} events",
        values=[lags[int(0.99 * len(lags))]],
        unit="ms",
        floor=50,
        goal=50,
        limit="the statements of one page: each read model loads its rows of the deal and writes them.",
    )


def _lags(settings: Settings, deals: Deals, views: Views) -> Iterator[float]:
    """Seconds from each append's answer to the moment when the last read model has the event."""
    stop, chance = Event(), Random(5)
    with Deals(settings) as followed, Views.open(followed) as kept:
        runner = Thread(target=follow, args=(kept, followed, PROJECTIONS, stop.is_set, Silent()))
        runner.start()
        entries = ready(stories(1_000_000, APPENDED // 50))
        for entry in entries:
            sleep(0.05 + 0.05 * chance.random())
            position = deals.store.append([entry]).first
            began = perf_counter()
            while _reached(views) < position:
                sleep(LOOK)
            yield perf_counter() - began
        stop.set()
        runner.join()


def _reached(views: Views) -> int:
    with views.engine.connect() as connection:
        statement = select(func.min(REGISTRY.c.position)).where(REGISTRY.c.state == "live")
        return int(connection.execute(statement).scalar_one())
