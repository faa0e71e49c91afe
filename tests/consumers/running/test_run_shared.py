"""Processes of one job: they share its partitions, take over from each other, and are moved by others."""

from collections.abc import Callable
from contextlib import ExitStack
from threading import Event
from time import sleep

import pytest
from sqlalchemy import Connection

from consumers.kafka_client import Consumer, is_stable
from consumers.running import offsets
from consumers.running.state import State
from consumers.topics import Topics
from domain.errors import Conflict
from domain.event import Recorded
from engine.settings import Settings
from tests.consumers.running.pages import write
from tests.consumers.running.processes import Feed, Process, count, effects, process, wait_until, writing
from tests.end_to_end.consumer_feed import make_topics


def test_processes_that_come_and_go_share_the_partitions_and_every_event_has_one_effect(
    settings: Settings, state: State
) -> None:
    store = Feed(settings)
    store.goes_on(range(20), 10)

    def unhurried(recorded: Recorded, connection: Connection) -> None:
        sleep(0.003)
        write(recorded, connection)

    job = writing(on_event=unhurried)
    with process(job, settings, state) as first:
        wait_until(lambda: count(state) > 0)
        with process(job, settings, state) as second:
            wait_until(lambda: bool(second.seen.offsets))
            store.goes_on(range(20), 10)
        store.goes_on(range(20), 5)
        wait_until(lambda: count(state) == 500)
    assert effects(state) == {nth: list(range(1, 26)) for nth in range(20)}
    assert 0 < len({each for offsets in second.seen.offsets for each in offsets}) < 12
    assert len({each for offsets in first.seen.offsets for each in offsets}) == 12


def test_whoever_is_alone_is_given_the_partitions_once(settings: Settings, state: State) -> None:
    Feed(settings).goes_on(range(5), 2)
    made: list[Consumer] = []

    def noted(consumer: Consumer) -> Consumer:
        made.append(consumer)
        return consumer

    with process(writing(), settings, state, dressed=noted):
        wait_until(lambda: count(state) == 10)
        # Kafka is asked soon after a group has decided whether its topic has changed.
        sleep(2)
        assert [each.group_metadata().generation_id for each in made] == [1]


def test_an_event_that_takes_too_long_when_its_partition_leaves_has_its_effect_in_the_other_process_alone(
    settings: Settings, empty_database: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("consumers.running.group.PARTING", 0.3)
    Feed(settings).goes_on(range(20), 1)
    held, go_on = Event(), Event()
    late: list[str] = []

    def stuck(recorded: Recorded, connection: Connection) -> None:
        write(recorded, connection)
        held.set()
        assert go_on.wait(20)

    def prompt(recorded: Recorded, connection: Connection) -> None:
        write(recorded, connection)
        late.append(recorded.event_id)

    with State.open(empty_database()) as state:
        with process(writing(on_event=stuck), settings, state, workers=12):
            assert held.wait(20)
            with process(writing(on_event=prompt), settings, state) as second:
                wait_until(lambda: bool(second.seen.offsets))
                go_on.set()
                wait_until(lambda: count(state) == 20)
        assert effects(state) == {nth: [1] for nth in range(20)}
        assert late


def test_whoever_is_stopped_finishes_the_event_in_hand_and_leaves_the_others(
    settings: Settings, in_a_file: State
) -> None:
    Feed(settings).goes_on(range(1), 50)
    begun = Event()

    def slow(recorded: Recorded, connection: Connection) -> None:
        begun.set()
        sleep(0.3)
        write(recorded, connection)

    with process(writing(on_event=slow), settings, in_a_file):
        assert begun.wait(20)
    assert 0 < count(in_a_file) < 5
    with process(writing(), settings, in_a_file):
        wait_until(lambda: count(in_a_file) == 50)
    assert effects(in_a_file) == {0: list(range(1, 51))}


def test_a_running_job_goes_on_from_where_somebody_else_has_put_it(
    settings: Settings, in_a_file: State
) -> None:
    Feed(settings).goes_on(range(5), 2)
    told: list[dict[int, int]] = []
    job = writing(on_assigned=lambda offsets: told.append(dict(offsets)))
    group, topic = f"{settings.topic_prefix}writing", Topics(settings.topic_prefix).deals
    with process(job, settings, in_a_file):
        wait_until(lambda: count(in_a_file) == 10)
        with in_a_file.writing() as connection:
            for partition in range(12):
                offsets.held(connection, group, topic, partition)
                offsets.move(connection, group, topic, partition, 0)
            connection.exec_driver_sql("DELETE FROM consumer_marks")
        wait_until(lambda: count(in_a_file) == 20)
    assert effects(in_a_file) == {nth: [1, 2, 1, 2] for nth in range(5)}
    assert told[0] == dict.fromkeys(range(12), 0)
    assert {partition for offsets in told[1:] for partition in offsets}


@pytest.mark.parametrize("others", [["b"], []], ids=["beside another", "alone"])
def test_of_two_processes_with_one_name_the_earlier_ends(
    settings: Settings, in_a_file: State, others: list[str]
) -> None:
    make_topics(settings)
    made: list[Consumer] = []

    def noted(consumer: Consumer) -> Consumer:
        made.append(consumer)
        return consumer

    with ExitStack() as running:
        for name in others:
            running.enter_context(process(writing(), settings, in_a_file, instance=name))
        first = Process(writing(), settings, in_a_file, {"instance": "a", "dressed": noted})
        # It has been given its partitions and then has had them shared out anew: from here on it only waits.
        wait_until(lambda: bool(made) and made[0].group_metadata().generation_id >= 2 and is_stable(made[0]))
        sleep(1)
        with process(writing(), settings, in_a_file, instance="a"):
            wait_until(lambda: not first.runs)
    assert isinstance(first.error, Conflict)
    assert "--instance" in str(first.error)
