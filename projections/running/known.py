"""Read models as they would be if only what was known at an instant had been recorded."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, MetaData, Table, exists, func, insert, select
from sqlalchemy.sql.elements import quoted_name

from domain.deal.reading import known_by
from domain.event import Recorded
from engine.clock import to_micros
from engine.deals import Deals
from projections.running.generations import set_aside
from projections.running.projection import Projection, key_columns
from projections.running.reading_on import FOREVER
from projections.running.uncollected import uncollected
from projections.running.views import Views
from projections.states.deal_states import DEAL_STATES, DEALS


@dataclass(frozen=True, slots=True)
class Known:
    """The tables of projections as known at an instant, to be read on `connection`.

    The bitemporal tables, which answer for any known time themselves, are read on it too.
    """

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
    into temporary tables, one at a time; the rows of the others are copied by the database.
    """
    with views.engine.connect() as connection, uncollected():
        logical = [table for projection in projections for table in projection.tables]
        tables = {table.name: views.table_on(connection, table) for table in logical}
        if known_at is not None:
            states, changed = views.table_on(connection, DEALS), _changed(views, connection, known_at)
            if changed is not None:
                for name, live in tables.items():
                    tables[name] = _copied(connection, live, states, known_at)
                aside = {projection.name: set_aside(connection, projection) for projection in projections}
                _fold(deals, connection, tables, projections, changed, known_at, aside)
        yield Known(connection, tables)
        # The transaction is never committed: with it the temporary tables are gone.


def _changed(views: Views, connection: Connection, known_at: datetime) -> list[bytes] | None:
    """The deals of which something was recorded before and after that instant; None: nothing was, of any."""
    known = to_micros(known_at)
    deals, states = (views.table_on(connection, table) for table in (DEALS, DEAL_STATES))
    if connection.scalar(select(func.count()).where(deals.c.known > known)) == 0:
        return None
    earlier = exists().where(states.c.deal == deals.c.deal, states.c.known_from <= known)
    return list(connection.scalars(select(deals.c.deal).where(deals.c.known > known, earlier)))


def _copied(connection: Connection, live: Table, deals: Table, known_at: datetime) -> Table:
    """A temporary table with the rows of the deals of which nothing was recorded since."""
    copied = live.to_metadata(MetaData(), name=f"known_{live.name}")
    copied._prefixes = ["TEMPORARY"]  # noqa: SLF001 - to_metadata takes none
    indexes = set(copied.indexes)
    copied.indexes.clear()
    copied.create(connection)
    same = select(deals.c.deal).where(deals.c.known <= to_micros(known_at))
    rows = select(live).where(live.c[key_columns(live)[0].name].in_(same))
    connection.execute(insert(copied).from_select(list(live.c.keys()), rows))
    for index in indexes:
        index.name = quoted_name(f"known_{index.name}", quote=None)
        index.create(connection)
    return copied


def _fold(
    deals: Deals,
    connection: Connection,
    tables: Mapping[str, Table],
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
                _insert(connection, tables, projection, events)


def _insert(
    connection: Connection, tables: Mapping[str, Table], projection: Projection, events: Sequence[Recorded]
) -> None:
    rows = projection.fold({}, events, lambda _: list(events))
    for table in projection.tables:
        if rows.get(table.name):
            connection.execute(insert(tables[table.name]), [dict(row) for row in rows[table.name]])
