"""Where a job goes on in each partition, and the lock that one hand at a time has on a partition."""

from collections.abc import Mapping

from sqlalchemy import ColumnElement, Connection, select, update

from consumers.running.state import JOBS, OFFSETS, once


def held(connection: Connection, job: str, topic: str, partition: int) -> int | None:
    """The next offset of a partition, whose row is locked until the transaction ends; None where it has none."""
    statement = select(OFFSETS.c.next_offset).where(*_row(job, topic, partition)).with_for_update()
    return connection.scalar(statement)


def move(connection: Connection, job: str, topic: str, partition: int, next_offset: int) -> None:
    """Let the job go on from there."""
    connection.execute(update(OFFSETS).where(*_row(job, topic, partition)).values(next_offset=next_offset))


def next_offsets(connection: Connection, job: str, topic: str) -> dict[int, int]:
    """The next offset of every partition; nothing where the job never ran."""
    statement = select(OFFSETS.c.partition, OFFSETS.c.next_offset).where(
        OFFSETS.c.job == job, OFFSETS.c.topic == topic
    )
    return {row.partition: row.next_offset for row in connection.execute(statement)}


def started(connection: Connection, job: str) -> str | None:
    """`beginning` or `end`, as the job first began; None where it never ran."""
    found: str | None = connection.scalar(select(JOBS.c.started).where(JOBS.c.job == job))
    return found


def start(
    connection: Connection, job: str, topic: str, where: str, at: int, next_offsets: Mapping[int, int]
) -> None:
    """Record the first start of a job, unless another process did: `where` as in JOBS, `at` in microseconds."""
    first = {"job": job, "topic": topic, "started": where, "started_at": at}
    if connection.scalar(once(connection, JOBS).values(first).returning(JOBS.c.job)) is not None:
        add(connection, job, topic, next_offsets)


def add(connection: Connection, job: str, topic: str, next_offsets: Mapping[int, int]) -> None:
    """Let the job go on from there in partitions of which nothing is known yet."""
    rows = [
        {"job": job, "topic": topic, "partition": partition, "next_offset": offset}
        for partition, offset in next_offsets.items()
    ]
    connection.execute(once(connection, OFFSETS), rows)


def _row(job: str, topic: str, partition: int) -> tuple[ColumnElement[bool], ...]:
    return OFFSETS.c.job == job, OFFSETS.c.topic == topic, OFFSETS.c.partition == partition
