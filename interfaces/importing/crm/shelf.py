"""Where the rows of an export wait until their deal's turn comes: a temporary file, so that any size has room."""

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import TracebackType
from typing import Self

from domain.errors import Unavailable
from interfaces.importing.crm.rows import Row, RowRefused
from interfaces.importing.crm.sheets import Sheet
from interfaces.importing.report import Refusal

_CHUNK = 2_000
_SCHEMA = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
PRAGMA cache_size = -32768;
CREATE TABLE rows (subject TEXT, key TEXT, line INTEGER, sheet INTEGER, packed TEXT);
CREATE INDEX by_key ON rows (subject, key, line);
CREATE TABLE first (subject TEXT, key TEXT, line INTEGER, PRIMARY KEY (subject, key)) WITHOUT ROWID;
CREATE TABLE origins (number INTEGER PRIMARY KEY, sheet INTEGER, line INTEGER);
CREATE TABLE refused (sheet INTEGER, line INTEGER, col TEXT, value TEXT, reason TEXT, PRIMARY KEY (sheet, line));
"""


class Shelf:
    """Rows by subject and key (of a child, its deal's), which row each told line comes from, and what is refused.

    Unavailable where the temporary file finds no room.
    """

    def __init__(self) -> None:
        # The empty name is a private file of SQLite's, gone with the connection.
        self._file = sqlite3.connect("", isolation_level=None)
        self._file.executescript(_SCHEMA)
        self.sheets: list[Sheet] = []
        self._waiting: list[tuple[object, ...]] = []
        self._told: list[tuple[int, int, int]] = []
        self._lines = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._file.close()

    def put(self, row: Row, key: str) -> None:
        """Keep a row under its key."""
        packed = json.dumps(dict(row.values), ensure_ascii=False)
        self._waiting.append((row.sheet.subject.name, key, row.line, self._number(row.sheet), packed))
        if len(self._waiting) >= _CHUNK:
            self._write()

    def met(self, row: Row, key: str) -> int | None:
        """Take note of a key that may come once in a subject; the line on which it came before, if it did."""
        subject = row.sheet.subject.name
        with told_as_full():
            found = self._file.execute(
                "SELECT line FROM first WHERE subject = ? AND key = ?", (subject, key)
            ).fetchone()
            if found is not None:
                return int(found[0])
            self._file.execute("INSERT INTO first VALUES (?, ?, ?)", (subject, key, row.line))
        return None

    def all(self, subject: str) -> Iterator[tuple[str, Row]]:
        """Every row of a subject with its key, as they stand in the file."""
        self._write()
        with told_as_full():
            found = self._file.execute(
                "SELECT key, line, sheet, packed FROM rows WHERE subject = ? ORDER BY rowid", (subject,)
            )
            for key, *stored in found:
                yield key, self._row(*stored)

    def of(self, subject: str, key: str | None) -> list[Row]:
        """The rows of a subject under a key, as they stand in the file."""
        if key is None:
            return []
        with told_as_full():
            found = self._file.execute(
                "SELECT line, sheet, packed FROM rows WHERE subject = ? AND key = ? ORDER BY line",
                (subject, key),
            )
            return [self._row(*stored) for stored in found]

    def one(self, subject: str, key: str | None) -> Row | None:
        """The first row of a subject under a key, if there is one."""
        return next(iter(self.of(subject, key)), None)

    def orphans(self, subject: str, parents: str) -> Iterator[Row]:
        """The rows of a subject whose key no row of `parents` has."""
        self._write()
        with told_as_full():
            found = self._file.execute(
                "SELECT line, sheet, packed FROM rows AS child WHERE subject = ? AND NOT EXISTS"
                " (SELECT 1 FROM rows WHERE subject = ? AND key = child.key) ORDER BY line",
                (subject, parents),
            )
            for stored in found:
                yield self._row(*stored)

    def number(self, row: Row) -> int:
        """The number of the next line that is told from `row`, by which `origin` finds it again."""
        self._lines += 1
        self._told.append((self._lines, self._number(row.sheet), row.line))
        if len(self._told) >= _CHUNK:
            self._write()
        return self._lines

    def origin(self, number: int) -> tuple[Sheet, int]:
        """The sheet and the line that a told line comes from."""
        self._write()
        found = self._file.execute("SELECT sheet, line FROM origins WHERE number = ?", (number,)).fetchone()
        return self.sheets[found[0]], int(found[1])

    def refuse(self, refused: RowRefused) -> None:
        """Leave a row out, for the first reason that is found."""
        self.refuse_line(
            refused.row.sheet, Refusal(refused.row.line, refused.column, refused.value, refused.reason)
        )

    def refuse_line(self, sheet: Sheet, refusal: Refusal) -> None:
        """The same, by sheet and line."""
        with told_as_full():
            self._file.execute(
                "INSERT OR IGNORE INTO refused VALUES (?, ?, ?, ?, ?)",
                (self._number(sheet), refusal.line, refusal.column, refusal.value, refusal.reason),
            )

    def refused(self, sheet: Sheet) -> Iterator[Refusal]:
        """What was refused of a sheet, by line."""
        found = self._file.execute(
            "SELECT line, col, value, reason FROM refused WHERE sheet = ? ORDER BY line",
            (self._number(sheet),),
        )
        for line, column, value, reason in found:
            yield Refusal(line, column, value, reason, sheet.name)

    def add(self, sheet: Sheet) -> None:
        """Take note of a sheet."""
        self.sheets.append(sheet)

    def _number(self, sheet: Sheet) -> int:
        return next(number for number, each in enumerate(self.sheets) if each is sheet)

    def _row(self, line: int, sheet: int, packed: str) -> Row:
        values: Mapping[str, str] = json.loads(packed)
        return Row(self.sheets[sheet], line, values)

    def _write(self) -> None:
        with told_as_full():
            self._file.execute("BEGIN")
            self._file.executemany("INSERT INTO rows VALUES (?, ?, ?, ?, ?)", self._waiting)
            self._file.executemany("INSERT INTO origins VALUES (?, ?, ?)", self._told)
            self._file.execute("COMMIT")
        self._waiting, self._told = [], []


@contextmanager
def told_as_full() -> Iterator[None]:
    """What SQLite says of its temporary file as Unavailable, with what to try."""
    try:
        yield
    except sqlite3.Error as error:
        raise Unavailable(
            f"The temporary file that gathers the rows of each deal cannot be used ({error}). "
            "Make room in the folder for temporary files (TMPDIR) and run the same import again."
        ) from error
