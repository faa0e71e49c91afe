"""Topics are made as they must stay for ever, and nothing is sent to others."""

from contextlib import nullcontext

import pytest
from kafka.admin import ConfigResource

from consumers.kafka_client import administering
from consumers.relay.topic_setup import check_topics, make_topics
from domain.errors import BadInput, NotFound, Unavailable
from engine.deals import Deals
from engine.settings import Settings
from tests.consumers.relay.relaying import names_of, relay_all


@pytest.fixture
def without(settings: Settings) -> Deals:
    """A store without topics."""
    return Deals(settings)


def made(deals: Deals, name: str, **configs: str) -> None:
    with administering(deals.settings) as admin:
        admin.create_topics({name: {"num_partitions": 12, "configs": configs}}, wait_for_metadata=True)


def test_topics_are_made_once(without: Deals) -> None:
    known = names_of(without)
    topics = [known.topics.deals, known.topics.pipelines, known.turn.topic]
    assert sorted(make_topics(without.settings, known.store_id)) == sorted(topics)
    assert make_topics(without.settings, known.store_id) == []
    check_topics(without.settings, known.store_id)


def test_they_keep_everything_for_ever_in_twelve_partitions(deals: Deals) -> None:
    known = names_of(deals)
    wanted = {
        "cleanup.policy": "delete",
        "retention.ms": "-1",
        "retention.bytes": "-1",
        "max.message.bytes": "16777216",
    }
    with administering(deals.settings) as admin:
        described = admin.describe_topics([known.topics.deals, known.topics.pipelines, known.turn.topic])
        assert {topic["name"]: len(topic["partitions"]) for topic in described} == {
            known.topics.deals: 12,
            known.topics.pipelines: 12,
            known.turn.topic: 1,
        }
        asked = [
            ConfigResource("TOPIC", name, list(wanted))
            for name in (known.topics.deals, known.topics.pipelines)
        ]
        for settings in admin.describe_configs(asked, config_filter="all")["topic"].values():
            assert {name: setting["value"] for name, setting in settings.items()} == wanted


def test_without_its_topics_the_relay_does_not_start(without: Deals) -> None:
    with pytest.raises(
        NotFound, match=r"There is no topic .*deals.events.v1. `dealtrail relay init` makes it"
    ):
        relay_all(without)


def test_more_copies_than_there_are_brokers_are_refused_in_kafka_s_words(without: Deals) -> None:
    with pytest.raises(Unavailable, match=r"cannot be made: .*replication"):
        make_topics(without.settings, without.info.store_id, replication=9)


def test_another_number_of_partitions_is_refused(without: Deals) -> None:
    known = names_of(without)
    with administering(without.settings) as admin:
        admin.create_topics({known.topics.deals: {"num_partitions": 3}}, wait_for_metadata=True)
    with pytest.raises(BadInput, match="has 3 partitions instead of 12"):
        make_topics(without.settings, known.store_id)
    with pytest.raises(BadInput, match="has 3 partitions instead of 12"):
        relay_all(without)


@pytest.mark.parametrize(
    ("setting", "value"),
    [("retention.ms", "604800000"), ("retention.bytes", "1073741824"), ("cleanup.policy", "compact")],
)
def test_a_topic_that_would_lose_events_is_refused(without: Deals, setting: str, value: str) -> None:
    known = names_of(without)
    made(without, known.topics.deals, **{"retention.ms": "-1", setting: value})
    with pytest.raises(
        BadInput, match=rf"{setting}={value} and would lose events: it must be .* --add-config {setting}="
    ):
        make_topics(without.settings, known.store_id)
    with pytest.raises(BadInput, match="would lose events"):
        check_topics(without.settings, known.store_id)


@pytest.mark.parametrize("right", ["Describe", "DescribeConfigs"])
def test_a_right_that_the_relay_s_user_lacks_is_named(
    deals: Deals, monkeypatch: pytest.MonkeyPatch, right: str
) -> None:
    class Withholding:
        """As kafka-python tells what a broker with rules of access says, which the broker of these tests has not."""

        def describe_topics(self, topics: list[str]) -> list[dict[str, object]]:
            code, shown = (29, 0) if right == "Describe" else (0, 12)
            return [{"name": topics[0], "error_code": code, "partitions": [{}] * shown}]

        def describe_configs(self, asked: list[ConfigResource], **_: object) -> dict[str, dict[str, object]]:
            return {"topic": {each.name: {} for each in asked}}

    monkeypatch.setattr("consumers.relay.topic_setup.administering", lambda _: nullcontext(Withholding()))
    topic = names_of(deals).topics.deals
    with pytest.raises(Unavailable, match=rf"--operation {right} --topic {topic}"):
        check_topics(deals.settings, deals.info.store_id)


def test_a_topic_whose_retention_is_changed_is_refused_by_the_next_relay(deals: Deals) -> None:
    with administering(deals.settings) as admin:
        topic = names_of(deals).topics.pipelines
        admin.alter_configs([ConfigResource("TOPIC", topic, {"retention.ms": "1000"})])
    with pytest.raises(BadInput, match=r"pipelines\.events\.v1 has retention\.ms=1000"):
        relay_all(deals)
