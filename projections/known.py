"""Read models as they would be if only what was known at an instant had been recorded."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from sqlite3 import connect
from uuid import UUID

from sqlalchemy import Connection, Engine, StaticPool, Table, create_engine, exists, insert, select

from domain.deal.reading import known_by
from domain.event import Recorded
from engine.clock import to_micros
from engine.deals import Deals
from projections.deal_states import DEAL_STATES, DEALS
from projections.generations import set_aside
from projections.projection import Projection, key_columns
from projections.reading_on import FOREVER
from projections.views import Views

STREAMS_A_SELECT = 500


@dataclass(frozen=True, slots=True)
class Known:
    """The tables of projections as known at an instant, to be read on `connection`.

    `live` is where the bitemporal tables are, which answer for any known time themselves.
    """

    live: Connection
    connection: Connection
    tables: dict[str, Table]

    def table(self, logical: Table) -> Table:
        """The physical table of a logical one."""
        return self.tables[logical.name]


@contextmanager
def as_known(
    views: Views, deals: Deals, projections: Sequence[Projection], known_at: datetime | None
) -> Iterator[Known]:
    """The tables of projections of deals as known at `known_at`; None: those in force.

    For an earlier instant the deals that have changed since are folded from their stories by the same code
    into a temporary database, one at a time; the rows of the others are copied.
    """
    with views.engine.connect() as live:
        logical = [table for projection in projections for table in projection.tables]
        tables = {table.name: views.table_on(live, table) for table in logical}
        if known_at is None:
            yield Known(live, live, tables)
            return
        engine = _temporary()
        try:
            with engine.begin() as connection:
                for table in logical:
                    table.create(connection)
                same, changed = _deals(views, live, known_at)
                for table in logical:
                    _copy(live, tables[table.name], connection, table, same)
                aside = {projection.name: set_aside(live, projection) for projection in projections}
                _fold(deals, connection, projections, changed, known_at, aside)
                yield Known(live, connection, {table.name: table for table in logical})
        finally:
            engine.dispose()


def _temporary() -> Engine:
    # The empty name is a database of SQLite's own, in memory as far as it is small.
    return create_engine(
        "sqlite://", creator=lambda: connect("", check_same_thread=False), poolclass=StaticPool
    )


def _deals(views: Views, live: Connection, known_at: datetime) -> tuple[list[bytes], list[bytes]]:
    """The deals of which nothing, and of which something, was recorded after that instant."""
    known = to_micros(known_at)
    deals, states = (views.table_on(live, table) for table in (DEALS, DEAL_STATES))
    same = select(deals.c.deal).where(deals.c.known <= known)
    earlier = exists().where(states.c.deal == deals.c.deal, states.c.known_from <= known)
    changed = select(deals.c.deal).where(deals.c.known > known, earlier)
    return list(live.scalars(same)), list(live.scalars(changed))


def _copy(
    live: Connection, source: Table, connection: Connection, table: Table, deals: Sequence[bytes]
) -> None:
    stream = source.c[key_columns(table)[0].name]
    for start in range(0, len(deals), STREAMS_A_SELECT):
        chosen = select(source).where(stream.in_(deals[start : start + STREAMS_A_SELECT]))
        rows = [dict(row) for row in live.execute(chosen).mappings()]
        if rows:
            connection.execute(insert(table), rows)


def _fold(
    deals: Deals,
    connection: Connection,
    projections: Sequence[Projection],
    changed: Sequence[bytes],
    known_at: datetime,
    aside: Mapping[str, Mapping[bytes, int]],
) -> None:
    """What is set aside in force (from its position on, by projection and deal) is not read here either."""
    for deal in changed:
        story = known_by(deals.story(UUID(bytes=deal)), known_at)
        for projection in projections:
            until = aside[projection.name].get(deal, FOREVER)
            events = [each for each in story if each.position < until]
            if events:
                _insert(connection, projection, events)


def _insert(connection: Connection, projection: Projection, events: Sequence[Recorded]) -> None:
    rows = projection.fold({}, events, lambda _: list(events))
    for table in projection.tables:
        if rows.get(table.name):
            connection.execute(insert(table), [dict(row) for row in rows[table.name]])
