"""Parked deals: which there are, which events of theirs wait and why, and whether they still do."""

from collections.abc import Sequence
from datetime import datetime
from time import monotonic, sleep
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from sqlalchemy import func, select

from consumers.running.state import PARKED, State
from consumers.wire import Undecodable, head_of
from domain.errors import NotFound
from engine.clock import from_micros

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
        raise not_parked(job, deal)
    return events


def wait_for(state: State, job: str, deals: Sequence[UUID], seconds: float) -> list[ParkedDeal]:
    """Those of these deals that are parked still when the job has tried them, or so many seconds have passed."""
    deadline = monotonic() + seconds
    while True:
        left = [each for each in parked_deals(state, job) if each.deal in deals]
        if not any(each.released for each in left) or monotonic() > deadline:
            return left
        sleep(LOOK)


def _type_of(value: bytes) -> str | None:
    try:
        return head_of(value).type
    except Undecodable:
        return None


def not_parked(job: str, deal: UUID) -> NotFound:
    """What there is to say of a deal that has no parked events."""
    return NotFound(
        f"The deal {deal} is not parked by {job}. `dealtrail consumers parked list` shows the deals that are."
    )
