"""What a command prints on stdout: a table for people, JSON, NDJSON or CSV for programs."""

import csv
import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import UnionType
from typing import Literal, TextIO, Union, get_args, get_origin

from pydantic import BaseModel
from rich.console import Console, ConsoleDimensions
from rich.text import Text

from interfaces.cli.grid import Grid, as_text

Output = Literal["table", "json", "ndjson", "csv"]

UNBOUNDED = 100_000
"""The width of a pipe: nothing is cut or wrapped in it."""


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


def fits(grid: Grid) -> bool:
    """Whether there is room on stdout for a table: it need not run over the edge of a terminal."""
    room = console(sys.stdout).width
    return grid.taken(grid.widths(room)) <= room


def show(*things: Grid | Text | str) -> None:
    """Print for people, on stdout.

    In a table that does not fit a terminal columns stand under others; one that still does not fit runs over
    the terminal's edge: no figure is cut.
    """
    out = console(sys.stdout)
    room = out.width
    for thing in things:
        if isinstance(thing, Grid):
            grid = thing.fitted(room)
            widths = grid.widths(room)
            taken = grid.taken(widths)
            # The size, not the width: a terminal that calls itself dumb has 80 columns to rich, whatever is said.
            out.size = ConsoleDimensions(max(room, taken), out.height)
            out.print(grid.drawn(widths, closer=taken > room))
        else:
            out.size = ConsoleDimensions(room, out.height)
            out.print(as_text(thing))


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


def _by_currency(value: object) -> bool:
    return isinstance(value, Mapping) and "currency" in value and len(value) == 2


def _simple(value: object) -> bool:
    return not isinstance(value, Mapping | list)
