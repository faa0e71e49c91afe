"""Writers and readers that race on one store, as threads of this process or of another.

As a program: its arguments are a store and a task, as JSON. It says that it is ready, waits for a line, and
prints what came of it, as JSON.
"""

import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from random import Random
from threading import Thread
from time import sleep
from uuid import UUID, uuid5

from domain.errors import CommandReused, VersionConflict
from engine.clock import now
from engine.ids import DEALTRAIL
from engine.log import Log, LogEntry
from engine.settings import Settings
from engine.stores import open_log

CONTESTED = uuid5(DEALTRAIL, "contested")
"""The one deal that all contestants write to."""

Read = Callable[[int, int], Sequence[int]]
"""Positions after one, at most so many, as a reader finds them."""


@dataclass(frozen=True, slots=True)
class Task:
    """What one process does: `threads` times the same, with different seeds.

    `write`: append `events` in batches of 1 to `largest`, every fifth rolled back; `read`: follow the log until
    it holds `events`; `contest`: append to one deal until it has `events`; `repeat`: give commands 1 to `events`,
    each with an id that every other thread gives it too.
    """

    what: str
    seed: int
    threads: int
    events: int
    largest: int = 200


def entries(stream_id: UUID, first: int, count: int, command_id: str) -> list[LogEntry]:
    """`count` notes of one command, from version `first` on."""
    return [
        LogEntry(
            stream_id,
            version,
            "DealNoteAdded",
            f'{{"stream_id":"{stream_id}","version":{version},"type":"DealNoteAdded",'
            '"occurred_at":"2026-01-01T00:00:00Z","by":{"id":"li.lei","kind":"human"},"channel":"python",'
            f'"command_id":"{command_id}","data":{{"text":"called"}}}}'.encode(),
            command_id,
            version - first,
            bytes(32),
        )
        for version in range(first, first + count)
    ]


def write(log: Log, task: Task, seed: int) -> list[tuple[int, int]]:
    """The places of the batches that were taken: (first position, number of events)."""
    chance = Random(seed)
    stream_id = uuid5(DEALTRAIL, f"written {seed}")
    taken: list[tuple[int, int]] = []
    last = 0
    while last < task.events:
        count = min(chance.randint(1, chance.choice((1, 10, task.largest))), task.events - last)
        command_id = f"{seed}:{last}"
        batch = entries(stream_id, last + 1, count, command_id)
        if chance.random() < 0.2:
            # One more, of a version that is taken: the whole batch is rolled back.
            try:
                log.append([*batch, *entries(stream_id, last + count, 1, f"{command_id}, refused")])
            except VersionConflict:
                continue
            raise AssertionError("a version was taken twice")
        taken.append((log.append(batch).first, count))
        last += count
    return taken


def follow(read: Read, upto: int, seed: int) -> list[int]:
    """Every position that a reader meets who goes on from the last one, until `upto`."""
    chance = Random(seed)
    met: list[int] = []
    last, idle = 0, 0
    while last < upto and idle < 30_000:
        page = read(last, chance.choice((1, 7, 200, 5_000)))
        met.extend(page)
        last = page[-1] if page else last
        idle = 0 if page else idle + 1
        if not page:
            sleep(0.001)
    return met


def positions(log: Log) -> Read:
    """Read positions of a log."""
    return lambda after, limit: [row.position for row in log.rows(after, limit)]


def contest(log: Log, task: Task, seed: int) -> tuple[list[tuple[int, str]], int]:
    """The versions that this contestant was told to have won, by which command, and how often it was too late."""
    won: list[tuple[int, str]] = []
    late = 0
    while True:
        newest = log.select_events(CONTESTED, desc=True, limit=1)
        version = newest[0].originator_version + 1 if newest else 1
        if version > task.events:
            return won, late
        command_id = f"{seed}:{version}:{late}"
        try:
            log.append(entries(CONTESTED, version, 1, command_id))
            won.append((version, command_id))
        except VersionConflict:
            late += 1


def repeat(log: Log, task: Task, seed: int) -> list[int]:
    """The numbers of the commands that this thread was told to be the first to give."""
    order = list(range(1, task.events + 1))
    # Nearly the same order in all threads, so that they meet at most commands.
    chance = Random(seed)
    order.sort(key=lambda number: number + chance.uniform(0, 4))
    first = []
    for number in order:
        try:
            log.append(entries(uuid5(DEALTRAIL, f"repeated {number}"), 1, 1, f"command {number}"))
            first.append(number)
        except CommandReused:
            continue
    return first


def run(store: str, task: Task) -> list[object]:
    """Do the task, and what each of its threads found."""
    log = opened(store)
    try:
        match task.what:
            case "write":
                return together(task, lambda seed: write(log, task, seed))
            case "read":
                return together(task, lambda seed: follow(positions(log), task.events, seed))
            case "contest":
                return together(task, lambda seed: contest(log, task, seed))
            case "repeat":
                return together(task, lambda seed: repeat(log, task, seed))
            case _:
                raise AssertionError(task.what)
    finally:
        log.close()


def opened(store: str) -> Log:
    """The store, as patient as many writers make it."""
    return open_log(Settings(store=store, busy_timeout=120), now)


def together(task: Task, one: Callable[[int], object]) -> list[object]:
    """What `one` gives in each of the task's threads, at the same time."""
    results: list[object] = []
    threads = [
        Thread(target=lambda seed=task.seed * 1_000 + nth: results.append(one(seed)))
        for nth in range(task.threads)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == task.threads
    return results


def arguments(store: str, task: Task) -> list[str]:
    """The command that does the task in a process of its own."""
    return [sys.executable, "-m", "tests.end_to_end.racer", store, json.dumps(asdict(task))]


if __name__ == "__main__":
    print("ready", flush=True)  # noqa: T201 - whoever started it waits for this
    sys.stdin.readline()
    json.dump(run(sys.argv[1], Task(**json.loads(sys.argv[2]))), sys.stdout)
