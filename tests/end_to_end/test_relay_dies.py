"""Wherever a relay dies, whoever reads what is committed finds every event once and in order."""

from collections import Counter
from pathlib import Path
from random import Random

import pytest

from tests.end_to_end.relay_process import POINTS, Plan
from tests.end_to_end.relay_reader import differences, taken_back
from tests.end_to_end.relay_story import Story

SOONEST, LATEST = 0.001, 0.3
"""Seconds after which a relay is killed at random, from when it began to relay, or now and then from its start."""


@pytest.mark.parametrize("seed", range(2))
def test_relays_that_are_killed_at_named_points_lose_and_double_nothing(
    kafka_address: str, topic_prefix: str, tmp_path: Path, torture: bool, seed: int
) -> None:
    chance = Random(seed)
    points = [point for place, point in enumerate(POINTS) if torture or place % 2 == seed]
    kills = Counter[str]()
    for turn in range(15 if torture else 1):
        chance.shuffle(points)
        with Story(tmp_path / str(turn), kafka_address, f"{topic_prefix}{turn}.", seed) as story:
            for nth, point in enumerate(points):
                story.write(80)
                with story.relay(Plan(point=point, nth=_nth(point, chance), seed=nth)) as relay:
                    assert relay.ended() == -9
                kills[point] += 1
                assert differences(story.deals, so_far=True) == []
            assert story.finish() == []
            _tell(story, "killed at named points", len(points))
    print(f"relay killed: {dict(kills)}")  # noqa: T201


@pytest.mark.parametrize("seed", range(2))
def test_relays_that_are_killed_at_random_lose_and_double_nothing(
    kafka_address: str, topic_prefix: str, tmp_path: Path, torture: bool, seed: int
) -> None:
    chance = Random(seed)
    kills = 25 if torture else 2
    for turn in range(6 if torture else 1):
        with Story(tmp_path / str(turn), kafka_address, f"{topic_prefix}{turn}.", seed) as story:
            for _ in range(kills):
                story.write(150)
                with story.relay(Plan(batch=chance.choice((5, 20, 100)))) as relay:
                    if chance.random() < 0.8:
                        relay.hears("began")
                    relay.lives(SOONEST * (LATEST / SOONEST) ** chance.random())
                assert differences(story.deals, so_far=True) == []
            assert story.finish() == []
            _tell(story, "killed at random", kills)


def _nth(point: str, chance: Random) -> int:
    """The record, batch or transaction at which the relay dies; a relay becomes known but once."""
    return (
        1
        if "known" in point
        else chance.randint(2, 60)
        if point == "sending"
        else chance.choice((2, 2, 3, 1))
    )


def _tell(story: Story, what: str, kills: int) -> None:
    events, hidden = story.deals.head().position, taken_back(story.settings)
    print(f"relay {what}: {kills} kills, {events} events, each once; {hidden} records taken back")  # noqa: T201
