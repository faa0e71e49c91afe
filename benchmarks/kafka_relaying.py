"""Relaying to Kafka: records and position in one transaction, beside kafka-python sending the same without any.

Both send the same bytes and headers with the same compression, plain in one go and idempotent; what it sends is made
before the clock starts. The relay reads the store, makes the records, and asks what became of each.
"""

import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from itertools import count
from pathlib import Path

from benchmarks.big_store import fill
from benchmarks.figures import Figure, interleaved, ratios, seconds
from benchmarks.questions import MOST, WATCH
from benchmarks.relay_once import relayed
from consumers.kafka_client import new_producer
from consumers.relay.topic_setup import make_topics
from consumers.topics import Topics
from consumers.wire import outgoing
from engine.deals import Deals
from engine.log import Row
from engine.settings import Settings
from tests.servers.kafka_broker import own_broker
from tests.servers.keeper import REPOSITORY

DEALS = 400
WATCHED = 4_000
"""Deals of the store whose relay's memory is watched: 200,000 events."""

ROUNDS = 5

LIMIT = (
    "Python, which sends and makes records on one core: beside what kafka-python does for each, an event is read from "
    "the store, gets its headers and is asked about; and each transaction waits for the broker four times."
)


def figures(folder: Path) -> Iterator[Figure]:
    """Batches of 500 and of 2,000 events, and the memory of a relay."""
    store, numbers = f"sqlite:///{folder / 'deals.db'}", count()

    with own_broker() as broker, Deals(Settings(store=store)) as deals:
        fill(deals, DEALS)
        rows = deals.store.rows(0, 10**7)

        def prefixed() -> Settings:
            settings = Settings(store=store, kafka=broker.address, topic_prefix=f"round-{next(numbers)}.")
            make_topics(settings, deals.info.store_id)
            return settings

        # The first transaction makes the broker's own topics.
        relayed(prefixed(), 2_000)
        for batch in (500, 2_000):
            rates = interleaved(
                lambda: len(rows) / _sent(prefixed(), rows, deals),
                _relaying(prefixed, len(rows), batch),
                ROUNDS,
            )
            yield Figure(
                path=f"relay, {batch:,} events a transaction",
                against="kafka-python without transactions",
                values=ratios(rates),
                unit="×",
                floor=0.65,
                goal=0.8,
                limit=LIMIT,
            )
            yield Figure(path="the same", values=rates[1], unit="events/s")
        yield _memory(folder, broker.address)


def _relaying(prefixed: Callable[[], Settings], events: int, batch: int) -> Callable[[], float]:
    return lambda: events / relayed(prefixed(), batch)


def _sent(settings: Settings, rows: Sequence[Row], deals: Deals) -> float:
    topics = Topics(settings.topic_prefix)
    ready = [(topics.of(row.type), *outgoing(row, deals.info.store_id)) for row in rows]
    producer = new_producer(settings)

    def send() -> None:
        waiting = [producer.send(topic, value, key, headers) for topic, key, value, headers in ready]
        producer.flush()
        waiting[-1].get(0)

    took = seconds(send)
    producer.close()
    return took


def _memory(folder: Path, kafka: str) -> Figure:
    store, prefix = f"sqlite:///{folder / 'watched.db'}", "watched."
    with Deals(Settings(store=store, kafka=kafka, topic_prefix=prefix)) as deals:
        fill(deals, WATCHED)
        make_topics(deals.settings, deals.info.store_id)
        events = deals.head().position
    relay = [sys.executable, "-m", "benchmarks.relay_once", store, kafka, prefix]
    watched = subprocess.run(
        [sys.executable, "-S", "-E", WATCH, *relay],
        check=True,
        cwd=REPOSITORY,
        stderr=subprocess.PIPE,
        text=True,
    )
    megabytes = int(watched.stderr.splitlines()[-1]) / 1024
    return Figure(
        path=f"memory: relay of {events:,} events", values=[megabytes], unit="MB", floor=MOST, goal=MOST
    )
