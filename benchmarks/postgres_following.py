"""PostgreSQL: how long an event takes from its append to the read models that follow the log, all of them.

One event after the other, with a pause between them. Those of the first deal are not counted: with them the follower
words its statements and the server plans them.
"""

from collections.abc import Iterator
from pathlib import Path
from random import Random
from threading import Event, Thread
from time import perf_counter, sleep

import psycopg

from benchmarks.big_store import fill
from benchmarks.figures import Figure
from benchmarks.raw import ready
from benchmarks.stories import EVENTS, stories
from domain.errors import Unavailable
from engine.deals import Deals
from engine.settings import Settings
from projections.catalogue import PROJECTIONS
from projections.running.following import follow
from projections.running.postgres_views import SCHEMA
from projections.running.runner import catch_up
from projections.running.views import Views
from tests.servers.postgres import new_database, postgres_server

DEALS = 100
APPENDED = 200
"""Events of which the lag is measured, one after the other."""

LOOK = 0.001
"""Seconds between two looks whether all read models have the event: more often, and they would be what is measured."""

REACHED = f"SELECT min(position) FROM {SCHEMA}.projections WHERE state = 'live'"
"""The position that all read models have."""


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
            lags = sorted(1_000 * lag for lag in list(_lags(settings, deals))[EVENTS:])
    yield Figure(path="live lag, all read models, idle: median", values=[lags[len(lags) // 2]], unit="ms")
    yield Figure(
        path=f"the same, p99 of {APPENDED} events",
        values=[lags[int(0.99 * len(lags))]],
        unit="ms",
        floor=50,
        goal=50,
        limit="the statements of one page: each read model loads its rows of the deal and writes them.",
    )


def _lags(settings: Settings, deals: Deals) -> Iterator[float]:
    """Seconds from each append's answer to the moment when the last read model has the event."""
    stop, chance = Event(), Random(5)
    with (
        Deals(settings) as followed,
        Views.open(followed) as kept,
        psycopg.connect(settings.store, autocommit=True) as looking,
    ):
        runner = Thread(target=follow, args=(kept, followed, PROJECTIONS, stop.is_set, Silent()))
        runner.start()
        entries = ready(stories(1_000_000, 1 + APPENDED // EVENTS))
        for entry in entries:
            sleep(0.05 + 0.05 * chance.random())
            position = deals.store.append([entry]).first
            began = perf_counter()
            while _reached(looking) < position:
                sleep(LOOK)
            yield perf_counter() - began
        stop.set()
        runner.join()


def _reached(looking: psycopg.Connection[tuple[int]]) -> int:
    ((position,),) = looking.execute(REACHED, prepare=True).fetchall()
    return position
