"""Nothing that was acknowledged is lost or doubled, whenever a process is killed."""

import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random
from subprocess import PIPE, Popen

import pytest

from engine.settings import Settings
from tests.end_to_end.killed_writer import Kind, Process, ask
from tests.end_to_end.survivors import differences, rows_of_read_models, wrong_read_models

SOONEST, LATEST = 0.000_5, 0.25
"""Seconds between which a process is killed; as often under 10 ms as above."""

KILLS = {"sqlite": (25, 125), "postgres": (6, 250)}
"""Of writers, for each store: in the short form and in the long one."""

ROUNDS_WITH_READ_MODELS = 4
"""Every so many rounds the read models are compared with a rebuild."""


@pytest.fixture(scope="module")
def program(repository: Path) -> Iterator[Popen[str]]:
    """The running program whose children are killed."""
    command = [sys.executable, "-m", "tests.end_to_end.killed_writer"]
    with Popen(command, cwd=repository, stdin=PIPE, stdout=PIPE, text=True) as running:
        yield running
        assert running.stdin is not None
        running.stdin.close()


class Story:
    """One store that is written to by processes that are killed, round after round."""

    def __init__(self, program: Popen[str], store: str, seed: int, kind: Kind = "sound") -> None:
        self.program, self.kind = program, kind
        self.settings = Settings(store=store)
        self.chance = Random(seed)
        self.done: dict[str, int] = {}
        self.kills: Counter[str] = Counter()

    def round(self) -> None:
        """Start one or two writers, perhaps with a runner of the read models, and kill them all."""
        writers = self.chance.sample(["a", "b", "c"], self.chance.choice((1, 1, 2)))
        processes = [self._process(self.kind, name) for name in writers]
        if self.chance.random() < 0.4:
            processes.append(self._process("projecting", "runner"))
        self.play(processes)

    def last_round(self) -> None:
        """Every thread repeats the command that it had in flight, and nobody is killed."""
        names = sorted({thread.split(".")[0] for thread in self.done})
        self.play([Process(self.kind, name, self.starts(name), after=None) for name in names])

    def starts(self, name: str) -> tuple[int, ...]:
        """The number of the next command of each of a writer's threads."""
        return tuple(self.done.setdefault(f"{name}.{thread}", 0) for thread in range(4))

    def play(self, processes: list[Process]) -> None:
        """Let these processes run and die, and take note of what they acknowledged."""
        for process, died in zip(processes, ask(self.program, self.settings, processes), strict=True):
            assert died.words == ""
            assert died.killed == (process.after is not None)
            if process.kind == "projecting":
                self.kills["runners"] += 1
                continue
            self.kills["writers"] += died.killed
            for name in died.acknowledged:
                thread, nth = name.rsplit(".", 1)
                assert int(nth) == self.done[thread]
                self.done[thread] += 1

    def _process(self, kind: Kind, name: str) -> Process:
        after = SOONEST * (LATEST / SOONEST) ** self.chance.random()
        starts = () if kind == "projecting" else self.starts(name)
        return Process(kind, name, starts, after, from_start=self.chance.random() < 0.2)


@pytest.mark.parametrize(
    ("kind", "seed"), [*(("sqlite", seed) for seed in range(8)), ("postgres", 8), ("postgres", 9)]
)
def test_what_a_killed_process_acknowledged_is_there_once(
    program: Popen[str],
    request: pytest.FixtureRequest,
    tmp_path: Path,
    torture: bool,
    kind: str,
    seed: int,
) -> None:
    kills = KILLS[kind][torture]
    file = f"sqlite:///{tmp_path}/deals.db"
    store: str = file if kind == "sqlite" else request.getfixturevalue("empty_database")()
    story = Story(program, store, seed)
    compared = 0
    rounds = 0
    while story.kills["writers"] < kills:
        story.round()
        rounds += 1
        assert differences(story.settings, story.done) == []
        if rounds % ROUNDS_WITH_READ_MODELS == 0:
            compared += 1
            assert rows_of_read_models(story.settings) == rows_of_read_models(story.settings, "sqlite://")
    acknowledged = sum(story.done.values())
    story.last_round()
    assert sum(story.done.values()) == acknowledged + len(story.done)
    assert differences(story.settings, story.done) == []
    assert rows_of_read_models(story.settings) == rows_of_read_models(story.settings, "sqlite://")
    assert wrong_read_models(story.settings) == []
    print(  # noqa: T201 - the figures of `make torture`
        f"{kind}: {story.kills['writers']} writers and {story.kills['runners']} runners killed in {rounds} rounds: "
        f"{acknowledged} commands acknowledged, 0 lost, 0 doubled, 0 torn; read models compared {compared + 1} times"
    )


@pytest.mark.parametrize(("kind", "fault"), [("hasty", "lost"), ("forgetful", "doubled")])
def test_a_writer_that_breaks_its_promise_is_found_out(
    program: Popen[str], tmp_path: Path, kind: Kind, fault: str
) -> None:
    story = Story(program, f"sqlite:///{tmp_path}/deals.db", 1, kind)
    found: list[str] = []
    for _ in range(200):
        story.round()
        found = differences(story.settings, story.done)
        if found:
            break
    assert {difference.split(":")[0] for difference in found} == {fault}


def test_a_store_whose_creation_was_killed_is_made_by_the_next_process(
    program: Popen[str], tmp_path: Path, torture: bool
) -> None:
    chance = Random(2)
    stages = Counter[str]()
    for nth in range(200 if torture else 20):
        place = tmp_path / f"{nth}.db"
        story = Story(program, f"sqlite:///{place}", nth)
        story.play([Process("sound", "a", story.starts("a"), chance.uniform(0, 0.02), from_start=True)])
        there = place.exists()
        stages["acknowledged" if any(story.done.values()) else "begun" if there else "nothing there"] += 1
        story.last_round()
        assert differences(story.settings, story.done) == []
    print(f"killed at creation: {dict(stages)}")  # noqa: T201
