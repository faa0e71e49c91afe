"""PostgreSQL: appends, one event a transaction, and ready rows by the batch, beside raw INSERT and COPY.

*raw* has as many connections as is said; eventsourcing's own PostgreSQL recorder is measured in the same rounds.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from eventsourcing.persistence import StoredEvent
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore
from psycopg.conninfo import conninfo_to_dict

from benchmarks.figures import Figure, seconds
from benchmarks.postgres_raw import INSERT, TABLE, RawServer, all_at_once
from benchmarks.raw import ready
from benchmarks.stories import EVENTS, stories, write_history
from engine.deals import Deals
from engine.log import LogEntry
from engine.postgres import PostgresLog
from engine.settings import Settings
from interfaces.importing.history.importing import import_history
from interfaces.importing.recording import READY_BATCH
from tests.servers.postgres import new_database, postgres_server

ROUNDS = 9
CONNECTIONS = 16
IMPORTED = 400
"""Deals of the import."""

CASES = (
    (1, 1, 0.55, 0.80),
    (16, CONNECTIONS, 1.2, 1.6),
    (64, CONNECTIONS, 1.8, 2.5),
)
"""Callers, connections of raw, floor and goal."""

LIMIT = (
    "one transaction at a time has the head's row, from its turn until its commit is on disk; and the callers' "
    "Python shares the processor with the server."
)


@dataclass(frozen=True, slots=True)
class Programs:
    """The three that are compared, each in a database of its own on one server."""

    log: PostgresLog
    raw: RawServer
    plain: PostgresApplicationRecorder


def figures(folder: Path) -> Iterator[Figure]:
    """All rows."""
    with postgres_server(durable=True) as server:
        url = new_database(server)
        log = PostgresLog(url)
        programs = Programs(log, RawServer(url, CONNECTIONS), _recorder(new_database(server)))
        numbers = count()
        for callers, connections, floor, goal in CASES:
            yield from _appended(programs, numbers, callers, connections, floor, goal)
        yield from _imported(programs, numbers)
        yield from _imported_from_a_file(server, programs.raw, folder)
        programs.plain.datastore.close()
        programs.raw.close()
        log.close()


def _appended(
    programs: Programs, numbers: Iterator[int], callers: int, connections: int, floor: float, goal: float
) -> Iterator[Figure]:
    def shares(of: int) -> list[list[LogEntry]]:
        return [ready(stories(next(numbers), 1)) for _ in range(of)]

    def raw() -> tuple[float, float]:
        rows = [programs.raw.rows(share) for share in shares(connections)]
        return all_at_once(rows, lambda caller, row: programs.raw.connections[caller].execute(INSERT, row))

    def ours() -> tuple[float, float]:
        return all_at_once(shares(callers), lambda _, entry: programs.log.append([entry]))

    def plain() -> tuple[float, float]:
        mine = [[_stored(entry) for entry in share] for share in shares(callers)]
        return all_at_once(mine, lambda _, event: programs.plain.insert_events([event]))

    limit, own, library = _in_turn((raw, ours, plain))
    against = f"raw INSERT, {connections} connection{'s' if connections > 1 else ''}"
    who = f"{callers} caller{'s' if callers > 1 else ''}"
    yield Figure(
        path=f"append, {who}",
        against=against,
        values=[mine[0] / theirs[0] for mine, theirs in zip(own, limit, strict=True)],
        unit="×",
        floor=floor,
        goal=goal,
        limit=LIMIT,
    )
    yield Figure(path=f"the same, {who}", values=[rate for rate, _ in own], unit="events/s")
    yield Figure(
        path=f"eventsourcing's PostgreSQL recorder, {who}",
        against=against,
        values=[mine[0] / theirs[0] for mine, theirs in zip(library, limit, strict=True)],
        unit="×",
    )
    if callers == CONNECTIONS:
        late = [mine[1] / theirs[1] for mine, theirs in zip(own, limit, strict=True)]
        yield Figure(
            path=f"p99 of an append, {who}",
            against=f"p99 of {against}",
            values=late,
            unit="times",
            floor=1.0,
            goal=0.6,
            limit=LIMIT,
        )
        yield Figure(path=f"p99 of an append, {who}", values=[each for _, each in own], unit="ms")


def _imported(programs: Programs, numbers: Iterator[int]) -> Iterator[Figure]:
    def told() -> list[LogEntry]:
        first = next(numbers)
        for _ in range(IMPORTED - 1):
            next(numbers)
        return ready(stories(first, IMPORTED))

    def raw() -> tuple[float, float]:
        rows = programs.raw.rows(told())
        return len(rows) / seconds(lambda: programs.raw.copy(rows)), 0

    def ours() -> tuple[float, float]:
        entries = told()
        batches = [entries[first : first + READY_BATCH] for first in range(0, len(entries), READY_BATCH)]
        return len(entries) / seconds(lambda: [programs.log.append(batch) for batch in batches]), 0

    limit, own = _in_turn((raw, ours))
    yield Figure(
        path=f"import of {IMPORTED * EVENTS:,} ready rows",
        against="raw COPY",
        values=[mine[0] / theirs[0] for mine, theirs in zip(own, limit, strict=True)],
        unit="×",
        floor=0.5,
        goal=0.7,
        limit="two writes. The events are copied to a table beside the log, so that nobody waits for who copies, and "
        "taken over from there in one statement, which takes as long as the raw COPY; meanwhile Python is idle.",
    )
    yield Figure(path="the same", values=[rate for rate, _ in own], unit="events/s")


def _imported_from_a_file(server: str, raw: RawServer, folder: Path) -> Iterator[Figure]:
    history = folder / "history.ndjson"
    events = write_history(history, IMPORTED)

    def copied() -> tuple[float, float]:
        rows = raw.rows(ready(stories(0, IMPORTED)))
        raw.connections[0].execute(f"TRUNCATE {TABLE}")
        return events / seconds(lambda: raw.copy(rows)), 0

    def ours() -> tuple[float, float]:
        with Deals(Settings(store=new_database(server))) as deals:
            return events / seconds(lambda: import_history(history, deals)), 0

    limit, own = _in_turn((copied, ours))
    yield Figure(
        path=f"import of {events:,} events from NDJSON, end to end",
        against="raw COPY",
        values=[mine[0] / theirs[0] for mine, theirs in zip(own, limit, strict=True)],
        unit="×",
        floor=0.12,
        goal=0.25,
        limit="Python: reading and checking a line, and putting a deal's lines in order, take most of the time.",
    )
    yield Figure(path="the same", values=[rate for rate, _ in own], unit="events/s")


def _in_turn(
    programs: Sequence[Callable[[], tuple[float, float]]],
) -> list[list[tuple[float, float]]]:
    """What each gave in every round, after one that does not count; every other round the last is first."""
    for program in programs:
        program()
    found: list[list[tuple[float, float]]] = [[] for _ in programs]
    for turn in range(ROUNDS):
        places = range(len(programs))
        for place in reversed(places) if turn % 2 else places:
            found[place].append(programs[place]())
    return found


def _recorder(url: str) -> PostgresApplicationRecorder:
    known = conninfo_to_dict(url)
    datastore = PostgresDatastore(
        dbname=str(known["dbname"]),
        host=str(known["host"]),
        port=str(known["port"]),
        user=str(known["user"]),
        password="",
        pool_size=CONNECTIONS,
        max_overflow=0,
        max_waiting=1_000,
    )
    recorder = PostgresApplicationRecorder(datastore)
    recorder.create_table()
    return recorder


def _stored(entry: LogEntry) -> StoredEvent:
    return StoredEvent(entry.originator_id, entry.originator_version, entry.topic, entry.state)
