"""Each event once and in its deal's order, whatever comes: repeats, gaps, failures, bytes that are no event."""

from collections.abc import Sequence
from threading import Barrier, Event, Thread
from types import SimpleNamespace

import pytest
from sqlalchemy import Connection, insert, text

from consumers.job import Job
from consumers.running.applying import Tried
from consumers.running.parking import release
from consumers.running.state import State
from consumers.running.state_database import TransactionEnded
from consumers.running.transaction import Abandoned, Overtaken, Page
from consumers.wire import Delivered
from domain.deal.corrections import EventRetracted
from domain.deal.outlook import DealNoteAdded
from domain.errors import Unavailable
from domain.event import Recorded
from tests.consumers.running.pages import EFFECTS, PLACE, Sent, Told, event, record, told, write


class Trouble:
    """A job that writes what it gets, and fails for the events that it is told to fail for."""

    def __init__(self, *failing: tuple[int, int]) -> None:
        self.failing = {event(*each).event_id for each in failing}
        self.calls: list[str] = []

    def on_event(self, recorded: Recorded, connection: Connection) -> None:
        self.calls.append(recorded.event_id)
        write(recorded, connection)
        if recorded.event_id in self.failing:
            raise ValueError(f"the secret of {recorded.by.id}")

    def on_batch(self, batch: Sequence[Delivered], connection: Connection) -> None:
        for each in batch:
            self.on_event(each.event, connection)

    def job(self, *, batches: bool) -> Job:
        return (
            Job(name="testing", on_batch=self.on_batch)
            if batches
            else Job(name="testing", on_event=self.on_event)
        )


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
        Tried(2, 1, f"ValueError in test_applying.py, line {failing_line()}"),
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
    assert aside.reason == f"ValueError in test_applying.py, line {failing_line()}"


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


def test_types_that_a_job_does_not_want_move_the_marks_all_the_same(state: State) -> None:
    job = Job(name="testing", on_event=write, types=frozenset({"DealOpened"}))
    partition = Told(state, job)
    about = EventRetracted(retracts=1, type="DealOpened", reason="by-mistake")
    other = EventRetracted(retracts=2, type="DealNoteAdded", reason="by-mistake")
    retracting = [record(2, event(1, 3, about)), record(3, event(1, 4, other))]
    partition.page([*told((1, 1), (1, 2)), *retracting])
    assert partition.effects == [(1, 1), (1, 3)]
    assert partition.marks == {1: 4}


def test_an_event_of_a_newer_dealtrail_parks_its_deal_unless_the_job_asks_for_other_types(
    state: State,
) -> None:
    newer = record(1, event(1, 2))
    newer.value = (newer.value or b"").replace(b'"DealNoteAdded"', b'"DealDreamtOf"')
    partition = Told(state, Job(name="testing", on_event=write))
    partition.page([*told((1, 1)), newer, *told((1, 3), start=2)])
    assert partition.parked == [(1, 2, "unreadable"), (1, 3, "behind")]


def test_a_job_about_other_types_passes_by_an_event_of_a_newer_dealtrail(state: State) -> None:
    newer = record(1, event(1, 2))
    newer.value = (newer.value or b"").replace(b'"DealNoteAdded"', b'"DealDreamtOf"')
    partition = Told(state, Job(name="testing", on_event=write, types=frozenset({"DealOpened"})))
    partition.page([*told((1, 1)), newer, *told((1, 3), start=2)])
    assert (partition.marks, partition.parked) == ({1: 3}, [])


def test_an_event_whose_fields_cannot_be_read_parks_its_deal(state: State) -> None:
    broken = record(1, event(1, 2))
    broken.value = (broken.value or b"")[:-9]
    partition = Told(state, Job(name="testing", on_event=write))
    (aside,) = partition.page([*told((1, 1)), broken, *told((2, 1), start=2)]).aside
    assert (aside.kind, "secret" in aside.reason) == ("unreadable", False)
    assert partition.effects == [(1, 1), (2, 1)]


