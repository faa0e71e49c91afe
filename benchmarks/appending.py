"""Appends, one event a transaction: alone beside raw SQLite, sixteen callers beside the plain library."""

from collections.abc import Callable, Iterator, Sequence
from itertools import count
from pathlib import Path
from threading import Thread
from typing import TypeVar

from eventsourcing.persistence import StoredEvent
from eventsourcing.sqlite import SQLiteApplicationRecorder, SQLiteDatastore

from benchmarks.figures import Figure, interleaved, ratios, seconds
from benchmarks.raw import RawTable, ready
from benchmarks.stories import EVENTS, stories
from engine.log import LogEntry
from engine.sqlite import SqliteLog

EACH = 100
"""Events a turn: short turns, and many, because a disk has its moods."""

ROUNDS = 41

CALLERS = 16

Stored = TypeVar("Stored", bound=StoredEvent)


def figures(folder: Path) -> Iterator[Figure]:
    """Both rows."""
    yield _alone(folder)
    yield _together(folder)


def _alone(folder: Path) -> Figure:
    raw = RawTable(folder / "raw.db")
    log = _log(folder / "alone.db")
    entries, told = _slices(), _slices()

    def plain() -> float:
        rows = raw.rows(next(entries), 0)
        return EACH / seconds(lambda: raw.insert_each(rows))

    def ours() -> float:
        batches = [[entry] for entry in next(told)]
        return EACH / seconds(lambda: [log.append(batch) for batch in batches])

    values = ratios(interleaved(plain, ours, rounds=ROUNDS))
    raw.close()
    log.close()
    return Figure(
        path="append, 1 caller, synchronous FULL",
        against="raw INSERT, one event a transaction",
        values=values,
        unit="×",
        floor=0.85,
        goal=0.95,
        limit="what stands around the INSERT, where the disk answers in a fifth of a millisecond: the head (one more "
        "page in the write-ahead log), the triggers, and some 6 µs of Python for the digest and the row. After each "
        "wait for the disk the processor's caches are cold, and the same lines take twice their time.",
    )


def _together(folder: Path) -> Figure:
    recorder = SQLiteApplicationRecorder(SQLiteDatastore(str(folder / "plain.db")))
    recorder.create_table()
    log = _log(folder / "together.db")
    shares, told = _shares(), _shares()

    def plain() -> float:
        mine = [[_stored(entry) for entry in share] for share in next(shares)]
        return _rate(mine, lambda event: recorder.insert_events([event]))

    def ours() -> float:
        return _rate(next(told), lambda entry: log.append([entry]))

    values = ratios(interleaved(plain, ours, rounds=ROUNDS))
    recorder.datastore.close()
    log.close()
    return Figure(
        path="append, 16 callers",
        against="eventsourcing's SQLite recorder, 16 callers",
        values=values,
        unit="×",
        floor=2,
        goal=4,
        limit="half of the callers. Those who were just answered come back while the next transaction is being "
        "written already, so eight of the sixteen share each; 85 % of the time is SQLite's transaction.",
    )


def _rate(shares: Sequence[Sequence[Stored]], append: Callable[[Stored], object]) -> float:
    """Events a second when each caller appends its share one by one, all at the same time."""

    def call(share: Sequence[Stored]) -> None:
        for event in share:
            append(event)

    callers = [Thread(target=call, args=(share,)) for share in shares]

    def work() -> None:
        for caller in callers:
            caller.start()
        for caller in callers:
            caller.join()

    return sum(map(len, shares)) / seconds(work)


def _slices() -> Iterator[list[LogEntry]]:
    """A turn's events, again and again."""
    deals = EACH // EVENTS
    return (ready(stories(turn * deals, deals)) for turn in count())


def _shares() -> Iterator[list[list[LogEntry]]]:
    """A turn's events for each of the callers: a deal of their own."""
    return ([ready(stories(turn * CALLERS + caller, 1)) for caller in range(CALLERS)] for turn in count())


def _stored(entry: LogEntry) -> StoredEvent:
    return StoredEvent(entry.originator_id, entry.originator_version, entry.topic, entry.state)


def _log(path: Path) -> SqliteLog:
    return SqliteLog(path, url=f"sqlite:///{path}")
