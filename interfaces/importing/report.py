"""What an import did, row by row: what was recorded, what was refused and why, what looks odd."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Generic, Self, TextIO, TypeVar

from interfaces.importing.files import told_as_unavailable

T = TypeVar("T")

KEPT = 10_000
"""Findings of one kind that a report keeps; the rest is counted, and refused rows are in the file."""


class Findings(Generic[T]):
    """Counts everything that it is given and keeps the first so many: an import of any size fits in memory."""

    def __init__(self, kept: int = KEPT) -> None:
        self._most = kept
        self._first: list[T] = []
        self.count = 0

    def add(self, finding: T) -> None:
        """Count one more."""
        self.count += 1
        if len(self._first) < self._most:
            self._first.append(finding)

    def __iter__(self) -> Iterator[T]:
        """Those that were kept, in the order in which they were found."""
        return iter(self._first)

    def __len__(self) -> int:
        """How many there were, kept or not."""
        return self.count


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a row was left out: its line (from 1), the column or field, what stood there, and the reason.

    `column` and `value` are None where the row as a whole is meant. Personal data is never in `value`.
    `file` says which of several files the line is of.
    """

    line: int
    column: str | None
    value: str | None
    reason: str
    file: str | None = None


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Something that was recorded as the source tells it, although it cannot well have been so."""

    line: int
    deal: str
    told: str
    file: str | None = None


@dataclass(frozen=True, slots=True)
class LateLine:
    """A new line that happened before the last event that the store has of its deal."""

    line: int
    deal: str
    told: str
    file: str | None = None


@dataclass(slots=True)
class ImportReport:
    """What an import did, or with `checked`, what it would do.

    `read`: rows in the file. `recorded`: events. `unchanged`: rows that were there already.
    `opened`: deals that are new. `corrected`: events whose content changed in the source.
    `undated`: new events without a date. `missing`: deals of the source that the file leaves out.
    `refused_files`: where the refused rows are. `passed_over`: files of a folder that tell nothing known.
    """

    checked: bool
    read: int = 0
    recorded: int = 0
    unchanged: int = 0
    opened: int = 0
    corrected: int = 0
    undated: int = 0
    refused: Findings[Refusal] = field(default_factory=Findings)
    contradictions: Findings[Contradiction] = field(default_factory=Findings)
    late: Findings[LateLine] = field(default_factory=Findings)
    missing: Findings[str] = field(default_factory=Findings)
    refused_files: list[Path] = field(default_factory=list)
    passed_over: list[str] = field(default_factory=list)

    @property
    def refused_file(self) -> Path | None:
        """Where the refused rows of the one file are."""
        return next(iter(self.refused_files), None)


class RefusedRows:
    """Takes refused rows into the report and, unless this is a check, into FILE.refused.csv.

    The file is made when the first row is refused; it holds line, column, value, reason and then the
    row as it came, under `columns`.
    """

    def __init__(self, report: ImportReport, path: Path, columns: Sequence[str]) -> None:
        self._report = report
        self._path = path
        self._columns = tuple(columns)
        self._file: TextIO | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._file is not None:
            with told_as_unavailable(self._path):
                self._file.close()

    def refuse(self, refusal: Refusal, row: Sequence[str]) -> None:
        """Leave out `row`. Unavailable where the file cannot be written."""
        self._report.refused.add(refusal)
        if self._report.checked:
            return
        with told_as_unavailable(self._path):
            if self._file is None:
                # The BOM tells spreadsheets that this is UTF-8.
                self._file = self._path.open("w", encoding="utf-8-sig", newline="")
                self._report.refused_files.append(self._path)
                csv.writer(self._file).writerow(("line", "column", "value", "reason", *self._columns))
            told = (refusal.line, refusal.column, refusal.value, refusal.reason)
            csv.writer(self._file).writerow((*told, *row))
