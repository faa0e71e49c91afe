"""Fixes slips of the source, and looks up columns in files beside it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from domain.errors import BadInput
from interfaces.importing.source import opened
from interfaces.importing.table.cells import Trouble
from interfaces.importing.table.mapping import Fixes, Join
from interfaces.importing.table.mapping_file import did_you_mean
from interfaces.importing.table.reading import Table


@dataclass(frozen=True, slots=True)
class Joined:
    """A file beside the table, in memory: for each key the cells that are taken."""

    join: Join
    name: str
    found: Mapping[tuple[str, ...], tuple[str, ...]]

    def add_to(self, values: dict[str, str]) -> Trouble | None:
        """Put the taken cells into the row. A key that the file does not have is trouble, unless optional.

        An empty key finds nothing, and that is well.
        """
        key = tuple(values[ours] for ours in self.join.on)
        taken = self.found.get(key)
        values.update(zip(self.join.take, taken or ("",) * len(self.join.take), strict=True))
        if taken is not None or self.join.optional or not all(key):
            return None
        column = next(iter(self.join.on))
        return Trouble(
            column,
            ", ".join(key),
            f"{self.name} has no such {', '.join(self.join.on.values())}. Add it there, or put the word right "
            f"with [fix.{column}].",
        )


def fixed_cells(values: dict[str, str], fixes: Fixes) -> None:
    """Put right what the source writes wrongly, in place."""
    for column, words in fixes.items():
        values[column] = words.get(values[column], values[column])


def read_join(join: Join, folder: Path) -> Joined:
    """The joined file, whole: in the folder, else in the one above (weekly exports may share it).

    BadInput where it is not there, lacks a column, or has a key twice.
    """
    path = folder / join.file
    above = folder / ".." / join.file
    path = above if not path.exists() and above.exists() else path
    found: dict[tuple[str, ...], tuple[str, ...]] = {}
    lines: dict[tuple[str, ...], int] = {}
    with opened(path) as source:
        wanted = (*join.on.values(), *join.take.values())
        table = Table(source.lines(), source.name, delimiter=None, wanted=wanted)
        for column in (*wanted, *join.fix):
            check_column(column, table.columns, source.name, "The mapping's join")
        for row in table.rows():
            if len(row.cells) != len(table.columns):
                raise BadInput(
                    f"Line {row.line} of {source.name} has {len(row.cells)} cells, and its header "
                    f"{len(table.columns)}. Nothing was recorded: mend the line and try again."
                )
            values = dict(zip(table.columns, (cell.strip() for cell in row.cells), strict=True))
            fixed_cells(values, join.fix)
            key = tuple(values[theirs] for theirs in join.on.values())
            if key in found:
                raise BadInput(
                    f"Line {row.line} of {source.name} has the {' and '.join(join.on.values())} "
                    f"{', '.join(key)!r} again (first on line {lines[key]}): which of both is meant? "
                    "Nothing was recorded: leave one of them out."
                )
            found[key] = tuple(values[theirs] for theirs in join.take.values())
            lines[key] = row.line
        return Joined(join, source.name, found)


def check_column(column: str, columns: tuple[str, ...], name: str, who: str) -> None:
    """BadInput where the file has no such column, or two."""
    count = columns.count(column)
    if count == 1:
        return
    if count:
        raise BadInput(f"{who} names the column {column!r}, and {name} has {count} of that name. Rename one.")
    raise BadInput(
        f"{who} names the column {column!r}, and {name} has none. {did_you_mean(column, columns)}".rstrip()
    )
