"""A job does events again: marks and offsets are lowered together, for all deals or for one."""

from datetime import timedelta
from threading import Event, Thread

import pytest
from kafka.errors import KafkaTimeoutError

from consumers.kafka_client import administering
from consumers.running.going_on import release
from consumers.running.offsets import start
from consumers.running.parked import parked_deals
from consumers.running.reading import looking, spans
from consumers.running.replay import (
    Since,
    carry_out,
    planned,
    since_position,
    since_the_beginning,
    since_time,
)
from consumers.running.status import status
from consumers.topics import Topics
from domain.errors import Conflict, NotFound, Unavailable
from tests.consumers.running.operated import LATER, MANY, NAME, Operated, Silent
from tests.end_to_end.consumer_feed import deal


def again(operated: Operated, since: Since, nth: int | None = None) -> int:
    """Replay, and how many events that promised to deliver again."""
    plan = planned(operated.state, operated.settings, NAME, since, None if nth is None else deal(nth))
    carry_out(operated.state, operated.settings, plan)
    return plan.events


def test_everything_is_done_again_from_the_beginning_and_then_what_is_new(operated: Operated) -> None:
    operated.record(range(MANY), 3)
    operated.run_until(21)
    assert again(operated, since_the_beginning) == 21
    operated.record(range(MANY), 2)
    operated.run_until(21 + 35)
    for nth in range(MANY):
        assert operated.versions(nth) == [1, 2, 3, 1, 2, 3, 4, 5]


def test_what_was_recorded_since_a_position_or_a_time_is_done_again(operated_anywhere: Operated) -> None:
    operated = operated_anywhere
    operated.record(range(MANY), 2)
    middle = operated.store.head().position
    operated.record(range(MANY), 3)
    operated.run_until(35)
    assert again(operated, since_position(middle + 1)) == 21
    operated.run_until(56)
    since = operated.store.feed(middle, limit=1)[0].recorded_at
    assert since is not None
    assert again(operated, since_time(since)) == 21
    operated.run_until(77)
    assert again(operated, since_time(since + timedelta(days=1))) == 0
    for nth in range(MANY):
        assert operated.versions(nth) == [1, 2, 3, 4, 5, 3, 4, 5, 3, 4, 5]


def test_one_deal_is_done_again_and_no_other(operated: Operated) -> None:
    operated.record(range(MANY), 3)
    operated.run_until(21)
    assert again(operated, since_the_beginning, 4) == 3
    operated.record(range(MANY), 1)
    operated.run_until(21 + 3 + 7)
    for nth in range(MANY):
        assert operated.versions(nth) == ([1, 2, 3, 1, 2, 3, 4] if nth == 4 else [1, 2, 3, 4])


def test_one_deal_is_done_again_and_none_that_a_job_never_met_because_it_began_at_the_end(
    operated: Operated,
) -> None:
    deals = range(60)  # several in each partition
    operated.record(deals, 3)
    topic = Topics(operated.settings.topic_prefix).deals
    consumer = looking(operated.settings)
    ends = {each.partition: span.end for each, span in spans(consumer, topic).items()}
    consumer.close()
    with operated.state.writing() as connection:
        start(connection, operated.group, topic, "end", 1, ends)
    operated.record(range(4, 5), 1)
    operated.run_until(1)
    assert again(operated, since_the_beginning, 4) == 4
    operated.record(deals, 1)
    operated.run_until(1 + 4 + 60)
    for nth in deals:
        assert operated.versions(nth) == ([4, 1, 2, 3, 4, 5] if nth == 4 else [4])


