"""PostgreSQL's own limit: prepared INSERTs, or COPY, of ready bytes into the same table with the same indexes."""

from collections.abc import Callable, Sequence
from threading import Lock, Thread
from time import perf_counter
from typing import Any, TypeVar

import psycopg

from engine.log import LogEntry, Row
from engine.postgres_rows import adapted, values_of
from engine.postgres_schema import COLUMNS, SCHEMA

TABLE = "raw_events"
INSERT = f"INSERT INTO {TABLE} ({COLUMNS}) VALUES (%b, %b, %b, %b, %b, %b, %b, %b, %b, %b)"

T = TypeVar("T")


class RawServer:
    """The event table of a store without triggers, head and digest, and some connections to it."""

    def __init__(self, url: str, connections: int) -> None:
        self.connections = [
            psycopg.connect(url, autocommit=True, prepare_threshold=0) for _ in range(connections)
        ]
        for connection in self.connections:
            adapted(connection)
            connection.execute("SET synchronous_commit = on")
        self.connections[0].execute(f"CREATE TABLE {TABLE} (LIKE {SCHEMA}.events INCLUDING ALL)")
        self._position = 0

    def rows(self, entries: Sequence[LogEntry]) -> list[tuple[Any, ...]]:
        """Ready rows that follow those made before; each has 32 bytes where the digest stands."""
        first = self._position + 1
        self._position += len(entries)
        return [
            values_of(
                Row(
                    position,
                    entry.originator_id.bytes,
                    entry.originator_version,
                    entry.topic,
                    entry.state,
                    0,
                    entry.fingerprint,
                    entry.command_id,
                    entry.nth,
                    entry.fingerprint,
                )
            )
            for position, entry in enumerate(entries, first)
        ]

    def copy(self, rows: Sequence[tuple[Any, ...]]) -> None:
        """All of them at once."""
        with (
            self.connections[0].cursor() as cursor,
            cursor.copy(f"COPY {TABLE} ({COLUMNS}) FROM STDIN (FORMAT BINARY)") as copy,
        ):
            copy.set_types(
                ["int8", "uuid", "int8", "text", "bytea", "int8", "bytea", "text", "int4", "bytea"]
            )
            for row in rows:
                copy.write_row(row)

    def close(self) -> None:
        """Let go of the connections."""
        for connection in self.connections:
            connection.close()


def all_at_once(shares: Sequence[Sequence[T]], append: Callable[[int, T], object]) -> tuple[float, float]:
    """Appends a second, and the 99th percentile of how long one took (ms): each caller appends its share."""
    took: list[float] = []
    adding = Lock()

    def call(caller: int, share: Sequence[T]) -> None:
        mine = []
        for each in share:
            began = perf_counter()
            append(caller, each)
            mine.append(perf_counter() - began)
        with adding:
            took.extend(mine)

    callers = [Thread(target=call, args=each) for each in enumerate(shares)]
    began = perf_counter()
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()
    rate = len(took) / (perf_counter() - began)
    return rate, 1_000 * sorted(took)[int(0.99 * len(took))]
