"""The database's own limit: prepared INSERTs of ready bytes into the same table with the same indexes."""

import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path

from domain.event import Recorded
from engine.log import LogEntry, Row
from engine.mapper import ready_entries
from engine.sqlite_schema import INSERT, STEPS


class RawTable:
    """The event table without triggers, head and digest; WAL with synchronous FULL, as the store has it."""

    def __init__(self, path: Path) -> None:
        self.connection = sqlite3.connect(path, isolation_level=None)
        self.connection.execute("PRAGMA journal_mode = WAL")
        self.connection.execute("PRAGMA synchronous = FULL")
        for statement in STEPS[1][:3]:
            self.connection.execute(statement)
        self.position = 0

    def rows(self, entries: Sequence[LogEntry], recorded_at: int) -> list[Row]:
        """Ready rows that follow those made before; each has 32 bytes where the digest stands."""
        first = self.position + 1
        self.position += len(entries)
        return [
            Row(
                position,
                entry.originator_id.bytes,
                entry.originator_version,
                entry.topic,
                entry.state,
                recorded_at,
                entry.fingerprint,
                entry.command_id,
                entry.nth,
                entry.fingerprint,
            )
            for position, entry in enumerate(entries, first)
        ]

    def insert_each(self, rows: Sequence[Row]) -> None:
        """One event a transaction."""
        execute = self.connection.execute
        for row in rows:
            execute(INSERT, row)

    def insert_in_batches(self, rows: Sequence[Row], size: int) -> None:
        """So many events a transaction."""
        for first in range(0, len(rows), size):
            self.connection.execute("BEGIN IMMEDIATE")
            self.connection.executemany(INSERT, rows[first : first + size])
            self.connection.execute("COMMIT")

    def close(self) -> None:
        """Let go of the file."""
        self.connection.close()


def ready(stories: Iterator[list[Recorded]]) -> list[LogEntry]:
    """The entries of these stories, as bytes."""
    return [entry for told in stories for entry in ready_entries(told)]
