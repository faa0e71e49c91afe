"""Whether a job runs: the processes that its group has at this moment."""

from consumers.kafka_client import administering
from engine.settings import Settings


def members(settings: Settings, groups: list[str]) -> dict[str, int]:
    """How many processes each of these groups has. One that was killed counts until Kafka misses it."""
    if not groups:
        return {}
    with administering(settings) as admin:
        told = admin.describe_groups(groups)
    return {group: len(told[group]["members"]) for group in groups}
