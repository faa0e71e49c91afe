"""One page of a partition in one transaction: effects, marks, parked events and the next offset, all or none."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from time import monotonic
from typing import NamedTuple

from sqlalchemy import Connection

from consumers.job import Job
from consumers.kafka_client import Record
from consumers.running import offsets
from consumers.running.applying import Came, Known, Pass, Tried, Undone
from consumers.running.dead_letters import Dead
from consumers.running.marks import first_parked, marks_of, write_marks
from consumers.running.parking import Aside, Place, park, release, take_up
from consumers.running.state import State
from consumers.running.ways import in_a_batch, one_by_one
from consumers.wire import Undecodable, head_of
from domain.errors import Unavailable
from engine.clock import Clock, to_micros

LONGEST = 1.0
"""Seconds after which a transaction ends behind the event in hand: others wait for its locks."""

APART = 0.01
"""Seconds between two savepoints, where events come one by one. Who takes so long for an event has one for each."""


class Overtaken(Exception):
    """Somebody else changed where the job goes on in this partition: to `next_offset`."""

    def __init__(self, next_offset: int) -> None:
        super().__init__(next_offset)
        self.next_offset = next_offset


class Abandoned(Exception):
    """The partition fell to another process meanwhile: nothing was recorded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Records that follow each other in a partition.

    `start` is where the state must say that the job goes on, `end` where it goes on behind all of them.
    """

    place: Place
    start: int
    records: Sequence[Record]
    end: int
    tried: Tried | None = None


class Outcome(NamedTuple):
    """What became of a page: where the job goes on now, and the records that are not done yet.

    `away` says why the rest was not begun where what the job needs is away.
    """

    next_offset: int
    left: Sequence[Record]
    failed: Tried | None
    aside: Sequence[Aside]
    dead: Sequence[Dead]
    healed: bool
    away: Unavailable | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Transactions:
    """What all pages of one job have in common; several threads may use it, each for another partition.

    `send` gives dead letters to Kafka and returns when they are confirmed.
    """

    job: Job
    state: State
    attempts: int
    clock: Clock
    send: Callable[[Sequence[Dead]], None]
    apart: float = APART

    def apply(self, page: Page, ours: Callable[[], bool], ending: Callable[[], bool]) -> Outcome:
        """Do a page, or the beginning of it.

        Overtaken, Abandoned or Unavailable where nothing was recorded. What was done before the job said that
        something is away is recorded: outside of the transaction it may have had an effect. `ours` tells
        before the commit whether the partition still is this process's; where `ending`, the event in hand is
        the last one.
        """
        came, dead = _read(page.records)
        with self.state.told(), self.state.writing() as connection:
            self._hold(connection, page.place, page.start)
            deadline = monotonic() + LONGEST
            known = self._known(connection, page.place.job, [each.head.stream_id for each in came])
            passing, done = self._pass(
                connection, page, came, known, lambda: ending() or monotonic() > deadline
            )
            if passing.away is not None and done == 0:
                raise passing.away
            next_offset = came[done].offset if done < len(came) else page.end
            gone = [each for each in dead if each.record.offset < next_offset]
            self._write(connection, page.place, passing)
            offsets.move(connection, *page.place, next_offset)
            self.send(gone)
            if not ours():
                raise Abandoned
        left = [each for each in page.records if each.offset >= next_offset]
        return Outcome(
            next_offset, left, passing.failed, passing.aside, gone, bool(passing.healed), passing.away
        )

    def take_up(self, place: Place, stream: bytes, ours: Callable[[], bool]) -> Sequence[Aside] | None:
        """Try the events of a released deal again, in order: what is parked again. None where it is not released."""
        with self.state.told(), self.state.writing() as connection:
            self._hold(connection, place, None)
            parked = take_up(connection, place.job, stream)
            if parked is None:
                return None
            known = self._known(connection, place.job, [stream])
            passing = Pass(
                self.job, connection, place.partition, known, attempts=1, tried=None, apart=self.apart
            )
            one_by_one(
                passing, [Came(head_of(value), offset, value) for offset, value in parked], lambda: False
            )
            if passing.away is not None:
                raise passing.away
            passing.close()
            self._write(connection, place, passing)
            if not ours():
                raise Abandoned
        return passing.aside

    def _hold(self, connection: Connection, place: Place, start: int | None) -> None:
        """Lock the partition against other hands, and see that it is where we left it."""
        next_offset = offsets.held(connection, *place)
        if next_offset is None:
            raise Abandoned  # nothing is known of this job any more
        if start is not None and next_offset != start:
            raise Overtaken(next_offset)

    def _known(self, connection: Connection, job: str, streams: Sequence[bytes]) -> Known:
        distinct = list(dict.fromkeys(streams))
        return Known(
            marks=marks_of(connection, job, distinct),
            parked=first_parked(connection, job, distinct),
            any_version=offsets.started(connection, job) == "end",
        )

    def _pass(
        self,
        connection: Connection,
        page: Page,
        came: Sequence[Came],
        known: Known,
        enough: Callable[[], bool],
    ) -> tuple[Pass, int]:
        """Take the records through a pass; how many of them are done with."""

        def begun(apart: float) -> Pass:
            number = page.place.partition
            return Pass(
                self.job, connection, number, known, attempts=self.attempts, tried=page.tried, apart=apart
            )

        if self.job.on_batch is None:
            passing = begun(self.apart)
            done = one_by_one(passing, came, enough)
            passing.close()
            return passing, done
        whole = connection.begin_nested()
        try:
            passing = begun(self.apart)
            done = in_a_batch(passing, came, page.tried)
            whole.commit()
        except Undone:
            whole.rollback()
            passing = begun(0.0)
            done = one_by_one(passing, came, enough)
        return passing, done

    def _write(self, connection: Connection, place: Place, passing: Pass) -> None:
        at = to_micros(self.clock())
        write_marks(connection, place.job, passing.marks)
        park(connection, place, passing.aside, at)
        release(connection, place.job, passing.healed, at)


def _read(records: Sequence[Record]) -> tuple[list[Came], list[Dead]]:
    """The heads of the records' events, and the records that have none."""
    came: list[Came] = []
    dead: list[Dead] = []
    for record in records:
        try:
            head = head_of(record.value)
        except Undecodable as error:
            dead.append(Dead(record, str(error)))
            continue
        if record.key is None or _plain(record.key) != head.stream_id:
            dead.append(Dead(record, "the key is not the id of the event's stream"))
            continue
        came.append(Came(head, record.offset, record.value or b""))
    return came, dead


@lru_cache(maxsize=4096)
def _plain(key: bytes) -> bytes | None:
    try:
        return bytes.fromhex(key.replace(b"-", b"").decode())
    except ValueError:
        return None
