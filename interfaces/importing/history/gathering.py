"""The lines of each deal gathered from anywhere in a file: in memory while they are few, then in a temporary file."""

import marshal
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Self

from domain.errors import Unavailable
from interfaces.importing.history.lines import PIPELINE_TYPES, Line, Owner
from interfaces.importing.report import Refusal

_IN_MEMORY = 50_000
"""Lines of ordinary length: some 60 MB."""

_ORDINARY = 1_024
"""Bytes; a longer line counts for as many as it could be."""

_CHUNK = 1_000
_CACHED = 50_000
_LAST = 2**62

_SCHEMA = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
PRAGMA cache_size = -32768;
CREATE TABLE owners (number INTEGER PRIMARY KEY, source TEXT NOT NULL, key TEXT NOT NULL, UNIQUE (source, key));
CREATE TABLE lines (owner INTEGER, rank INTEGER, version INTEGER, at INTEGER, line INTEGER, packed BLOB);
CREATE TABLE refused (line INTEGER PRIMARY KEY, col TEXT, value TEXT, reason TEXT);
"""


class Gathering:
    """Takes lines in any order and gives them back owner by owner, in the order in which owners were met.

    An owner's lines come in the order in which they are recorded: its opening or definition, then by
    version where they have one, then by time, those without a time last (a pipeline's first), equal
    ones as they stood in the file. Unavailable where the temporary file finds no room.
    """

    def __init__(self, in_memory: int = _IN_MEMORY) -> None:
        # The empty name is a private file of SQLite's, gone with the connection.
        self._file = sqlite3.connect("", isolation_level=None)
        self._file.executescript(_SCHEMA)
        self._room = in_memory
        self._held: dict[Owner, list[Line]] = {}
        self._waiting: list[tuple[object, ...]] = []
        self._numbers: dict[Owner, int] = {}
        self.lines = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._file.close()

    def add(self, owner: Owner, line: Line) -> None:
        """Keep a line until its owner's turn."""
        self.lines += 1
        if self._room > 0:
            self._held.setdefault(owner, []).append(line)
            self._room -= 1 + len(line.data) // _ORDINARY
            return
        self._write_out()
        self._put(owner, line)
        if len(self._waiting) >= _CHUNK:
            self._write()

    def refuse(self, refusal: Refusal) -> None:
        """Keep a refusal until all are known."""
        with _told():
            self._file.execute(
                "INSERT OR IGNORE INTO refused VALUES (?, ?, ?, ?)",
                (refusal.line, refusal.column, refusal.value, refusal.reason),
            )

    def owners(self, *, pipelines: bool) -> Iterator[tuple[Owner, list[Line]]]:
        """Every pipeline, or every deal, with its lines."""
        for owner, lines in self._held.items():
            if (not owner.source) == pipelines:
                yield owner, sorted(lines, key=place)
        self._write()
        with _told():
            rows = self._file.execute(
                "SELECT owner, packed FROM lines"
                " WHERE owner IN (SELECT number FROM owners WHERE (source = '') = ?)"
                " ORDER BY owner, rank, version, at, line",
                (pipelines,),
            )
            current, lines = 0, list[Line]()
            for number, packed in rows:
                if number != current and lines:
                    yield self._owner(current), lines
                    lines = []
                current = number
                lines.append(Line._make(marshal.loads(packed)))  # noqa: S302 - written by this process
            if lines:
                yield self._owner(current), lines

    def refused(self) -> Iterator[Refusal]:
        """Every refusal, by line."""
        with _told():
            for row in self._file.execute("SELECT line, col, value, reason FROM refused ORDER BY line"):
                yield Refusal(*row)

    def _write_out(self) -> None:
        """There are too many for memory: those that were held go first."""
        for owner, lines in self._held.items():
            for line in lines:
                self._put(owner, line)
            self._write()
        self._held = {}

    def _put(self, owner: Owner, line: Line) -> None:
        packed = marshal.dumps(tuple(line))
        self._waiting.append((self._number(owner), *place(line), packed))

    def _write(self) -> None:
        with _told():
            self._file.execute("BEGIN")
            self._file.executemany("INSERT INTO lines VALUES (?, ?, ?, ?, ?, ?)", self._waiting)
            self._file.execute("COMMIT")
        self._waiting = []

    def _number(self, owner: Owner) -> int:
        number = self._numbers.get(owner)
        if number is None:
            with _told():
                self._file.execute("INSERT OR IGNORE INTO owners (source, key) VALUES (?, ?)", owner)
                found = self._file.execute("SELECT number FROM owners WHERE source = ? AND key = ?", owner)
                number = int(found.fetchone()[0])
            if len(self._numbers) >= _CACHED:
                self._numbers.clear()
            self._numbers[owner] = number
        return number

    def _owner(self, number: int) -> Owner:
        row = self._file.execute("SELECT source, key FROM owners WHERE number = ?", (number,)).fetchone()
        return Owner(*row)


def place(line: Line) -> tuple[bool, int, int, int]:
    """What orders the lines of one owner: its beginning, then versions, then times, then the file."""
    begins = line.type in ("DealOpened", "PipelineDefined")
    undated = -_LAST if line.type in PIPELINE_TYPES else _LAST
    at = line.micros if line.at is not None else undated
    return not begins, _LAST if line.version is None else line.version, at, line.number


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise Unavailable(
            f"The temporary file that gathers the lines of each deal cannot be used ({error}). "
            "Make room in the folder for temporary files (TMPDIR) and run the same import again."
        ) from error
