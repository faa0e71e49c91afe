"""Whichever write of SQLite a process dies in, and wherever its disk is full, the next one goes on as if it had not."""

import os
from collections import Counter
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from random import Random
from shutil import copytree, rmtree

import pytest

from engine.settings import Settings
from tests.end_to_end.crash_scenarios import SCENARIOS, log_of
from tests.end_to_end.doomed import Doomed, Job, spread, wrong
from tests.end_to_end.sqlite_writes import FAULTS, Fault, reachable

AT_MOST = 40
"""So many writes of each scenario are looked at in the long form, evenly spread; in the short one only one."""


@pytest.fixture(scope="module")
def program(repository: Path) -> Iterator[Doomed]:
    if not reachable() and not os.environ.get("CI"):
        pytest.skip("this Python holds its SQLite inside; one of the system's or of pyenv does not")
    with Doomed(repository) as running:
        yield running


class Prepared:
    """A scenario's store before and after its work was done in peace, and how many writes that took."""

    def __init__(self, program: Doomed, folder: Path, scenario: str) -> None:
        self._program, self._folder, self._scenario = program, folder, scenario
        self._numbers = count()
        (folder / "before").mkdir()
        assert program.do(Job(self._store(folder / "before"), scenario, doing=False)).done
        place = self.copy()
        fate = program.do(Job(self._store(place), scenario))
        assert (fate.done, fate.refused, fate.words) == (True, 0, "")
        self.writes = fate.writes
        self.after = log_of(Settings(store=self._store(place)))
        self.before = log_of(Settings(store=self._store(self.copy())))

    def copy(self) -> Path:
        """A folder with the store as it was before."""
        place = self._folder / str(next(self._numbers))
        copytree(self._folder / "before", place)
        return place

    def cell(self, fault: Fault, nth: int) -> list[str]:
        """Let a process meet the fault at its nth write, then do its work again: what is not as it should be."""
        place = self.copy()
        job = Job(self._store(place), self._scenario, fault=fault, nth=nth)
        fate = self._program.do(job)
        assert fate.killed == (fault != "disk full")
        found = wrong(self._program, job, fate, self.before, self.after)
        rmtree(place)
        return found

    def _store(self, place: Path) -> str:
        return f"sqlite:///{place}/deals.db"


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_a_process_that_dies_in_a_write_or_finds_the_disk_full_leaves_all_or_nothing(
    program: Doomed, tmp_path: Path, torture: bool, scenario: str
) -> None:
    prepared = Prepared(program, tmp_path, scenario)
    last = prepared.writes
    chance = Random(scenario)
    cells: Counter[str] = Counter()
    for fault in FAULTS:
        for nth in spread(last, AT_MOST) if torture else [chance.randint(1, last)]:
            assert prepared.cell(fault, nth) == []
            cells[fault] += 1
    print(f"SQLite, {scenario} in {last} writes: {dict(cells)}")  # noqa: T201 - the figures of `make torture`


@pytest.mark.parametrize(
    ("scenario", "fault", "what"),
    [
        ("40 events are recorded one by one", "killed after", "torn"),
        ("nobody hears that a note was refused", "disk full", "lost"),
    ],
)
def test_what_is_torn_or_lost_is_noticed(
    program: Doomed, tmp_path: Path, scenario: str, fault: Fault, what: str
) -> None:
    prepared = Prepared(program, tmp_path, scenario)
    last = prepared.writes
    found = [prepared.cell(fault, nth) for nth in range(1, last + 1, 1 + last // 20)]
    assert [what] in found
