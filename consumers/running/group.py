"""This process as a member of a job's consumer group: which partitions fall to it, and how it parts with them."""

from collections.abc import Collection, Iterable
from concurrent.futures import wait

from kafka.consumer.subscription_state import ConsumerRebalanceListener
from kafka.errors import FencedInstanceIdError, KafkaError
from kafka.structs import OffsetAndMetadata, TopicPartition

from consumers.kafka_client import Consumer, is_stable
from consumers.running.hand import Hand
from domain.errors import Conflict

PARTING = 10.0
"""Seconds that the event in hand has when its partition falls to another process. Kafka waits meanwhile, and
hears nothing of us: far less than SESSION."""

SESSION = 45_000
"""Milliseconds without a sign of life after which another process gets our partitions."""

BETWEEN_POLLS = 300_000
"""Milliseconds without a poll after which another process gets our partitions. We poll several times a second."""


class Partitions(ConsumerRebalanceListener):  # type: ignore[misc]
    """The partitions in this process's hands, by number.

    Kafka's client calls the three methods below in a thread of its own, while the main thread waits in a poll.
    `arrived` are those that fell to us and are not set up yet: they are paused until then.
    """

    def __init__(self, consumer: Consumer) -> None:
        self._consumer = consumer
        self.hands: dict[int, Hand] = {}
        self.arrived: set[TopicPartition] = set()
        self.parting: list[Hand] = []

    def on_partitions_assigned(self, assigned: Collection[TopicPartition]) -> None:
        """They are ours from now on."""
        self._consumer.pause(*assigned)
        self.arrived.update(assigned)

    def on_partitions_revoked(self, revoked: Collection[TopicPartition]) -> None:
        """They go to others when this returns: the event in hand is finished, or abandoned."""
        self.part_with(revoked, PARTING)

    def on_partitions_lost(self, lost: Collection[TopicPartition]) -> None:
        """They are others' already."""
        self.part_with(lost, 0)

    def part_with(self, partitions: Iterable[TopicPartition], seconds: float) -> None:
        """Let go of these; what is not done within so many seconds is not recorded."""
        leaving = [self.hands.pop(each.partition) for each in partitions if each.partition in self.hands]
        self.arrived.difference_update(partitions)
        for hand in leaving:
            hand.ending = True
        wait([hand.work for hand in leaving if hand.work is not None], seconds)
        for hand in leaving:
            hand.gone = True
        self.parting.extend(leaving)

    def ready(self) -> list[TopicPartition]:
        """Those that arrived and that no worker of ours still has from before."""
        busy = {
            hand.place.partition for hand in self.parting if hand.work is not None and not hand.work.done()
        }
        return sorted(each for each in self.arrived if each.partition not in busy)


def commit(consumer: Consumer, next_offsets: dict[TopicPartition, int], noted: str, seconds: float) -> bool:
    """Tell Kafka how far we are, for its own tools: the state, which is `noted`, knows better. Whether it took it."""
    if not is_stable(consumer):
        return False
    offsets = {each: OffsetAndMetadata(offset, noted, -1) for each, offset in next_offsets.items()}
    try:
        consumer.commit(offsets, timeout_ms=int(1_000 * seconds))
    except FencedInstanceIdError as error:
        raise taken() from error
    except KafkaError:
        return False  # it is told again, or whoever has the partitions then tells it
    return True


def taken() -> Conflict:
    """What it means that the group has another member of our name."""
    return Conflict(
        "Another process runs this job under the same --instance and has taken over. Give each process of a job "
        "a name of its own, and the same one each time it starts."
    )
