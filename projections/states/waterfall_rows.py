"""What the waterfall is made of: each deal at either end, and the events between that made a difference."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Table, func, null, or_, select

from domain.errors import BadInput
from projections.asking.asked import Asked, Filters
from projections.asking.rates import Base
from projections.running.dialects import segment
from projections.states.as_of import States, fit, known
from projections.states.waterfall_buckets import Movement, Side

DIMENSIONS = ("owner", "account", "lead-source", "campaign", "pipeline", "stage", "segment.<name>")


class Standing(NamedTuple):
    """A deal at one end: its state, and whether its opening is undated."""

    title: str
    side: Side
    undated: bool


@dataclass(frozen=True, slots=True)
class Looking:
    """How states are looked at: which deals, expected to close when (ISO days, half-open), in which groups."""

    connection: Connection
    states: States
    filters: Filters
    window: tuple[str, str] | None
    by: str | None
    base: Base | None

    def ends(self, asked: Asked, *, closed: bool) -> dict[bytes, Standing]:
        """The deals that were open at that instant and fit the filters; with `closed` all that were opened."""
        table = self.states.states
        wanted = () if closed else (table.c.outcome == "open", fit(table, self.filters))
        statement = self.states.standing(asked, *wanted).with_only_columns(
            table.c.deal, table.c.title, self.states.opening(asked)[1], *self._columns("")
        )
        return {
            deal: Standing(title, self._side(*rest), precision == "unknown")
            for deal, title, precision, *rest in self.connection.execute(statement)
        }

    def movements(self, start: Asked, end: Asked) -> Iterator[Movement]:
        """The events read after `start` and up to `end` that changed anything the waterfall looks at."""
        table = self.states.states
        statement = select(
            table.c.deal,
            table.c.version,
            table.c.type,
            table.c.precision,
            table.c.valid_from,
            table.c.title,
            *self._columns("before_"),
            *self._columns(""),
        ).where(
            table.c.valid_from > start.as_of_micros,
            table.c.valid_from <= end.as_of_micros,
            *known(table, end),
            self._differs(),
        )
        for deal, version, type_, precision, at, title, *sides in self.connection.execute(statement):
            before = None if sides[0] is None else self._side(*sides[:6])
            undated = precision == "unknown"
            yield Movement(deal, version, type_, undated, at, title, before, self._side(*sides[6:]))

    def _columns(self, prefix: str) -> list[ColumnElement[Any]]:
        """What makes a Side, of the state or of the state before."""
        table = self.states.states
        names = ("outcome", "amount", "currency", "expected_close")
        columns: list[ColumnElement[Any]] = [table.c[f"{prefix}{name}"] for name in names]
        return [*columns, fit(table, self.filters, prefix), _group(table, self.by, prefix)]

    def _side(
        self,
        outcome: str,
        amount: int | None,
        currency: str | None,
        expected_close: str | None,
        fits: bool,  # noqa: FBT001 - a column of a row
        group: str | None,
    ) -> Side:
        if self.base is not None and amount is not None and currency is not None:
            amount, currency = self.base.convert(amount, currency), self.base.currency
        in_window = self.window is None or (
            expected_close is not None and self.window[0] <= expected_close < self.window[1]
        )
        counts = outcome == "open" and bool(fits) and in_window
        return Side(outcome, bool(fits), in_window, amount, expected_close, currency, group, counts)

    def _differs(self) -> ColumnElement[bool]:
        """Whether an event changed any column that a Side is made from; most events change none."""
        names = {"outcome", "amount", "currency", *_filtered(self.filters), *_grouped(self.by)}
        if self.window is not None:
            names.add("expected_close")
        columns = self.states.states.c
        return or_(*(columns[each].is_distinct_from(columns[f"before_{each}"]) for each in sorted(names)))


def _filtered(filters: Filters) -> Iterator[str]:
    for name in ("owner", "pipeline", "stage", "lead_source"):
        if getattr(filters, name) is not None:
            yield name
    if filters.segments:
        yield "segments"
    if filters.search is not None:
        yield "title"


def _grouped(by: str | None) -> tuple[str, ...]:
    """The columns that a dimension is read from."""
    match by:
        case None:
            return ()
        case "owner" | "campaign" | "pipeline" | "stage":
            return (by,)
        case "account":
            return ("account", "account_name")
        case "lead-source":
            return ("lead_source",)
        case _ if by.removeprefix("segment.") not in ("", by):
            return ("segments",)
        case _:
            raise BadInput(f"The waterfall has no grouping by {by!r}. Use one of: {', '.join(DIMENSIONS)}.")


def _group(table: Table, by: str | None, prefix: str) -> ColumnElement[Any]:
    columns = [table.c[f"{prefix}{name}"] for name in _grouped(by)]
    if by is not None and by.startswith("segment."):
        return segment(columns[0], by.removeprefix("segment."))
    return func.coalesce(*columns, null(), null())
