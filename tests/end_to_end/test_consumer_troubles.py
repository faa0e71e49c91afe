"""What consumers meet: partitions that move, jobs that fail or are slow, bytes that are no event, repeats."""

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from signal import SIGCONT, SIGSTOP, SIGTERM
from time import monotonic, sleep

import pytest

from engine.settings import Settings
from tests.end_to_end.consumer_effects import effects, processes
from tests.end_to_end.consumer_feed import deal
from tests.end_to_end.consumer_process import SESSION, Children, children
from tests.end_to_end.consumer_story import Story, story

KILLED = -9


@pytest.fixture(scope="module")
def program(repository: Path) -> Iterator[Children]:
    with children(repository) as running:
        yield running


@pytest.fixture
def settings(kafka_address: str, topic_prefix: str) -> Settings:
    return Settings(kafka=kafka_address, topic_prefix=topic_prefix, store="memory:")


@pytest.fixture
def told(program: Children, settings: Settings, tmp_path: Path) -> Iterator[Story]:
    """A story whose state is in a file."""
    with story(program, settings, f"sqlite:///{tmp_path}/noting.state.db", tmp_path, seed=6) as begun:
        yield begun


@pytest.fixture
def told_on_postgres(
    program: Children, settings: Settings, tmp_path: Path, empty_database: Callable[[], str]
) -> Iterator[Story]:
    """A story whose state is in PostgreSQL."""
    with story(program, settings, empty_database(), tmp_path, seed=6) as begun:
        yield begun


def until_at_work(told: Story, name: str) -> None:
    """Wait until a process has recorded an effect."""
    deadline = monotonic() + 30
    while not processes(told.state)[name]:
        assert monotonic() < deadline, told.told()
        sleep(0.02)


@pytest.mark.parametrize("point", ["before revoking", "after revoking"])
def test_a_process_that_dies_while_partitions_are_taken_from_it_has_done_nothing_twice(
    told: Story, point: str
) -> None:
    told.record(range(40), 5)
    dying = told.start("a", dies=point, seconds=0.01)
    until_at_work(told, "a")
    other = told.start("b", seconds=0.01)
    assert told.children.wait(dying) == KILLED, told.told()
    told.record(range(40), 5)
    told.finish(other, told.start("a"))
    assert told.faults() == {}
    assert told.words == ""


def test_members_that_come_and_go_do_every_event_once(told: Story, torture: bool) -> None:
    running: list[int] = []
    came = 0
    began = monotonic()
    while monotonic() - began < (120 if torture else 6):
        # Without a name in the group: each of them makes the others share anew.
        running.append(told.start(f"member {came}", instance=None, seconds=0.001))
        came += 1
        told.record(range(40), 3)
        sleep(2)
        if len(running) > 2:
            leaving = running.pop(0)
            told.children.kill(leaving, SIGTERM)
            assert told.children.wait(leaving) == 0, told.told()
    told.finish(*running)
    assert told.faults() == {}
    assert told.words == ""
    done = sum(processes(told.state).values())
    print(f"members that came and went every two seconds: {came}; {done} effects")  # noqa: T201


def test_a_job_that_always_fails_for_one_deal_does_all_others(told: Story) -> None:
    told.record(range(20), 5, poison=7)
    told.finish(told.start(wrong=[(4, 3), (9, 1)], attempts=3))
    assert told.faults([(4, 3), (9, 1)]) == {}
    assert effects(told.state)[deal(4)] == [1, 2]
    assert told.status().dead_letters == 7
    told.finish(told.start())
    assert told.faults([(4, 3), (9, 1)]) == {}


def test_a_job_slower_than_the_poll_interval_keeps_its_partitions(told: Story) -> None:
    told.repeats = 0
    told.record(range(4), 1)
    slow = told.start("slow", seconds=1.5, poll_interval=1_000)
    second = told.start("second", seconds=1.5, poll_interval=1_000)
    told.finish(slow, second)
    assert told.faults() == {}
    assert told.words == ""


def test_a_process_that_froze_while_others_took_over_does_nothing_twice(told_on_postgres: Story) -> None:
    told = told_on_postgres  # in SQLite nobody else could write: what is frozen may hold the lock of the file
    told.record(range(40), 10)
    frozen = told.start("frozen", seconds=0.02)
    until_at_work(told, "frozen")
    told.children.kill(frozen, SIGSTOP)
    other = told.start("other")
    sleep(SESSION / 1_000)
    told.record(range(40), 5)
    until_at_work(told, "other")
    told.children.kill(frozen, SIGCONT)
    told.record(range(40), 5)
    told.finish(frozen, other)
    assert told.faults() == {}
    assert told.words == ""


def test_without_marks_the_count_finds_what_is_done_twice(told: Story) -> None:
    told.record(range(20), 20)
    told.finish(told.start(kind="markless"))
    assert set(told.faults()) == {"doubled", "out of order"}
    counted = Counter(len(versions) for versions in effects(told.state).values())
    assert max(counted) > 20


def test_with_effects_in_a_transaction_of_their_own_the_count_finds_what_a_kill_doubles(
    told_on_postgres: Story,
) -> None:
    told = told_on_postgres
    told.record(range(20), 5)
    dying = told.start(kind="apart", dies="before the database commit")
    assert told.children.wait(dying) == KILLED, told.told()
    told.finish(told.start(kind="apart"))
    assert set(told.faults()) == {"doubled", "out of order"}
