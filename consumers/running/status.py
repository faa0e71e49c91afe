"""How far jobs are: what waits for them on Kafka, what they set aside, and whether anybody runs them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal

from kafka.structs import TopicPartition
from pydantic import BaseModel, ConfigDict
from sqlalchemy import Connection, func, select

from consumers.kafka_client import Consumer, Record, reaching
from consumers.running.members import members
from consumers.running.offsets import next_offsets
from consumers.running.reading import Span, head_in, looking, read, spans
from consumers.running.starting import group_of
from consumers.running.state import JOBS, PARKED, SKIPPED, State
from consumers.topics import Topics
from domain.errors import NotFound
from engine.clock import Clock, from_micros, now, to_micros
from engine.settings import Settings

COUNTED = 1_000
"""Waiting events of a partition that are counted one by one; what is behind them is told by its offsets."""


class PartitionStatus(BaseModel):
    """How far a job is in one partition. `next_offset` is None where it has not started there.

    `lag_seconds` is how long ago the first waiting event was recorded.
    """

    model_config = ConfigDict(frozen=True)

    partition: int
    next_offset: int | None
    lag_events: int
    lag_seconds: float


class JobStatus(BaseModel):
    """How far a job is.

    `lag_events` counts what waits in the partitions that it has started; `at_most` says that so many wait at
    most, because there are too many to look at each. `dead_letters` were no events of dealtrail.
    """

    model_config = ConfigDict(frozen=True)

    job: str
    state: Literal["running", "stopped", "not started"]
    processes: int
    topic: str
    lag_events: int
    at_most: bool
    lag_seconds: float
    partitions_not_started: int
    parked_deals: int
    parked_events: int
    skipped: int
    dead_letters: int
    partitions: tuple[PartitionStatus, ...]


def status(
    state: State, settings: Settings, names: Sequence[str] = (), clock: Clock = now
) -> tuple[JobStatus, ...]:
    """How far each of these jobs is (without names: all of this state). Looking changes nothing.

    Unavailable where Kafka or the state cannot be used, NotFound where the topic is not there.
    """
    prefix = settings.topic_prefix
    with state.reading() as connection:
        topics = {row.job: row.topic for row in connection.execute(select(JOBS.c.job, JOBS.c.topic))}
    groups = [group_of(name, settings) for name in names] or sorted(
        each for each in topics if each.startswith(prefix)
    )
    running = members(settings, groups)
    consumer = looking(settings)
    try:
        with reaching(settings):
            return tuple(
                _status(state, settings, consumer, group, topics.get(group), running[group], clock())
                for group in groups
            )
    finally:
        consumer.close()


def _status(
    state: State,
    settings: Settings,
    consumer: Consumer,
    group: str,
    started: str | None,
    processes: int,
    at: datetime,
) -> JobStatus:
    name = group.removeprefix(settings.topic_prefix)
    topics = Topics(settings.topic_prefix)
    topic = started or topics.deals
    within = spans(consumer, topic)
    if not within:
        raise NotFound(f"There is no topic {topic} at {settings.kafka}. Make it with `dealtrail relay init`.")
    with state.reading() as connection:
        reached = next_offsets(connection, group, topic)
        aside = _aside(connection, group)
    partitions, at_most = _waiting(consumer, within, reached, at)
    return JobStatus(
        job=name,
        state="not started" if started is None else "running" if processes else "stopped",
        processes=processes,
        topic=topic,
        lag_events=sum(each.lag_events for each in partitions),
        at_most=at_most,
        lag_seconds=max(each.lag_seconds for each in partitions),
        partitions_not_started=sum(each.next_offset is None for each in partitions),
        dead_letters=sum(span.end - span.first for span in spans(consumer, topics.dead(name)).values()),
        partitions=partitions,
        **aside,
    )


def _waiting(
    consumer: Consumer, within: Mapping[TopicPartition, Span], reached: Mapping[int, int], at: datetime
) -> tuple[tuple[PartitionStatus, ...], bool]:
    """What waits in each partition, and whether more may have been counted than there is."""
    left = {
        each: Span(max(span.first, reached[each.partition]), span.end)
        for each, span in within.items()
        if each.partition in reached
    }
    counts = dict.fromkeys(within, 0)
    since: dict[TopicPartition, int] = {}
    more: dict[TopicPartition, int] = {}

    def see(record: Record) -> bool:
        place = TopicPartition(record.topic, record.partition)
        head = head_in(record.value)
        since.setdefault(place, record.timestamp * 1_000 if head is None else to_micros(head.recorded_at))
        counts[place] += 1
        if counts[place] == COUNTED:
            more[place] = max(0, left[place].end - record.offset - 1)
        return counts[place] < COUNTED

    read(consumer, left, see)
    told = tuple(
        PartitionStatus(
            partition=each.partition,
            next_offset=reached.get(each.partition),
            lag_events=counts[each] + more.get(each, 0),
            lag_seconds=round(max(0.0, (at - from_micros(since[each])).total_seconds()), 3)
            if each in since
            else 0.0,
        )
        for each in within
    )
    return told, any(more.values())


def _aside(connection: Connection, group: str) -> dict[str, int]:
    """How much a job has set aside."""
    deals, events = connection.execute(
        select(func.count(PARKED.c.stream.distinct()), func.count()).where(PARKED.c.job == group)
    ).one()
    skipped = connection.scalar(select(func.count()).where(SKIPPED.c.job == group))
    return {"parked_deals": deals, "parked_events": events, "skipped": skipped or 0}
