"""A partition in the hands of this process: where it is, what is to be done next, and whether somebody is at it."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from time import monotonic
from typing import Any

from kafka.structs import TopicPartition

from consumers.kafka_client import Record
from consumers.running.applying import Tried
from consumers.running.parking import Place
from consumers.running.transaction import Page
from domain.errors import Unavailable


class Hand:
    """One partition. The process's main thread owns it; a worker looks at `gone` and `ending` alone.

    `left` are records that are still to be done, up to `end`; `released` the parked deals that are to be tried
    again. Nothing is begun before the instant `due`. Where it is `ending`, a worker ends behind the event in
    hand; where it is `gone`, another process may have the partition, and nothing more is recorded.
    """

    def __init__(self, place: Place, next_offset: int) -> None:
        self.place = place
        self.go_on_from(next_offset)
        self.released: list[bytes] = []
        self.due = 0.0
        self.ending = self.gone = False
        self.work: Future[Any] | None = None
        self.settle: Callable[[Any], Unavailable | None] | None = None

    @property
    def topic_partition(self) -> TopicPartition:
        """As Kafka names it."""
        return TopicPartition(self.place.topic, self.place.partition)

    @property
    def is_at_work(self) -> bool:
        """Whether a worker has it, or what one did is not looked at yet."""
        return self.work is not None

    @property
    def is_idle(self) -> bool:
        """Whether there is nothing to do until more records come."""
        return self.work is None and not self.left and not self.released and self.end == self.next_offset

    @property
    def may_begin(self) -> bool:
        """Whether there is something to do, and it is time."""
        return self.work is None and not self.is_idle and monotonic() >= self.due

    def go_on_from(self, next_offset: int) -> None:
        """Forget what was left: it goes on from there."""
        self.next_offset = self.end = next_offset
        self.left: Sequence[Record] = ()
        self.tried: Tried | None = None

    def receive(self, records: Sequence[Record]) -> None:
        """Take what came, behind what is there."""
        self.left = [*self.left, *records] if self.left else records
        self.end = records[-1].offset + 1

    def page(self) -> Page:
        """What is to be done next."""
        return Page(
            place=self.place, start=self.next_offset, records=self.left, end=self.end, tried=self.tried
        )
