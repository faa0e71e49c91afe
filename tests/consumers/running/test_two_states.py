"""Two states for one job: each would hold a part of its effects, so the job notices and ends."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from kafka.structs import OffsetAndMetadata, TopicPartition

from consumers.kafka_client import Consumer
from consumers.running.adopting import adopt, others
from consumers.running.state import State
from domain.errors import Conflict
from engine.settings import Settings
from tests.consumers.running.pages import TABLES
from tests.consumers.running.processes import Feed, Process, count, effects, process, wait_until, writing


class Blind:
    """A consumer that is not told what the group has committed the first times that it asks."""

    def __init__(self, consumer: Consumer) -> None:
        self._consumer, self._times = consumer, 2

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - what is not below
        return getattr(self._consumer, name)

    def remembered(
        self, partitions: Sequence[TopicPartition], timeout_ms: int
    ) -> Mapping[TopicPartition, OffsetAndMetadata]:
        self._times -= 1
        return {} if self._times >= 0 else self._consumer.remembered(partitions, timeout_ms)


@pytest.fixture
def another(tmp_path: Path) -> Iterator[State]:
    """Another state than the job has worked with."""
    with State.open(f"sqlite:///{tmp_path / 'another.state.db'}") as opened:
        opened.make(TABLES)
        yield opened


def test_a_second_process_with_another_state_ends_before_its_first_event_and_the_first_goes_on(
    settings: Settings, in_a_file: State, another: State
) -> None:
    store = Feed(settings)
    store.goes_on(range(10), 3)
    with process(writing(), settings, in_a_file) as first:
        wait_until(lambda: count(in_a_file) == 30)
        with (
            pytest.raises(
                Conflict, match=r"another state than sqlite:///.*another.state.db.*consumers adopt writing"
            ),
            process(writing(), settings, another) as second,
        ):
            wait_until(lambda: not second.runs)
        store.goes_on(range(10), 2)
        wait_until(lambda: count(in_a_file) == 50)
    assert (count(another), first.seen.availability) == (0, [])


def test_of_two_that_begin_together_with_two_states_one_notices(
    settings: Settings, in_a_file: State, another: State
) -> None:
    Feed(settings).goes_on(range(10), 3)
    in_a_file.make(TABLES)
    both = [
        Process(writing(), settings, state, {"dressed": Blind, "instance": name})
        for state, name in ((in_a_file, "one"), (another, "other"))
    ]
    wait_until(lambda: not all(each.runs for each in both))
    for each in both:
        each.stop()
    assert any(isinstance(each.error, Conflict) for each in both)


def test_a_job_whose_state_is_lost_goes_on_with_a_new_one_when_somebody_says_so(
    settings: Settings, in_a_file: State, another: State
) -> None:
    store = Feed(settings)
    store.goes_on(range(10), 3)
    with process(writing(), settings, in_a_file):
        wait_until(lambda: count(in_a_file) == 30)
        with pytest.raises(Conflict, match="runs now"):
            others(another, settings, "writing")
    store.goes_on(range(10), 1)
    with pytest.raises(Conflict, match="another state"), process(writing(), settings, another) as refused:
        wait_until(lambda: not refused.runs)
    adopt(another, settings, "writing", others(another, settings, "writing"))
    assert others(another, settings, "writing") == {}
    with process(writing(), settings, another):
        wait_until(lambda: count(another) == 10)
    assert effects(another) == {nth: [4] for nth in range(10)}
    with pytest.raises(Conflict, match="another state"), process(writing(), settings, in_a_file) as late:
        wait_until(lambda: not late.runs)


def test_a_job_that_nobody_ever_ran_has_no_other_state(settings: Settings, in_a_file: State) -> None:
    assert others(in_a_file, settings, "writing") == {}
