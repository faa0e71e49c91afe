"""Words for tests of the relay: one that stops when it has done its work, what it said, and what lies on Kafka."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from time import monotonic, sleep
from types import TracebackType
from typing import Self
from uuid import UUID

from kafka.structs import TopicPartition

from consumers.kafka_client import Producer, Record, new_consumer, new_producer
from consumers.relay.names import Names, names
from consumers.relay.relay import run_relay
from consumers.topics import PARTITIONS, Topics
from consumers.wire import outgoing
from domain.errors import Unavailable
from engine.deals import Deals
from engine.settings import Settings
from tests.engine.appending import entry

PATIENCE = 60.0
"""Seconds after which a relay that should have done its work has not."""


@dataclass
class Seen:
    """Remembers what a relay said, and where it has come to."""

    said: list[str] = field(default_factory=list)
    position: int = 0
    batches: list[int] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def waiting(self) -> None:
        self.said.append("waiting")

    def began(self, position: int) -> None:
        self.said.append(f"began {position}")
        self.position = position

    def relayed(self, position: int, events: int, seconds: float) -> None:
        assert 0 <= seconds <= PATIENCE
        self.position = position
        self.batches.append(events)

    def overtaken(self, why: str) -> None:
        self.said.append("overtaken")

    def lost(self, error: Unavailable) -> None:
        self.said.append("lost")
        self.errors.append(str(error))

    def back(self) -> None:
        self.said.append("back")


def relay_all(
    deals: Deals,
    *,
    batch: int = 2_000,
    from_mark: bool = False,
    producers: Callable[[Settings, str], Producer] = new_producer,
    until: Callable[[Seen], bool] | None = None,
) -> Seen:
    """Relay until all that is recorded now is on Kafka, or until it is enough."""
    seen, head, deadline = Seen(), deals.head().position, monotonic() + PATIENCE

    def stopping() -> bool:
        assert monotonic() < deadline, f"the relay has come to {seen.position} of {head}: {seen}"
        if until is not None:
            return until(seen)
        return seen.position >= head and any(word.startswith("began") for word in seen.said)

    run_relay(deals, stopping, seen, batch=batch, interval=0.05, from_mark=from_mark, producers=producers)
    return seen


def on_kafka(settings: Settings) -> Sequence[Record]:
    """All committed records in the topics of a store, in the order of each partition."""
    topics = Topics(settings.topic_prefix)
    places = [
        TopicPartition(topic, n) for topic in (topics.deals, topics.pipelines) for n in range(PARTITIONS)
    ]
    consumer = new_consumer(settings)
    try:
        consumer.assign(places)
        consumer.seek_to_beginning(*places)
        ends, records = consumer.end_offsets(places), list[Record]()
        deadline = monotonic() + PATIENCE
        while any(consumer.position(place) < ends[place] for place in places):
            assert monotonic() < deadline, "the reader does not come to the end"
            for some in consumer.poll(200).values():
                records += some
        return records
    finally:
        consumer.close()


def names_of(deals: Deals) -> Names:
    return names(deals.settings, deals.info.store_id)


def noted(deals: Deals, count: int, *, deals_of: int = 20, text: str = "called") -> None:
    """Record so many notes more, spread over some deals."""
    before = deals.head().position
    for number in range(before, before + count):
        stream_id = UUID(int=(7 << 76) + (2 << 62) + number % deals_of)
        version = len(deals.store.stream(stream_id)) + 1
        deals.store.append([entry(stream_id, version, text, command_id=f"c{number}")])


def by_deal(records: Iterable[tuple[bytes, bytes]]) -> dict[bytes, list[bytes]]:
    """The values of each key, in their order."""
    values: dict[bytes, list[bytes]] = defaultdict(list)
    for key, value in records:
        values[key].append(value)
    return dict(values)


def should_be_there(deals: Deals) -> dict[bytes, list[bytes]]:
    """What the store holds, by deal."""
    sent = (outgoing(row, deals.info.store_id) for row in deals.store.rows(0, 10**6))
    return by_deal((each.key, each.value) for each in sent)


def is_there(deals: Deals) -> dict[bytes, list[bytes]]:
    """What a reader finds on Kafka, by deal."""
    return by_deal((record.key or b"", record.value or b"") for record in on_kafka(deals.settings))


def wait_for(what: Callable[[], bool]) -> None:
    """Until it is so."""
    deadline = monotonic() + PATIENCE
    while not what():
        assert monotonic() < deadline
        sleep(0.02)


class Running:
    """A relay in a thread of its own, as long as the block runs; what ended it is raised then."""

    def __init__(self, deals: Deals) -> None:
        self.seen = Seen()
        self.made = 0
        self._asked = False
        self._pool = ThreadPoolExecutor(1)
        self._done: Future[None] = self._pool.submit(self._run, deals)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        self._pool.shutdown()

    def stop(self) -> None:
        self._asked = True
        self._done.result(PATIENCE)

    def _run(self, deals: Deals) -> None:
        run_relay(deals, lambda: self._asked, self.seen, interval=0.05, producers=self._producer)

    def _producer(self, settings: Settings, transactional_id: str) -> Producer:
        self.made += 1
        return new_producer(settings, transactional_id)
