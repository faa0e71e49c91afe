"""What a read-committed reader finds on Kafka, from the beginning, against the feed of the store."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from time import monotonic

from kafka.structs import TopicPartition

from consumers.kafka_client import Record, new_consumer
from consumers.topics import PARTITIONS, Topics
from consumers.wire import Outgoing, header, outgoing
from engine.deals import Deals
from engine.settings import Settings

PATIENCE = 30.0
"""Seconds after which a reader that does not come to the end of a topic gives up."""


@dataclass(frozen=True, slots=True)
class Found:
    """What lies in the topics of a store: the records in order of partition and offset, and where that ends.

    `open_end` says how many offsets lie behind the first transaction that nobody has ended: no reader who waits
    for commits comes past it.
    """

    records: Sequence[Record]
    open_end: int


def read(settings: Settings, *, committed: bool = True) -> Found:
    """Everything that is there now; what was aborted too, unless only what was `committed` is asked for."""
    topics = Topics(settings.topic_prefix)
    places = [
        TopicPartition(topic, partition)
        for topic in (topics.deals, topics.pipelines)
        for partition in range(PARTITIONS)
    ]
    isolation = "read_committed" if committed else "read_uncommitted"
    consumer = new_consumer(settings, isolation_level=isolation)
    try:
        consumer.assign(places)
        consumer.seek_to_beginning(*places)
        ends = consumer.end_offsets(places)
        records: list[Record] = []
        deadline = monotonic() + PATIENCE
        while any(consumer.position(place) < ends[place] for place in places):
            assert monotonic() < deadline, "the reader does not come to the end"
            for some in consumer.poll(200).values():
                records += some
    finally:
        consumer.close()
    records.sort(key=lambda record: (record.topic, record.partition, record.offset))
    return Found(records, sum(ends.values()))


UNFINISHED = ("missing", "never ended")
"""What is no fault as long as there is more to relay."""


def differences(deals: Deals, *, so_far: bool = False) -> list[str]:
    """Every way in which the committed records are not the store's events, once each and in each stream's order.

    `so_far` they may end before the store does.
    """
    topics = Topics(deals.settings.topic_prefix)
    wanted = {
        name: (topics.of(row.type), sent)
        for row in deals.store.rows(0, 10**7)
        for sent in [outgoing(row, deals.info.store_id)]
        for name in [header(sent.headers, "ce_id") or ""]
    }
    found = read(deals.settings)
    wrong: dict[str, list[str]] = defaultdict(list)
    places: dict[str, list[str]] = defaultdict(list)
    for record in found.records:
        name = header(record.headers, "ce_id") or "without an id"
        places[(record.key or b"").decode()].append(name)
        if name not in wanted:
            wrong["unknown"].append(name)
        elif not _same(record, *wanted[name]):
            wrong["changed"].append(name)
    times = Counter(name for names in places.values() for name in names)
    wrong["missing"] = [name for name in wanted if name not in times]
    wrong["doubled"] = [name for name, often in times.items() if often > 1]
    wrong["out of order"] = [late for names in places.values() for late in _late(names)]
    wrong["in two partitions"] = _scattered(found.records)
    if not so_far and found.open_end < read(deals.settings, committed=False).open_end:
        wrong["never ended"].append("a transaction")
    return [
        f"{what}: {len(names)} of {len(wanted)}, the first {names[0]}"
        for what, names in sorted(wrong.items())
        if names and not (so_far and what in UNFINISHED)
    ]


def taken_back(settings: Settings) -> int:
    """How many records lie in the topics that no read-committed reader sees: those of transactions that failed."""
    return len(read(settings, committed=False).records) - len(read(settings).records)


def _same(record: Record, topic: str, sent: Outgoing) -> bool:
    return (record.topic, record.key, record.value, list(record.headers)) == (topic, *sent)


def _late(names: Iterable[str]) -> list[str]:
    """The events of one stream that came behind a later one of it."""
    versions = [(int(name.rpartition(":")[2]), name) for name in names if ":" in name]
    return [name for (before, _), (version, name) in pairwise(versions) if version < before]


def _scattered(records: Iterable[Record]) -> list[str]:
    """The streams whose events lie in more than one partition."""
    partitions: dict[bytes | None, set[int]] = defaultdict(set)
    for record in records:
        partitions[record.key].add(record.partition)
    return [repr(key) for key, where in partitions.items() if len(where) > 1]
