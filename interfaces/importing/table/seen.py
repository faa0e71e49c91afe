"""Which deals a file has shown so far, kept in a temporary file: a file of any size has room."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID


class Seen:
    """Remembers deals with the line on which they came."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        database.execute("CREATE TABLE seen (deal BLOB PRIMARY KEY, line INTEGER NOT NULL) WITHOUT ROWID")

    def add(self, deal: UUID, line: int) -> int | None:
        """The line on which the deal came before; None where this is the first."""
        before = self.line(deal)
        if before is None:
            self._database.execute("INSERT INTO seen VALUES (?, ?)", (deal.bytes, line))
        return before

    def line(self, deal: UUID) -> int | None:
        """The line on which the deal came; None if it did not."""
        found = self._database.execute("SELECT line FROM seen WHERE deal = ?", (deal.bytes,)).fetchone()
        return None if found is None else int(found[0])


@contextmanager
def nothing_seen() -> Iterator[Seen]:
    """An empty memory, forgotten at the end."""
    database = sqlite3.connect("", isolation_level=None)  # "": a temporary file that only a full cache makes
    try:
        database.execute("PRAGMA journal_mode=OFF")
        yield Seen(database)
    finally:
        database.close()
