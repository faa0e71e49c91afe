"""Whenever a consumer's process is killed, every event still has its effect once, in its deal's order."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from consumers.running.going_on import release
from engine.settings import Settings
from tests.consumers.running.operated import LATER
from tests.end_to_end.consumer_deaths import POINTS
from tests.end_to_end.consumer_feed import deal
from tests.end_to_end.consumer_process import Children, children
from tests.end_to_end.consumer_story import Story, story

KILLED = -9


@pytest.fixture(scope="module")
def program(repository: Path) -> Iterator[Children]:
    with children(repository) as running:
        yield running


@pytest.fixture(params=["sqlite", "postgres"])
def told(
    request: pytest.FixtureRequest, program: Children, tmp_path: Path, kafka_address: str, topic_prefix: str
) -> Iterator[Story]:
    """A story whose state is in a file or in PostgreSQL."""
    url: str = f"sqlite:///{tmp_path}/noting.state.db"
    if request.param == "postgres":
        url = request.getfixturevalue("empty_database")()
    settings = Settings(kafka=kafka_address, topic_prefix=topic_prefix, store="memory:")
    with story(program, settings, url, tmp_path, seed=5) as begun:
        yield begun


def test_each_effect_is_there_once_wherever_the_process_died(told: Story, torture: bool) -> None:
    deaths = Counter[str]()
    wrong: list[tuple[int, int]] = []
    # In the short form each database has its half.
    points = POINTS if torture else POINTS["postgres" in told.url :: 2]
    for turn in range(10 if torture else 1):
        for place, point in enumerate(told.chance.sample(points, len(points))):
            fails = 1_000 + turn * len(points) + place, told.chance.randint(1, 3)
            wrong.append(fails)
            told.record([*range(12), fails[0]], 4, poison=3)
            if point == "while a deal is taken up":
                told.finish(told.start(wrong=wrong, attempts=1))
                release(told.state, told.group, [deal(nth) for nth, _ in wrong], LATER)
                told.record([fails[0]], 2)
            nth = told.chance.randint(1, 20) if point == "in the job" else 1
            process = told.start(dies=point, nth=nth, wrong=wrong, attempts=1)
            assert told.children.wait(process) == KILLED, f"{point}: {told.told()}"
            deaths[point] += 1
    told.finish(told.start(wrong=wrong, attempts=1))
    assert told.faults(wrong) == {}
    assert told.words == ""
    assert told.status().dead_letters >= told.poison
    assert set(deaths) == set(points)
    print(  # noqa: T201
        f"{told.url.partition(':')[0]}: consumer killed at {len(points)} named points: {sum(deaths.values())} kills, "
        f"{len(told.records())} events, {told.repeated} sent twice, {told.poison} that were none"
    )
