"""Parked deals are listed, released and skipped, also while the job runs: nothing is lost or overtaken."""

from collections.abc import Callable
from threading import Event, Thread
from time import sleep

import pytest

from consumers.running.going_on import release, skip
from consumers.running.parked import parked_deals, parked_events, wait_for
from consumers.running.state import SKIPPED, State
from domain.errors import NotFound
from tests.consumers.running.operated import LATER, MANY, Operated
from tests.consumers.running.pages import NOW, PLACE, Told, Trouble, failing_line, told
from tests.end_to_end.consumer_feed import deal


@pytest.fixture
def trouble() -> Trouble:
    return Trouble((3, 2))


@pytest.fixture
def partition(state: State, trouble: Trouble) -> Told:
    """Deals 1 and 3, of which the second event of deal 3 fails."""
    reading = Told(state, trouble.job(batches=False), attempts=1)
    reading.page(told((3, 1), (1, 1), (3, 2), (3, 3), (1, 2)))
    return reading


def taken_up(partition: Told, nth: int) -> None:
    """What the running job does within seconds of a release."""
    partition.transactions.take_up(PLACE, deal(nth).bytes, lambda: True)


def test_a_parked_deal_is_listed_with_its_first_event(state: State, partition: Told) -> None:
    (parked,) = parked_deals(state, PLACE.job)
    assert (parked.deal, parked.events, parked.version, parked.kind) == (deal(3), 2, 2, "failed")
    assert (parked.parked_at, parked.released) == (NOW, False)
    assert parked.reason == f"ValueError in pages.py, line {failing_line()}"
    assert parked_deals(state, "another job") == []


def test_its_events_are_shown_in_order_and_without_their_contents(state: State, partition: Told) -> None:
    events = parked_events(state, PLACE.job, deal(3))
    assert [(each.version, each.type, each.kind, each.offset) for each in events] == [
        (2, "DealNoteAdded", "failed", 2),
        (3, "DealNoteAdded", "behind", 3),
    ]
    assert "secret" not in repr(events)
    with pytest.raises(NotFound, match=f"{deal(1)} is not parked by testing"):
        parked_events(state, PLACE.job, deal(1))


def test_a_released_deal_waits_for_the_job_and_then_goes_on(
    state: State, partition: Told, trouble: Trouble
) -> None:
    trouble.failing.clear()
    release(state, PLACE.job, [deal(3)], LATER)
    (waiting,) = wait_for(state, PLACE.job, [deal(3)], 0)
    assert waiting.released
    partition.page(told((3, 4), (1, 3), start=5))
    taken_up(partition, 3)
    assert wait_for(state, PLACE.job, [deal(3)], 0) == []
    partition.page(told((3, 5), start=7))
    assert partition.effects == [(3, 1), (1, 1), (1, 2), (1, 3), (3, 2), (3, 3), (3, 4), (3, 5)]


def test_a_released_deal_that_fails_again_is_parked_where_it_failed(
    state: State, partition: Told, trouble: Trouble
) -> None:
    trouble.failing = Trouble((3, 3)).failing
    release(state, PLACE.job, [deal(3)], LATER)
    taken_up(partition, 3)
    (parked,) = wait_for(state, PLACE.job, [deal(3)], 0)
    assert (parked.version, parked.kind, parked.released) == (3, "failed", False)
    assert partition.effects == [(3, 1), (1, 1), (1, 2), (3, 2)]


def test_a_skipped_event_is_left_out_and_the_deal_goes_on_behind_it(state: State, partition: Told) -> None:
    left_out = skip(state, PLACE.job, deal(3), "an amount without a currency", LATER)
    assert (left_out.deal, left_out.version, left_out.through) == (deal(3), 2, 2)
    partition.page(told((3, 4), start=5))
    taken_up(partition, 3)
    partition.page(told((3, 5), start=6))
    assert partition.effects == [(3, 1), (1, 1), (1, 2), (3, 3), (3, 4), (3, 5)]
    with state.reading() as connection:
        (row,) = connection.execute(SKIPPED.select()).all()
    assert (bytes(row.stream), row.version, row.through) == (deal(3).bytes, 2, 2)
    assert row.reason == "an amount without a currency"


