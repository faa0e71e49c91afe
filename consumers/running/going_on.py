"""Parked deals go on: a job is asked to apply them again, or what stands in their way is left out."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from sqlalchemy import Connection, delete, insert, select

from consumers.running.marks import marks_of, write_marks
from consumers.running.offsets import held
from consumers.running.parked import not_parked
from consumers.running.parking import release as ask_to_release
from consumers.running.state import PARKED, SKIPPED, State
from engine.clock import to_micros


class Skipped(BaseModel):
    """What was left out of a deal: the versions from `version` through `through`."""

    model_config = ConfigDict(frozen=True)

    deal: UUID
    version: int
    through: int
    reason: str


def release(state: State, job: str, deals: Sequence[UUID], at: datetime) -> None:
    """Ask the job to apply the parked events of these deals again, in order, and to go on with them live.

    It does so within seconds where it runs, else when it starts. NotFound where one of them is not parked.
    """
    with state.writing() as connection:
        for deal in _in_order_of_partitions(connection, job, deals):
            ask_to_release(connection, job, [deal.bytes], to_micros(at))


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
            raise not_parked(job, deal)
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
            raise not_parked(job, deal)
        places.append((place.topic, place.partition, deal))
    # Always in the same order: two that want several locks do not wait for each other.
    for topic, partition in sorted({(topic, partition) for topic, partition, _ in places}):
        held(connection, job, topic, partition)
    return [deal for _, _, deal in sorted(places)]
