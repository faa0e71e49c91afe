"""PostgreSQL: read models built and asked, a deal loaded, the log verified; store and read models in one database."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import partial
from itertools import pairwise
from pathlib import Path
from random import Random
from time import process_time

from sqlalchemy import text

from benchmarks.big_store import fill
from benchmarks.figures import Figure, seconds
from benchmarks.stories import EVENTS, FIRST, LAST, SOURCE
from engine.deals import Deals
from engine.ids import deal_id
from engine.settings import Settings
from engine.verify import verify
from projections.asking.asked import Asked
from projections.catalogue import PROJECTIONS
from projections.running.postgres_views import SCHEMA
from projections.running.projection import Projection
from projections.running.runner import catch_up
from projections.running.views import Views
from projections.states.deal_states import DealStates
from projections.states.pipeline_view import pipeline
from projections.states.waterfall import changes
from tests.servers.postgres import new_database, postgres_server

DEALS = 10_000
BUILT = 400
"""Deals of the store whose read models are built again and again."""

ROUNDS = 5
QUARTERS = [datetime(2024 + nth // 4, 1 + nth % 4 * 3, 1, tzinfo=UTC) for nth in range(11)]


def figures(_: Path) -> Iterator[Figure]:
    """All rows."""
    with postgres_server(durable=True) as server:
        with Deals(Settings(store=new_database(server))) as deals:
            fill(deals, BUILT)
            yield from _built(deals)
            yield from _verified(deals)
        with Deals(Settings(store=new_database(server))) as deals:
            fill(deals, DEALS)
            with Views.open(deals) as views:
                catch_up(views, deals, PROJECTIONS)
                yield from _asked(views, deals)


def _built(deals: Deals) -> Iterator[Figure]:
    told: tuple[tuple[str, Sequence[Projection]], ...] = (
        ("`deal_states`", [DealStates()]),
        ("all read models together", PROJECTIONS),
    )
    for path, projections in told:
        rates = [_rate(deals, projections) for _ in range(ROUNDS)]
        yield Figure(path=f"catch-up of {path}", values=rates, unit="events/s")


def _rate(deals: Deals, projections: Sequence[Projection]) -> float:
    with Views.open(deals) as views:
        rate = BUILT * EVENTS / seconds(lambda: catch_up(views, deals, projections))
        with views.writing() as connection:
            connection.execute(text(f"DROP SCHEMA {SCHEMA} CASCADE"))
    return rate


def _verified(deals: Deals) -> Iterator[Figure]:
    rates = []
    for _ in range(ROUNDS):
        began = process_time()
        verify(deals.store)
        rates.append(BUILT * EVENTS / (process_time() - began) / 1_000_000)
    yield Figure(
        path=f"verify {BUILT * EVENTS:,} events, one core",
        values=rates,
        unit="M events/s",
        floor=0.15,
        goal=0.3,
        limit="fetching the row as Python values, SHA-256 over it, and comparing its columns with its bytes.",
    )


def _asked(views: Views, deals: Deals) -> Iterator[Figure]:
    chance = Random(7)
    dates = [FIRST + (LAST - FIRST) * chance.random() for _ in range(12)]
    streams = [deal_id(SOURCE, f"D-{chance.randrange(DEALS)}") for _ in range(101)]
    pipeline(views, deals, Asked(as_of=dates[0]))
    yield Figure(
        path="`pipeline --as-of`, any date",
        values=[seconds(partial(pipeline, views, deals, Asked(as_of=date))) for date in dates[1:]],
        unit="s",
        floor=0.15,
        goal=0.15,
    )
    yield Figure(
        path="`changes` over a quarter",
        values=[seconds(partial(changes, views, deals, start, end)) for start, end in pairwise(QUARTERS)],
        unit="s",
        floor=0.5,
        goal=0.5,
    )
    deals.deal(streams[0])
    yield Figure(
        path=f"load a deal of {EVENTS} events",
        values=[1_000 * seconds(partial(deals.deal, stream)) for stream in streams[1:]],
        unit="ms",
    )
