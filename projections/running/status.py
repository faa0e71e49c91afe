"""How far the read models are."""

from collections.abc import Iterator, Sequence

from pydantic import BaseModel, ConfigDict
from sqlalchemy import Connection, func, select

from engine.deals import Deals
from projections.running.generations import of_this_log
from projections.running.projection import Projection
from projections.running.views import PROJECTIONS, QUARANTINE, Views


class ProjectionStatus(BaseModel):
    """How far one read model is.

    `state` is `live`, `building` (it will replace the live one), `absent`, or `foreign`: made from another
    log, as before the store was restored, so that it will be built anew. `lag_seconds` is the age of the
    first event that is not in it; `quarantined` counts the streams whose events it could not take.
    """

    model_config = ConfigDict(frozen=True)

    name: str
    version: int
    position: int
    head: int
    lag_events: int
    lag_seconds: float
    state: str
    quarantined: int


def status(views: Views, deals: Deals, projections: Sequence[Projection]) -> tuple[ProjectionStatus, ...]:
    """How far each projection is, one entry for what is in force and one for what is being built."""
    head = deals.head().position
    with views.engine.connect() as connection:
        return tuple(
            each for projection in projections for each in _status(connection, deals, projection, head)
        )


def _status(
    connection: Connection, deals: Deals, projection: Projection, head: int
) -> Iterator[ProjectionStatus]:
    generations = connection.execute(
        select(PROJECTIONS)
        .where(PROJECTIONS.c.name == projection.name, PROJECTIONS.c.state != "old")
        .order_by(PROJECTIONS.c.generation)
    ).all()
    if not generations:
        yield _told(deals, projection.name, projection.version, 0, head, "absent", 0)
    for row in generations:
        aside = connection.scalar(
            select(func.count()).where(
                QUARANTINE.c.projection == row.name, QUARANTINE.c.generation == row.generation
            )
        )
        if of_this_log(deals, (row.position, row.digest)):
            yield _told(deals, row.name, row.version, row.position, head, row.state, aside or 0)
        else:
            # Nothing of this log is in it.
            yield _told(deals, row.name, row.version, 0, head, "foreign", aside or 0)


def _told(
    deals: Deals, name: str, version: int, position: int, head: int, state: str, quarantined: int
) -> ProjectionStatus:
    lag = max(head - position, 0)
    waiting = deals.feed(position, limit=1) if lag else []
    since = waiting[0].recorded_at if waiting else None
    seconds = 0.0 if since is None else max((deals.clock() - since).total_seconds(), 0.0)
    return ProjectionStatus(
        name=name,
        version=version,
        position=position,
        head=head,
        lag_events=lag,
        lag_seconds=round(seconds, 3),
        state=state,
        quarantined=quarantined,
    )
