"""A partition that was paused goes on where it was, whatever was read of others meanwhile."""

import pytest
from kafka.admin import NewTopic
from kafka.structs import TopicPartition

from consumers.kafka_client import Consumer, administering, new_consumer, new_producer
from engine.settings import Settings


@pytest.mark.parametrize("sought", [True, False])
def test_a_partition_that_was_paused_with_records_in_hand_gives_them_when_it_is_resumed(
    kafka_address: str, topic_prefix: str, sought: bool
) -> None:
    settings = Settings(kafka=kafka_address, topic_prefix=topic_prefix)
    topic = f"{topic_prefix}pausing"
    with administering(settings) as admin:
        admin.create_topics([NewTopic(topic, 3, 1)], wait_for_metadata=True)
    producer = new_producer(settings)
    for partition in range(3):
        for nth in range(10):
            producer.send(topic, b"%d" % nth, b"key", [], partition=partition)
    producer.flush()
    producer.close()
    consumer = new_consumer(settings)
    try:
        _pause_and_resume(consumer, topic, sought=sought)
    finally:
        consumer.close()


def _pause_and_resume(consumer: Consumer, topic: str, *, sought: bool) -> None:
    partitions = {TopicPartition(topic, partition) for partition in range(3)}
    consumer.assign(list(partitions))
    met: dict[TopicPartition, list[int]] = {each: [] for each in partitions}

    def poll(turns: int, most: int) -> None:
        for _ in range(turns):
            for partition, records in consumer.poll(timeout_ms=100, max_records=most).items():
                met[partition].extend(record.offset for record in records)

    while not any(met.values()):
        poll(1, 1)
    (first,) = (partition for partition, offsets in met.items() if offsets)
    poll(5, 1)
    paused = {each for each, offsets in met.items() if 0 < len(offsets) < 10}
    consumer.pause(*paused)
    poll(10, 100)
    assert all(len(met[each]) == 10 for each in partitions - paused)
    if sought:
        for partition in paused:
            met[partition].clear()
            consumer.seek(partition, 0)
    consumer.resume(*paused)
    poll(10, 100)
    assert first in paused
    assert set(map(tuple, met.values())) == {tuple(range(10))}
