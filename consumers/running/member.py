"""The loop of a running job: polls, hands what came to workers, and takes in what they did."""

from concurrent.futures import Executor, wait
from contextlib import suppress
from time import monotonic

from kafka.errors import FencedInstanceIdError, KafkaError

from consumers.kafka_client import is_stable, reaching
from consumers.running.group import PARTING, commit, taken
from consumers.running.handing import Handing
from consumers.running.membership import Running
from consumers.running.placing import Placing
from consumers.running.whose import noted
from domain.errors import Unavailable

IDLE = 100
"""Milliseconds that a poll waits for records when no worker has anything."""

JOINING = 300
"""Milliseconds that a poll waits while the group shares out its partitions. kafka-python (3.0.12) throws away what
it was given if that comes between two polls, and asks anew: with short polls it could ask for ever."""

BUSY = 0.02
"""Seconds to wait for a worker before the next poll."""

ASK = 10.0
"""Seconds between two questions to Kafka that only serve to learn whether it answers: a poll does not say so."""

ANSWER = 3_000
"""Milliseconds that it has for that."""

ASKING = "asking"
"""What may be away."""

TELL = 1.0
"""Seconds between two commits of offsets to Kafka."""


class Member:
    """One process of a job. All of this happens in one thread; workers do the pages."""

    def __init__(self, running: Running, workers: Executor, records: int) -> None:
        self._running, self._records = running, records
        self._placing = Placing(running)
        self._handing = Handing(running, self._placing, workers)
        self._tell_at, self._ask_at = 0.0, monotonic() + ASK
        self._joined = False

    def turn(self) -> None:
        """Once round. Unavailable where the consumer can go no further."""
        self._handing.take_in()
        self._placing.set_up()
        self._handing.hand_out()
        self._poll()
        self._join()
        self._placing.look_around()
        if monotonic() >= self._tell_at:
            self._tell_at = monotonic() + TELL
            if self._commit(TELL / 2):
                self._placing.told()
        if monotonic() >= self._ask_at:
            self._ask()

    def close(self) -> None:
        """Finish the events in hand, or abandon them, and leave the group."""
        hands = [*self._running.hands, *self._running.partitions.parting]
        for hand in hands:
            hand.ending = True
        at_work = [hand.work for hand in hands if hand.work is not None]
        wait(at_work, PARTING)
        for hand in hands:
            hand.gone = True
            self._running.patience.forget(hand.place.partition)
        try:
            for hand in hands:
                if hand.work is not None and hand.work.done() and hand.work.exception() is None:
                    self._handing.take_in_of(hand)
            self._commit(TELL)
        finally:
            self._leave()
            # No other worker of ours may begin with a partition that one of them still has.
            wait(at_work)

    def _leave(self) -> None:
        self._running.partitions.hands.clear()
        with suppress(KafkaError, OSError):  # it is missed soon where it cannot say goodbye
            self._running.consumer.close(autocommit=False, timeout_ms=2_000)

    def _join(self) -> None:
        """Once in the group, have it share out its partitions again, where it knows us by name.

        It gives us back what we had without looking at the others. If we died before on our way of handing
        partitions over, nobody has those, and nobody would ever notice.
        """
        if not self._joined and is_stable(self._running.consumer):
            self._joined = True
            if self._running.consumer.group_metadata().group_instance_id is not None:
                self._running.consumer.share_anew()

    def _poll(self) -> None:
        timeout = IDLE
        if not is_stable(self._running.consumer):
            timeout = JOINING
        elif self._handing.wait(BUSY):
            timeout = 0
        with reaching(self._running.settings):
            try:
                came = self._running.consumer.poll(timeout, self._records)
            except FencedInstanceIdError as error:
                raise taken() from error
        for topic_partition, records in came.items():
            hand = self._running.partitions.hands.get(topic_partition.partition)
            if hand is not None and records:
                hand.receive(records)
                self._running.consumer.pause(topic_partition)

    def _ask(self) -> None:
        self._ask_at = monotonic() + ASK
        hands = self._running.hands
        if not hands:
            return
        try:
            with reaching(self._running.settings):
                self._running.consumer.end_offsets([hands[0].topic_partition], timeout_ms=ANSWER)
        except Unavailable as error:
            self._ask_at = self._running.patience.lost(ASKING, error)
        else:
            self._running.patience.back(ASKING)

    def _commit(self, seconds: float) -> bool:
        """Whether Kafka has been told something."""
        ours = {
            each: offset
            for each, offset in self._running.to_commit.items()
            if each.partition in self._running.partitions.hands
        }
        told = bool(ours) and commit(self._running.consumer, ours, noted(self._running.state), seconds)
        if told or not ours:
            self._running.to_commit.clear()
        return told
