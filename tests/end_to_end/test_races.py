"""Whoever races on one store: readers skip nothing, and every version of a deal has one winner."""

import json
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from itertools import accumulate, count
from pathlib import Path
from random import Random
from subprocess import PIPE, Popen
from threading import Thread
from time import sleep
from typing import Any

import psycopg
import pytest

from engine.log import link
from engine.postgres_rows import adapted, values_of
from engine.postgres_schema import COLUMNS
from engine.postgres_statements import MOVE, locked_head, one_head
from engine.verify import verify
from tests.end_to_end.racer import CONTESTED, Task, arguments, entries, follow, opened, run


def race(repository: Path, store: str, mine: Task, others: Sequence[Task]) -> list[list[Any]]:
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
    repository: Path, store: str, torture: bool, writers: int, largest: int
) -> None:
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
        f"{kind(store)}: {writers} writers in 2 processes, 4 readers: "
        f"{everything} events in {len(taken)} batches, 0 skipped"
    )


def test_readers_wait_for_a_slow_committer_and_skip_nothing(
    repository: Path, empty_database: Callable[[], str], torture: bool
) -> None:
    url = empty_database()
    writers, each = 4, 2_000
    log = opened(url)
    log.append(entries(CONTESTED, 1, 1, "first"))
    held = Thread(target=commit_slowly, args=(url, 30 if torture else 2))
    held.start()
    here, *elsewhere = race(
        repository,
        url,
        Task("read", 1, 2, writers * each + 2),
        [Task("write", 2, writers, each, 20), Task("read", 4, 2, writers * each + 2)],
    )
    held.join()
    for met in [*here, *elsewhere[1]]:
        assert met == list(range(1, writers * each + 3))
    assert verify(log).position == writers * each + 2
    log.close()


def commit_slowly(url: str, seconds: float) -> None:
    """Record an event as a log does, but take so long between the last statement and the COMMIT."""
    with psycopg.connect(url) as connection:
        adapted(connection)
        position, digest, recorded_at = one_head(locked_head(connection).fetchone())
        last = log_version(connection)
        (row,) = link(digest, position, recorded_at or 0, entries(CONTESTED, last + 1, 1, "slow"))
        values = ", ".join(["%b"] * 10)
        connection.execute(
            f"INSERT INTO dealtrail.events ({COLUMNS}) VALUES ({values})".encode(), values_of(row)
        )
        connection.execute(MOVE, (row.position, row.digest, row.recorded_at))
        sleep(seconds)


def log_version(connection: psycopg.Connection[tuple[Any, ...]]) -> int:
    """The version of the contested deal."""
    found = connection.execute(
        "SELECT max(version) FROM dealtrail.events WHERE stream_id = %s", (CONTESTED,)
    ).fetchone()
    return int(found[0]) if found else 0


@pytest.mark.parametrize("threads", [2, 16])
def test_a_command_that_many_give_at_once_is_recorded_once(
    repository: Path, store: str, torture: bool, threads: int
) -> None:
    commands = 5_000 if torture else 200
    found = race(
        repository,
        store,
        Task("repeat", 1, threads // 2, commands),
        [Task("repeat", 2, threads // 2, commands)],
    )
    first = sorted(number for process in found for told in process for number in told)
    assert first == list(range(1, commands + 1))
    log = opened(store)
    assert verify(log).position == commands
    log.close()
    print(  # noqa: T201
        f"{kind(store)}: {threads} threads in 2 processes give {commands} commands each: recorded once, "
        f"{commands * (threads - 1)} repeats refused"
    )


def kind(store: str) -> str:
    """What kind of store it is."""
    return store.partition(":")[0]


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


@pytest.mark.parametrize("where", ["sqlite", "postgres"])
def test_the_same_readers_skip_events_of_a_plain_sequence(
    request: pytest.FixtureRequest, tmp_path: Path, where: str
) -> None:
    log: PlainSequence | PlainSerial
    if where == "sqlite":
        log = PlainSequence(tmp_path / "plain.db")
    else:
        log = PlainSerial(request.getfixturevalue("empty_database")())
    writers = [Thread(target=log.write, args=(200, seed)) for seed in range(8)]
    met: list[int] = []
    reader = Thread(target=lambda: met.extend(follow(log.read, 1_600, 0)))
    for thread in (*writers, reader):
        thread.start()
    for thread in (*writers, reader):
        thread.join()
    assert log.read(0, 2_000) == list(range(1, 1_601))
    assert len(met) < 1_600


class PlainSerial:
    """The same in PostgreSQL: a bigserial, and several transactions at once."""

    def __init__(self, url: str) -> None:
        self.url = url
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("CREATE SCHEMA dealtrail")
            connection.execute("CREATE TABLE dealtrail.plain (position bigserial PRIMARY KEY)")

    def write(self, events: int, seed: int) -> None:
        chance = Random(seed)
        with psycopg.connect(self.url, autocommit=True) as connection:
            for _ in range(events):
                with connection.transaction():
                    connection.execute("INSERT INTO dealtrail.plain DEFAULT VALUES")
                    sleep(chance.random() / 1_000)

    def read(self, after: int, limit: int) -> list[int]:
        select = "SELECT position FROM dealtrail.plain WHERE position > %s ORDER BY position LIMIT %s"
        with psycopg.connect(self.url, autocommit=True) as connection:
            return [position for (position,) in connection.execute(select, (after, limit))]


@pytest.mark.parametrize("contestants", [2, 8, 32, 128])
def test_every_version_of_a_contested_deal_has_one_winner(
    repository: Path, store: str, torture: bool, contestants: int
) -> None:
    versions = (8_000 if torture else 300) // (4 if contestants > 100 else 1)
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
        f"{kind(store)}: {contestants} contestants in 2 processes: {versions} versions, "
        f"{versions + late} contested appends, "
        "one winner each"
    )
