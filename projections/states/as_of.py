"""The state of every deal at an instant, as known at another: one statement over `deal_states`."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Join,
    ScalarSelect,
    Select,
    Table,
    and_,
    case,
    func,
    literal_column,
    select,
    true,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler

from projections.asking.asked import Asked, Filters
from projections.running.dialects import holds, segment
from projections.running.views import Views
from projections.states.deal_states import DEAL_STATES, DEALS


class CrossJoin(Join):
    """A join in the order in which it is written: SQLite's planner would turn it round (950 ms for 49)."""

    inherit_cache = True

    def __init__(self, left: FromClause, right: FromClause) -> None:
        super().__init__(left, right, true())


@compiles(CrossJoin)
def _cross_join(join: CrossJoin, compiler: SQLCompiler, **kw: Any) -> str:  # noqa: ANN401 - SQLAlchemy's
    kw["asfrom"] = True
    return f"{compiler.process(join.left, **kw)} CROSS JOIN {compiler.process(join.right, **kw)}"


@dataclass(frozen=True, slots=True)
class States:
    """The physical tables that questions about the past are put to."""

    deals: Table
    states: Table
    lateral: bool
    """Whether the database reads each deal's row by a lateral join faster than by a subquery: PostgreSQL does."""

    def standing(self, asked: Asked, *conditions: ColumnElement[bool]) -> Select[Any]:
        """The row that holds at that instant, of each deal that was opened by then.

        `conditions` are about `self.states`; `with_only_columns` says what is wanted of the row.
        """
        if self.lateral:
            holds = _ordered(self.deals, self.states, asked, "id", last=True).lateral("holds")
            chosen = self.deals.join(holds, true()).join(self.states, self.states.c.id == holds.c.id)
            return select(self.states).select_from(chosen).where(*conditions)
        last = _in_order(self.deals, self.states, asked, "id", last=True)
        statement = select(self.states).select_from(CrossJoin(self.deals, self.states))
        return statement.where(self.states.c.id == last, *conditions)

    def opening(self, asked: Asked) -> tuple[ColumnElement[int], ColumnElement[str]]:
        """When the deal of a `standing` row was opened (`opened`), and how exactly that is known."""
        opened, precision = (
            # The deal's own row says so already unless something became known since.
            case(
                (self.deals.c.known <= asked.known_micros, now),
                else_=_in_order(self.deals, self.states, asked, column, last=False),
            )
            for now, column in ((self.deals.c.opened, "valid_from"), (self.deals.c.precision, "precision"))
        )
        return opened.label("opened"), precision.label("opened_precision")

    def undated(self, asked: Asked, filters: Filters) -> Select[tuple[int]]:
        """How many deals are left out because they are opened without a date, by an import after the instant."""
        return select(func.count()).where(
            # As in the index of these rows, which a parameter would not be found in.
            literal_column(f"{self.states.name}.precision") == literal_column("'unknown'"),
            self.states.c.type == "DealOpened",
            self.states.c.valid_from > asked.as_of_micros,
            *known(self.states, asked),
            *fits(self.states, filters),
        )


def states_on(views: Views, connection: Connection) -> States:
    """The tables in force, as this connection's transaction sees them."""
    lateral = connection.dialect.name == "postgresql"
    return States(views.table_on(connection, DEALS), views.table_on(connection, DEAL_STATES), lateral)


def known(states: FromClause, asked: Asked) -> tuple[ColumnElement[bool], ...]:
    """The rows that were known at that time."""
    return states.c.known_from <= asked.known_micros, states.c.known_to > asked.known_micros


def fits(states: FromClause, filters: Filters, prefix: str = "") -> tuple[ColumnElement[bool], ...]:
    """The rows whose state (`prefix` `before_`: the state before) fits the filters."""
    conditions = [
        states.c[f"{prefix}{name}"] == value
        for name, value in (
            ("owner", filters.owner),
            ("pipeline", filters.pipeline),
            ("stage", filters.stage),
            ("lead_source", filters.lead_source),
            ("outcome", filters.outcome),
        )
        if value is not None
    ]
    for name, value in filters.segments.items():
        conditions.append(segment(states.c[f"{prefix}segments"], name) == value)
    if filters.search is not None:
        conditions.append(holds(states.c[f"{prefix}title"], filters.search))
    return tuple(conditions)


def fit(states: FromClause, filters: Filters, prefix: str = "") -> ColumnElement[bool]:
    """`fits` as one condition that can be selected."""
    return and_(true(), *fits(states, filters, prefix))


def _in_order(deals: Table, states: Table, asked: Asked, column: str, *, last: bool) -> ScalarSelect[Any]:
    """A column of a deal's first or last row up to the instant, in reading order."""
    return _ordered(deals, states, asked, column, last=last).scalar_subquery()


def _ordered(deals: Table, states: Table, asked: Asked, column: str, *, last: bool) -> Select[Any]:
    x = states.alias("x")
    order = (x.c.valid_from.desc(), x.c.version.desc()) if last else (x.c.valid_from, x.c.version)
    return (
        select(x.c[column])
        .where(x.c.deal == deals.c.deal, x.c.valid_from <= asked.as_of_micros, *known(x, asked))
        .order_by(*order)
        .limit(1)
        .correlate(deals)
    )
