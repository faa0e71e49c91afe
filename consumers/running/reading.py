"""A partition read outside any group: between two offsets, and the offset from which something holds."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from typing import NamedTuple
from uuid import UUID

from kafka.structs import TopicPartition

from consumers.kafka_client import Consumer, Record
from domain.errors import Unavailable

PATIENCE = 30.0
"""Seconds without a record after which a broker that says it has more is given up."""


class Bounds(NamedTuple):
    """The offset of the first record of a partition, and the one behind its last committed record."""

    first: int
    end: int


@dataclass(frozen=True, slots=True)
class Placed:
    """Where an event stands: in its deal, in the store's log, and in time."""

    stream_id: UUID
    version: int
    position: int
    recorded_at: datetime


def placed(value: bytes | None) -> Placed | None:
    """Where the event of a record stands, also of a type that this dealtrail does not know; None for no event."""
    try:
        fields = json.loads(value or b"")
        found = Placed(
            UUID(fields["stream_id"]),
            int(fields["version"]),
            int(fields["position"]),
            datetime.fromisoformat(fields["recorded_at"]),
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    return None if found.recorded_at.tzinfo is None else found


def bounds(consumer: Consumer, topic: str) -> dict[int, Bounds]:
    """Where each partition of a topic begins and ends; empty where there is no such topic."""
    numbers = consumer.partitions_for_topic(topic) or set()
    partitions = [TopicPartition(topic, number) for number in sorted(numbers)]
    if not partitions:
        return {}
    first, end = consumer.beginning_offsets(partitions), consumer.end_offsets(partitions)
    return {each.partition: Bounds(first[each], end[each]) for each in partitions}


def between(consumer: Consumer, partition: TopicPartition, first: int, end: int) -> Iterator[Record]:
    """The records of a partition from the offset `first` on, before `end`. Unavailable where they do not come."""
    if first >= end:
        return
    consumer.assign([partition])
    consumer.seek(partition, first)
    heard = monotonic()
    # What was rolled back, and the marks of transactions, have offsets and are never seen: the position passes them.
    while consumer.position(partition) < end:
        for records in consumer.poll(timeout_ms=1_000).values():
            heard = monotonic()
            for record in records:
                if record.offset >= end:
                    return
                yield record
        if monotonic() - heard > PATIENCE:
            raise Unavailable(
                f"Kafka has not sent partition {partition.partition} of {partition.topic} for {PATIENCE:.0f} seconds. "
                "Look at the brokers and try again."
            )


def first_where(
    consumer: Consumer, partition: TopicPartition, within: Bounds, holds: Callable[[Placed], bool]
) -> int:
    """The offset from which on `holds` of every event; `within.end` where of none.

    Once it holds it must hold of all later events of the partition, as of positions and times of recording.
    """
    low, high = within
    while low < high:
        middle = (low + high) // 2
        met = ((record.offset, placed(record.value)) for record in between(consumer, partition, middle, high))
        offset, event = next(((offset, event) for offset, event in met if event is not None), (high, None))
        if event is None or holds(event):
            high = middle
        else:
            low = offset + 1
    return low
