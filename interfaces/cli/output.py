"""What a command prints on stdout: a table for people, JSON, NDJSON or CSV for programs."""

import csv
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TextIO

from rich import box
from rich.console import Console
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

Output = Literal["table", "json", "ndjson", "csv"]
Cell = str | Text

UNBOUNDED = 100_000
"""The width of a pipe: nothing is cut or wrapped in it."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table. `whole` is never wrapped or cut: an id that is copied from it works."""

    title: str
    right: bool = False
    whole: bool = False


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
) -> Table:
    """A table whose columns stand under each other, also where characters are two cells wide.

    None in place of a row draws a line.
    """
    made = Table(
        title=title,
        title_justify="left",
        title_style="bold",
        box=box.SIMPLE_HEAD,
        pad_edge=False,
        padding=(0, 1),
        show_header=any(column.title for column in columns),
    )
    for column in columns:
        made.add_column(
            plain(column.title),
            justify="right" if column.right else "left",
            no_wrap=column.right or column.whole,
            overflow="fold",
        )
    for row in rows:
        if row is None:
            made.add_section()
        else:
            made.add_row(*(cell if isinstance(cell, Text) else Text(plain(cell)) for cell in row))
    return made


def plain(text: str) -> str:
    """The text without characters that would steer a terminal: somebody else wrote it."""
    return "".join(each if each.isprintable() or each == "\n" else " " for each in text)


def show(*things: Table | Text | str) -> None:
    """Print for people, on stdout. What does not fit a terminal runs over its edge: no figure is ever cut."""
    out = console(sys.stdout)
    for thing in things:
        needed = Measurement.get(out, out.options.update(max_width=UNBOUNDED), thing).minimum
        out.print(plain(thing) if isinstance(thing, str) else thing, width=max(out.width, needed))


def write(output: Output, document: object, lines: Iterable[Mapping[str, object]]) -> None:
    """Print for programs: the whole `document` as JSON, or its `lines` one by one."""
    match output:
        case "json":
            sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=2) + "\n")
        case "ndjson":
            for line in lines:
                sys.stdout.write(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n")
        case "csv":
            _csv(sys.stdout, lines)
        case "table":
            raise ValueError("a table is made for people: use show()")


def _csv(stream: TextIO, lines: Iterable[Mapping[str, object]]) -> None:
    flat = [dict(_flat(line)) for line in lines]
    titles = list(dict.fromkeys(title for line in flat for title in line))
    if not titles:
        return
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(titles)
    writer.writerows([line.get(title) for title in titles] for line in flat)


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


def _by_currency(value: object) -> bool:
    return isinstance(value, Mapping) and "currency" in value and len(value) == 2


def _simple(value: object) -> bool:
    return not isinstance(value, Mapping | list)