def test_parked_events_that_come_again_are_parked_no_longer(operated_anywhere: Operated) -> None:
    operated = operated_anywhere
    operated.wrong = {(deal(nth), 2) for nth in range(MANY)}
    operated.record(range(MANY), 3)
    operated.run_until(7, parked=14)
    operated.wrong = {(deal(1), 2)}
    assert again(operated, since_the_beginning, 2) == 3
    operated.run_until(7 + 3, parked=12)
    assert again(operated, since_the_beginning) == 21
    operated.run_until(10 + 19, parked=2)
    assert [each.deal for each in parked_deals(operated.state, operated.group)] == [deal(1)]
    assert operated.versions(1) == [1, 1]
    assert operated.versions(2) == [1, 1, 2, 3, 1, 2, 3]
    assert operated.versions(3) == [1, 1, 2, 3]


def test_a_deal_that_was_parked_before_the_replay_begins_stays_parked_in_order(operated: Operated) -> None:
    operated.wrong = {(deal(3), 2)}
    operated.record(range(MANY), 2)
    middle = operated.store.head().position
    operated.record(range(MANY), 2)
    operated.run_until(25, parked=3)
    assert again(operated, since_position(middle + 1)) == 14
    operated.run_until(25 + 12, parked=3)
    operated.wrong.clear()
    release(operated.state, operated.group, [deal(3)], LATER)
    operated.run_until(40)
    assert operated.versions(3) == [1, 2, 3, 4]


def test_a_job_does_not_go_on_by_itself_behind_events_that_kafka_has_deleted(
    operated: Operated, monkeypatch: pytest.MonkeyPatch
) -> None:
    operated.record(range(MANY), 2)
    operated.run_until(14)
    operated.record(range(MANY), 1)
    consumer = looking(operated.settings)
    within = spans(consumer, Topics(operated.settings.topic_prefix).deals)
    consumer.close()
    with administering(operated.settings) as admin:
        admin.delete_records({each: span.end for each, span in within.items()})
    operated.record(range(MANY), 1)
    said: list[str] = []
    monkeypatch.setattr(Silent, "lost", lambda _, error: said.append(str(error)))
    operated.run(lambda: bool(said))
    assert "Kafka has deleted what is between before it was done" in said[0]
    assert (operated.effects_count(), operated.parked_count()) == (14, 0)
    assert again(operated, since_the_beginning) == 0
    operated.run_until(14, parked=7)
    assert {each.kind for each in parked_deals(operated.state, operated.group)} == {"gap"}


def test_a_broker_that_goes_away_meanwhile_is_told(
    operated: Operated, monkeypatch: pytest.MonkeyPatch
) -> None:
    operated.record(range(MANY), 1)
    operated.run_until(7)

    def away(*_: object) -> None:
        raise KafkaTimeoutError("no answer")

    monkeypatch.setattr("consumers.running.replay.read", away)
    monkeypatch.setattr("consumers.running.status.read", away)
    with pytest.raises(Unavailable, match="no answer"):
        again(operated, since_the_beginning)
    with pytest.raises(Unavailable, match="no answer"):
        status(operated.state, operated.settings)


def test_a_running_job_is_not_replayed(operated: Operated) -> None:
    operated.record(range(MANY), 1)
    ending = Event()
    running = Thread(target=operated.run, args=[ending.is_set])
    running.start()
    try:
        while operated.effects_count() < MANY:
            ending.wait(0.05)
        with pytest.raises(Conflict, match="runs now, in 1 process: "):
            planned(operated.state, operated.settings, NAME, since_the_beginning)
    finally:
        ending.set()
        running.join()


def test_a_plan_that_the_job_has_outrun_changes_nothing(operated: Operated) -> None:
    operated.record(range(MANY), 1)
    operated.run_until(7)
    plan = planned(operated.state, operated.settings, NAME, since_the_beginning)
    operated.record(range(MANY), 1)
    operated.run_until(14)
    with pytest.raises(Conflict, match="has run meanwhile"):
        carry_out(operated.state, operated.settings, plan)
    operated.record(range(MANY), 1)
    operated.run_until(21)
    assert operated.versions(0) == [1, 2, 3]


def test_a_job_that_never_ran_has_nothing_to_do_again(operated: Operated) -> None:
    with pytest.raises(NotFound, match="never ran"):
        planned(operated.state, operated.settings, NAME, since_the_beginning)
