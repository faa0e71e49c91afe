"""What workers do: pages and released deals are handed to them, and what they did is taken in."""

from collections.abc import Iterable, Sequence
from concurrent.futures import Executor, Future
from functools import partial
from threading import Event
from time import monotonic
from typing import Any
from uuid import UUID

from consumers.running.hand import Hand
from consumers.running.membership import Running
from consumers.running.parking import Aside
from consumers.running.placing import Placing
from consumers.running.transaction import Abandoned, Outcome, Overtaken
from domain.errors import Unavailable
from engine.waiting import LATEST, SOONEST, spread


class Handing:
    """Gives each partition's work to a worker, one piece at a time."""

    def __init__(self, running: Running, placing: Placing, workers: Executor) -> None:
        self._running, self._placing, self._workers = running, placing, workers
        self._done = Event()

    def hand_out(self) -> None:
        """Whatever may begin."""
        for hand in self._running.hands:
            if hand.may_begin:
                self._hand_out(hand)

    def wait(self, seconds: float) -> bool:
        """Wait until a worker has done something; at once False where none has anything to do."""
        if not any(hand.is_at_work for hand in self._running.hands):
            return False
        self._done.wait(seconds)
        self._done.clear()
        return True

    def take_in(self) -> None:
        """What workers have done since the last time."""
        for hand in [*self._running.hands, *self._running.partitions.parting]:
            if hand.work is not None and hand.work.done():
                self.take_in_of(hand)
        for hand in self._running.partitions.parting:
            if hand.place.partition not in self._running.partitions.hands:
                self._running.patience.forget(hand.place.partition)
        self._running.partitions.parting = [
            hand for hand in self._running.partitions.parting if hand.is_at_work
        ]

    def take_in_of(self, hand: Hand) -> None:
        """What became of the work at one partition, which is done."""
        work, settle, hand.work, hand.settle = hand.work, hand.settle, None, None
        if work is None or settle is None:
            return
        try:
            result = work.result()
        except Overtaken as overtaken:
            self._placing.go_on(hand, overtaken.next_offset)
        except Abandoned:
            if not hand.gone:
                where, name = self._running.state.shown, self._running.job.name
                raise Unavailable(
                    f"The state in {where} has lost what it knew of the job {name!r}."
                ) from None
        except Unavailable as error:
            hand.due = self._running.patience.lost(hand.place.partition, error)
        else:
            away = settle(result)
            if away is None:
                self._running.patience.back(hand.place.partition)
            else:
                hand.due = self._running.patience.lost(hand.place.partition, away)
        if not hand.gone and hand.is_idle:
            self._running.consumer.resume(hand.topic_partition)

    def _page_done(self, hand: Hand, outcome: Outcome) -> Unavailable | None:
        hand.next_offset, hand.left, hand.tried = outcome.next_offset, outcome.left, outcome.failed
        if outcome.failed is not None:
            hand.due = monotonic() + spread(min(SOONEST * 2 ** (outcome.failed.times - 1), LATEST))
        if outcome.healed:
            self._placing.look_soon()
        self._running.to_commit[hand.topic_partition] = outcome.next_offset
        self._tell_parked(outcome.aside)
        for dead in outcome.dead:
            record = dead.record
            self._running.watching.dead_lettered(record.topic, record.partition, record.offset, dead.reason)
        return outcome.away

    def _taken_up(self, stream: bytes, aside: Sequence[Aside] | None) -> None:
        if aside is None:
            return
        self._running.watching.taken_up(str(UUID(bytes=stream)), len(aside))
        self._tell_parked(aside)

    def _tell_parked(self, aside: Iterable[Aside]) -> None:
        for each in aside:
            if each.kind != "behind":
                event_id = f"{UUID(bytes=each.head.stream_id)}:{each.head.version}"
                self._running.watching.parked(event_id, each.kind, each.reason)

    def _hand_out(self, hand: Hand) -> None:
        self._running.consumer.pause(hand.topic_partition)
        work: Future[Any]
        if hand.released and not hand.left:
            stream = hand.released.pop()
            hand.settle = partial(self._taken_up, stream)
            work = self._workers.submit(
                self._running.transactions.take_up, hand.place, stream, lambda: not hand.gone
            )
        else:
            hand.settle = partial(self._page_done, hand)
            work = self._workers.submit(
                self._running.transactions.apply, hand.page(), lambda: not hand.gone, lambda: hand.ending
            )
        hand.work = work
        work.add_done_callback(self._wake)

    def _wake(self, _: Future[Any]) -> None:
        self._done.set()
