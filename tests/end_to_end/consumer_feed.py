"""A topic of deals for tests of consumers: a store's feed as a relay sends it, with repeats where one wants them."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from random import Random
from uuid import UUID

from kafka.admin import NewTopic

from consumers.kafka_client import administering, new_producer
from consumers.topics import PARTITIONS, Topics
from consumers.wire import Outgoing, outgoing
from domain.deal.life import DealOpened
from domain.deal.outlook import DealNoteAdded
from domain.event import Actor, Recorded
from engine.deals import Deals
from engine.ids import deal_id
from engine.settings import Settings

BY = Actor(id="li.lei")
WHEN = datetime(2026, 1, 1, tzinfo=UTC)

A_TRANSACTION = 200
"""Records that are committed together: offsets have holes, as behind a relay."""


def make_topics(settings: Settings, *jobs: str) -> None:
    """The topics of events, and one of dead letters for each of these jobs."""
    topics = Topics(settings.topic_prefix)
    made = [NewTopic(each, PARTITIONS, 1) for each in (topics.deals, topics.pipelines)]
    made += [NewTopic(topics.dead(job), 1, 1) for job in jobs]
    with administering(settings) as admin:
        admin.create_topics(made, wait_for_metadata=True)


def deal(nth: int) -> UUID:
    """The deal of that number."""
    return deal_id("consumed", str(nth))


def record_deals(store: Deals, chance: Random, *, deals: Sequence[int], events: int) -> None:
    """Record `events` more events of each of these deals, those of different deals in any order."""
    versions = {nth: len(store.story(deal(nth))) for nth in deals}
    turns = [nth for nth in deals for _ in range(events)]
    chance.shuffle(turns)
    batch = []
    for nth in turns:
        versions[nth] += 1
        batch.append(_event(nth, versions[nth]))
    store.record(batch)


def _event(nth: int, version: int) -> Recorded:
    opening = DealOpened(title=f"Deal {nth}", pipeline="standard", pipeline_revision=1)
    return Recorded(
        stream_id=deal(nth),
        version=version,
        occurred_at=WHEN,
        event=opening if version == 1 else DealNoteAdded(text=f"note {version}"),
        by=BY,
        channel="python",
        command_id=f"{nth}.{version}",
    )


def feed(store: Deals, after: int = 0) -> list[Outgoing]:
    """The records of a store's events of deals, as a relay sends them."""
    deals = Topics()
    rows = store.store.rows(after, 1_000_000)
    return [outgoing(row, store.info.store_id) for row in rows if deals.of(row.type) == deals.deals]


def with_repeats(records: Sequence[Outgoing], chance: Random, share: float) -> Iterator[Outgoing]:
    """The records, and now and then some of the last ones again: what a relay without transactions does."""
    for place, record in enumerate(records, 1):
        yield record
        if chance.random() < share:
            yield from records[max(0, place - chance.randint(1, 20)) : place]


def send(settings: Settings, records: Sequence[Outgoing], topic: str | None = None) -> None:
    """Send records in transactions, the way a relay does."""
    producer = new_producer(settings, f"{settings.topic_prefix}feeding", max_block_ms=30_000)
    try:
        producer.init_transactions()
        for first in range(0, len(records), A_TRANSACTION):
            producer.begin_transaction()
            sent = [
                producer.send(
                    topic or Topics(settings.topic_prefix).deals, each.value, each.key, each.headers
                )
                for each in records[first : first + A_TRANSACTION]
            ]
            producer.flush()
            for each in sent:
                each.get(timeout=90)
            producer.commit_transaction()
    finally:
        producer.close()
