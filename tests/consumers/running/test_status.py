"""How far jobs are: what waits is counted event by event, and what they set aside is told."""

from datetime import datetime, timedelta
from threading import Event, Thread
from time import sleep

import pytest

from consumers.running import status as module
from consumers.running.going_on import skip
from consumers.running.status import JobStatus, status
from domain.errors import NotFound
from engine.settings import Settings
from tests.consumers.running.operated import LATER, MANY, NAME, Operated
from tests.end_to_end.consumer_feed import deal, feed, send


def told(operated: Operated, name: str = NAME, clock: datetime = LATER) -> JobStatus:
    (found,) = status(operated.state, operated.settings, [name], lambda: clock)
    return found


def test_what_waits_is_counted_and_how_long_it_has_waited(operated: Operated) -> None:
    operated.record(range(MANY), 3)
    operated.run_until(21)
    assert status(operated.state, operated.settings) == (told(operated),)
    done = told(operated)
    assert (done.state, done.processes, done.lag_events, done.lag_seconds) == ("stopped", 0, 0, 0.0)
    since = operated.store.head().position
    operated.record(range(MANY), 4)
    first = operated.store.feed(since, limit=1)[0].recorded_at
    assert first is not None
    behind = told(operated, clock=first + timedelta(seconds=90))
    assert (behind.lag_events, behind.at_most, behind.lag_seconds) == (28, False, 90.0)
    assert sum(each.lag_events for each in behind.partitions) == 28
    assert [each.partition for each in behind.partitions] == list(range(12))


def test_many_that_wait_are_told_by_their_offsets(
    operated: Operated, monkeypatch: pytest.MonkeyPatch
) -> None:
    operated.record(range(MANY), 1)
    operated.run_until(7)
    operated.record(range(MANY), 4)
    monkeypatch.setattr(module, "COUNTED", 2)
    behind = told(operated)
    assert behind.at_most
    assert 28 <= behind.lag_events <= 28 + MANY


def test_what_was_set_aside_is_counted(operated: Operated) -> None:
    operated.wrong = {(deal(3), 2), (deal(4), 1)}
    operated.record(range(MANY), 3)
    (first, *_) = feed(operated.store)
    send(operated.settings, [first._replace(value=b"\xff"), first._replace(value=b"{}")])
    operated.run_until(16, parked=5)
    operated.run(lambda: told(operated).lag_events == 0)
    skip(operated.state, operated.group, deal(3), "known to be wrong", LATER)
    found = told(operated)
    assert (found.parked_deals, found.parked_events, found.skipped, found.dead_letters) == (2, 4, 1, 2)


def test_a_job_that_never_ran_is_not_started_anywhere(operated: Operated) -> None:
    assert status(operated.state, operated.settings) == ()
    found = told(operated, "welcome-mails")
    assert (found.job, found.state, found.partitions_not_started) == ("welcome-mails", "not started", 12)
    assert {each.next_offset for each in found.partitions} == {None}


def test_a_running_job_is_told_with_its_processes(operated: Operated) -> None:
    operated.record(range(MANY), 1)
    ending = Event()
    running = Thread(target=operated.run, args=[ending.is_set])
    running.start()
    try:
        while operated.effects_count() < MANY:
            sleep(0.05)
        assert (told(operated).state, told(operated).processes) == ("running", 1)
    finally:
        ending.set()
        running.join()


def test_without_a_topic_nothing_can_be_told(operated: Operated) -> None:
    elsewhere = Settings(kafka=operated.settings.kafka, topic_prefix=f"{operated.settings.topic_prefix}not.")
    with pytest.raises(NotFound, match=r"There is no topic .*dealtrail relay init"):
        status(operated.state, elsewhere, [NAME])
