"""Whoever races on one store: readers skip nothing, and every version of a deal has one winner."""

import json
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from itertools import accumulate, count
from pathlib import Path
from random import Random
from subprocess import PIPE, Popen
from threading import Thread
from time import sleep
from typing import Any

import pytest

from engine.verify import verify
from tests.end_to_end.racer import CONTESTED, Task, arguments, follow, opened, run


def race(repository: Path, store: Path, mine: Task, others: Sequence[Task]) -> list[list[Any]]:
    """What the threads of each task found: `mine` in this process, each other in one of its own."""
    opened(store).close()
    processes = [
        Popen(arguments(store, task), cwd=repository, stdin=PIPE, stdout=PIPE, text=True) for task in others
    ]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    found = [run(store, mine)]
    for process in processes:
        told, _ = process.communicate()
        assert process.returncode == 0
        found.append(json.loads(told))
    return found


@pytest.mark.parametrize(("writers", "largest"), [(2, 200), (16, 200), (64, 20)])
def test_readers_racing_writers_skip_nothing(
    repository: Path, tmp_path: Path, torture: bool, writers: int, largest: int
) -> None:
    store = tmp_path / "deals.db"
    each = (400_000 if torture else 12_000) // writers
    everything = each * writers
    here, *elsewhere = race(
        repository,
        store,
        Task("read", 1, 2, everything),
        [
            Task("write", 2, writers // 2, each, largest),
            Task("write", 3, writers // 2, each, largest),
            Task("read", 4, 2, everything),
        ],
    )
    for met in [*here, *elsewhere[2]]:
        assert met == list(range(1, everything + 1))
    taken = sorted(place for process in elsewhere[:2] for writer in process for place in writer)
    assert [first for first, _ in taken] == list(accumulate((n for _, n in taken[:-1]), initial=1))
    log = opened(store)
    assert verify(log).position == everything
    log.close()
    print(  # noqa: T201 - the figures of `make torture`
        f"{writers} writers in 2 processes, 4 readers: {everything} events in {len(taken)} batches, 0 skipped"
    )


class PlainSequence:
    """A log that draws its positions before its transactions, as a plain database sequence does."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.sequence = count(1)
        with closing(self._connected()) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("CREATE TABLE events (position INTEGER PRIMARY KEY)")

    def write(self, events: int, seed: int) -> None:
        chance = Random(seed)
        with closing(self._connected()) as connection:
            for _ in range(events):
                position = next(self.sequence)
                sleep(chance.random() / 1_000)
                connection.execute("INSERT INTO events VALUES (?)", (position,))

    def read(self, after: int, limit: int) -> list[int]:
        select = "SELECT position FROM events WHERE position > ? ORDER BY position LIMIT ?"
        with closing(self._connected()) as connection:
            return [position for (position,) in connection.execute(select, (after, limit))]

    def _connected(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.path, isolation_level=None, timeout=60)
        connection.execute("PRAGMA synchronous = OFF")
        return connection


def test_the_same_readers_skip_events_of_a_plain_sequence(tmp_path: Path) -> None:
    log = PlainSequence(tmp_path / "plain.db")
    writers = [Thread(target=log.write, args=(200, seed)) for seed in range(8)]
    met: list[int] = []
    reader = Thread(target=lambda: met.extend(follow(log.read, 1_600, 0)))
    for thread in (*writers, reader):
        thread.start()
    for thread in (*writers, reader):
        thread.join()
    assert log.read(0, 2_000) == list(range(1, 1_601))
    assert len(met) < 1_600


@pytest.mark.parametrize("contestants", [2, 8, 32])
def test_every_version_of_a_contested_deal_has_one_winner(
    repository: Path, tmp_path: Path, torture: bool, contestants: int
) -> None:
    store = tmp_path / "deals.db"
    versions = 8_000 if torture else 300
    found = race(
        repository,
        store,
        Task("contest", 1, contestants // 2, versions),
        [Task("contest", 2, contestants // 2, versions)],
    )
    threads = [tuple(told) for process in found for told in process]
    won = sorted(tuple(win) for wins, _ in threads for win in wins)
    assert [version for version, _ in won] == list(range(1, versions + 1))
    log = opened(store)
    story = log.select_events(CONTESTED)
    assert [(entry.originator_version, entry.command_id) for entry in story] == won
    assert verify(log).position == versions
    log.close()
    late = sum(told for _, told in threads)
    print(  # noqa: T201
        f"{contestants} contestants in 2 processes: {versions} versions, {versions + late} contested appends, "
        "one winner each"
    )
