"""What is recorded comes to Kafka, each event once, a deal's events in their order, in the bytes of the store."""

from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from kafka.admin import ConfigResource
from kafka.errors import KafkaError

from consumers.kafka_client import Producer, administering, new_producer
from consumers.relay.marking import Marking
from consumers.relay.position import Position, saved_position
from consumers.relay.relay import ENOUGH, batch_after, run_relay
from consumers.relay.sending import TooLarge, send_batch
from domain.deal.life import OpenDeal
from engine.deals import Deals
from engine.digest import first_digest
from engine.relay_mark import RelayMark
from engine.settings import Settings
from tests.consumers.relay.relaying import (
    Seen,
    is_there,
    names_of,
    noted,
    on_kafka,
    relay_all,
    should_be_there,
)
from tests.engine.appending import FIRST, ME, NOON, SetClock


class Watched:
    """Passes every call on to a producer."""

    def __init__(self, inner: Producer) -> None:
        self.inner = inner
        self.calls: list[str] = []

    def __getattr__(self, name: str) -> object:
        return getattr(self.inner, name)


def test_every_event_is_sent_once_in_the_order_of_its_deal(deals: Deals) -> None:
    noted(deals, 300)
    assert relay_all(deals, batch=70).batches == [70, 70, 70, 70, 20]
    assert is_there(deals) == should_be_there(deals)


def test_pipelines_have_a_topic_of_their_own(deals: Deals) -> None:
    deals.handle(FIRST, OpenDeal(title="Pumps", owner="li.lei"), by=ME)
    relay_all(deals)
    topics = names_of(deals).topics
    assert {record.topic: record.key for record in on_kafka(deals.settings)} == {
        topics.pipelines: str(deals.feed()[0].stream_id).encode(),
        topics.deals: str(FIRST).encode(),
    }


def test_it_goes_on_where_it_stopped(deals: Deals) -> None:
    noted(deals, 30)
    assert relay_all(deals).said == ["began 0"]
    noted(deals, 20)
    again = relay_all(deals)
    assert (again.said, again.batches) == (["began 30"], [20])
    assert relay_all(deals).batches == []
    assert is_there(deals) == should_be_there(deals)


def test_what_is_recorded_while_it_runs_is_sent_too(deals: Deals) -> None:
    noted(deals, 10)

    def after_some_more(seen: Seen) -> bool:
        if seen.position == 10 and deals.head().position == 10:
            noted(deals, 15)
        return seen.position == 25

    assert relay_all(deals, until=after_some_more).batches[0] == 10
    assert is_there(deals) == should_be_there(deals)


def test_the_position_is_kept_with_the_digest_of_its_event(deals: Deals) -> None:
    noted(deals, 30)
    relay_all(deals)
    saved = saved_position(deals.settings, names_of(deals))
    head = deals.head()
    assert saved is not None
    assert (saved.position, saved.digest) == (head.position, head.digest)


def test_a_relay_of_an_empty_store_waits_for_its_first_event(deals: Deals) -> None:
    assert relay_all(deals).said == ["began 0"]
    noted(deals, 1)
    assert relay_all(deals).said == ["began 0"]
    assert is_there(deals) == should_be_there(deals)


def test_a_batch_holds_fewer_events_where_they_are_large(deals: Deals) -> None:
    noted(deals, 2_000, deals_of=1, text="x" * 19_000)
    assert len(batch_after(deals.store, 0, 2_000)) * 19_000 < 2 * ENOUGH
    assert len(batch_after(deals.store, 1_990, 2_000)) == 10
    assert len(batch_after(deals.store, 0, 7)) == 7


def test_a_batch_holds_no_more_events_than_it_may(deals: Deals) -> None:
    noted(deals, 1_100)
    assert len(batch_after(deals.store, 0, 700)) == 700


def limit(deals: Deals, size: int) -> None:
    """Let the topic of deals take so many bytes at once, and no more."""
    with administering(deals.settings) as admin:
        topic = names_of(deals).topics.deals
        admin.alter_configs([ConfigResource("TOPIC", topic, {"max.message.bytes": str(size)})])


def test_an_event_that_is_too_large_ends_the_relay_and_is_not_skipped(deals: Deals) -> None:
    limit(deals, 1_500)
    noted(deals, 3)
    noted(deals, 1, text="".join(chr(0x4E00 + number) for number in range(3_000)))
    noted(deals, 2)
    with pytest.raises(TooLarge, match=r"position 4 takes \d+ bytes.*max.message.bytes=16384"):
        relay_all(deals)
    assert is_there(deals) == {}
    limit(deals, 16_384)
    relay_all(deals)
    assert is_there(deals) == should_be_there(deals)


def test_an_event_larger_than_any_request_is_told_the_same_way(deals: Deals) -> None:
    noted(deals, 2)

    def narrow(settings: Settings, transactional_id: str) -> Producer:
        return new_producer(settings, transactional_id, max_request_size=300)

    with pytest.raises(TooLarge, match="position 1 takes"):
        relay_all(deals, producers=narrow)


