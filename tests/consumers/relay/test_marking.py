"""The store is told now and then how far the relay is: often enough that Kafka never forgets it unnoticed."""

from datetime import timedelta

import pytest

from consumers.relay.marking import Marking
from consumers.relay.position import Position
from engine.memory import MemoryLog
from tests.engine.appending import NOON, SetClock

THIRD, FOURTH = Position(3, b"third"), Position(4, b"fourth")
A_MOMENT = timedelta(microseconds=1)


@pytest.fixture
def log(clock: SetClock) -> MemoryLog:
    return MemoryLog(clock=clock)


def marked(log: MemoryLog) -> list[tuple[int, bytes, timedelta]]:
    """Every mark, the oldest first: position, digest, and how long after noon."""
    marks = reversed(log.relay_marks(100))
    return [(mark.position, mark.digest, mark.marked_at - NOON) for mark in marks]


def begun(log: MemoryLog, clock: SetClock, at: Position = THIRD) -> Marking:
    marking = Marking(log, clock)
    marking.began(at)
    return marking


def after(clock: SetClock, age: timedelta) -> None:
    clock.instant = NOON + age


def test_a_beginning_is_marked_with_its_digest(log: MemoryLog, clock: SetClock) -> None:
    begun(log, clock)
    assert marked(log) == [(3, b"third", timedelta())]


@pytest.mark.parametrize(
    ("age", "marks"), [(timedelta(), 1), (timedelta(days=1) - A_MOMENT, 1), (timedelta(days=1), 2)]
)
def test_whoever_begins_where_the_last_mark_is_marks_it_again_after_a_day(
    log: MemoryLog, clock: SetClock, age: timedelta, marks: int
) -> None:
    log.mark_relayed(1, b"first")
    log.mark_relayed(THIRD.position, THIRD.digest)
    after(clock, age)
    begun(log, clock)
    assert marked(log)[1:] == [(3, b"third", timedelta()), (3, b"third", age)][:marks]


def test_whoever_begins_elsewhere_than_the_last_mark_marks_that_at_once(
    log: MemoryLog, clock: SetClock
) -> None:
    log.mark_relayed(THIRD.position, THIRD.digest)
    begun(log, clock, FOURTH)
    assert marked(log) == [(3, b"third", timedelta()), (4, b"fourth", timedelta())]


@pytest.mark.parametrize(
    ("at", "due"), [(FOURTH, timedelta(hours=1)), (THIRD, timedelta(days=1))], ids=["moves", "stays"]
)
def test_a_position_that_moves_is_marked_hourly_and_one_that_stays_daily(
    log: MemoryLog, clock: SetClock, at: Position, due: timedelta
) -> None:
    marking = begun(log, clock)
    for age in (timedelta(), due - A_MOMENT, due, due, 2 * due - A_MOMENT):
        after(clock, age)
        marking.reached(at)
    assert marked(log)[1:] == [(at.position, at.digest, due)]


def test_only_a_position_that_has_stayed_for_a_day_is_late(log: MemoryLog, clock: SetClock) -> None:
    marking = begun(log, clock)
    late = []
    for age in (timedelta(days=1) - A_MOMENT, timedelta(days=1)):
        after(clock, age)
        late += [marking.is_late(THIRD), marking.is_late(FOURTH)]
    assert late == [False, False, True, False]
    marking.reached(THIRD)
    assert not marking.is_late(THIRD)


def test_an_end_is_marked_where_the_last_mark_is_another(log: MemoryLog, clock: SetClock) -> None:
    marking = begun(log, clock)
    marking.stops(THIRD)
    assert len(marked(log)) == 1
    marking.stops(FOURTH)
    assert marked(log)[1:] == [(4, b"fourth", timedelta())]
