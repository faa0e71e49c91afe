"""What is no event of dealtrail is kept whatever it is, and nobody goes on before Kafka has it."""

from random import Random

import pytest
from kafka.admin import NewTopic
from kafka.structs import TopicPartition

from consumers.kafka_client import administering, new_consumer, new_producer
from consumers.running.dead_letters import Dead, DeadLetters
from consumers.topics import Topics
from domain.errors import Unavailable
from engine.settings import Settings
from tests.consumers.running.pages import Sent


def test_a_record_as_large_as_the_topic_of_deals_takes_is_kept(settings: Settings) -> None:
    topic = Topics(settings.topic_prefix).dead("testing")
    value = Random(1).randbytes(3_000_000)  # nothing makes it smaller
    letters = DeadLetters(settings, topic, new_producer)
    letters.send([Dead(Sent(7, None, value, headers=[("empty", b"")]), "the value is no JSON")])
    letters.close()
    reader = new_consumer(settings)
    reader.assign([TopicPartition(topic, 0)])
    (records,) = reader.poll(10_000).values()
    reader.close()
    assert [record.value for record in records] == [value]


def test_a_dead_letter_that_kafka_has_refused_is_not_taken_for_sent(settings: Settings) -> None:
    topic = Topics(settings.topic_prefix).dead("testing")
    with administering(settings) as admin:
        small = NewTopic(topic, 1, 1, topic_configs={"max.message.bytes": "1000"})
        admin.create_topics([small], wait_for_metadata=True)
    letters = DeadLetters(settings, topic, new_producer)
    with pytest.raises(Unavailable, match="MessageSizeTooLarge"):
        letters.send([Dead(Sent(1, None, Random(1).randbytes(5_000)), "the value is no JSON")])
    letters.close()
