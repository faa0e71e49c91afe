"""PostgreSQL: read models built and asked, a deal loaded, the log verified; store and read models in one database.

Loading a deal has its target on SQLite. Here 0.11 of 0.29 ms are the way to the server and back, which the plain
library takes once as well.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import partial
from itertools import pairwise
from pathlib import Path
from random import Random
from time import process_time
from uuid import UUID

from eventsourcing.application import Application
from sqlalchemy import text

from benchmarks import plain_projection
from benchmarks.big_store import fill
from benchmarks.figures import Figure, interleaved, ratios, seconds
from benchmarks.loading import load_each
from benchmarks.plain_deal import PlainDeal, plain_deal
from benchmarks.raw import ready
from benchmarks.stories import EVENTS, FIRST, LAST, SOURCE, stories, story
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

PLAIN = 20
"""Deals that the plain library reads: it takes its time."""

ROUNDS = 5
LOADED, LENGTH = 100, 20
"""Deals that are loaded, and the events of each."""
QUARTERS = [datetime(2024 + nth // 4, 1 + nth % 4 * 3, 1, tzinfo=UTC) for nth in range(11)]


def figures(_: Path) -> Iterator[Figure]:
    """All rows."""
    with postgres_server(durable=True) as server:
        with Deals(Settings(store=new_database(server))) as deals:
            fill(deals, BUILT)
            yield from _built(deals, server)
            yield from _loaded(deals, new_database(server))
            yield from _verified(deals)
        with Deals(Settings(store=new_database(server))) as deals:
            fill(deals, DEALS)
            with Views.open(deals) as views:
                catch_up(views, deals, PROJECTIONS)
                yield from _asked(views, deals)


def _built(deals: Deals, server: str) -> Iterator[Figure]:
    told: list[tuple[float, float, float, float]] = []
    entries = ready(stories(0, PLAIN))
    for _ in range(ROUNDS):
        url = new_database(server)
        plain_projection.record(url, entries)
        folding = seconds(lambda: plain_projection.catch_up(url, len(entries)))  # noqa: B023 - at once
        url = new_database(server)
        plain_projection.record(url, entries)
        reading = seconds(lambda: plain_projection.catch_up(url, len(entries), folding=False))  # noqa: B023
        own = folding + reading * (len(PROJECTIONS) - 1)
        rates = _rate(deals, [DealStates()]), _rate(deals, PROJECTIONS)
        told.append((*rates, len(entries) / folding, len(entries) / own))
    yield Figure(
        path="catch-up of `deal_states`",
        against="eventsourcing's `ProjectionRunner`, the same fold",
        values=[alone / plain for alone, _, plain, _ in told],
        unit="×",
        floor=12,
        goal=30,
        limit="reading events back as validated values and folding them; PostgreSQL takes a third of the time.",
    )
    yield Figure(path="the same", values=[alone for alone, _, _, _ in told], unit="events/s")
    yield Figure(
        path=f"catch-up of all {len(PROJECTIONS)} read models together",
        against="the same, each its own, of which all but one only read",
        values=[together / own for _, together, _, own in told],
        unit="×",
        floor=5,
        goal=12,
        limit="the folds: there all but one do nothing, here all of them fold and write.",
    )
    yield Figure(path="the same", values=[together for _, together, _, _ in told], unit="events/s")


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


def _loaded(deals: Deals, url: str) -> Iterator[Figure]:
    application: Application[UUID] = Application(env=plain_projection.environment(url))
    first, plain_ids, ids = 10**6, [], []
    for number in range(first, first + LOADED):
        told = story(number, LENGTH)
        aggregate: PlainDeal = plain_deal(told)
        application.save(aggregate)
        plain_ids.append(aggregate.id)
        deals.store.append(ready(iter([told])))
        ids.append(told[0].stream_id)

    def load_plain(plain_id: UUID) -> PlainDeal:
        return application.repository.get(plain_id)

    def plain() -> float:
        return LOADED / seconds(lambda: load_each(load_plain, plain_ids))

    def ours() -> float:
        return LOADED / seconds(lambda: load_each(deals.deal, ids))

    rates = interleaved(plain, ours, rounds=11)
    application.close()
    yield Figure(
        path=f"load a deal of {LENGTH} events",
        against="eventsourcing's `Aggregate`, PostgreSQL",
        values=ratios(rates),
        unit="×",
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
