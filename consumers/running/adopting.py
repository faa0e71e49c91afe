"""Letting a job go on with another state than it worked with."""

from collections.abc import Mapping

from kafka.errors import NoError
from kafka.structs import OffsetAndMetadata, TopicPartition

from consumers.kafka_client import administering
from consumers.running.replay import refuse_while_running
from consumers.running.starting import group_of
from consumers.running.state import State
from consumers.running.whose import is_another, noted
from engine.settings import Settings


def others(state: State, settings: Settings, job: str) -> dict[TopicPartition, OffsetAndMetadata]:
    """Where a job has worked with another state than this one, and how far it is there; nothing changes.

    Conflict where the job runs now, Unavailable where Kafka cannot be used.
    """
    group, ours = group_of(job, settings), noted(state)
    refuse_while_running(settings, group)
    with administering(settings) as admin:
        committed = admin.list_group_offsets({group: None})[group]
    return {place: each for place, each in committed.items() if is_another(each.metadata, ours)}


def adopt(
    state: State, settings: Settings, job: str, places: Mapping[TopicPartition, OffsetAndMetadata]
) -> None:
    """Let the job go on with this state there; how far it is stays as it is. Errors as `others`."""
    group, ours = group_of(job, settings), noted(state)
    refuse_while_running(settings, group)
    offsets = {place: OffsetAndMetadata(each.offset, ours, -1) for place, each in places.items()}
    with administering(settings) as admin:
        for error in admin.alter_group_offsets(group, offsets).values():
            if error is not NoError:
                raise error()
