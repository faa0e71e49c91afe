"""The archive from Kafka to DuckDB: stopped in the middle, replayed, still the feed row for row."""

from pathlib import Path
from random import Random

from kafka.structs import TopicPartition

from consumers.jobs.archive import make
from consumers.kafka_client import new_consumer
from consumers.running.replay import carry_out, planned, since_the_beginning
from consumers.running.state import State
from consumers.topics import PARTITIONS, Topics
from engine.deals import Deals
from engine.settings import Settings
from tests.consumers.jobs.archived import read
from tests.consumers.jobs.delivering import until
from tests.consumers.jobs.shipped import reached, running
from tests.end_to_end.consumer_feed import feed, make_topics, record_deals, send


def ends(settings: Settings) -> dict[int, int]:
    """Where each partition of the deals ends."""
    consumer = new_consumer(settings)
    try:
        partitions = [TopicPartition(Topics(settings.topic_prefix).deals, each) for each in range(PARTITIONS)]
        return {each.partition: end for each, end in consumer.end_offsets(partitions).items()}
    finally:
        consumer.close()


def test_what_the_archive_wrote_is_the_feed_row_for_row_after_a_stop_and_after_a_replay(
    tmp_path: Path, kafka_address: str, topic_prefix: str
) -> None:
    settings = Settings(kafka=kafka_address, topic_prefix=topic_prefix, store="memory:")
    make_topics(settings, "archive")
    folder = tmp_path / "archive"
    job = make({"folder": str(folder), "rows_per_file": 50})
    with Deals(settings) as deals, State.open(f"sqlite:///{tmp_path}/archive.state.db") as state:
        record_deals(deals, Random(3), deals=range(60), events=20)
        records = feed(deals)
        send(settings, records)
        end = ends(settings)
        with running(job, settings, state, records=100):
            until(lambda: sum(reached(job, settings, state).values()) > 300, 60)
        with running(job, settings, state):
            until(lambda: reached(job, settings, state) == end, 60)
        written = read(folder)
        assert [row["value"].encode() for row in written] == [each.value for each in records]
        assert len({row["kafka_partition"] for row in written}) == PARTITIONS

        carry_out(state, settings, planned(state, settings, "archive", since_the_beginning))
        assert reached(job, settings, state) != end
        with running(job, settings, state):
            until(lambda: reached(job, settings, state) == end, 60)
        assert read(folder) == written
