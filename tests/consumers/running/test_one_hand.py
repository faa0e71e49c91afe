"""One hand at a time has a partition, and what it does is recorded whole or not at all."""

from contextlib import suppress
from threading import Barrier, Event, Thread
from types import SimpleNamespace

import pytest
from sqlalchemy import Connection, insert, text
from sqlalchemy.exc import DBAPIError

from consumers.job import Job
from consumers.running.state import State
from consumers.running.state_database import TransactionEnded
from consumers.running.transaction import Abandoned, Overtaken, Page
from domain.event import Recorded
from tests.consumers.running.pages import EFFECTS, PLACE, Told, told, write


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


def test_a_job_that_passes_over_an_error_of_its_database_has_failed_or_done_the_rest(state: State) -> None:
    def careless(recorded: Recorded, connection: Connection) -> None:
        with suppress(DBAPIError):
            connection.execute(text("INSERT INTO nowhere VALUES (1)"))
        if connection.dialect.name == "sqlite":
            write(recorded, connection)

    partition = Told(state, Job(name="testing", on_event=careless), attempts=1)
    partition.page(told((1, 1), (2, 1)))
    if state.engine.dialect.name == "sqlite":
        assert partition.effects == [(1, 1), (2, 1)]
    else:
        assert partition.parked == [(1, 1, "failed"), (2, 1, "failed")]


@pytest.mark.parametrize("ending", ["COMMIT", "ROLLBACK"])
def test_a_job_that_ends_its_transaction_behind_sqlalchemy_s_back_is_stopped(
    state: State, ending: str
) -> None:
    def meddling(recorded: Recorded, connection: Connection) -> None:
        write(recorded, connection)
        connection.exec_driver_sql(ending)

    partition = Told(state, Job(name="testing", on_event=meddling))
    with pytest.raises(TransactionEnded):
        partition.page(told((1, 1)))
    assert (partition.marks, partition.stands_at) == ({}, 0)


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
    ends: dict[str, object] = {}

    def process(which: str) -> None:
        try:
            ends[which] = partition.transactions.apply(page, lambda: True, lambda: False).next_offset
        except Overtaken as overtaken:
            ends[which] = type(overtaken)

    first, second = Thread(target=process, args=["first"]), Thread(target=process, args=["second"])
    first.start()
    assert inside.wait(10)
    second.start()
    second.join(0.3)
    assert ends == {}  # the second waits for the lock of the first
    go_on.set()
    first.join()
    second.join()
    assert ends == {"first": 1, "second": Overtaken}
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
