"""Generations of a projection's tables: built beside each other, one of them in force."""

from collections.abc import Sequence
from dataclasses import dataclass
from logging import getLogger
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Row,
    Select,
    Table,
    delete,
    insert,
    select,
    tuple_,
    update,
)

from domain.errors import StoreNewer
from engine.deals import Deals
from projections.running.folding import Failure
from projections.running.projection import Projection
from projections.running.views import PROJECTIONS, QUARANTINE, Views

logger = getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Generation:
    """The tables that one projection is folded into, and how far they are."""

    projection: Projection
    number: int
    live: bool
    position: int

    def tables(self, views: Views) -> dict[str, Table]:
        """Its physical tables, by the names of the logical ones; made when asked for, as most often nothing is new."""
        return {table.name: views.physical(table, self.number) for table in self.projection.tables}


def generation_in_work(
    views: Views, deals: Deals, projection: Projection, *, anew: bool = False
) -> Generation:
    """The generation to catch up: the live one, or one beside it that is to take its place.

    Built anew if asked, if the code has another version, or if the tables were made from another
    log than this one (a store that was restored from a backup, say), which is said in a warning.
    """
    with views.engine.connect() as connection:
        # Most often it is in force already, and nobody has to wait for a page that another process writes.
        live = connection.execute(_rows_of(projection).where(PROJECTIONS.c.state == "live")).one_or_none()
        if (
            live is not None
            and live.version == projection.version
            and not anew
            and of_this_log(deals, (live.position, live.digest))
        ):
            return _opened(projection, live)
    with views.writing() as connection:
        known = {row.state: row for row in connection.execute(_rows_of(projection))}
        live, building = known.get("live"), known.get("building")
        if live is not None and live.version > projection.version:
            raise StoreNewer(
                f"The read model {projection.name!r} was built by a newer dealtrail. Update dealtrail, "
                "or choose another place with DEALTRAIL_VIEWS."
            )
        if live is not None and not of_this_log(deals, (live.position, live.digest)):
            logger.warning(
                "The read model %r was built from another log: the store was changed or restored since. "
                "It is built anew.",
                projection.name,
            )
            _set_state(connection, live, "old")
            live = None
        for row in (building,) if anew else (live, building):
            if (
                row is not None
                and row.version == projection.version
                and of_this_log(deals, (row.position, row.digest))
            ):
                return _opened(projection, row)
        return _begin(views, connection, projection)


def generations_in_work(views: Views, deals: Deals, projections: Sequence[Projection]) -> list[Generation]:
    """The generations to catch up, one of each projection: asked for together where they are in force."""
    with views.engine.connect() as connection:
        rows = connection.execute(select(PROJECTIONS).where(PROJECTIONS.c.state == "live")).all()
    live = {row.name: row for row in rows}
    # Most often all stand at one place, which has to be found in the log but once.
    stands = {place: of_this_log(deals, place) for place in {(row.position, row.digest) for row in rows}}
    works = []
    for projection in projections:
        row = live.get(projection.name)
        if row is not None and row.version == projection.version and stands[row.position, row.digest]:
            works.append(_opened(projection, row))
        else:
            works.append(generation_in_work(views, deals, projection))
    return works


def refreshed(views: Views, deals: Deals, generation: Generation) -> Generation:
    """Where a generation is that somebody else has moved on; if it is gone, the one to go on with."""
    with views.engine.connect() as connection:
        there = select(PROJECTIONS).where(*_this(generation), PROJECTIONS.c.state != "old")
        row = connection.execute(there).one_or_none()
    if row is None:
        return generation_in_work(views, deals, generation.projection)
    return _opened(generation.projection, row)


def advance(
    connection: Connection, generations: Sequence[Generation], position: int, digest: bytes | None
) -> set[str]:
    """Set the position of these, which stand at one, where nobody else has moved it (compare-and-set).

    The names of those that were moved.
    """
    statement = (
        update(PROJECTIONS)
        .where(_among(PROJECTIONS.c.name, PROJECTIONS.c.generation, generations))
        .where(PROJECTIONS.c.position == generations[0].position)
        .values(position=position, digest=digest)
        .returning(PROJECTIONS.c.name)
    )
    return set(connection.scalars(statement))


def take_over(views: Views, generation: Generation) -> None:
    """Put a generation in force; the one before it stays, out of use, until the next is built."""
    with views.writing() as connection:
        before = (
            update(PROJECTIONS)
            .where(
                PROJECTIONS.c.name == generation.projection.name,
                PROJECTIONS.c.generation < generation.number,
                PROJECTIONS.c.state == "live",
            )
            .values(state="old")
        )
        connection.execute(before)
        now = update(PROJECTIONS).where(*_this(generation), PROJECTIONS.c.state == "building")
        connection.execute(now.values(state="live"))