@pytest.mark.parametrize(
    "value", [None, b"", b"\xff\xfe", b"[]", b'{"position":1}', b'{"position":1', b"[" * 9_999]
)
def test_bytes_that_are_no_event_become_a_dead_letter_and_the_rest_goes_on(
    state: State, value: bytes | None
) -> None:
    partition = Told(state, Job(name="testing", on_event=write))
    poison = Sent(1, b"any", value)
    partition.page([*told((1, 1)), poison, *told((1, 2), start=2)])
    assert [each.record for each in partition.dead] == [poison]
    assert partition.effects == [(1, 1), (1, 2)]
    assert partition.stands_at == 3


def test_an_event_under_another_deal_s_key_becomes_a_dead_letter(state: State) -> None:
    partition = Told(state, Job(name="testing", on_event=write))
    strange = record(0, event(1, 1))
    strange.key = str(event(2, 1).stream_id).encode()
    partition.page([strange])
    assert [each.reason for each in partition.dead] == ["the key is not the id of the event's stream"]


def test_no_offset_moves_past_a_dead_letter_that_kafka_has_not_confirmed(state: State) -> None:
    partition = Told(state, Job(name="testing", on_event=write), kafka_away=True)
    with pytest.raises(Unavailable):
        partition.page([*told((1, 1)), Sent(1, None, b"?")])
    assert (partition.effects, partition.stands_at) == ([], 0)


def test_a_dead_letter_behind_an_event_that_is_tried_again_waits_for_it(state: State) -> None:
    partition = Told(state, Trouble((1, 1)).job(batches=False), attempts=3)
    partition.page([*told((1, 1)), Sent(1, None, b"?")])
    assert partition.dead == []
    partition.to_the_end([*told((1, 1)), Sent(1, None, b"?")])
    assert len(partition.dead) == 1


def test_a_partition_that_fell_to_another_process_leaves_nothing_behind(state: State) -> None:
    partition = Told(state, Job(name="testing", on_event=write))
    with pytest.raises(Abandoned):
        partition.page(told((1, 1)), ours=lambda: False)
    assert (partition.effects, partition.marks, partition.stands_at) == ([], {}, 0)


def test_whoever_is_to_end_finishes_the_event_in_hand(state: State) -> None:
    partition = Told(state, Job(name="testing", on_event=write))
    outcome = partition.page(told((1, 1), (1, 2), (1, 3)), ending=lambda: True)
    assert (partition.effects, partition.stands_at) == ([(1, 1)], 1)
    assert [each.offset for each in outcome.left] == [1, 2]


def test_a_job_that_commits_is_stopped_before_anything_is_recorded(state: State) -> None:
    def committing(recorded: Recorded, connection: Connection) -> None:
        write(recorded, connection)
        connection.commit()

    partition = Told(state, Job(name="testing", on_event=committing))
    with pytest.raises(TransactionEnded):
        partition.page(told((1, 1)))
    assert (partition.effects, partition.stands_at) == ([], 0)


def test_a_job_may_have_savepoints_of_its_own(state: State) -> None:
    def careful(recorded: Recorded, connection: Connection) -> None:
        undone = connection.begin_nested()
        connection.execute(insert(EFFECTS), {"version": 99})
        undone.rollback()
        with connection.begin_nested():
            write(recorded, connection)

    partition = Told(state, Job(name="testing", on_event=careful))
    partition.page(told((1, 1), (1, 2)))
    assert partition.effects == [(1, 1), (1, 2)]


def test_a_page_that_another_process_did_meanwhile_is_not_done_again(state: State) -> None:
    one = Told(state, Job(name="testing", on_event=write))
    one.page(told((1, 1), (1, 2)))
    late = Page(place=PLACE, start=0, records=told((1, 1), (1, 2)), end=2)
    with pytest.raises(Overtaken) as overtaken:
        one.transactions.apply(late, lambda: True, lambda: False)
    assert overtaken.value.next_offset == 2
    assert one.effects == [(1, 1), (1, 2)]


