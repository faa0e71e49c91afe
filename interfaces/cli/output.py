"""What a command prints on stdout: a table for people, JSON, NDJSON or CSV for programs."""

import csv
import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import UnionType
from typing import Literal, TextIO, Union, get_args, get_origin

from pydantic import BaseModel
from rich import box
from rich.cells import cell_len
from rich.console import Console, ConsoleDimensions
from rich.table import Table
from rich.text import Text

Output = Literal["table", "json", "ndjson", "csv"]
Cell = str | Text

UNBOUNDED = 100_000
"""The width of a pipe: nothing is cut or wrapped in it."""
NARROWEST = 16
"""No column of text gives way below this many cells."""
BETWEEN = 3
"""Cells between two columns."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table. `whole` is never wrapped or cut: an id that is copied from it works.

    Other texts give way where there is not enough room, down to `least` cells. What is `spare`, a bar say, is
    whole too, and left out where there is no room for it.
    """

    title: str
    right: bool = False
    whole: bool = False
    least: int = NARROWEST
    spare: bool = False

    @property
    def stays(self) -> bool:
        """Whether what stands in it is never wrapped."""
        return self.right or self.whole or self.spare


def console(stream: TextIO) -> Console:
    """A console that takes text as it is: no markup, no colours where none are wanted, no cut lines in a pipe."""
    return Console(
        file=stream,
        markup=False,
        highlight=False,
        emoji=False,
        soft_wrap=not stream.isatty(),
        width=None if stream.isatty() else UNBOUNDED,
    )


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

    def widths(self, room: int) -> list[int]:
        """The width of each column: as wide as its widest cell; where there is not enough room, something gives way.

        First the headings of figures and ids, which are broken between words; then texts; then what is spare is
        left out: its width is 0; at last the columns are drawn closer together. Figures and ids never give way,
        and no text does below a few words: the table may be wider than the room.
        """
        saved = sum(not column.spare for column in self.columns)
        widths = self._fitted(room, with_spare=True)
        if self.taken(widths) > room:
            widths = self._fitted(room, with_spare=False)
        return widths if self.taken(widths) <= room else self._fitted(room + saved, with_spare=False)

    def _fitted(self, room: int, *, with_spare: bool) -> list[int]:
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
                made.add_row(*(_text(cell) for cell, width in zip(row, widths, strict=True) if width))
        return made

    def _filled(self) -> Iterator[tuple[Column, list[Cell]]]:
        """Each column with its cells."""
        for place, column in enumerate(self.columns):
            yield column, [row[place] for row in self.rows if row is not None]


def fits(grid: Grid) -> bool:
    """Whether there is room on stdout for a table: it need not run over the edge of a terminal."""
    room = console(sys.stdout).width
    return grid.taken(grid.widths(room)) <= room


def plain(text: str) -> str:
    """The text without characters that would steer a terminal: somebody else wrote it."""
    if text.isprintable():
        return text
    return "".join(each if each.isprintable() or each == "\n" else " " for each in text)


def show(*things: Grid | Text | str) -> None:
    """Print for people, on stdout. A table that does not fit a terminal runs over its edge: no figure is cut."""
    out = console(sys.stdout)
    room = out.width
    for thing in things:
        if isinstance(thing, Grid):
            widths = thing.widths(room)
            taken = thing.taken(widths)
            # The size, not the width: a terminal that calls itself dumb has 80 columns to rich, whatever is said.
            out.size = ConsoleDimensions(max(room, taken), out.height)
            out.print(thing.drawn(widths, closer=taken > room))
        else:
            out.size = ConsoleDimensions(room, out.height)
            out.print(_text(thing))


def write(
    output: Output,
    document: object,
    lines: Iterable[Mapping[str, object]],
    *,
    shape: type[BaseModel] | None = None,
    before: Sequence[str] = (),
) -> None:
    """Print for programs: the whole `document` as JSON, or its `lines` one by one.

    CSV begins with the columns: of the lines or, where there is none, those named `before` and those that
    `shape` always has.
    """
    match output:
        case "json":
            sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=2) + "\n")
        case "ndjson":
            for line in lines:
                sys.stdout.write(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n")
        case "csv":
            _csv(sys.stdout, lines, [*before, *(_titles(shape) if shape is not None else ())])
        case "table":
            raise ValueError("a table is made for people: use show()")


def listed(shape: type[BaseModel], name: str) -> type[BaseModel]:
    """The shape of what a field of another lists."""
    kinds = (shape.model_fields[name].annotation, *get_args(shape.model_fields[name].annotation))
    each: type[BaseModel] = next(get_args(kind)[0] for kind in kinds if get_origin(kind) is tuple)
    return each


def _csv(stream: TextIO, lines: Iterable[Mapping[str, object]], always: Sequence[str]) -> None:
    flat = [dict(_flat(line)) for line in lines]
    titles = list(dict.fromkeys(title for line in flat for title in line)) if flat else always
    if not titles:
        return
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(titles)
    writer.writerows([line.get(title) for title in titles] for line in flat)


def _titles(shape: type[BaseModel], path: str = "") -> Iterator[str]:
    """The columns that a line of that shape always has: not those named after a segment or a currency."""
    for name, field in shape.model_fields.items():
        kinds = get_args(field.annotation) if _is_union(field.annotation) else (field.annotation,)
        nested = [kind for kind in kinds if isinstance(kind, type) and issubclass(kind, BaseModel)]
        if not field.is_required() or any(map(_is_of_many, kinds)):
            continue
        if nested:
            yield from _titles(nested[0], f"{path}{name}.")
        else:
            yield f"{path}{name}"


def _is_of_many(kind: object) -> bool:
    origin = get_origin(kind)
    return isinstance(origin, type) and issubclass(origin, Mapping | Sequence)


def _is_union(annotation: object) -> bool:
    return get_origin(annotation) in (Union, UnionType)


def _flat(line: Mapping[str, object], path: str = "") -> Iterable[tuple[str, object]]:
    """The columns of a line: `cycle_days.won.median`, and a column a currency for lists of money."""
    for name, value in line.items():
        title = f"{path}{name}"
        if isinstance(value, Mapping):
            yield from _flat(value, f"{title}.")
        elif isinstance(value, list) and value and all(_by_currency(each) for each in value):
            for each in value:
                ((_, figure),) = [(key, what) for key, what in each.items() if key != "currency"]
                yield f"{title}.{each['currency']}", figure
        elif isinstance(value, list):
            yield (
                title,
                " ".join(map(str, value))
                if all(map(_simple, value))
                else json.dumps(value, ensure_ascii=False),
            )
        else:
            yield title, value


def _text(cell: Cell) -> Text:
    return cell if isinstance(cell, Text) else Text(plain(cell))


def _width(cell: Cell) -> int:
    """In cells of the terminal: a Chinese character takes two."""
    return max((cell_len(line) for line in _text(cell).plain.split("\n")), default=0)


def _by_currency(value: object) -> bool:
    return isinstance(value, Mapping) and "currency" in value and len(value) == 2


def _simple(value: object) -> bool:
    return not isinstance(value, Mapping | list)
