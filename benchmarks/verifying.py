"""Verifying a whole store: every row read, its digest computed again, its columns compared with its bytes."""

from collections.abc import Callable, Iterator
from pathlib import Path
from time import process_time

from benchmarks.figures import ROUNDS, Figure
from benchmarks.raw import ready
from benchmarks.stories import EVENTS, stories
from engine.sqlite import SqliteLog
from engine.verify import verify

DEALS = 1_000


def figures(folder: Path) -> Iterator[Figure]:
    """The row."""
    path = folder / "deals.db"
    log = SqliteLog(path, url=f"sqlite:///{path}")
    for first in range(0, DEALS, 20):
        log.append(ready(stories(first, 20)))
    verify(log)
    rates = [DEALS * EVENTS / _busy(lambda: verify(log)) / 1_000_000 for _ in range(ROUNDS)]
    log.close()
    yield Figure(
        path=f"verify {DEALS * EVENTS:,} events, one core",
        values=rates,
        unit="M events/s",
        floor=0.15,
        goal=0.3,
        limit="three things in even parts: fetching the row as Python values, SHA-256 over it (1.4 µs), and comparing "
        "its columns with its bytes (0.9 µs).",
    )


def _busy(work: Callable[[], object]) -> float:
    """How many seconds a core is busy with it."""
    started = process_time()
    work()
    return process_time() - started
