"""Consuming from Kafka: a job with its marks, one transaction a poll, beside kafka-python polling the same topic.

The first job does nothing with an event but count it: what is measured is reading and validating it, and keeping in
SQLite how far each deal and each partition is. The others write a row for each event, into the database of their
state. kafka-python reads the bytes of the same records and looks at none.
"""

# ruff: noqa: ARG002 - a stopwatch is told more than it counts

from collections.abc import Callable, Iterator, Sequence
from itertools import count
from pathlib import Path
from time import perf_counter

from kafka.structs import TopicPartition
from sqlalchemy import BigInteger, Column, Connection, LargeBinary, MetaData, Table, func, insert, select

from benchmarks.big_store import fill
from benchmarks.figures import Figure, interleaved, ratios
from benchmarks.relay_once import relayed
from consumers.job import Job
from consumers.kafka_client import new_consumer
from consumers.relay.topic_setup import make_topics
from consumers.running.run import run_job
from consumers.running.state import OFFSETS, State
from consumers.topics import PARTITIONS, Topics
from consumers.wire import Delivered
from domain.errors import Unavailable
from domain.event import Recorded
from engine.deals import Deals
from engine.settings import Settings
from tests.servers.kafka_broker import own_broker
from tests.servers.postgres import new_database, postgres_server

DEALS = 600
ROUNDS = 5

TABLES = MetaData()
ROWS = Table("rows", TABLES, Column("stream", LargeBinary(16)), Column("version", BigInteger))

LIMIT = (
    "Python: an event's JSON is read and validated into the values that a job is given, which takes longer than "
    "fetching it."
)


class Stopwatch:
    """Counts what a job is given, and stops it when all is recorded; the seconds from its first offset to there."""

    def __init__(self, events: int, ends: int, state: State) -> None:
        self._left, self._ends, self._state = events, ends, state
        self._began = self._now = 0.0

    @property
    def seconds(self) -> float:
        return self._now - self._began

    def count(self, recorded: Recorded, connection: Connection) -> None:
        self._left -= 1

    def write(self, recorded: Recorded, connection: Connection) -> None:
        """A row for an event."""
        connection.execute(insert(ROWS), {"stream": recorded.stream_id.bytes, "version": recorded.version})
        self._left -= 1

    def write_all(self, batch: Sequence[Delivered], connection: Connection) -> None:
        """A row for each of many."""
        rows = [{"stream": each.event.stream_id.bytes, "version": each.event.version} for each in batch]
        connection.execute(insert(ROWS), rows)
        self._left -= len(batch)

    def stopping(self) -> bool:
        """Whether every partition's offset is at its end."""
        if self._left > 0:
            return False
        self._now = perf_counter()
        with self._state.reading() as connection:
            done: int = connection.scalar(select(func.sum(OFFSETS.c.next_offset))) or 0
        return done >= self._ends

    def going_on(self, offsets: dict[int, int]) -> None:
        self._began = self._began or perf_counter()

    def parked(self, event_id: str, kind: str, reason: str) -> None:
        raise AssertionError(reason)

    def dead_lettered(self, topic: str, partition: int, offset: int, reason: str) -> None:
        raise AssertionError(reason)

    def taken_up(self, stream_id: str, left: int) -> None:
        """Nothing is parked."""

    def lost(self, error: Unavailable) -> None:
        raise error

    def back(self) -> None:
        """Nothing was lost."""


WRITING: dict[str, Callable[[str, Stopwatch], Job]] = {
    "`on_event`": lambda name, watch: Job(name=name, on_event=watch.write, tables=TABLES),
    "`on_batch`": lambda name, watch: Job(name=name, on_batch=watch.write_all, tables=TABLES),
}


def figures(folder: Path) -> Iterator[Figure]:
    """A job and a plain consumer, from the beginning of a topic to its end."""
    store, numbers = f"sqlite:///{folder / 'deals.db'}", count()
    with own_broker() as broker, postgres_server(durable=True) as server:
        settings = Settings(store=store, kafka=broker.address)
        with Deals(settings) as deals:
            fill(deals, DEALS)
            make_topics(settings, deals.info.store_id)
        relayed(settings, 2_000)
        events, ends = _polled(settings)[0], _ends(settings)

        def plain() -> float:
            polled, took = _polled(settings)
            return polled / took

        def ours(make: Callable[[str, Stopwatch], Job], *, postgres: bool = False) -> Callable[[], float]:
            def measured() -> float:
                name = f"bench-{next(numbers)}"
                url = new_database(server) if postgres else f"sqlite:///{folder / f'{name}.db'}"
                with State.open(url) as state:
                    watch = Stopwatch(events, ends, state)
                    run_job(make(name, watch), settings, state, watch.stopping, watch)
                return events / watch.seconds

            return measured

        rates = interleaved(plain, ours(lambda name, watch: Job(name=name, on_event=watch.count)), ROUNDS)
        writing = {
            (how, where): ratios(interleaved(plain, ours(make, postgres=where == "PostgreSQL"), 3))
            for how, make in WRITING.items()
            for where in ("SQLite", "PostgreSQL")
        }
    yield Figure(
        path="consumer with high-water mark, one transaction a poll",
        against="kafka-python polling the same topic",
        values=ratios(rates),
        unit="×",
        floor=0.3,
        goal=0.5,
        limit=LIMIT,
    )
    yield Figure(path="the same", values=rates[1], unit="events/s")
    for (how, where), values in writing.items():
        yield Figure(
            path=f"a job that writes a row for each event, {how}, {where}",
            against="kafka-python polling the same topic",
            values=values,
            unit="×",
        )


def _polled(settings: Settings) -> tuple[int, float]:
    """How many records there are, and how many seconds kafka-python takes for them."""
    places = _places(settings)
    consumer = new_consumer(settings)
    consumer.assign(places)
    consumer.seek_to_beginning(*places)
    ends = consumer.end_offsets(places)
    found = 0
    began = perf_counter()
    while any(consumer.position(place) < ends[place] for place in places):
        found += sum(map(len, consumer.poll(500).values()))
    took = perf_counter() - began
    consumer.close()
    return found, took


def _ends(settings: Settings) -> int:
    consumer = new_consumer(settings)
    ends = consumer.end_offsets(_places(settings))
    consumer.close()
    return sum(ends.values())


def _places(settings: Settings) -> list[TopicPartition]:
    topic = Topics(settings.topic_prefix).deals
    return [TopicPartition(topic, partition) for partition in range(PARTITIONS)]
