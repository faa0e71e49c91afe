"""Whether the read models say what the log says: fold it again, and compare row by row."""

from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from itertools import zip_longest
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from sqlalchemy import Connection, Table, select

from domain.errors import Unavailable
from engine.deals import Deals
from projections.running.projection import Projection, Row, key_columns
from projections.running.runner import Progress, catch_up
from projections.running.views import PROJECTIONS, Views

ROUNDS = 10
"""How often a store that is being written to is waited for."""


class Difference(BaseModel):
    """The first row that is not what the log says.

    `column` is None where a whole row is missing (`expected` has it) or too much (`found` has it).
    """

    model_config = ConfigDict(frozen=True)

    table: str
    stream: UUID
    key: dict[str, str]
    column: str | None
    found: str | None
    expected: str | None

    def __str__(self) -> str:
        where = "".join(f", {name} {value}" for name, value in self.key.items())
        row = f"{self.table} of {self.stream}{where}"
        if self.column is not None:
            return f"{row}: {self.column} is {self.found or 'empty'}, and the log says {self.expected or 'empty'}"
        return f"{row}: the row is missing" if self.found is None else f"{row}: the log knows no such row"


class Verified(BaseModel):
    """What came out for one projection: its position, how many rows are right, and the first that is not."""

    model_config = ConfigDict(frozen=True)

    name: str
    position: int
    rows: int
    difference: Difference | None


def verify(
    views: Views, deals: Deals, projections: Sequence[Projection], progress: Progress | None = None
) -> tuple[Verified, ...]:
    """Fold the whole log again in a temporary database and compare each row of the read models with it.

    The read models are caught up first. Unavailable where the store is written to faster than it is read.
    """
    with TemporaryDirectory(prefix="dealtrail-") as folder:
        url = f"sqlite:///{Path(folder) / 'verify.db'}"
        with Views.open(deals, url) as fresh:
            for _ in range(ROUNDS):
                catch_up(fresh, deals, projections, progress=progress)
                catch_up(views, deals, projections)
                with views.engine.connect() as live, fresh.engine.connect() as expected:
                    if _positions(live, projections) == _positions(expected, projections):
                        return tuple(_verified(views, live, fresh, expected, each) for each in projections)
    raise Unavailable(
        "The read models could not be compared: the store is written to all the time. Try again later."
    )


def _positions(connection: Connection, projections: Sequence[Projection]) -> dict[str, int]:
    rows = connection.execute(select(PROJECTIONS).where(PROJECTIONS.c.state == "live"))
    wanted = {each.name for each in projections}
    return {row.name: row.position for row in rows if row.name in wanted}


def _verified(
    views: Views, live: Connection, fresh: Views, expected: Connection, projection: Projection
) -> Verified:
    compared = 0
    difference = None
    for table in projection.tables:
        with (
            closing(_rows(live, views.table_on(live, table), table)) as found,
            closing(_rows(expected, fresh.table_on(expected, table), table)) as wanted,
        ):
            rows, difference = _compared(table, found, wanted)
        compared += rows
        if difference is not None:
            break
    position = _positions(live, [projection])[projection.name]
    return Verified(name=projection.name, position=position, rows=compared, difference=difference)


def _rows(connection: Connection, physical: Table, logical: Table) -> Generator[Row]:
    """The rows in the order of their keys, a few at a time, without surrogate keys; to be closed."""
    columns = [each for each in physical.c if not each.info.get("surrogate")]
    order = [physical.c[each.name] for each in key_columns(logical)]
    statement = select(*columns).order_by(*order).execution_options(yield_per=1_000)
    with connection.execute(statement) as result:
        for row in result.mappings():
            yield dict(row)


def _compared(table: Table, found: Iterator[Row], wanted: Iterator[Row]) -> tuple[int, Difference | None]:
    """How many rows are equal before the first that is not, and that one."""
    equal = 0
    for is_, should in zip_longest(found, wanted):
        if is_ != should:
            return equal, _difference(table, is_, should)
        equal += 1
    return equal, None


def _difference(table: Table, found: Row | None, wanted: Row | None) -> Difference:
    stream, *rest = (each.name for each in key_columns(table))

    def key(row: Row) -> tuple[Any, ...]:
        return tuple(row[name] for name in (stream, *rest))

    def told(row: Row, column: str | None, is_: object, should: object) -> Difference:
        return Difference(
            table=table.name,
            stream=UUID(bytes=row[stream]),
            key={name: str(row[name]) for name in rest},
            column=column,
            found=None if is_ is None else str(is_),
            expected=None if should is None else str(should),
        )

    if found is None or wanted is None or key(found) != key(wanted):
        # Both come in the order of their keys: of two unlike ones the earlier has no partner.
        alone = min((row for row in (found, wanted) if row is not None), key=key)
        extra = alone is found
        return told(alone, None, "a row" if extra else None, None if extra else "a row")
    column = next(name for name in wanted if found[name] != wanted[name])
    return told(wanted, column, found[column], wanted[column])
