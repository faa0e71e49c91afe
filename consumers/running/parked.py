"""Parked deals: which there are, letting a job apply them again, and leaving out what stands in their way."""

from collections.abc import Sequence
from datetime import datetime
from time import monotonic, sleep
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from sqlalchemy import Connection, delete, func, insert, select

from consumers.running.marks import marks_of, write_marks
from consumers.running.offsets import held
from consumers.running.parking import release as ask_to_release
from consumers.running.state import PARKED, SKIPPED, State
from consumers.wire import Undecodable, head_of
from domain.errors import NotFound
from engine.clock import from_micros, to_micros

LOOK = 0.1
"""Seconds between two looks at whether the job has tried again."""


class ParkedDeal(BaseModel):
    """A deal whose events wait. `kind` and `reason` are those of its first; `released`: the job is to try again."""

    model_config = ConfigDict(frozen=True)

    deal: UUID
    events: int
    version: int
    kind: str
    reason: str
    parked_at: datetime
    released: bool


class ParkedEvent(BaseModel):
    """An event that waits: its place in its deal and on Kafka, and why."""

    model_config = ConfigDict(frozen=True)

    version: int
    type: str | None
    kind: str
    reason: str
    parked_at: datetime
    topic: str
    partition: int
    offset: int


class Skipped(BaseModel):
    """What was left out of a deal: the versions from `version` through `through`."""

    model_config = ConfigDict(frozen=True)

    deal: UUID
    version: int
    through: int
    reason: str


def parked_deals(state: State, job: str) -> list[ParkedDeal]:
    """The deals that a job has parked, the longest parked first. `job` is its group."""
    columns = PARKED.c
    first = (
        select(columns.stream, func.min(columns.version).label("version"), func.count().label("events"))
        .where(columns.job == job)
        .group_by(columns.stream)
        .subquery()
    )
    statement = (
        select(PARKED, first.c.events)
        .join(first, (columns.stream == first.c.stream) & (columns.version == first.c.version))
        .where(columns.job == job)
        .order_by(columns.parked_at, columns.stream)
    )
    with state.reading() as connection:
        return [
            ParkedDeal(
                deal=UUID(bytes=bytes(row.stream)),
                events=row.events,
                version=row.version,
                kind=row.kind,
                reason=row.reason,
                parked_at=from_micros(row.parked_at),
                released=row.released_at is not None,
            )
            for row in connection.execute(statement)
        ]


def parked_events(state: State, job: str, deal: UUID) -> list[ParkedEvent]:
    """The parked events of a deal in the order in which they will be applied; NotFound where it has none."""
    statement = (
        select(PARKED).where(PARKED.c.job == job, PARKED.c.stream == deal.bytes).order_by(PARKED.c.version)
    )
    with state.reading() as connection:
        events = [
            ParkedEvent(
                version=row.version,
                type=_type_of(row.value),
                kind=row.kind,
                reason=row.reason,
                parked_at=from_micros(row.parked_at),
                topic=row.topic,
                partition=row.partition,
                offset=row.offset,
            )
            for row in connection.execute(statement)
        ]
    if not events:
        raise _not_parked(job, deal)
    return events


def release(state: State, job: str, deals: Sequence[UUID], at: datetime) -> None:
    """Ask the job to apply the parked events of these deals again, in order, and to go on with them live.

    It does so within seconds where it runs, else when it starts. NotFound where one of them is not parked.
    """
    with state.writing() as connection:
        for deal in _in_order_of_partitions(connection, job, deals):
            ask_to_release(connection, job, [deal.bytes], to_micros(at))


def wait_for(state: State, job: str, deals: Sequence[UUID], seconds: float) -> list[ParkedDeal]:
    """Those of these deals that are parked still when the job has tried them, or so many seconds have passed."""
    deadline = monotonic() + seconds
    while True:
        left = [each for each in parked_deals(state, job) if each.deal in deals]
        if not any(each.released for each in left) or monotonic() > deadline:
            return left
        sleep(LOOK)


def skip(state: State, job: str, deal: UUID, reason: str, at: datetime) -> Skipped:
    """Leave out what stands in a deal's way, record why, and release the rest.

    That is its first parked event or, where versions before that one never came, those versions.
    NotFound where the deal is not parked.
    """
    with state.writing() as connection:
        _in_order_of_partitions(connection, job, [deal])
        first = connection.execute(
            select(PARKED.c.version, PARKED.c.kind)
            .where(PARKED.c.job == job, PARKED.c.stream == deal.bytes)
            .order_by(PARKED.c.version)
            .limit(1)
        ).one_or_none()
        if first is None:
            raise _not_parked(job, deal)
        version = through = first.version
        if first.kind == "gap":
            version = marks_of(connection, job, [deal.bytes]).get(deal.bytes, 0) + 1
            through = first.version - 1
        connection.execute(
            delete(PARKED).where(
                PARKED.c.job == job, PARKED.c.stream == deal.bytes, PARKED.c.version <= through
            )
        )
        write_marks(connection, job, {deal.bytes: through})
        connection.execute(
            insert(SKIPPED),
            {
                "job": job,
                "stream": deal.bytes,
                "version": version,
                "skipped_at": to_micros(at),
                "through": through,
                "reason": reason,
            },
        )
        ask_to_release(connection, job, [deal.bytes], to_micros(at))
    return Skipped(deal=deal, version=version, through=through, reason=reason)


def _in_order_of_partitions(connection: Connection, job: str, deals: Sequence[UUID]) -> list[UUID]:
    """The deals, with the lock on their partitions: no running job parks or applies an event of them meanwhile."""
    places: list[tuple[str, int, UUID]] = []
    for deal in deals:
        place = connection.execute(
            select(PARKED.c.topic, PARKED.c.partition)
            .where(PARKED.c.job == job, PARKED.c.stream == deal.bytes)
            .limit(1)
        ).one_or_none()
        if place is None:
            raise _not_parked(job, deal)
        places.append((place.topic, place.partition, deal))
    # Always in the same order: two that want several locks do not wait for each other.
    for topic, partition in sorted({(topic, partition) for topic, partition, _ in places}):
        held(connection, job, topic, partition)
    return [deal for _, _, deal in sorted(places)]


def _type_of(value: bytes) -> str | None:
    try:
        return head_of(value).type
    except Undecodable:
        return None


def _not_parked(job: str, deal: UUID) -> NotFound:
    return NotFound(
        f"The deal {deal} is not parked by {job}. `dealtrail consumers parked list` shows the deals that are."
    )
