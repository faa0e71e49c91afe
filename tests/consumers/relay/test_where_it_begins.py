"""Where a relay begins is what Kafka keeps, compared with the store; where that is gone, nobody guesses."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from threading import Timer
from typing import Any

import pytest
from kafka.structs import ConsumerGroupMetadata, OffsetAndMetadata

from consumers.kafka_client import Consumer, administering, new_consumer, new_producer
from consumers.relay.position import Position, saved_position
from consumers.relay.sending import commit_again, send_batch
from consumers.relay.starting import starting_position
from consumers.relay.topic_ends import FIRST_STEP
from consumers.relay.topic_setup import make_topics
from domain.errors import BadInput, NotFound, StoreForeign, Tampered, Unavailable
from engine.backup import backup as make_backup
from engine.deals import Deals
from engine.digest import first_digest
from engine.settings import Settings
from tests.consumers.relay.relaying import Seen, is_there, names_of, noted, relay_all, should_be_there


@pytest.fixture
def on_disk(tmp_path: Path, settings: Settings) -> Settings:
    return settings.model_copy(update={"store": f"sqlite:///{tmp_path / 'deals.db'}"})


@pytest.fixture
def relayed(on_disk: Settings) -> Iterator[Deals]:
    """A store in a file, of which 20 events were relayed."""
    with Deals(on_disk) as deals:
        make_topics(on_disk, deals.info.store_id)
        noted(deals, 20)
        send_all(deals)
        yield deals


def send_all(deals: Deals, *, marked: bool = True) -> None:
    """What a relay does, without waiting for its turn."""
    known = names_of(deals)
    producer = new_producer(deals.settings, known.transactions)
    producer.init_transactions()
    after = beginning(deals).position
    at = send_batch(producer, deals.store.rows(after, 1_000), known)
    producer.close(timeout=0)
    if marked:
        deals.store.mark_relayed(at.position, at.digest)


def beginning(deals: Deals, *, from_mark: bool = False) -> Position:
    """Where a relay of this store begins."""
    return starting_position(deals.store, deals.settings, names_of(deals), from_mark=from_mark)


def forget(deals: Deals) -> None:
    """What Kafka does with the position of a relay that was off for too long."""
    known = names_of(deals)
    with administering(deals.settings) as admin:
        admin.delete_group_offsets(known.group, [known.source])


def put_back(deals: Deals, backup: Path) -> Deals:
    """The store as it was when the backup was made."""
    path = Path(deals.settings.store.removeprefix("sqlite:///"))
    deals.close()
    for beside in ("", "-wal", "-shm"):
        path.with_name(f"{path.name}{beside}").unlink(missing_ok=True)
    shutil.copy(backup, path)
    return Deals(deals.settings)


def test_a_position_that_is_gone_is_never_taken_for_0(relayed: Deals) -> None:
    forget(relayed)
    with pytest.raises(NotFound, match=r"has no position.*last mark says position 20 .*--from-mark"):
        relay_all(relayed)
    assert is_there(relayed) == should_be_there(relayed)


def test_from_the_mark_it_goes_on_behind_what_lies_in_the_topics(relayed: Deals) -> None:
    forget(relayed)
    noted(relayed, 5)
    seen = relay_all(relayed, from_mark=True)
    assert seen.said == ["began 20"]
    assert is_there(relayed) == should_be_there(relayed)


def test_the_mark_may_be_older_than_the_last_event_in_the_topics(relayed: Deals) -> None:
    noted(relayed, 5)
    # As a relay that was killed leaves it.
    send_all(relayed, marked=False)
    forget(relayed)
    assert relayed.store.relay_marks(1)[0].position == 20
    assert beginning(relayed, from_mark=True) == Position(25, relayed.head().digest)


def test_the_last_event_is_found_in_a_partition_that_is_not_read_at_once(relayed: Deals) -> None:
    noted(relayed, 600, deals_of=1)
    send_all(relayed)
    forget(relayed)
    assert beginning(relayed, from_mark=True) == Position(620, relayed.head().digest)


def test_where_the_position_is_there_the_mark_is_not_needed(relayed: Deals) -> None:
    assert beginning(relayed, from_mark=True) == beginning(relayed) == Position(20, relayed.head().digest)


def test_a_position_whose_transaction_is_still_open_is_waited_for_where_that_is_asked(relayed: Deals) -> None:
    noted(relayed, 5)
    known, head = names_of(relayed), relayed.head()
    before, after = saved_position(relayed.settings, known), Position(head.position, head.digest)
    producer = new_producer(relayed.settings, known.transactions)
    producer.init_transactions()
    producer.begin_transaction()
    producer.send_offsets_to_transaction(
        {known.source: after.committed()}, ConsumerGroupMetadata(known.group)
    )
    assert saved_position(relayed.settings, known, settled=False) == before
    late = Timer(1, producer.commit_transaction)
    late.start()
    assert saved_position(relayed.settings, known) == after
    late.join()
    producer.close(timeout=0)


def test_topics_that_have_lost_events_are_not_gone_on_with(relayed: Deals) -> None:
    forget(relayed)
    noted(relayed, 3)
    head = relayed.head()
    relayed.store.mark_relayed(head.position, head.digest)
    with pytest.raises(NotFound, match=r"end with the event at position 20.*up to 23 were relayed"):
        beginning(relayed, from_mark=True)


def test_a_transaction_that_was_given_up_does_not_make_a_topic_full(deals: Deals) -> None:
    noted(deals, 10)
    known = names_of(deals)
    producer = new_producer(deals.settings, known.transactions)
    producer.init_transactions()
    producer.begin_transaction()
    for _ in range(FIRST_STEP + 1):
        producer.send(known.topics.deals, b"{}", b"key", []).get(10)
    producer.close(timeout=0)
    assert beginning(deals).position == 0
    send_all(deals)
    assert is_there(deals) == should_be_there(deals)


def test_the_topics_of_another_store_are_left_alone(relayed: Deals, settings: Settings) -> None:
    with Deals(settings) as other:
        make_topics(settings, other.info.store_id)
        noted(other, 3)
        for from_mark in (False, True):
            with pytest.raises(StoreForeign, match="holds events of another store"):
                beginning(other, from_mark=from_mark)
    assert is_there(relayed) == should_be_there(relayed)


def test_a_store_that_has_relayed_nothing_yet_leaves_topics_alone_that_another_has_filled(
    relayed: Deals, settings: Settings
) -> None:
    with Deals(settings) as other:
        make_topics(settings, other.info.store_id)
        known = names_of(other)
        producer = new_producer(settings, known.transactions)
        producer.init_transactions()
        commit_again(producer, Position(0, first_digest(known.store_id)), known)
        producer.close(timeout=0)
        noted(other, 3)
        with pytest.raises(StoreForeign, match="holds events of another store"):
            beginning(other)
    assert is_there(relayed) == should_be_there(relayed)


def test_of_two_empty_stores_with_the_same_topics_the_second_to_send_stops(
    deals: Deals, settings: Settings
) -> None:
    with Deals(settings) as other:
        make_topics(settings, other.info.store_id)

        looked: list[Seen] = []

        def both_have_events(seen: Seen) -> bool:
            looked.extend([seen] * bool(seen.said))
            if len(looked) == 3:
                noted(deals, 2)
                send_all(deals)
                noted(other, 3)
            return False

        with pytest.raises(StoreForeign, match="holds events of another store"):
            relay_all(other, until=both_have_events)
    assert is_there(deals) == should_be_there(deals)


def test_a_broker_that_goes_silent_while_the_topics_are_looked_through_is_given_up(
    relayed: Deals, monkeypatch: pytest.MonkeyPatch
) -> None:
    forget(relayed)
    monkeypatch.setattr("consumers.relay.topic_ends.PATIENCE", 0.0)
    with pytest.raises(Unavailable, match="no record within"):
        beginning(relayed)


@pytest.mark.parametrize(
    "goes_on", [0, 2, 9], ids=["shorter", "shorter with other events", "as long with other events"]
)
def test_a_store_that_was_restored_is_found_out(relayed: Deals, tmp_path: Path, goes_on: int) -> None:
    noted(relayed, 5)
    backup = tmp_path / "backup.db"
    make_backup(relayed.store, backup)
    noted(relayed, 4)
    send_all(relayed)
    there = is_there(relayed)
    with put_back(relayed, backup) as restored:
        noted(restored, goes_on, text="something else")
        with pytest.raises(StoreForeign, match=r"up to position 29.*was restored from a backup"):
            beginning(restored)
        forget(restored)
        with pytest.raises(StoreForeign, match="restored from a backup"):
            beginning(restored, from_mark=True)
        assert is_there(restored) == there


@pytest.mark.parametrize(
    "goes_on", [0, 2, 4, 9], ids=["shorter", "shorter with other events", "as long", "longer"]
)
def test_a_log_that_goes_back_while_it_is_relayed_is_found_out(
    relayed: Deals, tmp_path: Path, goes_on: int
) -> None:
    noted(relayed, 5)
    make_backup(relayed.store, tmp_path / "behind.db")
    noted(relayed, 4)
    full = relayed.store
    with Deals(Settings(store=f"sqlite:///{tmp_path / 'behind.db'}")) as behind:

        def takes_over(seen: Seen) -> bool:
            """Another server answers that did not have the last four events; others record there."""
            if seen.position == 29 and relayed.store is full:
                relayed.store = behind.store
                noted(behind, goes_on, text="something else")
            return False

        with pytest.raises(StoreForeign, match=r"up to position 29.*a server has taken over"):
            relay_all(relayed, until=takes_over)
    relayed.store = full
    assert is_there(relayed) == should_be_there(relayed)


@pytest.mark.parametrize("changed", ["CAST(replace(state, 'called', 'lalled') AS BLOB)", "'no bytes'"])
def test_an_event_that_was_changed_behind_the_store_s_back_is_not_relayed(
    relayed: Deals, tmp_path: Path, changed: str
) -> None:
    noted(relayed, 2)
    with closing(sqlite3.connect(tmp_path / "deals.db")) as shell, shell:
        for (trigger,) in shell.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            shell.execute(f"DROP TRIGGER {trigger}")
        shell.execute(f"UPDATE events SET state = {changed} WHERE position = 21")
    there = is_there(relayed)
    with pytest.raises(Tampered, match=r"position 21 .* does not follow the one before it"):
        relay_all(relayed)
    assert is_there(relayed) == there


def test_a_backup_that_holds_all_that_was_relayed_goes_on(relayed: Deals, tmp_path: Path) -> None:
    backup = tmp_path / "backup.db"
    make_backup(relayed.store, backup)
    noted(relayed, 4)
    with put_back(relayed, backup) as restored:
        noted(restored, 2, text="something else")
        send_all(restored)
        assert is_there(restored) == should_be_there(restored)


@pytest.mark.parametrize("beside", ["", "by hand"])
def test_a_position_that_somebody_set_by_hand_is_not_trusted(relayed: Deals, beside: str) -> None:
    known = names_of(relayed)
    with administering(relayed.settings) as admin:
        admin.alter_group_offsets(known.group, {known.source: OffsetAndMetadata(3, beside, -1)})
    with pytest.raises(BadInput, match=r"position 3 .*not committed by a relay.*--from-mark"):
        beginning(relayed)


def test_whoever_has_found_where_it_begins_keeps_no_connection(
    relayed: Deals, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Any] = []

    def noting(settings: Settings, group: str | None = None, **options: object) -> Consumer:
        consumer = new_consumer(settings, group, **options)
        made.append(consumer)
        return consumer

    monkeypatch.setattr("consumers.relay.position.new_consumer", noting)
    monkeypatch.setattr("consumers.relay.topic_ends.new_consumer", noting)
    forget(relayed)
    assert beginning(relayed, from_mark=True).position == 20
    assert [consumer._closed for consumer in made] == [True, True]


def test_what_somebody_else_wrote_to_the_topics_is_told(relayed: Deals) -> None:
    known = names_of(relayed)
    producer = new_producer(relayed.settings)
    for number in range(12):
        headers = [("ce_source", f"/dealtrail/{known.store_id}".encode())]
        producer.send(known.topics.deals, b"no event", b"key", headers, number).get(10)
    producer.close()
    forget(relayed)
    with pytest.raises(BadInput, match="is no event of dealtrail"):
        beginning(relayed, from_mark=True)
