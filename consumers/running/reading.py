"""Partitions read outside any group: between two offsets, and the offsets from which something holds."""

from collections.abc import Callable, Mapping
from time import monotonic
from typing import NamedTuple

from kafka.structs import TopicPartition

from consumers.kafka_client import Consumer, Record, new_consumer
from consumers.wire import Head, Undecodable, head_of
from domain.errors import Unavailable
from engine.settings import Settings

PATIENCE = 30.0
"""Seconds without a record after which a broker that says it has more is given up."""


class Span(NamedTuple):
    """Of a partition: the offset of the first record, and the one behind the last."""

    first: int
    end: int


def head_in(value: bytes | None) -> Head | None:
    """What stands at the beginning of a record's value; None where it holds no event."""
    try:
        return head_of(value)
    except Undecodable:
        return None


def looking(settings: Settings) -> Consumer:
    """A consumer for looking here and there: it belongs to no group, asks for little and waits for nothing."""
    return new_consumer(settings, fetch_max_wait_ms=10, max_partition_fetch_bytes=65_536)


def spans(consumer: Consumer, topic: str) -> dict[TopicPartition, Span]:
    """What each partition of a topic holds of committed records; empty where there is no such topic."""
    numbers = consumer.partitions_for_topic(topic)
    partitions = [TopicPartition(topic, number) for number in sorted(numbers)]
    if not partitions:
        return {}
    first, end = consumer.beginning_offsets(partitions), consumer.end_offsets(partitions)
    return {each: Span(first[each], end[each]) for each in partitions}


def read(consumer: Consumer, within: Mapping[TopicPartition, Span], see: Callable[[Record], bool]) -> None:
    """Show `see` the records of these partitions, of each in order and until it answers False for that partition.

    Unavailable where the broker does not send them.
    """
    unread = {partition for partition, span in within.items() if span.first < span.end}
    consumer.assign(list(unread))
    for partition in unread:
        consumer.seek(partition, within[partition].first)
    heard = monotonic()
    while unread:
        for partition, records in consumer.poll(timeout_ms=1_000).items():
            heard = monotonic()
            for record in records:
                if record.offset >= within[partition].end or not see(record):
                    unread.discard(partition)
                    break
        # What was rolled back, and the marks of transactions, are never seen: the position passes them.
        unread -= {each for each in unread if consumer.position(each) >= within[each].end}
        consumer.assign(list(unread))
        if unread and monotonic() - heard > PATIENCE:
            raise Unavailable(
                f"Kafka has not sent anything of {min(unread).topic} for {PATIENCE:.0f} seconds. "
                "Look at the brokers and try again."
            )


def first_where(
    consumer: Consumer, within: Mapping[TopicPartition, Span], holds: Callable[[Head], bool]
) -> dict[TopicPartition, int]:
    """For each partition the offset from which on `holds` of every event; the span's end where of none.

    Once it holds it must hold of all later events of the partition, as of positions and times of recording.
    """
    left = dict(within)
    while unsettled := {
        each: Span(sum(span) // 2, span.end) for each, span in left.items() if span.first < span.end
    }:
        met = _first_events(consumer, unsettled)
        for partition, (middle, end) in unsettled.items():
            offset, event = met.get(partition, (end, None))
            if event is None or holds(event):
                left[partition] = Span(left[partition].first, middle)
            else:
                left[partition] = Span(offset + 1, end)
    return {partition: span.first for partition, span in left.items()}


def _first_events(
    consumer: Consumer, within: Mapping[TopicPartition, Span]
) -> dict[TopicPartition, tuple[int, Head]]:
    met: dict[TopicPartition, tuple[int, Head]] = {}

    def see(record: Record) -> bool:
        event = head_in(record.value)
        if event is not None:
            met[TopicPartition(record.topic, record.partition)] = record.offset, event
        return event is None

    read(consumer, within, see)
    return met
