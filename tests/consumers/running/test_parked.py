"""Parked deals are listed, released and skipped, also while the job runs: nothing is lost or overtaken."""

from collections.abc import Callable
from threading import Event, Thread
from time import sleep

import pytest

from consumers.running.parked import parked_deals, parked_events, release, skip, wait_for
from domain.errors import NotFound
from tests.consumers.running.operated import LATER, MANY, NAME, Operated
from tests.end_to_end.consumer_feed import deal, feed, send


def while_running(operated: Operated, story: Callable[[], None]) -> None:
    """Tell a story while the job runs beside it."""
    ending = Event()
    running = Thread(target=operated.run, args=[ending.is_set])
    running.start()
    try:
        story()
    finally:
        ending.set()
        running.join()


def until(holds: Callable[[], bool]) -> None:
    for _ in range(200):
        if holds():
            return
        sleep(0.05)
    raise AssertionError("it did not come true in ten seconds")


def test_a_parked_deal_is_shown_with_its_events_and_without_their_contents(operated: Operated) -> None:
    operated.wrong = {(deal(3), 2)}
    operated.record(range(MANY), 4)
    operated.run_until(25, parked=3)
    (parked,) = parked_deals(operated.state, operated.group)
    assert (parked.deal, parked.events, parked.version) == (deal(3), 3, 2)
    assert (parked.kind, parked.released) == ("failed", False)
    assert parked.reason.startswith("ValueError in operated.py, line ")
    events = parked_events(operated.state, operated.group, deal(3))
    assert [(each.version, each.type, each.kind) for each in events] == [
        (2, "DealNoteAdded", "failed"),
        (3, "DealNoteAdded", "behind"),
        (4, "DealNoteAdded", "behind"),
    ]
    with pytest.raises(NotFound, match=str(deal(2))):
        parked_events(operated.state, operated.group, deal(2))


def test_a_released_deal_goes_on_in_order_while_more_of_its_events_come(operated_anywhere: Operated) -> None:
    operated = operated_anywhere
    operated.wrong = {(deal(3), 2), (deal(4), 1)}
    operated.record(range(MANY), 3)

    def story() -> None:
        until(lambda: operated.parked_count() == 5)
        operated.wrong.clear()
        release(operated.state, operated.group, [deal(3), deal(4)], LATER)
        operated.record(range(MANY), 40)
        assert wait_for(operated.state, operated.group, [deal(3), deal(4)], 10) == []
        until(lambda: operated.effects_count() == MANY * 43)

    while_running(operated, story)
    for nth in range(MANY):
        assert operated.versions(nth) == list(range(1, 44))


def test_a_deal_that_was_released_while_nobody_ran_the_job_goes_on_when_it_starts(operated: Operated) -> None:
    operated.wrong = {(deal(3), 2)}
    operated.record(range(MANY), 3)
    operated.run_until(19, parked=2)
    operated.wrong.clear()
    release(operated.state, operated.group, [deal(3)], LATER)
    (waiting,) = wait_for(operated.state, operated.group, [deal(3)], 0)
    assert waiting.released
    operated.record(range(MANY), 2)
    operated.run_until(35)
    assert operated.versions(3) == [1, 2, 3, 4, 5]


def test_a_released_deal_that_fails_again_is_parked_where_it_failed(operated: Operated) -> None:
    operated.wrong = {(deal(3), 2)}
    operated.record(range(MANY), 5)
    operated.run_until(31, parked=4)
    operated.wrong = {(deal(3), 4)}
    release(operated.state, operated.group, [deal(3)], LATER)
    operated.run_until(33, parked=2)
    (parked,) = parked_deals(operated.state, operated.group)
    assert (parked.version, parked.kind, parked.released) == (4, "failed", False)
    assert operated.versions(3) == [1, 2, 3]


def test_a_skipped_event_is_left_out_and_the_deal_goes_on_behind_it(operated: Operated) -> None:
    operated.wrong = {(deal(3), 2)}
    operated.record(range(MANY), 3)
    operated.run_until(19, parked=2)
    left_out = skip(operated.state, operated.group, deal(3), "an amount without a currency", LATER)
    assert (left_out.version, left_out.through) == (2, 2)
    operated.run_until(20)
    operated.record(range(MANY), 1)
    operated.run_until(27)
    assert operated.versions(3) == [1, 3, 4]


def test_skipping_a_deals_only_parked_event_lets_it_go_on_live(operated: Operated) -> None:
    operated.wrong = {(deal(3), 2)}
    operated.record(range(MANY), 2)
    operated.run_until(13, parked=1)
    skip(operated.state, operated.group, deal(3), "known to be wrong", LATER)
    assert parked_deals(operated.state, operated.group) == []
    operated.record(range(MANY), 1)
    operated.run_until(20)
    assert operated.versions(3) == [1, 3]


def test_skipping_a_gap_leaves_out_what_never_came_and_nothing_else(operated_anywhere: Operated) -> None:
    operated = operated_anywhere
    operated.record(range(MANY), 2)
    operated.run_until(14)
    operated.record_unsent(range(MANY), 3)
    missing = (b'"version":3,', b'"version":4,')
    some = [
        each
        for each in feed(operated.store, operated.sent)
        if not any(part in each.value for part in missing)
    ]
    send(operated.settings, some)
    operated.run_until(14, parked=MANY)
    kinds = {(each.kind, each.version) for each in parked_deals(operated.state, operated.group)}
    assert kinds == {("gap", 5)}
    left_out = skip(operated.state, operated.group, deal(3), "lost with the old cluster", LATER)
    assert (left_out.version, left_out.through) == (3, 4)
    operated.run_until(15, parked=MANY - 1)
    assert operated.versions(3) == [1, 2, 5]


def test_a_gap_that_is_released_is_still_a_gap(operated: Operated) -> None:
    operated.record_unsent(range(1), 2)
    send(operated.settings, feed(operated.store)[1:])
    operated.run_until(0, parked=1)
    release(operated.state, operated.group, [deal(0)], LATER)
    operated.run(lambda: not parked_deals(operated.state, operated.group)[0].released)
    (parked,) = parked_deals(operated.state, operated.group)
    assert (parked.kind, parked.version) == ("gap", 2)


def test_a_deal_that_is_not_parked_can_be_neither_released_nor_skipped(operated: Operated) -> None:
    with pytest.raises(NotFound, match=f"{deal(1)} is not parked by .*{NAME}"):
        release(operated.state, operated.group, [deal(1)], LATER)
    with pytest.raises(NotFound, match="is not parked"):
        skip(operated.state, operated.group, deal(1), "a mistake", LATER)
