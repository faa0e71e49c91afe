"""Where an event fails, what was done before it since the last savepoint is undone, and done again at once."""

from math import inf
from random import Random
from time import sleep

import pytest
from sqlalchemy import Connection

from consumers.job import Job
from consumers.running.applying import Tried
from consumers.running.state import State
from consumers.running.state_database import IN_MEMORY
from domain.errors import Unavailable
from domain.event import Recorded
from tests.consumers.running.pages import Told, Trouble, event, told


def ids(*events: tuple[int, int]) -> list[str]:
    """What Trouble notes of these events."""
    return [event(*each).event_id for each in events]


def test_an_event_that_fails_undoes_its_own_effects_alone_and_is_not_called_again(state: State) -> None:
    trouble = Trouble((1, 2))
    partition = Told(state, trouble.job(batches=False), attempts=1, apart=inf)
    partition.page(told((1, 1), (2, 1), (1, 2), (2, 2), (1, 3)))
    assert partition.effects == [(1, 1), (2, 1), (2, 2)]
    assert partition.marks == {1: 1, 2: 2}
    assert partition.parked == [(1, 2, "failed"), (1, 3, "behind")]
    assert trouble.calls == ids((1, 1), (2, 1), (1, 2), (1, 1), (2, 1), (2, 2))


def test_what_was_set_aside_before_an_event_that_fails_is_told_once(state: State) -> None:
    partition = Told(state, Trouble((1, 2)).job(batches=False), attempts=1, apart=inf)
    outcome = partition.page(told((1, 1), (3, 2), (2, 1), (3, 3), (1, 2), (2, 2)))
    assert partition.effects == [(1, 1), (2, 1), (2, 2)]
    told_aside = [(each.offset, each.kind) for each in outcome.aside]
    assert told_aside == [(1, "gap"), (3, "behind"), (4, "failed")]


def test_an_event_that_fails_when_it_is_done_again_is_tried_again_itself(state: State) -> None:
    trouble = Trouble((2, 1))
    done: list[str] = []

    def changing(recorded: Recorded, connection: Connection) -> None:
        trouble.on_event(recorded, connection)
        done.append(recorded.event_id)
        if done.count(*ids((1, 2))) == 2:
            raise ValueError("not this time")

    partition = Told(state, Job(name="testing", on_event=changing), apart=inf)
    outcome = partition.page(told((1, 1), (1, 2), (2, 1), (2, 2)))
    assert partition.effects == [(1, 1)]
    assert outcome.failed is not None
    assert outcome.failed[:2] == Tried(1, 1, "")[:2]
    assert [each.offset for each in outcome.left] == [1, 2, 3]


def test_what_a_deal_did_before_its_own_event_failed_stands(state: State) -> None:
    partition = Told(state, Trouble((1, 3)).job(batches=False), attempts=1, apart=inf)
    partition.page(told((1, 1), (1, 2), (1, 3), (1, 4)))
    assert partition.effects == [(1, 1), (1, 2)]
    assert partition.marks == {1: 2}


def test_where_what_a_job_needs_is_away_what_came_before_is_recorded(state: State) -> None:
    trouble = Trouble()

    def needing(recorded: Recorded, connection: Connection) -> None:
        trouble.on_event(recorded, connection)
        if recorded.event_id in ids((2, 1)):
            raise Unavailable("The other side is away.")

    partition = Told(state, Job(name="testing", on_event=needing), apart=inf)
    outcome = partition.page(told((1, 1), (1, 2), (2, 1), (2, 2)))
    assert str(outcome.away) == "The other side is away."
    assert (partition.effects, partition.stands_at) == ([(1, 1), (1, 2)], 2)
    assert trouble.calls == ids((1, 1), (1, 2), (2, 1), (1, 1), (1, 2))


def test_an_event_that_takes_its_time_is_not_done_again_because_of_another(state: State) -> None:
    trouble = Trouble((3, 1))

    def slowly(recorded: Recorded, connection: Connection) -> None:
        sleep(0.02)
        trouble.on_event(recorded, connection)

    partition = Told(state, Job(name="testing", on_event=slowly), attempts=1)
    partition.page(told((1, 1), (2, 1), (3, 1), (4, 1)))
    assert partition.effects == [(1, 1), (2, 1), (4, 1)]
    assert trouble.calls == ids((1, 1), (2, 1), (3, 1), (4, 1))


def test_a_released_deal_that_fails_again_keeps_what_it_did(state: State) -> None:
    trouble = Trouble((1, 1), (1, 3))
    partition = Told(state, trouble.job(batches=False), attempts=1, apart=inf)
    partition.page(told((1, 1), (1, 2), (1, 3), (1, 4)))
    trouble.failing = set(ids((1, 3)))
    partition.release(1)
    assert partition.effects == [(1, 1), (1, 2)]
    assert partition.parked == [(1, 3, "failed"), (1, 4, "behind")]


@pytest.mark.parametrize("seed", range(20))
def test_whatever_fails_the_effects_are_those_of_a_savepoint_for_each_event(seed: int) -> None:
    chance = Random(seed)
    versions = dict.fromkeys(range(6), 0)
    came: list[tuple[int, int]] = []
    for _ in range(60):
        nth = chance.choice(list(versions))
        versions[nth] += chance.choice((0, 1, 1, 1, 1, 2))  # a repeat, the next one, or a gap
        came.append((nth, max(versions[nth], 1)))
    failing = [each for each in came if chance.random() < 0.1]
    flaky = set(ids(*(each for each in came if chance.random() < 0.1)))

    def ended(apart: float) -> tuple[object, ...]:
        trouble = Trouble(*failing)
        failed: set[str] = set()

        def on_event(recorded: Recorded, connection: Connection) -> None:
            trouble.on_event(recorded, connection)
            if recorded.event_id in flaky - failed:
                failed.add(recorded.event_id)
                raise ValueError("the first time")

        with State.open(IN_MEMORY) as state:
            partition = Told(state, Job(name="testing", on_event=on_event), attempts=2, apart=apart)
            partition.to_the_end(told(*came))
            return partition.effects, partition.marks, partition.parked, partition.stands_at

    assert ended(inf) == ended(0)
    assert ended(0.001) == ended(0)
