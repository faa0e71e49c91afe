"""Of several relays of one store one is at work; the others wait, and one of them goes on when it is gone."""

from time import monotonic

import pytest
from kafka.errors import InvalidProducerEpochError, KafkaError, ProducerFencedError

from consumers.kafka_client import Consumer, Producer, new_consumer, new_producer
from consumers.relay.leading import Turn
from consumers.relay.relay import is_overtaken, run_relay
from consumers.relay.status import relay_status
from domain.errors import Unavailable
from engine.clock import now
from engine.deals import Deals
from engine.settings import Settings
from engine.waiting import LOOK
from tests.consumers.relay.relaying import (
    Running,
    Seen,
    is_there,
    names_of,
    noted,
    relay_all,
    should_be_there,
    wait_for,
)


def test_a_second_relay_waits_and_goes_on_when_the_first_has_stopped(deals: Deals) -> None:
    noted(deals, 10)
    with Running(deals) as first:
        wait_for(lambda: first.seen.position == 10)
        with Running(deals) as second:
            wait_for(lambda: second.seen.said == ["waiting"])
            noted(deals, 10)
            wait_for(lambda: first.seen.position == 20)
            assert relay_status(deals.store, deals.settings, now).relays == 2
            # Who waits has not stopped who works: it made no producer.
            assert (first.seen.said, first.made, second.made) == (["began 0"], 1, 0)
            first.stop()
            noted(deals, 10)
            wait_for(lambda: second.seen.position == 30)
            assert second.seen.said == ["waiting", "began 20"]
    assert is_there(deals) == should_be_there(deals)


def test_a_group_of_one_decides_once_whose_turn_it_is(deals: Deals, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Consumer] = []

    def noting(settings: Settings, group: str, **options: object) -> Consumer:
        made.append(new_consumer(settings, group, **options))
        return made[-1]

    monkeypatch.setattr("consumers.relay.leading.new_consumer", noting)
    with Turn(deals.settings, names_of(deals)) as turn:
        assert turn.is_ours(20)
        # Kafka is asked soon after a group has decided whether its topic has changed.
        until = monotonic() + 2
        while monotonic() < until:
            assert turn.is_ours(0.1)
            assert turn.is_still_ours()
        assert made[0].group_metadata().generation_id == 1


def test_whoever_has_had_its_turn_says_again_that_it_waits(
    deals: Deals, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = [False, False, True, False, False]

    class Told(Turn):
        """Whether it is our turn is known beforehand; we have it for a moment."""

        def is_ours(self, seconds: float = 0.0) -> bool:
            return answers.pop(0)

        def is_still_ours(self) -> bool:
            return False

        def is_another_s(self) -> bool:
            return True

    monkeypatch.setattr("consumers.relay.relay.Turn", Told)
    seen = Seen()
    run_relay(deals, lambda: not answers, seen)
    assert seen.said == ["waiting", "began 0", "waiting"]


def test_a_relay_that_rests_stays_in_the_group(deals: Deals, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[float] = []

    class Noting(Turn):
        """Always ours; notes for how long it was listened to."""

        def is_ours(self, seconds: float = 0.0) -> bool:
            asked.append(seconds)
            return True

    def unable(settings: Settings, transactions: str) -> Producer:
        raise Unavailable("Kafka cannot be used now.")

    monkeypatch.setattr("consumers.relay.relay.Turn", Noting)
    seen = Seen()
    run_relay(deals, lambda: len(asked) > 2, seen, producers=unable)
    assert (asked[:2], seen.said) == ([LOOK, 0.0], ["lost"])


def test_an_overtaken_relay_says_so_and_waits_for_its_turn_again(deals: Deals) -> None:
    noted(deals, 10)
    with Running(deals) as relay:
        wait_for(lambda: relay.seen.position == 10)
        # As another one does whose turn it is, while this one believes that it still has it.
        later = new_producer(deals.settings, names_of(deals).transactions)
        later.init_transactions()
        later.close(timeout=0)
        noted(deals, 10)
        wait_for(lambda: relay.seen.position == 20)
    assert relay.seen.said == ["began 0", "overtaken", "began 10"]
    assert relay.seen.errors == []
    assert is_there(deals) == should_be_there(deals)


def test_an_overtaken_producer_does_not_stop_the_one_that_overtook_it(deals: Deals) -> None:
    noted(deals, 10)
    known = names_of(deals)
    earlier = new_producer(deals.settings, known.transactions)
    earlier.init_transactions()
    earlier.begin_transaction()
    earlier.send(known.topics.deals, b"{}", b"key", []).get(10)
    later = new_producer(deals.settings, known.transactions)
    later.init_transactions()
    # Its transaction is known to Kafka, so that kafka-python finds out only when a record is refused.
    sent = earlier.send(known.topics.deals, b"{}", b"key", [])
    earlier.flush(10)
    with pytest.raises(KafkaError) as refused:
        sent.get(10)
    assert is_overtaken(refused.value)
    later.begin_transaction()
    later.send(known.topics.deals, b"{}", b"key", []).get(10)
    later.abort_transaction()
    for producer in (earlier, later):
        producer.close(timeout=0)
    relay_all(deals)
    assert is_there(deals) == should_be_there(deals)


def test_overtaken_is_what_kafka_says_when_a_later_producer_is_there() -> None:
    repeated = KafkaError(f"Cannot execute transactional method: {ProducerFencedError()}")
    assert all(map(is_overtaken, (ProducerFencedError(), InvalidProducerEpochError(), repeated)))
    assert not any(map(is_overtaken, (KafkaError("no brokers"), OSError("refused"), None)))
