"""Each event once and in its deal's order, whatever comes: repeats, gaps, events that fail."""

import pytest
from sqlalchemy import Connection, text

from consumers.job import Job
from consumers.running.applying import Tried
from consumers.running.state import State
from domain.deal.corrections import EventRetracted
from domain.errors import Unavailable
from domain.event import Recorded
from tests.consumers.running.pages import PLACE, Told, Trouble, event, failing_line, record, told, write

both_kinds = pytest.mark.parametrize("batches", [False, True], ids=["one by one", "in batches"])


@both_kinds
def test_every_event_has_its_effect_once_and_repeats_have_none(state: State, batches: bool) -> None:
    partition = Told(state, Trouble().job(batches=batches))
    partition.page(told((1, 1), (2, 1), (1, 1), (1, 2)))
    partition.page(told((2, 1), (1, 2), (2, 2), start=4))
    assert partition.effects == [(1, 1), (2, 1), (1, 2), (2, 2)]
    assert partition.marks == {1: 2, 2: 2}
    assert partition.stands_at == 7


@both_kinds
def test_a_gap_parks_its_deal_and_the_others_go_on(state: State, batches: bool) -> None:
    partition = Told(state, Trouble().job(batches=batches))
    partition.page(told((1, 1), (1, 3), (2, 1), (1, 4), (2, 2)))
    assert partition.effects == [(1, 1), (2, 1), (2, 2)]
    assert partition.parked == [(1, 3, "gap"), (1, 4, "behind")]
    assert partition.marks == {1: 1, 2: 2}


def test_a_deal_whose_beginning_did_not_come_is_parked_by_a_job_that_began_at_the_beginning(
    state: State,
) -> None:
    partition = Told(state, Trouble().job(batches=False))
    partition.page(told((1, 2)))
    assert partition.parked == [(1, 2, "gap")]


def test_a_job_that_began_at_the_end_takes_the_first_version_that_it_meets_of_a_deal(state: State) -> None:
    partition = Told(state, Trouble().job(batches=False), started="end")
    partition.page(told((1, 7), (1, 8), (1, 10), (2, 1), (1, 7)))
    assert partition.effects == [(1, 7), (1, 8), (2, 1)]
    assert partition.parked == [(1, 10, "gap")]


def test_what_was_missing_in_a_gap_lets_the_deal_go_on_when_it_comes(state: State) -> None:
    partition = Told(state, Trouble().job(batches=False))
    partition.page(told((1, 1), (1, 3), (1, 4)))
    outcome = partition.page(told((1, 2), start=3))
    assert outcome.healed
    partition.transactions.take_up(PLACE, event(1, 1).stream_id.bytes, lambda: True)
    assert partition.effects == [(1, 1), (1, 2), (1, 3), (1, 4)]
    assert partition.parked == []


@both_kinds
def test_an_event_that_fails_is_tried_again_and_what_came_before_it_is_recorded(
    state: State, batches: bool
) -> None:
    trouble = Trouble((1, 2))
    partition = Told(state, trouble.job(batches=batches))
    outcome = partition.page(told((1, 1), (2, 1), (1, 2), (2, 2), (1, 3)))
    assert partition.effects == [(1, 1), (2, 1)]
    assert partition.stands_at == 2
    assert (outcome.failed, [each.offset for each in outcome.left]) == (
        Tried(2, 1, f"ValueError in pages.py, line {failing_line()}"),
        [2, 3, 4],
    )
    trouble.failing.clear()
    partition.page(outcome.left, tried=outcome.failed)
    assert partition.effects == [(1, 1), (2, 1), (1, 2), (2, 2), (1, 3)]
    assert partition.parked == []


@both_kinds
def test_an_event_that_fails_too_often_parks_its_deal_and_the_others_go_on_at_once(
    state: State, batches: bool
) -> None:
    partition = Told(state, Trouble((1, 2), (3, 1)).job(batches=batches), attempts=3)
    partition.to_the_end(told((1, 1), (2, 1), (1, 2), (2, 2), (1, 3), (3, 1), (2, 3)))
    assert partition.effects == [(1, 1), (2, 1), (2, 2), (2, 3)]
    assert partition.parked == [(1, 2, "failed"), (1, 3, "behind"), (3, 1, "failed")]
    assert partition.marks == {1: 1, 2: 3, 3: 0}
    partition.page(told((1, 4), (1, 2), (3, 2), start=7))
    assert partition.parked == [
        (1, 2, "failed"), (1, 3, "behind"), (1, 4, "behind"), (3, 1, "failed"), (3, 2, "behind"),
    ]  # fmt: skip


def test_a_deal_is_tried_as_often_as_is_said_before_it_is_parked(state: State) -> None:
    trouble = Trouble((1, 1))
    partition = Told(state, trouble.job(batches=False), attempts=4)
    partition.to_the_end(told((1, 1), (1, 2)))
    assert trouble.calls == [event(1, 1).event_id] * 4


def test_why_an_event_is_parked_says_nothing_of_what_it_holds(state: State) -> None:
    partition = Told(state, Trouble((1, 1)).job(batches=False), attempts=1)
    (aside,) = partition.page(told((1, 1))).aside
    assert aside.reason == f"ValueError in pages.py, line {failing_line()}"


