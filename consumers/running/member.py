"""The loop of a running job: polls, hands pages to workers, and takes in what they did."""

from collections.abc import Iterable, Sequence
from concurrent.futures import Executor, Future, wait
from functools import partial
from threading import Event
from time import monotonic
from typing import Any
from uuid import UUID

from kafka.errors import FencedInstanceIdError
from kafka.structs import TopicPartition

from consumers.kafka_client import Consumer, reaching
from consumers.running import offsets
from consumers.running.group import PARTING, Partitions, commit, is_stable, taken
from consumers.running.hand import Hand
from consumers.running.parking import Aside, Place, released
from consumers.running.patience import LATEST as LONGEST_PAUSE
from consumers.running.patience import SOONEST, Patience, spread
from consumers.running.transaction import Abandoned, Outcome, Overtaken, Transactions
from consumers.running.watching import Watching
from domain.errors import Unavailable
from engine.settings import Settings

IDLE = 100
"""Milliseconds that a poll waits for records when no worker has anything."""

JOINING = 300
"""Milliseconds that a poll waits while the group shares out its partitions. kafka-python (3.0.12) throws away what
it was given if that comes between two polls, and asks anew: with short polls it could ask for ever."""

BUSY = 0.02
"""Seconds to wait for a worker before the next poll."""

LOOK = 2.0
"""Seconds between two looks at what others changed in the state, and how far the topic goes."""

ASK = 10.0
"""Seconds between two questions to Kafka that only serve to learn whether it answers: a poll does not say so."""

ANSWER = 3_000
"""Milliseconds that it has for that."""

SETTING_UP, LOOKING, ASKING = "setting up", "looking", "asking"
"""What may be away, beside what the partitions need."""

TELL = 1.0
"""Seconds between two commits of offsets to Kafka."""


