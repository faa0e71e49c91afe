"""A broker that is away or says nothing: the relay tries on, nothing waits for ever, and nothing is left behind."""

from collections.abc import Iterator
from threading import active_count
from time import monotonic

import pytest
from kafka.errors import KafkaTimeoutError
from kafka.structs import ConsumerGroupMetadata, OffsetAndMetadata

from consumers.kafka_client import new_consumer, new_producer
from consumers.relay.topic_setup import make_topics
from domain.errors import Unavailable
from engine.deals import Deals
from engine.settings import Settings
from tests.consumers.relay.relaying import Running, is_there, names_of, noted, should_be_there, wait_for
from tests.servers.keeper import Keeper


@pytest.fixture
def deals(kafka_of_our_own: Keeper, topic_prefix: str) -> Iterator[Deals]:
    """A store with topics on a broker that may be killed."""
    with Deals(
        Settings(store="memory:", kafka=kafka_of_our_own.address, topic_prefix=topic_prefix)
    ) as opened:
        make_topics(opened.settings, opened.info.store_id)
        yield opened


def test_a_relay_says_once_that_kafka_is_away_and_goes_on_when_it_is_back(
    deals: Deals, kafka_of_our_own: Keeper
) -> None:
    noted(deals, 30)
    before = active_count()
    kafka_of_our_own.ask("kill")
    for make in (new_producer, new_consumer):
        with pytest.raises(Unavailable):
            make(deals.settings, "nobody", bootstrap_timeout_ms=100)
    assert active_count() <= before
    with Running(deals) as relay:
        try:
            wait_for(lambda: "lost" in relay.seen.said)
        finally:
            kafka_of_our_own.ask("start")
        wait_for(lambda: relay.seen.position == 30)
    assert relay.seen.said == ["lost", "began 0", "back"]
    assert "cannot be used now" in relay.seen.errors[0]
    assert is_there(deals) == should_be_there(deals)
    wait_for(lambda: active_count() <= before)


def test_a_commit_that_is_not_answered_fails_and_its_producer_ends_at_once(
    deals: Deals, kafka_of_our_own: Keeper
) -> None:
    known, before = names_of(deals), active_count()
    quick = {"delivery_timeout_ms": 1_500, "request_timeout_ms": 1_000}
    producer = new_producer(deals.settings, known.transactions, **quick)
    producer.init_transactions()
    producer.begin_transaction()
    producer.send(known.topics.deals, b"{}", b"key", []).get(10)
    kafka_of_our_own.ask("kill")
    try:
        began = monotonic()
        offsets = {known.source: OffsetAndMetadata(1, "", -1)}
        with pytest.raises(KafkaTimeoutError):
            producer.send_offsets_to_transaction(offsets, ConsumerGroupMetadata(known.group))
        with pytest.raises(KafkaTimeoutError):
            producer.commit_transaction()
        assert monotonic() - began < 10
        began = monotonic()
        producer.close(timeout=0)
        assert monotonic() - began < 6
        assert active_count() <= before
    finally:
        kafka_of_our_own.ask("start")
