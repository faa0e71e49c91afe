"""Every column that a mapping names, checked against the file before its first row is read."""

from collections.abc import Iterator, Mapping
from typing import assert_never

from domain.errors import BadInput
from interfaces.importing.table.joins import check_column
from interfaces.importing.table.mapping import ROW, Part, TableMapping
from interfaces.importing.table.rows import PLACE

_NO_COLUMNS = frozenset({"pipeline", "stages", "value", "kind"})


def named_columns(mapping: TableMapping) -> Iterator[tuple[str, str]]:
    """Key of the mapping and the column that it names, of the table itself or taken by a join."""
    for name in ("deal", "stage", "changed"):
        yield from _under(name, getattr(mapping, name))


def _under(
    key: str, value: Part | tuple[Part, ...] | Mapping[str, str] | str | None
) -> Iterator[tuple[str, str]]:
    match value:
        case None:
            return
        case str():
            if key == "deal.title" and PLACE.search(value):
                yield from ((key, found.strip()) for found in PLACE.findall(value))
            elif value != ROW:
                yield key, value
        case tuple():
            for part in value:
                yield from _under(key, part)
        case Mapping() | Part():
            items = value.items() if isinstance(value, Mapping) else value
            for name, each in items:
                if name not in _NO_COLUMNS or isinstance(value, Mapping):
                    yield from _under(f"{key}.{name}", each)
        case _:
            assert_never(value)


def check_columns(mapping: TableMapping, columns: tuple[str, ...], name: str) -> None:
    """BadInput where the mapping names a column that neither the file nor a join has."""
    for column in mapping.fix:
        check_column(column, columns, name, "[fix] of the mapping")
    there = columns
    for join in mapping.join:
        for ours in join.on:
            check_column(ours, there, name, f"The mapping's join with {join.file}")
        for taken in join.take:
            if taken in there:
                raise BadInput(
                    f"The mapping's join with {join.file} takes a column as {taken!r}, and {name} has one of "
                    "that name already. Take it under another name."
                )
        there = (*there, *join.take)
    for key, column in named_columns(mapping):
        check_column(column, there, name, f"{key} in the mapping")