def quarantined(connection: Connection, generations: Sequence[Generation]) -> dict[str, set[UUID]]:
    """The streams that each of these goes no further with, by the projection's name."""
    statement = select(QUARANTINE.c.projection, QUARANTINE.c.stream).where(
        _among(QUARANTINE.c.projection, QUARANTINE.c.generation, generations)
    )
    found: dict[str, set[UUID]] = {generation.projection.name: set() for generation in generations}
    for row in connection.execute(statement):
        found[row.projection].add(UUID(bytes=row.stream))
    return found


def set_aside(connection: Connection, projection: Projection) -> dict[bytes, int]:
    """The streams that the generation in force goes no further with, and from which position on."""
    live = select(PROJECTIONS.c.generation).where(
        PROJECTIONS.c.name == projection.name, PROJECTIONS.c.state == "live"
    )
    statement = select(QUARANTINE.c.stream, QUARANTINE.c.position).where(
        QUARANTINE.c.projection == projection.name, QUARANTINE.c.generation == live.scalar_subquery()
    )
    return {row.stream: row.position for row in connection.execute(statement)}


def quarantine(connection: Connection, generation: Generation, failures: list[Failure]) -> None:
    """Set the streams that failed aside, with where and why."""
    if not failures:
        return
    rows = [
        {
            "projection": generation.projection.name,
            "generation": generation.number,
            "stream": failure.recorded.stream_id.bytes,
            "position": failure.recorded.position,
            "version": failure.recorded.version,
            "type": failure.recorded.type,
            "error": failure.error,
        }
        for failure in failures
    ]
    connection.execute(insert(QUARANTINE), rows)


def of_this_log(deals: Deals, place: tuple[int, bytes | None]) -> bool:
    """Whether the event at a position has this digest; where it has not, the store was changed or restored since."""
    position, digest = place
    return position == 0 or (digest is not None and digest == deals.store.digest_at(position))


def _among(name: Column[str], number: Column[int], generations: Sequence[Generation]) -> ColumnElement[bool]:
    return tuple_(name, number).in_([(each.projection.name, each.number) for each in generations])


def _opened(projection: Projection, row: Row[Any]) -> Generation:
    return Generation(projection, row.generation, row.state == "live", row.position)


def _begin(views: Views, connection: Connection, projection: Projection) -> Generation:
    known = connection.execute(_rows_of(projection)).all()
    for row in known:
        if row.state != "live":
            _drop(connection, projection, row)
    number = 1 + max((row.generation for row in known), default=0)
    begun = Generation(projection, number, live=False, position=0)
    tables = begun.tables(views)
    for table in tables.values():
        # What a generation of that number left behind was never in force.
        table.drop(connection, checkfirst=True)
        table.create(connection)
    names = f",{','.join(tables)},"
    values = {
        "name": projection.name,
        "generation": number,
        "version": projection.version,
        "state": "building",
        "tables": names,
        "position": 0,
        "digest": None,
    }
    connection.execute(insert(PROJECTIONS), values)
    return begun


def _drop(connection: Connection, projection: Projection, row: Row[Any]) -> None:
    """Remove a generation that is not in force, also one whose tables the code no longer has."""
    for name in row.tables.strip(",").split(","):
        connection.exec_driver_sql(f'DROP TABLE IF EXISTS "{name}_{row.generation}"')
    here = (PROJECTIONS.c.name == projection.name, PROJECTIONS.c.generation == row.generation)
    connection.execute(delete(PROJECTIONS).where(*here))
    set_aside = (
        QUARANTINE.c.projection == projection.name,
        QUARANTINE.c.generation == row.generation,
    )
    connection.execute(delete(QUARANTINE).where(*set_aside))


def _rows_of(projection: Projection) -> Select[Any]:
    return select(PROJECTIONS).where(PROJECTIONS.c.name == projection.name)


def _set_state(connection: Connection, row: Row[Any], state: str) -> None:
    here = (PROJECTIONS.c.name == row.name, PROJECTIONS.c.generation == row.generation)
    connection.execute(update(PROJECTIONS).where(*here).values(state=state))


def _this(generation: Generation) -> tuple[ColumnElement[bool], ...]:
    return (
        PROJECTIONS.c.name == generation.projection.name,
        PROJECTIONS.c.generation == generation.number,
    )
