"""Records that are none of dealtrail's events: sent to the job's topic of dead letters, with where they came from."""

from collections.abc import Callable, Sequence
from threading import Lock
from typing import NamedTuple, cast

from kafka.admin import NewTopic
from kafka.errors import KafkaError, TopicAlreadyExistsError

from consumers.kafka_client import LARGEST_REQUEST, Producer, Record, administering, reaching
from consumers.topics import FOR_EVER
from engine.settings import Settings

SETTINGS = {**FOR_EVER, "max.message.bytes": str(LARGEST_REQUEST)}
"""Of the topic. It takes whatever the topic of deals took: a record that is refused here would hold up its
partition for ever.
"""

CONFIRMED_WITHIN = 25.0
"""Seconds after which a broker that does not confirm is given up."""


class Dead(NamedTuple):
    """A record that cannot be read, and why; the reason quotes nothing of it."""

    record: Record
    reason: str


class DeadLetters:
    """Sends dead letters of one job to `topic`, which is made when the first is sent. Several threads may."""

    def __init__(self, settings: Settings, topic: str, producers: Callable[[Settings], Producer]) -> None:
        self._settings, self._topic, self._producers = settings, topic, producers
        self._producer: Producer | None = None
        self._lock = Lock()

    def send(self, dead: Sequence[Dead]) -> None:
        """Returns when Kafka has confirmed all of them; Unavailable where it does not.

        Who tries again then may send some of them twice.
        """
        if not dead:
            return
        with self._lock, reaching(self._settings):
            try:
                self._send(self._ready(), dead)
            except (KafkaError, OSError):
                self._drop()
                raise

    def close(self) -> None:
        """Let go of Kafka."""
        with self._lock:
            self._drop()

    def _send(self, producer: Producer, dead: Sequence[Dead]) -> None:
        # kafka-python takes None for key and value, which is how it gives them.
        sent = [
            producer.send(
                self._topic,
                cast("bytes", each.record.value),
                cast("bytes", each.record.key),
                [*each.record.headers, *_origin(each)],
            )
            for each in dead
        ]
        producer.flush(CONFIRMED_WITHIN)
        for each in sent:
            each.get(CONFIRMED_WITHIN)

    def _ready(self) -> Producer:
        if self._producer is None:
            with administering(self._settings) as admin:
                if self._topic not in admin.list_topics():
                    _make(admin.create_topics, self._topic)
            self._producer = self._producers(self._settings)
        return self._producer

    def _drop(self) -> None:
        if self._producer is not None:
            producer, self._producer = self._producer, None
            producer.close(timeout=0)


def _make(create: Callable[..., object], topic: str) -> None:
    try:
        create([NewTopic(topic, 1, -1, topic_configs=SETTINGS)], wait_for_metadata=True)
    except TopicAlreadyExistsError:
        return  # another process was faster


def _origin(dead: Dead) -> list[tuple[str, bytes]]:
    record = dead.record
    return [
        ("dealtrail_topic", record.topic.encode()),
        ("dealtrail_partition", b"%d" % record.partition),
        ("dealtrail_offset", b"%d" % record.offset),
        ("dealtrail_reason", dead.reason.encode()),
    ]
