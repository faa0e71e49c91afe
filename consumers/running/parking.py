"""Events that were set aside: how they are kept, and how those of a deal are taken up again."""

from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

from sqlalchemy import ColumnElement, Connection, delete, select, update

from consumers.running.state import PARKED, once
from consumers.wire import Head

Kind = Literal["failed", "gap", "unreadable", "behind"]


class Aside(NamedTuple):
    """An event that is set aside, with its place in its partition and why."""

    head: Head
    offset: int
    value: bytes
    kind: Kind
    reason: str


class Place(NamedTuple):
    """A partition as one job reads it; `job` is its group."""

    job: str
    topic: str
    partition: int


def park(connection: Connection, place: Place, events: Sequence[Aside], at: int) -> None:
    """Keep these events; one that is parked already stays as it is. `at` is in microseconds."""
    if not events:
        return
    rows = [
        {
            "job": place.job,
            "stream": each.head.stream_id,
            "version": each.head.version,
            "topic": place.topic,
            "partition": place.partition,
            "offset": each.offset,
            "value": each.value,
            "kind": each.kind,
            "reason": each.reason,
            "parked_at": at,
            "released_at": None,
        }
        for each in events
    ]
    connection.execute(once(connection, PARKED), rows)


def release(connection: Connection, job: str, streams: Iterable[bytes], at: int) -> None:
    """Ask the running job to take up these deals again."""
    for stream in streams:
        connection.execute(update(PARKED).where(*_of(job, stream)).values(released_at=at))


def released(connection: Connection, job: str, topic: str) -> dict[int, list[bytes]]:
    """The deals that wait to be taken up again, by partition, those released first before the others."""
    statement = (
        select(PARKED.c.partition, PARKED.c.stream)
        .where(PARKED.c.job == job, PARKED.c.topic == topic, PARKED.c.released_at.is_not(None))
        .group_by(PARKED.c.partition, PARKED.c.stream)
        .order_by(PARKED.c.partition, PARKED.c.stream)
    )
    found: dict[int, list[bytes]] = {}
    for row in connection.execute(statement):
        found.setdefault(row.partition, []).append(bytes(row.stream))
    return found


def take_up(connection: Connection, job: str, stream: bytes) -> list[tuple[int, bytes]] | None:
    """The offsets and values of a released deal's events in order, parked no longer; None where it is not released."""
    parked = connection.execute(
        select(PARKED.c.offset, PARKED.c.value, PARKED.c.released_at)
        .where(*_of(job, stream))
        .order_by(PARKED.c.version)
    ).all()
    if all(row.released_at is None for row in parked):
        return None
    connection.execute(delete(PARKED).where(*_of(job, stream)))
    return [(row.offset, row.value) for row in parked]


def _of(job: str, stream: bytes) -> tuple[ColumnElement[bool], ...]:
    return PARKED.c.job == job, PARKED.c.stream == stream
