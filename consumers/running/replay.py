"""Letting a job do events again: marks and offsets are lowered together, for all deals or for one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from kafka.structs import TopicPartition
from sqlalchemy import Connection, bindparam, delete, select, update

from consumers.kafka_client import Consumer, Record, reaching
from consumers.running.members import members
from consumers.running.offsets import held, move, next_offsets
from consumers.running.reading import Span, first_where, head_in, looking, read, spans
from consumers.running.starting import group_of
from consumers.running.state import JOBS, MARKS, PARKED, State, once
from consumers.wire import Head
from domain.errors import Conflict, NotFound
from engine.settings import Settings

Since = Callable[[Head], bool]
"""Whether an event is among those to be done again; once it is, so are all later ones of its partition."""


def since_position(position: int) -> Since:
    """From that position of the store's log on."""
    return lambda head: head.position >= position


def since_time(instant: datetime) -> Since:
    """What the store recorded at that instant or later."""
    return lambda head: head.recorded_at >= instant


def since_the_beginning(_: Head) -> bool:
    """All there is."""
    return True


@dataclass(slots=True)
class Plan:
    """What a replay would do; nothing has changed yet. `job` is the group.

    `offsets` holds for each partition that it touches where the job goes on now, and where it will;
    `lowest` of each deal the first version that comes again, `others` the last one that comes again of deals
    that are not asked for. `events` counts those that come again.
    """

    job: str
    topic: str
    deal: UUID | None
    offsets: dict[int, tuple[int, int]] = field(default_factory=dict)
    lowest: dict[bytes, int] = field(default_factory=dict)
    others: dict[bytes, int] = field(default_factory=dict)
    events: int = 0


def planned(state: State, settings: Settings, name: str, since: Since, deal: UUID | None = None) -> Plan:
    """What it takes to let a job do again what it did `since` then, of all deals or of one.

    NotFound where the job never ran, Conflict where it runs now.
    """
    job = group_of(name, settings)
    with state.reading() as connection:
        topic = connection.scalar(select(JOBS.c.topic).where(JOBS.c.job == job))
        reached = {} if topic is None else next_offsets(connection, job, topic)
    if topic is None:
        raise NotFound(
            f"{name} never ran with this state: there is nothing to do again (--state, job's name)."
        )
    refuse_while_running(settings, job)
    plan = Plan(job, topic, deal)
    consumer = looking(settings)
    try:
        with reaching(settings):
            _fill(plan, consumer, reached, since)
    finally:
        consumer.close()
    return plan


def carry_out(state: State, settings: Settings, plan: Plan) -> None:
    """Lower marks and offsets, and forget what is parked and will come again, in one transaction.

    Conflict where the job runs, or ran since the plan was made.
    """
    refuse_while_running(settings, plan.job)
    with state.writing() as connection:
        for partition, (now, then) in sorted(plan.offsets.items()):
            if held(connection, plan.job, plan.topic, partition) != now:
                raise Conflict(
                    f"{plan.job} has run meanwhile; nothing was changed. Ask for the replay again."
                )
            move(connection, plan.job, plan.topic, partition, then)
            _forget_parked(connection, plan, partition, then)
        _lower(connection, plan.job, plan.lowest)
        _pass_over(connection, plan.job, plan.others)


def refuse_while_running(settings: Settings, job: str) -> None:
    """Conflict where the job's group has members."""
    running = members(settings, [job])[job]
    if running:
        raise Conflict(
            f"{job} runs now, in {running} process{'es' if running > 1 else ''}: it would go on while its marks are "
            "lowered. Stop it and ask again; one that was killed is gone when Kafka has missed it for its session "
            "timeout."
        )


def _fill(plan: Plan, consumer: Consumer, reached: Mapping[int, int], since: Since) -> None:
    """Find where to go back to, and what comes again from there on."""
    done = {
        each: Span(span.first, max(span.first, min(span.end, reached[each.partition])))
        for each, span in spans(consumer, plan.topic).items()
        if each.partition in reached
    }
    starts = (
        {each: span.first for each, span in done.items()}
        if since is since_the_beginning
        else first_where(consumer, done, since)
    )
    only = None if plan.deal is None else plan.deal.bytes
    first: dict[TopicPartition, int] = {}
    newest: dict[bytes, int] = {}

    def see(record: Record) -> bool:
        head = head_in(record.value)
        again = only is None if head is None else only in (None, head.stream_id) and since(head)
        place = TopicPartition(record.topic, record.partition)
        if again:
            first.setdefault(place, record.offset)
        elif plan.deal is not None and head is not None and place in first:
            plan.others[head.stream_id] = max(head.version, plan.others.get(head.stream_id, 0))
        if again and head is not None:
            lowest = plan.lowest.setdefault(head.stream_id, head.version)
            plan.lowest[head.stream_id] = min(lowest, head.version)
            if head.version > newest.get(head.stream_id, 0):  # what was sent twice is done once
                newest[head.stream_id] = head.version
                plan.events += 1
        return True

    read(consumer, {each: Span(starts[each], span.end) for each, span in done.items()}, see)
    for each, span in done.items():
        now = reached[each.partition]
        # A topic that was made anew may end before where the job had come to, one that was cut begin behind it.
        then = first.get(each, span.end if plan.deal is None else now)
        if then < now or now < span.first <= then:
            plan.offsets[each.partition] = now, then


def _forget_parked(connection: Connection, plan: Plan, partition: int, then: int) -> None:
    parked = [
        PARKED.c.job == plan.job,
        PARKED.c.topic == plan.topic,
        PARKED.c.partition == partition,
        PARKED.c.offset >= then,
    ]
    if plan.deal is not None:
        parked.append(PARKED.c.stream == plan.deal.bytes)
    connection.execute(delete(PARKED).where(*parked))


def _pass_over(connection: Connection, job: str, others: Mapping[bytes, int]) -> None:
    """A job that began at the end has no mark of a deal that it never met, and would take it for new now."""
    rows = [{"job": job, "stream": stream, "version": version} for stream, version in others.items()]
    if rows:
        connection.execute(once(connection, MARKS), rows)


def _lower(connection: Connection, job: str, lowest: Mapping[bytes, int]) -> None:
    """Let each deal's mark stand right before the first version that comes again, where it stands higher."""
    of_deal = [MARKS.c.job == job, MARKS.c.stream == bindparam("deal")]
    begun = [{"deal": stream} for stream, version in lowest.items() if version == 1]
    later = [{"deal": stream, "before": version - 1} for stream, version in lowest.items() if version > 1]
    if begun:
        connection.execute(delete(MARKS).where(*of_deal), begun)
    if later:
        higher = MARKS.c.version > bindparam("before")
        connection.execute(update(MARKS).where(*of_deal, higher).values(version=bindparam("before")), later)
