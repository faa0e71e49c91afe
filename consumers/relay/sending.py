"""One batch to Kafka: the records and the position behind them in one transaction, or nothing of it."""

from collections.abc import Sequence
from typing import NoReturn

from kafka.errors import MessageSizeTooLargeError, RecordListTooLargeError
from kafka.structs import ConsumerGroupMetadata

from consumers.kafka_client import Producer, Sent, told
from consumers.relay.names import Names
from consumers.relay.position import Position
from consumers.wire import Outgoing, outgoing
from domain.errors import BadInput
from engine.log import Row

ANSWERED = 15.0
"""Seconds after which a record that was neither taken nor refused counts as failed."""


class TooLarge(BadInput):
    """An event is larger than the topic takes."""

    def __init__(self, position: int, size: int, topic: str, why: str) -> None:
        self.position, self.size, self.topic = position, size, topic
        super().__init__(
            f"The event at position {position} takes {size} bytes, more than the topic {topic} accepts ({why}). "
            "It is not skipped: raise the topic's max.message.bytes above that size "
            f"(kafka-configs.sh --alter --entity-type topics --entity-name {topic} "
            f"--add-config max.message.bytes={_above(size)}) and start the relay again."
        )


def send_batch(producer: Producer, rows: Sequence[Row], names: Names) -> Position:
    """Send the events and commit the position of the last one with them; that position.

    TooLarge for an event that Kafka refuses for its size. After any error nothing more may be sent with this
    producer, and where the transaction stands is not known: the position that was committed says so.
    """
    last = Position(rows[-1].position, rows[-1].digest)
    producer.begin_transaction()
    waiting: list[tuple[Row, Sent]] = []
    for row in rows:
        key, value, headers = outgoing(row, names.store_id)
        try:
            waiting.append((row, producer.send(names.topics.of(row.type), value, key, headers)))
        except (MessageSizeTooLargeError, RecordListTooLargeError) as error:
            _too_large(row, names, error)
    producer.flush(ANSWERED)
    # A flush does not fail where a record did, and neither does the commit of its transaction.
    for row, sent in waiting:
        try:
            sent.get(ANSWERED)
        except (MessageSizeTooLargeError, RecordListTooLargeError) as error:
            _too_large(row, names, error)
    _end(producer, last, names)
    return last


def commit_again(producer: Producer, position: Position, names: Names) -> None:
    """Commit a position without new events: offsets of a group that says nothing expire."""
    producer.begin_transaction()
    _end(producer, position, names)


def _end(producer: Producer, position: Position, names: Names) -> None:
    group = ConsumerGroupMetadata(names.group)
    producer.send_offsets_to_transaction({names.source: position.committed()}, group)
    producer.commit_transaction()


def _too_large(row: Row, names: Names, error: Exception) -> NoReturn:
    record = outgoing(row, names.store_id)
    raise TooLarge(row.position, _size(record), names.topics.of(row.type), told(error)) from error


def _size(record: Outgoing) -> int:
    headers = sum(len(name) + len(value) for name, value in record.headers)
    return len(record.key) + len(record.value) + headers


def _above(size: int) -> int:
    """The next power of two with some room."""
    return 1 << (size + 1_024).bit_length()
