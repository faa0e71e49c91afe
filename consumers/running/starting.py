"""Where a job begins when it runs for the first time, in all partitions at once."""

from kafka.structs import TopicPartition

from consumers.job import Job
from consumers.kafka_client import Consumer, reaching
from consumers.running import offsets
from consumers.running.state import State
from consumers.running.whose import refuse_another
from consumers.topics import Topics
from domain.errors import Unavailable
from engine.clock import Clock, to_micros
from engine.settings import Settings

ANSWER = 10_000
"""Milliseconds that Kafka has to say what the group has committed."""


def topic_of(job: Job, settings: Settings) -> str:
    """The topic that a job reads."""
    topics = Topics(settings.topic_prefix)
    return topics.deals if job.reads == "deals" else topics.pipelines


def group_of(job: str, settings: Settings) -> str:
    """A job's consumer group, which is its name in the state too."""
    return f"{settings.topic_prefix}{job}"


def begin(job: Job, settings: Settings, consumer: Consumer, state: State, clock: Clock) -> None:
    """Record where the job begins, unless it has begun already.

    That is what its group has committed (the state was lost, then, and what came before is not asked for
    again), else the beginning or the end of the topic as the job has it.
    Unavailable where there is no topic yet, Conflict where the job has worked with another state.
    """
    group, topic = group_of(job.name, settings), topic_of(job, settings)
    with reaching(settings):
        partitions = partitions_of(consumer, topic)
        # Whoever joins a group before it knows the topic hands out none of its partitions, for minutes.
        earliest = consumer.beginning_offsets(partitions)
        committed = consumer.remembered(partitions, ANSWER)
    refuse_another(committed.values(), state, job.name)
    with state.reading() as connection:
        if offsets.started(connection, group) is not None:
            return
    with reaching(settings):
        latest = consumer.end_offsets(partitions)
    where = "end" if committed or job.starts == "end" else "beginning"
    first = latest if job.starts == "end" and not committed else earliest
    begins = {each.partition: first[each] for each in partitions}
    begins.update((each.partition, found.offset) for each, found in committed.items())
    with state.writing() as connection:
        offsets.start(connection, group, topic, where, to_micros(clock()), begins)


def partitions_of(consumer: Consumer, topic: str) -> list[TopicPartition]:
    """The partitions of a topic; Unavailable where it has none yet."""
    numbers = consumer.partitions_for_topic(topic)
    if not numbers:
        raise Unavailable(f"There is no topic {topic} yet: `dealtrail relay init` makes it.")
    return [TopicPartition(topic, number) for number in sorted(numbers)]
