"""A table in a text file: its header and its rows, each with the line that it begins on."""

import csv
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import chain

from domain.errors import BadInput
from interfaces.importing.table.misquoted import misquoted

DELIMITERS = (",", ";", "\t", "|")


@dataclass(frozen=True, slots=True)
class TableRow:
    """The cells of a row as they stand, its place among the rows (from 1), and its first line in the file."""

    number: int
    line: int
    cells: list[str]


class Table:
    """Reads rows from `lines` one at a time, in bounded memory; empty lines are passed over.

    Without a `delimiter` the one is taken under which most `wanted` columns are found in the header.
    BadInput, with line and column, where the text cannot be read as a table.
    """

    def __init__(
        self, lines: Iterator[str], name: str, *, delimiter: str | None, wanted: Collection[str]
    ) -> None:
        self._name = name
        self._line = 0
        self._taken: list[str] = []
        first = ""
        while not first.strip():
            first = next(lines, "")
            if not first:
                raise BadInput(f"{name} is empty. Its first line must name the columns.")
            self._line += 1
        self._line -= 1
        self._delimiter = delimiter or _likeliest(first, wanted)
        handed = self._handed(chain((first,), lines))
        self._reader = csv.reader(handed, delimiter=self._delimiter, strict=True)
        self.columns = tuple(cell.strip() for cell in self._cells() or ())

    def rows(self) -> Iterator[TableRow]:
        """Each row below the header, once. A row may have more or fewer cells than the header."""
        number = 0
        line = self._line + 1
        while (cells := self._cells()) is not None:
            if cells:
                number += 1
                yield TableRow(number, line, cells)
            line = self._line + 1

    def _handed(self, lines: Iterator[str]) -> Iterator[str]:
        for line in lines:
            self._line += 1
            self._taken.append(line)
            yield line

    def _cells(self) -> list[str] | None:
        self._taken.clear()
        begins = self._line + 1
        try:
            return next(self._reader, None)
        except csv.Error as error:
            text = "".join(self._taken)
            raise BadInput(misquoted(text, begins, self._delimiter, self._name, str(error))) from None


def _likeliest(header: str, wanted: Collection[str]) -> str:
    def found(delimiter: str) -> tuple[int, int]:
        try:
            cells = next(csv.reader([header], delimiter=delimiter))
        except csv.Error:
            return (0, 0)
        return (len({cell.strip() for cell in cells}.intersection(wanted)), len(cells))

    return max(DELIMITERS, key=found)