def test_what_the_database_says_of_a_wrong_statement_is_a_failure_of_the_event(state: State) -> None:
    def wrong(_: Recorded, connection: Connection) -> None:
        connection.execute(text("INSERT INTO nowhere VALUES ('the secret')"))

    partition = Told(state, Job(name="testing", on_event=wrong), attempts=1)
    (aside,) = partition.page(told((1, 1), (2, 1))).aside[:1]
    assert "secret" not in aside.reason
    assert [kind for _, _, kind in partition.parked] == ["failed", "failed"]


@both_kinds
def test_while_what_a_job_needs_is_away_nothing_is_recorded_and_nothing_is_parked(
    state: State, batches: bool
) -> None:
    def away(*_: object) -> None:
        raise Unavailable("The other side is away.")

    trouble = Trouble()
    partition = Told(state, trouble.job(batches=batches))
    partition.page(told((1, 1)))
    partition.job = Job(name="testing", on_batch=away) if batches else Job(name="testing", on_event=away)
    with pytest.raises(Unavailable, match="other side"):
        partition.page(told((1, 2), (2, 1), start=1))
    assert (partition.effects, partition.parked, partition.stands_at) == ([(1, 1)], [], 1)


def test_what_was_done_before_something_was_away_is_recorded_and_not_done_again_with_every_attempt(
    state: State,
) -> None:
    is_away = True
    trouble = Trouble()

    def on_event(recorded: Recorded, connection: Connection) -> None:
        trouble.on_event(recorded, connection)
        if is_away and recorded.event_id == event(2, 1).event_id:
            raise Unavailable("The other side is away.")

    partition = Told(state, Job(name="testing", on_event=on_event), apart=0)
    outcome = partition.page(told((1, 1), (1, 2), (2, 1), (2, 2)))
    assert (str(outcome.away), outcome.failed) == ("The other side is away.", None)
    assert (partition.effects, partition.marks, partition.stands_at) == ([(1, 1), (1, 2)], {1: 2}, 2)
    with pytest.raises(Unavailable, match="other side"):
        partition.page(outcome.left)
    is_away = False
    assert partition.page(outcome.left).away is None
    assert partition.effects == [(1, 1), (1, 2), (2, 1), (2, 2)]
    assert trouble.calls.count(event(1, 2).event_id) == 1


def test_a_released_deal_waits_on_where_what_the_job_needs_is_away(state: State) -> None:
    trouble = Trouble((1, 2))
    partition = Told(state, trouble.job(batches=False), attempts=1)
    partition.page(told((1, 1), (1, 2), (1, 3)))

    def away(*_: object) -> None:
        raise Unavailable("The other side is away.")

    partition.job = Job(name="testing", on_event=away)
    with pytest.raises(Unavailable, match="other side"):
        partition.release(1)
    assert partition.parked == [(1, 2, "failed"), (1, 3, "behind")]
    partition.job = Job(name="testing", on_event=write)
    partition.transactions.take_up(PLACE, event(1, 1).stream_id.bytes, lambda: True)
    assert (partition.effects, partition.parked) == ([(1, 1), (1, 2), (1, 3)], [])


def test_types_that_a_job_does_not_want_move_the_marks_all_the_same(state: State) -> None:
    job = Job(name="testing", on_event=write, types=frozenset({"DealOpened"}))
    partition = Told(state, job)
    about = EventRetracted(retracts=1, type="DealOpened", reason="by-mistake")
    other = EventRetracted(retracts=2, type="DealNoteAdded", reason="by-mistake")
    retracting = [record(2, event(1, 3, about)), record(3, event(1, 4, other))]
    partition.page([*told((1, 1), (1, 2)), *retracting])
    assert partition.effects == [(1, 1), (1, 3)]
    assert partition.marks == {1: 4}


def test_a_released_deal_goes_on_where_it_stopped_and_in_order(state: State) -> None:
    trouble = Trouble((1, 2))
    partition = Told(state, trouble.job(batches=False), attempts=1)
    partition.page(told((1, 1), (1, 2), (1, 3), (1, 4)))
    trouble.failing.clear()
    assert partition.release(1) == []
    partition.page(told((1, 5), start=4))
    assert partition.effects == [(1, 1), (1, 2), (1, 3), (1, 4), (1, 5)]
    assert (partition.parked, partition.marks) == ([], {1: 5})


def test_a_released_deal_that_fails_again_waits_again_from_where_it_failed(state: State) -> None:
    trouble = Trouble((1, 2), (1, 4))
    partition = Told(state, trouble.job(batches=True), attempts=1)
    partition.page(told((1, 1), (1, 2), (1, 3), (1, 4), (1, 5)))
    trouble.failing = {event(1, 4).event_id}
    partition.release(1)
    assert partition.effects == [(1, 1), (1, 2), (1, 3)]
    assert partition.parked == [(1, 4, "failed"), (1, 5, "behind")]


def test_a_parked_deal_that_nobody_has_released_stays_as_it_is(state: State) -> None:
    trouble = Trouble((1, 2))
    partition = Told(state, trouble.job(batches=False), attempts=1)
    partition.page(told((1, 1), (1, 2)))
    trouble.failing.clear()
    assert partition.transactions.take_up(PLACE, event(1, 1).stream_id.bytes, lambda: True) is None
    assert (partition.effects, partition.parked) == ([(1, 1)], [(1, 2, "failed")])