def test_skipping_a_deals_only_parked_event_lets_it_go_on_live(state: State, trouble: Trouble) -> None:
    reading = Told(state, trouble.job(batches=False), attempts=1)
    reading.page(told((3, 1), (3, 2)))
    skip(state, PLACE.job, deal(3), "known to be wrong", LATER)
    assert parked_deals(state, PLACE.job) == []
    reading.page(told((3, 2), (3, 3), start=2))
    assert reading.effects == [(3, 1), (3, 3)]


def test_skipping_a_gap_leaves_out_what_never_came_and_nothing_else(state: State) -> None:
    reading = Told(state, Trouble().job(batches=False))
    reading.page(told((3, 1), (3, 4), (3, 5), (2, 3)))
    left_out = skip(state, PLACE.job, deal(3), "lost with the old cluster", LATER)
    assert (left_out.version, left_out.through) == (2, 3)
    left_out = skip(state, PLACE.job, deal(2), "lost with the old cluster", LATER)
    assert (left_out.version, left_out.through) == (1, 2)
    taken_up(reading, 3)
    taken_up(reading, 2)
    assert reading.effects == [(3, 1), (3, 4), (3, 5), (2, 3)]
    assert reading.parked == []


def test_a_failing_event_that_a_job_met_first_is_skipped_and_nothing_before_it(state: State) -> None:
    reading = Told(state, Trouble((3, 7)).job(batches=False), started="end", attempts=1)
    reading.page(told((3, 7), (3, 8)))
    left_out = skip(state, PLACE.job, deal(3), "known to be wrong", LATER)
    assert (left_out.version, left_out.through) == (7, 7)
    taken_up(reading, 3)
    assert reading.effects == [(3, 8)]


def test_a_gap_that_is_released_is_still_a_gap(state: State) -> None:
    reading = Told(state, Trouble().job(batches=False))
    reading.page(told((3, 1), (3, 4)))
    release(state, PLACE.job, [deal(3)], LATER)
    taken_up(reading, 3)
    (parked,) = parked_deals(state, PLACE.job)
    assert (parked.kind, parked.version, parked.released) == ("gap", 4, False)


def test_a_deal_that_is_not_parked_can_be_neither_released_nor_skipped(state: State, partition: Told) -> None:
    with pytest.raises(NotFound, match="is not parked"):
        release(state, PLACE.job, [deal(3), deal(1)], LATER)
    assert not parked_deals(state, PLACE.job)[0].released
    with pytest.raises(NotFound, match="is not parked"):
        skip(state, PLACE.job, deal(1), "a mistake", LATER)


def test_a_running_job_takes_released_deals_up_in_order_while_more_of_their_events_come(
    operated_anywhere: Operated,
) -> None:
    operated = operated_anywhere
    operated.wrong = {(deal(3), 2), (deal(4), 1)}
    operated.record(range(MANY), 3)
    ending = Event()
    running = Thread(target=operated.run, args=[ending.is_set])
    running.start()
    try:
        _until(lambda: operated.parked_count() == 5)
        operated.wrong.clear()
        release(operated.state, operated.group, [deal(3), deal(4)], LATER)
        operated.record(range(MANY), 40)
        assert wait_for(operated.state, operated.group, [deal(3), deal(4)], 10) == []
        _until(lambda: operated.effects_count() == MANY * 43)
    finally:
        ending.set()
        running.join()
    for nth in range(MANY):
        assert operated.versions(nth) == list(range(1, 44))


def _until(holds: Callable[[], bool]) -> None:
    for _ in range(400):
        if holds():
            return
        sleep(0.05)
    raise AssertionError("it did not come true in twenty seconds")
