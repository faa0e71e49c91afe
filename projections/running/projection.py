"""What a projection is: tables, and a pure fold of one stream's rows."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from sqlalchemy import Column, Table

from domain.event import Recorded

Row = dict[str, Any]
"""A row of a table by its columns' names; the runner compares rows with `==`."""

Rows = Mapping[str, Sequence[Row]]
"""The rows of one stream, by the name of the (logical) table."""

Story = Callable[[int], list[Recorded]]
"""The events of one stream up to a position, in version order."""


class Projection(Protocol):
    """A read model. The first column of a table's primary key (or `info["key"]`) is the stream, 16 bytes.

    A table with `info["lazy"]` is for rows that are many and rarely looked back at: they are loaded
    only when a fold asks for them. A fold that did not ask returns the rows to add; one that did, all.
    """

    @property
    def name(self) -> str: ...
    @property
    def version(self) -> int:
        """Another version of the fold or the tables makes the runner build them anew."""
        ...

    @property
    def types(self) -> frozenset[str] | None:
        """The types of events that it wants; None: all events of deals."""
        ...

    @property
    def tables(self) -> tuple[Table, ...]: ...

    def fold(self, have: Rows, events: Sequence[Recorded], story: Story) -> Rows:
        """All rows of a stream after `events`, its new ones in order; a table left out stays as it is. Pure."""
        ...


def key_columns(table: Table) -> tuple[Column[Any], ...]:
    """The columns that name a row, the stream's first: the primary key unless the table says otherwise."""
    names = table.info.get("key")
    return tuple(table.primary_key) if names is None else tuple(table.c[name] for name in names)


def is_lazy(table: Table) -> bool:
    """Whether rows of this table are loaded only when a fold asks for them."""
    return bool(table.info.get("lazy"))
