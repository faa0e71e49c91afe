"""Where a job begins when it runs for the first time, in all partitions at once."""

from kafka.structs import TopicPartition

from consumers.job import Job
from consumers.kafka_client import Consumer, reaching
from consumers.running import offsets
from consumers.running.state import State
from consumers.topics import Topics
from domain.errors import Unavailable
from engine.clock import Clock, to_micros
from engine.settings import Settings


def topic_of(job: Job, settings: Settings) -> str:
    """The topic that a job reads."""
    topics = Topics(settings.topic_prefix)
    return topics.deals if job.reads == "deals" else topics.pipelines


def group_of(job: str, settings: Settings) -> str:
    """A job's consumer group, which is its name in the state too."""
    return f"{settings.topic_prefix}{job}"


def begin(job: Job, settings: Settings, consumer: Consumer, state: State, clock: Clock) -> None:
    """Record where the job begins, unless it has begun already. Unavailable where there is no topic yet.

    That is what its group has committed (the state was lost, then, and what came before is not asked for
    again), else the beginning or the end of the topic as the job has it.
    """
    group, topic = group_of(job.name, settings), topic_of(job, settings)
    with reaching(settings):
        # Whoever joins a group before it knows the topic hands out none of its partitions, for minutes.
        partitions = partitions_of(consumer, topic)
    with state.reading() as connection:
        if offsets.started(connection, group) is not None:
            return
    with reaching(settings):
        committed = {each.partition: consumer.committed(each, timeout_ms=10_000) for each in partitions}
        earliest = consumer.beginning_offsets(partitions)
        latest = consumer.end_offsets(partitions)
    gone_on = any(offset is not None for offset in committed.values())
    where = "end" if gone_on or job.starts == "end" else "beginning"
    first = latest if job.starts == "end" and not gone_on else earliest
    begins = {each.partition: first[each] for each in partitions}
    begins.update((partition, offset) for partition, offset in committed.items() if offset is not None)
    with state.writing() as connection:
        offsets.start(connection, group, topic, where, to_micros(clock()), begins)


def partitions_of(consumer: Consumer, topic: str) -> list[TopicPartition]:
    """The partitions of a topic; Unavailable where it has none yet."""
    numbers = consumer.partitions_for_topic(topic)
    if not numbers:
        raise Unavailable(f"There is no topic {topic} yet: `dealtrail relay init` makes it.")
    return [TopicPartition(topic, number) for number in sorted(numbers)]
