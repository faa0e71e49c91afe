"""A table for people: which of its columns give way where there is not enough room."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from rich import box
from rich.cells import cell_len
from rich.table import Table
from rich.text import Text

Cell = str | Text

NARROWEST = 16
"""No column of text gives way below this many cells."""
BETWEEN = 3
"""Cells between two columns."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table. `whole` is never wrapped or cut: an id that is copied from it works.

    Other texts give way where there is not enough room, down to `least` cells. What is `spare`, a bar say, is
    whole too, and left out where there is no room for it. What may stand `under` the column before it does so
    in a table that would otherwise be wider than the room.
    """

    title: str
    right: bool = False
    whole: bool = False
    least: int = NARROWEST
    spare: bool = False
    under: bool = False

    @property
    def stays(self) -> bool:
        """Whether what stands in it is never wrapped."""
        return self.right or self.whole or self.spare


def table(
    columns: Sequence[Column], rows: Iterable[Sequence[Cell] | None], *, title: str | None = None
) -> "Grid":
    """A table whose columns stand under each other, also where characters are two cells wide.

    None in place of a row draws a line.
    """
    return Grid(tuple(columns), tuple(rows), title)


@dataclass(frozen=True, slots=True)
class Grid:
    """A table before it is known how much room there is."""

    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell] | None]
    title: str | None

    def fitted(self, room: int) -> "Grid":
        """The table itself where it can be drawn in that room, else with columns under those before them.

        From the right, and no more of them than it takes.
        """
        may = [place for place, column in enumerate(self.columns) if column.under and place > 0]
        grid = self
        for most in reversed(may):
            if grid.taken(grid.widths(room)) <= room + grid._saved:
                break
            grid = self._stacked([place for place in may if place >= most])
        return grid

    def widths(self, room: int) -> list[int]:
        """The width of each column: as wide as its widest cell; where there is not enough room, something gives way.

        First the headings of figures and ids, which are broken between words; then texts; then what is spare is
        left out: its width is 0; at last the columns are drawn closer together. Figures and ids never give way,
        and no text does below a few words: the table may be wider than the room.
        """
        widths = self._shrunk(room, with_spare=True)
        if self.taken(widths) > room:
            widths = self._shrunk(room, with_spare=False)
        return widths if self.taken(widths) <= room else self._shrunk(room + self._saved, with_spare=False)

    @property
    def _saved(self) -> int:
        """What is won where the columns are drawn closer together."""
        return sum(not column.spare for column in self.columns)

    def _stacked(self, under: Collection[int]) -> "Grid":
        """The table with these columns under those before them, in the heading as in the rows."""
        stacks: list[list[int]] = []
        for place in range(len(self.columns)):
            if place in under:
                stacks[-1].append(place)
            else:
                stacks.append([place])
        columns = [
            replace(
                self.columns[stack[0]],
                title="\n".join(self.columns[place].title for place in stack),
                least=max(self.columns[place].least for place in stack),
            )
            for stack in stacks
        ]
        rows = [None if row is None else _piled(row, stacks) for row in self.rows]
        return Grid(columns, rows, self.title)

    def _shrunk(self, room: int, *, with_spare: bool) -> list[int]:
        widths, floors = [], []
        for column, cells in self._filled():
            width = max(map(_width, [column.title, *cells])) if with_spare or not column.spare else 0
            stays = max(map(_width, [*column.title.split(), *cells]), default=0)
            gives_way = max(_width(column.title), column.least)
            widths.append(width)
            floors.append(min(width, stays if column.stays else gives_way))
        for stay in (True, False):
            self._shrink(widths, floors, room, stay=stay)
        return widths

    def _shrink(self, widths: list[int], floors: Sequence[int], room: int, *, stay: bool) -> None:
        """Make the widest columns narrower, a cell at a time, of those that stay whole or of the others."""
        while self.taken(widths) > room:
            slack = [
                (width, place)
                for place, (width, floor) in enumerate(zip(widths, floors, strict=True))
                if width > floor and self.columns[place].stays == stay
            ]
            if not slack:
                return
            widths[max(slack)[1]] -= 1

    def taken(self, widths: Sequence[int]) -> int:
        """How much room columns of these widths take."""
        return sum(widths) + BETWEEN * sum(width > 0 for width in widths)

    def drawn(self, widths: Sequence[int], *, closer: bool = False) -> Table:
        """The table with columns of these widths, a cell less between them if they are to stand `closer`."""
        made = Table(
            title=None if self.title is None else plain(self.title),
            title_justify="left",
            title_style="bold",
            box=box.SIMPLE_HEAD,
            pad_edge=False,
            padding=(0, 1),
            collapse_padding=closer,
            show_header=any(column.title for column in self.columns),
        )
        for column, width in zip(self.columns, widths, strict=True):
            justify: Literal["left", "right"] = "right" if column.right else "left"
            if width:
                made.add_column(plain(column.title), justify=justify, width=width, overflow="fold")
        for row in self.rows:
            if row is None:
                made.add_section()
            else:
                made.add_row(*(as_text(cell) for cell, width in zip(row, widths, strict=True) if width))
        return made

    def _filled(self) -> Iterator[tuple[Column, list[Cell]]]:
        """Each column with its cells."""
        for place, column in enumerate(self.columns):
            yield column, [row[place] for row in self.rows if row is not None]


def _piled(row: Sequence[Cell], stacks: Sequence[Sequence[int]]) -> list[Cell]:
    """The row's cells, those of a stack below each other; the second of one stands beside the second of another."""
    cells = [[as_text(row[place]) for place in stack] for stack in stacks]
    heights = {0: max(_lines(stack[0]) for stack in cells)}
    for stack in cells:
        for level, cell in enumerate(stack[:-1]):
            heights[level] = max(heights.get(level, 0), _lines(cell))
    piled: list[Cell] = []
    for stack in cells:
        # Up to where the next one begins it is filled with empty lines.
        filled = [
            line
            for level, cell in enumerate(stack[:-1])
            for line in (cell, *(Text() for _ in range(heights[level] - _lines(cell))))
        ]
        piled.append(Text("\n").join([*filled, stack[-1]]))
    return piled


def _lines(cell: Text) -> int:
    return cell.plain.count("\n") + 1


def plain(text: str) -> str:
    """The text without characters that would steer a terminal: somebody else wrote it."""
    if text.isprintable():
        return text
    return "".join(each if each.isprintable() or each == "\n" else " " for each in text)


def as_text(cell: Cell) -> Text:
    """The cell as text that does not steer a terminal; what is Text already was made by us."""
    return cell if isinstance(cell, Text) else Text(plain(cell))


def _width(cell: Cell) -> int:
    """In cells of the terminal: a Chinese character takes two."""
    return max((cell_len(line) for line in as_text(cell).plain.split("\n")), default=0)
