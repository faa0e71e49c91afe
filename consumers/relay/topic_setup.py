"""The topics that the relay needs: made with the settings that never change, and checked before anything is sent."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from kafka.admin import ConfigResource, KafkaAdminClient
from kafka.errors import for_code

from consumers.kafka_client import administering, told
from consumers.relay.names import names
from consumers.topics import FOR_EVER, PARTITIONS
from domain.errors import BadInput, NotFound, Unavailable
from engine.settings import Settings

LARGEST = 16 * 1024 * 1024
"""Bytes of the largest batch that the topics take as they are made; an event takes a few hundred."""

EXISTS, UNKNOWN, FORBIDDEN = 36, 3, 29
"""Kafka's codes for a topic that is there already, for one that is not, and for one that is not shown to us."""


def make_topics(settings: Settings, store_id: UUID, *, replication: int | None = None) -> list[str]:
    """Make the topics that are not there yet, and return their names; then check all of them.

    `replication` is how many brokers keep a copy (None: as many as the brokers say). With three or more,
    two must have taken an event before it counts. Errors as `check_topics`.
    """
    configs = {**FOR_EVER, "max.message.bytes": str(LARGEST)}
    if replication is not None and replication >= 3:
        configs["min.insync.replicas"] = "2"
    counts = _topics(settings, store_id)
    copies = -1 if replication is None else replication
    wanted = {
        topic: {"num_partitions": count, "replication_factor": copies, "configs": configs}
        for topic, count in counts.items()
    }
    with administering(settings) as admin:
        answers = admin.create_topics(wanted, raise_errors=False)["topics"]
        for answer in answers:
            if answer["error_code"] not in (0, EXISTS):
                why = answer["error_message"] or told(for_code(answer["error_code"])())
                raise Unavailable(f"The topic {answer['name']} cannot be made: {why}")
        made = [answer["name"] for answer in answers if answer["error_code"] == 0]
        if made:
            admin.wait_for_topics(made)
        _check(admin, counts)
    return made


def check_topics(settings: Settings, store_id: UUID) -> None:
    """NotFound where a topic is not there, BadInput where one is not as `make_topics` makes it."""
    with administering(settings) as admin:
        _check(admin, _topics(settings, store_id))


def _topics(settings: Settings, store_id: UUID) -> dict[str, int]:
    """The topics and their number of partitions."""
    known = names(settings, store_id)
    return {known.topics.deals: PARTITIONS, known.topics.pipelines: PARTITIONS, known.turn.topic: 1}


def _check(admin: KafkaAdminClient, counts: Mapping[str, int]) -> None:
    for topic in admin.describe_topics(list(counts)):
        name, there = topic["name"], len(topic["partitions"])
        if topic["error_code"] == UNKNOWN:
            raise NotFound(f"There is no topic {name}. `dealtrail relay init` makes it.")
        if topic["error_code"] == FORBIDDEN:
            raise _without_right(name, "Describe")
        if there != counts[name]:
            raise BadInput(
                f"The topic {name} has {there} partitions instead of {counts[name]}. The partition of a deal "
                "follows from their number, so that it can never change: let `dealtrail relay init` make the topics "
                "anew, under another DEALTRAIL_TOPIC_PREFIX or after this one was deleted."
            )
    found = _configs(admin, counts)
    for name in counts:
        for setting, right in FOR_EVER.items():
            value = found.get(name, {}).get(setting)
            if value is None:  # kafka-python says nothing of a right that is missing
                raise _without_right(name, "DescribeConfigs")
            if value != right:
                raise BadInput(
                    f"The topic {name} has {setting}={value} and would lose events: it must be {right}. Change it: "
                    f"kafka-configs.sh --alter --entity-type topics --entity-name {name} --add-config {setting}={right}"
                )


def _configs(admin: KafkaAdminClient, topics: Iterable[str]) -> Mapping[str, Mapping[str, str]]:
    asked = [ConfigResource("TOPIC", topic, list(FOR_EVER)) for topic in topics]
    answered = admin.describe_configs(asked, config_filter="all")["topic"]
    return {
        topic: {name: setting["value"] for name, setting in settings.items()}
        for topic, settings in answered.items()
    }


def _without_right(topic: str, right: str) -> Unavailable:
    return Unavailable(
        f"Kafka does not let the relay's user look at the topic {topic}: it has no right to {right} there. Give it "
        f"that one (kafka-acls.sh --add --allow-principal User:NAME --operation {right} --topic {topic}); "
        "docs/relay.md lists all that it needs."
    )
