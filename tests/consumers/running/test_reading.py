"""Reading partitions between offsets, and finding where in them a time or a position begins."""

from collections.abc import Iterator
from random import Random

import pytest
from kafka.structs import TopicPartition

from consumers.kafka_client import Consumer, Record
from consumers.running.reading import first_where, head_in, looking, read, spans
from consumers.topics import Topics
from consumers.wire import Head
from engine.deals import Deals
from engine.settings import Settings
from tests.end_to_end.consumer_feed import feed, make_topics, record_deals, send

POISON = (b"", b"{}", b"[1]", b'{"stream_id":1}', b"\xff")


@pytest.fixture
def settings(kafka_address: str, topic_prefix: str) -> Settings:
    return Settings(kafka=kafka_address, topic_prefix=topic_prefix, store="memory:")


@pytest.fixture
def consumer(settings: Settings) -> Iterator[Consumer]:
    opened = looking(settings)
    yield opened
    opened.close()


def test_every_position_is_found_where_it_begins(settings: Settings, consumer: Consumer) -> None:
    make_topics(settings)
    with Deals(settings) as store:
        record_deals(store, Random(1), deals=range(20), events=30)
        records = feed(store)
    poison = [records[0]._replace(value=value) for value in POISON]
    send(settings, [*records[:100], *poison, *records[100:]])
    within = spans(consumer, Topics(settings.topic_prefix).deals)
    assert len(within) == 12
    met: dict[TopicPartition, list[tuple[int, Head]]] = {partition: [] for partition in within}

    def see(record: Record) -> bool:
        event = head_in(record.value)
        if event is not None:
            met[TopicPartition(record.topic, record.partition)].append((record.offset, event))
        return True

    read(consumer, within, see)
    assert sum(map(len, met.values())) == len(records)
    for wanted in (0, 77, len(records), 10_000):
        found = first_where(consumer, within, lambda event, wanted=wanted: event.position >= wanted)  # type: ignore[misc]
        for partition, offset in found.items():
            behind = [event.position for place, event in met[partition] if place >= offset]
            assert behind == [event.position for _, event in met[partition] if event.position >= wanted]


def test_reading_a_partition_ends_when_enough_was_seen(settings: Settings, consumer: Consumer) -> None:
    make_topics(settings)
    with Deals(settings) as store:
        record_deals(store, Random(1), deals=range(20), events=30)
        send(settings, feed(store))
    within = spans(consumer, Topics(settings.topic_prefix).deals)
    seen: list[int] = []

    def see(record: Record) -> bool:
        seen.append(record.partition)
        return False

    read(consumer, within, see)
    assert sorted(seen) == sorted(each.partition for each, span in within.items() if span.end)


def test_an_empty_topic_and_one_that_is_not_there_hold_nothing(
    settings: Settings, consumer: Consumer
) -> None:
    make_topics(settings)
    within = spans(consumer, Topics(settings.topic_prefix).deals)
    assert set(within.values()) == {(0, 0)}
    assert set(first_where(consumer, within, lambda _: True).values()) == {0}
    assert spans(consumer, f"{settings.topic_prefix}nothing") == {}


def test_an_event_of_a_newer_dealtrail_has_its_place_too() -> None:
    with Deals(Settings(store="memory:")) as store:
        record_deals(store, Random(1), deals=[1], events=1)
        (record,) = feed(store)
    known = head_in(record.value)
    assert known is not None
    newer = head_in(record.value.replace(b"DealOpened", b"DealTeleported"))
    assert newer == known._replace(type="DealTeleported")


def test_a_topic_has_its_partitions_and_one_that_is_not_there_has_none(
    settings: Settings, consumer: Consumer
) -> None:
    make_topics(settings)
    topics = Topics(settings.topic_prefix)
    assert consumer.partitions_for_topic(topics.deals) == set(range(12))
    assert consumer.partitions_for_topic(topics.dead("nobody")) == set()
    assert spans(consumer, topics.dead("nobody")) == {}
