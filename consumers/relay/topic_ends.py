"""What lies last in the topics."""

from collections.abc import Sequence
from time import monotonic

from kafka.errors import KafkaTimeoutError
from kafka.structs import TopicPartition

from consumers.kafka_client import Record, new_consumer, reaching
from consumers.relay.names import Names
from consumers.topics import PARTITIONS
from consumers.wire import Undecodable, head_of
from domain.errors import BadInput
from engine.settings import Settings

PATIENCE = 30.0
"""Seconds without a record after which a broker that says it has more is given up."""

FIRST_STEP, GROWTH = 16, 8
"""How many offsets before its end a partition is read first, and how many times more each time nothing is there."""


def last_records(settings: Settings, names: Names) -> Sequence[Record]:
    """The last committed record of every partition that has one, of deals and of pipelines.

    An end is not enough to know that: aborted transactions and the marks of committed ones take offsets too.
    """
    consumer = new_consumer(settings)
    found: dict[TopicPartition, Record] = {}
    with reaching(settings):
        try:
            partitions = [
                TopicPartition(topic, number)
                for topic in (names.topics.deals, names.topics.pipelines)
                for number in range(PARTITIONS)
            ]
            first = dict(consumer.beginning_offsets(partitions))
            ends = dict(consumer.end_offsets(partitions))
            starts = dict(ends)
            step = FIRST_STEP
            while missing := [
                each for each in partitions if each not in found and starts[each] > first[each]
            ]:
                until = {each: starts[each] for each in missing}
                starts |= {each: max(first[each], ends[each] - step) for each in missing}
                consumer.assign(missing)
                for each in missing:
                    consumer.seek(each, starts[each])
                heard = monotonic()
                while any(consumer.position(each) < until[each] for each in missing):
                    came = {each: records[-1] for each, records in consumer.poll(500).items()}
                    heard = monotonic() if came else heard
                    if monotonic() - heard > PATIENCE:
                        raise KafkaTimeoutError(f"no record within {PATIENCE:g} seconds")
                    found |= came
                step *= GROWTH
        finally:
            consumer.close(autocommit=False, timeout_ms=1_000)
    return list(found.values())


def position_in(record: Record) -> int:
    """The position of the event in a record; BadInput where it is no event of dealtrail."""
    try:
        return head_of(record.value).position
    except Undecodable as error:
        raise BadInput(
            f"The record at offset {record.offset} of partition {record.partition} of {record.topic} is no event "
            f"of dealtrail ({error}). Somebody else writes to this topic: give the store topics of "
            "its own with DEALTRAIL_TOPIC_PREFIX."
        ) from None