class Member:
    """One process of a job with its consumer. Everything here happens in one thread; workers do pages."""

    def __init__(
        self,
        transactions: Transactions,
        settings: Settings,
        place: Place,
        consumer: Consumer,
        workers: Executor,
        patience: Patience,
        watching: Watching,
        records: int,
    ) -> None:
        self._transactions, self._settings, self._consumer = transactions, settings, consumer
        self._job, self._state = transactions.job, transactions.state
        self._name, self._topic = place.job, place.topic
        self._workers, self._patience, self._watching = workers, patience, watching
        self._records = records
        self._partitions = Partitions(consumer)
        self._to_commit: dict[TopicPartition, int] = {}
        self._done = Event()
        self._look_at = self._tell_at = self._set_up_at = 0.0
        self._ask_at = monotonic() + ASK
        self._joined = False
        with reaching(settings):
            consumer.subscribe([self._topic], listener=self._partitions)

    @property
    def _hands(self) -> list[Hand]:
        return list(self._partitions.hands.values())

    def turn(self) -> None:
        """Once round. Unavailable where the consumer can go no further."""
        self._take_in()
        self._set_up()
        for hand in self._hands:
            if hand.may_begin:
                self._hand_out(hand)
        self._poll()
        self._join()
        now = monotonic()
        if now >= self._look_at:
            self._look_at = now + LOOK
            self._look_around()
        if now >= self._tell_at:
            self._tell_at = now + TELL
            self._commit(TELL / 2)
        if now >= self._ask_at:
            self._ask()

    def close(self) -> None:
        """Finish the events in hand, or abandon them, and leave the group."""
        hands = [*self._hands, *self._partitions.parting]
        for hand in hands:
            hand.ending = True
        at_work = [hand.work for hand in hands if hand.work is not None]
        wait(at_work, PARTING)
        for hand in hands:
            hand.gone = True
            self._patience.forget(hand.place.partition)
        try:
            for hand in hands:
                if hand.work is not None and hand.work.done() and hand.work.exception() is None:
                    self._take_in_of(hand)
            self._commit(TELL)
        finally:
            self._partitions.hands.clear()
            with reaching(self._settings):
                self._consumer.close(autocommit=False, timeout_ms=2_000)
            # No other worker of ours may begin with a partition that one of them still has.
            wait(at_work)

    def _join(self) -> None:
        """Once in the group, have it share out its partitions again, where it knows us by name.

        It gives us back what we had without looking at the others. If we died before on our way of handing
        partitions over, nobody has those, and nobody would ever notice.
        """
        if not self._joined and is_stable(self._consumer):
            self._joined = True
            if self._consumer.group_metadata().group_instance_id is not None:
                self._consumer.share_anew()

    def _poll(self) -> None:
        timeout = IDLE
        if not is_stable(self._consumer):
            timeout = JOINING
        elif any(hand.is_at_work for hand in self._hands):
            self._done.wait(BUSY)
            self._done.clear()
            timeout = 0
        with reaching(self._settings):
            try:
                came = self._consumer.poll(timeout, self._records)
            except FencedInstanceIdError as error:
                raise taken() from error
        for topic_partition, records in came.items():
            hand = self._partitions.hands.get(topic_partition.partition)
            if hand is not None and records:
                hand.receive(records)
                self._consumer.pause(topic_partition)

    def _ask(self) -> None:
        self._ask_at = monotonic() + ASK
        hands = self._hands
        if not hands:
            return
        try:
            with reaching(self._settings):
                self._consumer.end_offsets([hands[0].topic_partition], timeout_ms=ANSWER)
        except Unavailable as error:
            self._ask_at = self._patience.lost(ASKING, error)
        else:
            self._patience.back(ASKING)

    # --- what workers do ---

    def _hand_out(self, hand: Hand) -> None:
        self._consumer.pause(hand.topic_partition)
        work: Future[Any]
        if hand.released and not hand.left:
            stream = hand.released.pop()
            hand.settle = partial(self._taken_up, stream)
            work = self._workers.submit(self._transactions.take_up, hand.place, stream, lambda: not hand.gone)
        else:
            hand.settle = partial(self._page_done, hand)
            work = self._workers.submit(
                self._transactions.apply, hand.page(), lambda: not hand.gone, lambda: hand.ending
            )
        hand.work = work
        work.add_done_callback(self._wake)

    def _wake(self, _: Future[Any]) -> None:
        self._done.set()

    def _take_in(self) -> None:
        for hand in [*self._hands, *self._partitions.parting]:
            if hand.work is not None and hand.work.done():
                self._take_in_of(hand)
        for hand in self._partitions.parting:
            if hand.place.partition not in self._partitions.hands:
                self._patience.forget(hand.place.partition)
        self._partitions.parting = [hand for hand in self._partitions.parting if hand.is_at_work]

    def _take_in_of(self, hand: Hand) -> None:
        work, settle, hand.work, hand.settle = hand.work, hand.settle, None, None
        if work is None or settle is None:
            return
        try:
            result = work.result()
        except Overtaken as overtaken:
            self._go_on(hand, overtaken.next_offset)
        except Abandoned:
            if not hand.gone:
                raise Unavailable(
                    f"The state in {self._state.shown} has lost what it knew of the job {self._job.name!r}."
                ) from None
        except Unavailable as error:
            hand.due = self._patience.lost(hand.place.partition, error)
        else:
            self._patience.back(hand.place.partition)
            settle(result)
        if not hand.gone and hand.is_idle:
            self._consumer.resume(hand.topic_partition)

    def _page_done(self, hand: Hand, outcome: Outcome) -> None:
        hand.next_offset, hand.left, hand.tried = outcome.next_offset, outcome.left, outcome.failed
        if outcome.failed is not None:
            hand.due = monotonic() + spread(min(SOONEST * 2**outcome.failed.times, LONGEST_PAUSE))
        if outcome.healed:
            self._look_at = 0.0
        self._to_commit[hand.topic_partition] = outcome.next_offset
        self._tell_parked(outcome.aside)
        for dead in outcome.dead:
            record = dead.record
            self._watching.dead_lettered(record.topic, record.partition, record.offset, dead.reason)

    def _taken_up(self, stream: bytes, aside: Sequence[Aside] | None) -> None:
        if aside is None:
            return
        self._watching.taken_up(str(UUID(bytes=stream)), len(aside))
        self._tell_parked(aside)

    def _tell_parked(self, aside: Iterable[Aside]) -> None:
        for each in aside:
            if each.kind != "behind":
                event_id = f"{UUID(bytes=each.head.stream_id)}:{each.head.version}"
                self._watching.parked(event_id, each.kind, each.reason)

    # --- where partitions go on ---

    def _set_up(self) -> None:
        """Find out where the partitions that arrived go on, tell the job, and let their records come."""
        ready = self._partitions.ready()
        if not ready or monotonic() < self._set_up_at:
            return
        try:
            where = self._where(ready)
            if self._job.on_assigned is not None:
                self._job.on_assigned(where)
        except Unavailable as error:
            self._set_up_at = self._patience.lost(SETTING_UP, error)
            return
        self._patience.back(SETTING_UP)
        for each in ready:
            hand = Hand(Place(self._name, self._topic, each.partition), where[each.partition])
            self._partitions.hands[each.partition] = hand
            self._partitions.arrived.discard(each)
            self._seek(hand)
        self._watching.going_on(where)

    def _where(self, partitions: list[TopicPartition]) -> dict[int, int]:
        with self._state.reading() as connection:
            known = offsets.next_offsets(connection, self._name, self._topic)
        with reaching(self._settings):
            first = self._consumer.beginning_offsets(partitions)
            end = self._consumer.end_offsets(partitions)
        new = {each.partition: first[each] for each in partitions if each.partition not in known}
        if new:
            with self._state.writing() as connection:
                offsets.add(connection, self._name, self._topic, new)
        where = {each.partition: {**new, **known}[each.partition] for each in partitions}
        for each in partitions:
            if where[each.partition] > end[each]:
                raise Unavailable(
                    f"Partition {each.partition} of {self._topic} ends at {end[each]}, and the job "
                    f"{self._job.name!r} had come to {where[each.partition]} already. If the topic was made anew, "
                    f"run `dealtrail consumers replay {self._job.name} --from beginning`."
                )
        return where

    def _go_on(self, hand: Hand, next_offset: int) -> None:
        """Somebody else has moved it: it goes on from there."""
        if hand.gone:
            return
        if self._job.on_assigned is not None:
            self._job.on_assigned({hand.place.partition: next_offset})
        hand.go_on_from(next_offset)
        self._seek(hand)

    def _seek(self, hand: Hand) -> None:
        with reaching(self._settings):
            self._consumer.seek(hand.topic_partition, hand.next_offset)
            self._consumer.resume(hand.topic_partition)
        self._to_commit[hand.topic_partition] = hand.next_offset

    def _look_around(self) -> None:
        """Deals that were released, offsets that were moved, and ends of topics without events."""
        try:
            with self._state.reading() as connection:
                known = offsets.next_offsets(connection, self._name, self._topic)
                waiting = released(connection, self._name, self._topic)
        except Unavailable as error:
            self._look_at = self._patience.lost(LOOKING, error)
            return
        self._patience.back(LOOKING)
        for hand in self._hands:
            hand.released = waiting.get(hand.place.partition, [])
            if not hand.is_idle:
                continue
            next_offset = known.get(hand.place.partition, hand.next_offset)
            if next_offset != hand.next_offset:
                self._go_on(hand, next_offset)
            else:
                # Behind the last event stand the marks of transactions, which nobody is given.
                with reaching(self._settings):
                    hand.end = max(hand.end, self._consumer.position(hand.topic_partition) or 0)

    def _commit(self, seconds: float) -> None:
        ours = {
            each: offset
            for each, offset in self._to_commit.items()
            if each.partition in self._partitions.hands
        }
        self._to_commit = ours
        if ours and commit(self._consumer, ours, seconds):
            self._to_commit = {}