def test_a_record_that_kafka_has_not_taken_is_sent_again_though_its_transaction_could_be_committed(
    deals: Deals,
) -> None:
    noted(deals, 5)

    class Refused:
        def get(self, timeout: float | None = None) -> object:
            raise KafkaError(f"refused within {timeout} seconds")

    class Losing(Watched):
        """Loses the third record that it is given."""

        def send(self, *given: Any, **named: Any) -> object:  # noqa: ANN401 - as the producer has it
            self.calls.append("send")
            return Refused() if self.calls.count("send") == 3 else self.inner.send(*given, **named)

    made: list[Watched] = []

    def losing_once(settings: Settings, transactional_id: str) -> Producer:
        made.append((Watched if made else Losing)(new_producer(settings, transactional_id)))
        return made[-1]  # type: ignore[return-value]

    seen = relay_all(deals, producers=losing_once)
    assert is_there(deals) == should_be_there(deals)
    assert seen.said == ["began 0", "lost", "began 0", "back"]


def test_a_topic_that_cannot_be_found_at_the_moment_loses_no_event(deals: Deals) -> None:
    noted(deals, 5)

    class Lost(Watched):
        """Does not know the topic when it shall send the third record."""

        def send(self, *given: Any, **named: Any) -> object:  # noqa: ANN401 - as the producer has it
            self.calls.append("send")
            if self.calls.count("send") == 3:
                raise ValueError("there is no such topic")
            return self.inner.send(*given, **named)

    made: list[Watched] = []

    def lost_once(settings: Settings, transactional_id: str) -> Producer:
        made.append((Watched if made else Lost)(new_producer(settings, transactional_id)))
        return made[-1]  # type: ignore[return-value]

    seen = relay_all(deals, producers=lost_once)
    assert is_there(deals) == should_be_there(deals)
    assert seen.said == ["began 0", "lost", "began 0", "back"]
    assert "there is no such topic" in seen.errors[0]


def test_what_an_older_relay_commits_before_it_is_stopped_is_not_sent_twice(deals: Deals) -> None:
    noted(deals, 5)
    known = names_of(deals)
    older = new_producer(deals.settings, known.transactions)
    older.init_transactions()

    class Slower(Watched):
        """Before it stops the older one, that one gets a batch through."""

        def init_transactions(self) -> None:
            send_batch(older, deals.store.rows(0, 5), known)
            self.inner.init_transactions()

    def slower(settings: Settings, transactional_id: str) -> Producer:
        return Slower(new_producer(settings, transactional_id))  # type: ignore[return-value]

    seen = relay_all(deals, producers=slower)
    older.close(timeout=0)
    assert is_there(deals) == should_be_there(deals)
    assert seen.said == ["began 5"]


def test_a_position_that_stays_is_committed_again_and_marked_every_day(deals: Deals, clock: SetClock) -> None:
    noted(deals, 5)
    relay_all(deals)
    begun, done = (
        RelayMark(0, first_digest(deals.info.store_id), NOON),
        RelayMark(5, deals.head().digest, NOON),
    )
    assert deals.store.relay_marks() == [done, begun]
    committed: list[int] = []

    class Counting:
        """Passes every call on, and counts the commits."""

        def __init__(self, inner: Producer) -> None:
            self.inner = inner

        def __getattr__(self, name: str) -> object:
            if name == "commit_transaction":
                committed.append(len(deals.store.relay_marks()))
            return getattr(self.inner, name)

    def day_by_day(seen: Seen) -> bool:
        if seen.said:
            clock.pass_time(hours=13)
        return len(deals.store.relay_marks()) == 5

    def counting(settings: Settings, transactional_id: str) -> Producer:
        return Counting(new_producer(settings, transactional_id))  # type: ignore[return-value]

    relay_all(deals, until=day_by_day, producers=counting)
    marks = deals.store.relay_marks()
    assert [mark.position for mark in marks] == [5, 5, 5, 5, 0]
    assert all(later.marked_at - mark.marked_at >= timedelta(days=1) for later, mark in pairwise(marks[:-1]))
    # Once when it began, once before each mark.
    assert committed == [2, 2, 3, 4]


def test_a_mark_of_a_clock_that_ran_ahead_does_not_let_kafka_forget_the_position(
    deals: Deals, clock: SetClock
) -> None:
    at = Position(0, first_digest(deals.info.store_id))
    clock.pass_time(days=400)
    deals.store.mark_relayed(at.position, at.digest)
    clock.pass_time(days=-400)
    marking = Marking(deals.store, clock)
    marking.began(at)
    assert [mark.marked_at for mark in deals.store.relay_marks(1)] == [NOON]
    assert not marking.is_late(at)
    clock.pass_time(days=1)
    assert marking.is_late(at)


def test_a_position_that_moves_is_marked_every_hour(deals: Deals, clock: SetClock) -> None:
    def minute_by_minute(seen: Seen) -> bool:
        if seen.said and seen.position == deals.head().position:
            clock.pass_time(minutes=15)
            noted(deals, 1)
        return seen.position >= 9

    relay_all(deals, until=minute_by_minute)
    assert [mark.position for mark in deals.store.relay_marks()] == [9, 8, 4, 0]


def test_somebody_who_wants_it_to_stop_need_not_wait_for_the_backlog(deals: Deals) -> None:
    noted(deals, 50)
    seen = relay_all(deals, batch=10, until=lambda seen: bool(seen.batches))
    assert seen.batches == [10]
    run_relay(deals, lambda: True, seen)
    assert seen.batches == [10]
