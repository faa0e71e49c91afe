"""A running job in trouble: deals that fail, bytes that are no event, and what it needs is away."""

from threading import Event
from time import sleep

import pytest
from kafka.structs import TopicPartition
from sqlalchemy import Connection, Engine

from consumers.kafka_client import new_consumer, new_producer
from consumers.running.parking import release
from consumers.running.run import run_job
from consumers.running.state import State
from consumers.topics import Topics
from domain.errors import BadInput, Unavailable
from domain.event import Recorded
from engine.settings import Settings
from tests.consumers.running.pages import write
from tests.consumers.running.processes import Feed, Seen, count, effects, process, wait_until, writing
from tests.end_to_end.consumer_feed import deal, make_topics
from tests.servers.postgres import Server, new_database


def test_bytes_that_are_no_event_go_to_the_dead_letters_with_where_they_came_from(
    settings: Settings, in_a_file: State
) -> None:
    store = Feed(settings)
    topics = Topics(settings.topic_prefix)
    store.goes_on(range(3), 1)
    producer = new_producer(settings)
    producer.send(topics.deals, b"\xff poison", b"\xfe key", [("theirs", b"\x00")], partition=5).get(10)
    producer.close()
    store.goes_on(range(3), 1)
    with process(writing(), settings, in_a_file) as running:
        wait_until(lambda: count(in_a_file) == 6 and bool(running.seen.dead))
    reader = new_consumer(settings)
    reader.assign([TopicPartition(topics.dead("writing"), 0)])
    (records,) = reader.poll(10_000).values()
    reader.close()
    ((offset, reason),) = running.seen.dead
    (record,) = records
    assert (record.key, record.value) == (b"\xfe key", b"\xff poison")
    assert dict(record.headers) == {
        "theirs": b"\x00",
        "dealtrail_topic": topics.deals.encode(),
        "dealtrail_partition": b"5",
        "dealtrail_offset": str(offset).encode(),
        "dealtrail_reason": reason.encode(),
    }


def test_a_deal_that_always_fails_is_parked_and_released_while_the_others_go_on(
    settings: Settings, in_a_file: State
) -> None:
    store = Feed(settings)
    store.goes_on(range(20), 5)
    wrong = True

    def failing(recorded: Recorded, connection: Connection) -> None:
        write(recorded, connection)
        if wrong and recorded.stream_id == deal(7) and recorded.version == 3:
            raise ValueError("not this one")

    with process(writing(on_event=failing), settings, in_a_file, attempts=3) as running:
        wait_until(lambda: count(in_a_file) == 97 and bool(running.seen.aside))
        assert effects(in_a_file)[7] == [1, 2]
        assert running.seen.aside == [(f"{deal(7)}:3", "failed")]
        wrong = False
        with in_a_file.writing() as connection:
            release(connection, f"{settings.topic_prefix}writing", [deal(7).bytes], 1)
        wait_until(lambda: count(in_a_file) == 100)
    assert effects(in_a_file)[7] == [1, 2, 3, 4, 5]
    assert running.seen.tried_again == [0]
    assert running.seen.availability == []


def test_while_what_a_job_needs_is_away_it_waits_and_nothing_is_parked(
    settings: Settings, in_a_file: State
) -> None:
    store = Feed(settings)
    store.goes_on(range(5), 2)
    away = True

    def needing(recorded: Recorded, connection: Connection) -> None:
        if away:
            raise Unavailable("The other side is away.")
        write(recorded, connection)

    with process(writing(on_event=needing), settings, in_a_file) as running:
        wait_until(lambda: bool(running.seen.availability))
        sleep(0.5)
        away = False
        wait_until(lambda: count(in_a_file) == 10)
    assert running.seen.availability == ["lost: The other side is away.", "back"]
    assert running.seen.aside == []


def test_a_job_may_be_slower_than_the_time_between_two_polls(settings: Settings, in_a_file: State) -> None:
    Feed(settings).goes_on(range(2), 2)

    def slow(recorded: Recorded, connection: Connection) -> None:
        if recorded.version == 1:
            sleep(1.5)
        write(recorded, connection)

    client = {"max_poll_interval_ms": 600}
    with process(writing(on_event=slow), settings, in_a_file, client=client) as running:
        wait_until(lambda: count(in_a_file) == 4)
    assert effects(in_a_file) == {0: [1, 2], 1: [1, 2]}
    assert len(running.seen.offsets) == 1


def test_what_runs_beside_a_job_has_its_database_and_ends_with_it(
    settings: Settings, in_a_file: State
) -> None:
    make_topics(settings)
    ended = Event()

    def alongside(engine: Engine, stopping: object) -> None:
        assert engine is in_a_file.engine
        assert callable(stopping)
        while not stopping():
            sleep(0.01)
        ended.set()

    with process(writing(alongside=alongside), settings, in_a_file) as running:
        wait_until(lambda: bool(running.seen.offsets))
        assert not ended.is_set()
    assert ended.is_set()


def test_when_what_runs_beside_a_job_dies_the_job_ends_and_says_so(
    settings: Settings, in_a_file: State
) -> None:
    make_topics(settings)

    def dying(*_: object) -> None:
        raise ZeroDivisionError

    with (
        pytest.raises(ZeroDivisionError),
        process(writing(alongside=dying), settings, in_a_file) as running,
    ):
        wait_until(lambda: not running.runs)


def test_a_job_waits_for_a_topic_that_is_not_there_yet(settings: Settings, in_a_file: State) -> None:
    with process(writing(), settings, in_a_file) as running:
        wait_until(lambda: bool(running.seen.availability))
        Feed(settings).goes_on(range(2), 2)
        wait_until(lambda: count(in_a_file) == 4)
    (lost, back) = running.seen.availability
    assert "relay init" in lost
    assert back == "back"


def test_a_job_that_commits_by_itself_ends_with_what_to_do(settings: Settings, in_a_file: State) -> None:
    Feed(settings).goes_on(range(1), 1)

    def committing(recorded: Recorded, connection: Connection) -> None:
        write(recorded, connection)
        connection.commit()

    with pytest.raises(BadInput, match="leave"):
        run_job(writing(on_event=committing), settings, in_a_file, lambda: False, Seen())
    assert count(in_a_file) == 0


def test_while_the_database_of_its_state_is_away_a_job_waits_and_then_goes_on(
    settings: Settings, postgres_of_our_own: Server
) -> None:
    store = Feed(settings)
    store.goes_on(range(10), 5)
    with (
        State.open(new_database(postgres_of_our_own.url)) as state,
        process(writing(), settings, state) as running,
    ):
        wait_until(lambda: count(state) >= 50)
        postgres_of_our_own.stop_at_once()
        store.goes_on(range(10), 5)
        wait_until(lambda: len(running.seen.availability) == 1)
        postgres_of_our_own.start()
        wait_until(lambda: len(running.seen.availability) == 2)
        wait_until(lambda: count(state) >= 100)
        assert effects(state) == {nth: list(range(1, 11)) for nth in range(10)}
    assert running.seen.aside == []
