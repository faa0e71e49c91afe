"""Three processes of one job are killed and started at random: every effect is there once, in its deal's order."""

from collections import Counter
from pathlib import Path
from signal import SIGCONT, SIGKILL, SIGSTOP, SIGTERM
from time import monotonic, sleep

import pytest

from consumers.running.going_on import release
from consumers.running.parked import parked_deals
from tests.consumers.jobs.archived import read
from tests.consumers.running.operated import LATER
from tests.end_to_end.consumer_story import Story

SECONDS = {False: 4, True: 120}
"""In the short form and in the long one."""

WRONG = [(7, 3), (31, 1)]
"""Versions of deals that always fail."""

NAMES = ("first", "second", "third")


def killed_at_random(told: Story, seconds: float, *, frozen: bool, **chosen: object) -> Counter[str]:
    """Let three processes run, die and start again while events come and somebody releases
    what is parked; how they ended. In the end all is done."""
    ended = Counter[str]()
    running = {name: told.start(name, **chosen) for name in NAMES}
    until = {name: monotonic() + told.chance.uniform(0.2, 3) for name in NAMES}
    ending = monotonic() + seconds
    while monotonic() < ending:
        told.record(range(40), told.chance.randint(1, 4), poison=told.chance.randint(0, 2))
        parked = [each.deal for each in parked_deals(told.state, told.group)]
        if parked and told.chance.random() < 0.3:
            release(told.state, told.group, parked, LATER)
        for name in [name for name in NAMES if until[name] < monotonic()]:
            how = told.chance.choices((SIGKILL, SIGTERM, SIGSTOP), (8, 1, 1 if frozen else 0))[0]
            told.children.kill(running[name], how)
            ended[how.name] += 1
            if how == SIGSTOP:
                sleep(told.chance.uniform(1, 8))
                told.children.kill(running[name], SIGCONT)
            else:
                assert told.children.wait(running[name]) == (-how if how == SIGKILL else 0), told.told()
                running[name] = told.start(name, **chosen)
            until[name] = monotonic() + told.chance.uniform(0.2, 3)
    told.finish(*running.values(), within=120)
    assert told.words == ""
    return ended


def test_the_effects_of_three_processes_killed_at_random_are_there_once_and_in_order(
    told: Story, torture: bool
) -> None:
    frozen = torture and "postgres" in told.url
    ended = killed_at_random(told, SECONDS[torture], frozen=frozen, wrong=WRONG, attempts=2)
    assert told.faults(WRONG) == {}
    assert told.status().dead_letters >= told.poison
    print(  # noqa: T201
        f"{told.url.partition(':')[0]}: three processes of one job: {dict(ended)}; {len(told.records())} events, "
        f"{told.repeated} sent twice, {told.poison} that were none: 0 lost, 0 doubled, 0 out of order"
    )


@pytest.mark.parametrize("told", ["sqlite"], indirect=True)
def test_the_archive_of_three_processes_killed_at_random_equals_the_feed(
    told: Story, tmp_path: Path, torture: bool
) -> None:
    told.job = "archive"
    folder = tmp_path / "archive"
    ended = killed_at_random(told, SECONDS[torture], frozen=False, archive=str(folder))
    rows = [each["value"].encode() for each in read(folder)]
    assert rows == [each.value for each in told.records()]
    print(f"archive: three processes: {dict(ended)}; {len(rows)} rows, equal to the feed")  # noqa: T201