def test_of_two_processes_with_the_same_page_at_the_same_time_one_records_it(state: State) -> None:
    inside, go_on = Event(), Event()

    def slow(recorded: Recorded, connection: Connection) -> None:
        write(recorded, connection)
        inside.set()
        assert go_on.wait(10)

    partition = Told(state, Job(name="testing", on_event=slow))
    page = Page(place=PLACE, start=0, records=told((1, 1)), end=1)
    ends: list[object] = []

    def process() -> None:
        try:
            ends.append(partition.transactions.apply(page, lambda: True, lambda: False).next_offset)
        except Overtaken as overtaken:
            ends.append(overtaken)

    first, second = Thread(target=process), Thread(target=process)
    first.start()
    assert inside.wait(10)
    second.start()
    second.join(0.3)
    assert ends == []  # the second waits for the lock of the first
    go_on.set()
    first.join()
    second.join()
    assert (ends[0], type(ends[1])) == (1, Overtaken)
    assert partition.effects == [(1, 1)]


def test_however_many_processes_race_through_a_partition_each_event_has_one_effect(state: State) -> None:
    partition = Told(state, Job(name="testing", on_event=write))
    records = told(*((nth, version) for version in range(1, 21) for nth in range(5)))
    together = Barrier(3)

    def process() -> None:
        start = 0
        together.wait()
        while start < len(records):
            some = records[start : start + 7]
            page = Page(place=PLACE, start=start, records=some, end=some[-1].offset + 1)
            try:
                start = partition.transactions.apply(page, lambda: True, lambda: False).next_offset
            except Overtaken as overtaken:
                start = overtaken.next_offset

    racing = [Thread(target=process) for _ in range(3)]
    for each in racing:
        each.start()
    for each in racing:
        each.join()
    assert partition.effects == [(nth, version) for version in range(1, 21) for nth in range(5)]


def test_without_the_lock_two_processes_would_both_record_an_event(
    state: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    partition = Told(state, Job(name="testing", on_event=write))
    partition.page(told((1, 1)))
    monkeypatch.setattr("consumers.running.transaction.marks_of", lambda *_: {})
    monkeypatch.setattr(
        "consumers.running.transaction.offsets",
        SimpleNamespace(held=lambda *_: 0, move=lambda *_: None, started=lambda *_: "beginning"),
    )
    page = Page(place=PLACE, start=0, records=told((1, 1)), end=1)
    partition.transactions.apply(page, lambda: True, lambda: False)
    assert partition.effects == [(1, 1), (1, 1)]


def test_a_released_deal_goes_on_where_it_stopped_and_in_order(state: State) -> None:
    trouble = Trouble((1, 2))
    partition = Told(state, trouble.job(batches=False), attempts=1)
    partition.page(told((1, 1), (1, 2), (1, 3), (1, 4)))
    trouble.failing.clear()
    stream = event(1, 1).stream_id.bytes
    with state.writing() as connection:
        release(connection, PLACE.job, [stream], 1)
    assert partition.transactions.take_up(PLACE, stream, lambda: True) == []
    partition.page(told((1, 5), start=4))
    assert partition.effects == [(1, 1), (1, 2), (1, 3), (1, 4), (1, 5)]
    assert (partition.parked, partition.marks) == ([], {1: 5})


def test_a_released_deal_that_fails_again_waits_again_from_where_it_failed(state: State) -> None:
    trouble = Trouble((1, 2), (1, 4))
    partition = Told(state, trouble.job(batches=True), attempts=1)
    partition.page(told((1, 1), (1, 2), (1, 3), (1, 4), (1, 5)))
    trouble.failing = {event(1, 4).event_id}
    partition.transactions.take_up(PLACE, event(1, 1).stream_id.bytes, lambda: True)
    assert partition.effects == [(1, 1), (1, 2), (1, 3)]
    assert partition.parked == [(1, 4, "failed"), (1, 5, "behind")]


def test_what_was_parked_as_newer_is_read_when_it_is_released_after_an_update(state: State) -> None:
    newer = record(0, event(1, 1, DealNoteAdded(text="x")))
    known, newer.value = newer.value, (newer.value or b"").replace(b'"DealNoteAdded"', b'"DealDreamtOf"')
    partition = Told(state, Job(name="testing", on_event=write))
    partition.page([newer])
    with state.writing() as connection:
        connection.execute(text("UPDATE consumer_parked SET value = :value"), {"value": known})
    partition.transactions.take_up(PLACE, event(1, 1).stream_id.bytes, lambda: True)
    assert partition.effects == [(1, 1)]


def failing_line() -> int:
    """Where Trouble raises."""
    code = Trouble.on_event.__code__
    return max(line for _, _, line in code.co_lines() if line is not None)
