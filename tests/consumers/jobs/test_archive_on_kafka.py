"""The archive from Kafka to DuckDB: the whole demo, stopped in the middle, replayed, still the feed row for row."""

from pathlib import Path

import pyarrow.parquet as pq

from consumers.jobs.archive import make
from consumers.running.replay import carry_out, planned, since_the_beginning
from consumers.running.state import State
from engine.deals import Deals
from engine.settings import Settings
from interfaces.demo.demo import make_demo
from tests.consumers.jobs.archived import read
from tests.consumers.jobs.delivering import until
from tests.consumers.jobs.shipped import reached, running
from tests.end_to_end.consumer_feed import feed, make_topics, send


def rows(folder: Path) -> int:
    """How many there are, from the files' footers alone."""
    return sum(pq.read_metadata(path).num_rows for path in folder.rglob("*.parquet"))


def test_what_the_archive_wrote_is_the_feed_row_for_row_after_a_stop_and_after_a_replay(
    tmp_path: Path, kafka_address: str, topic_prefix: str
) -> None:
    settings = Settings(kafka=kafka_address, topic_prefix=topic_prefix, store="memory:")
    make_topics(settings, "archive")
    folder = tmp_path / "archive"
    job = make({"folder": str(folder), "rows_per_file": 300})
    with Deals(settings) as deals, State.open(f"sqlite:///{tmp_path}/archive.state.db") as state:
        make_demo(deals)
        records = feed(deals)
        send(settings, records)
        with running(job, settings, state, records=200):
            until(lambda: rows(folder) > 500, 60)
        with running(job, settings, state):
            until(lambda: rows(folder) == len(records), 60)
        written, end = read(folder), reached(job, settings, state)
        assert [row["value"].encode() for row in written] == [each.value for each in records]
        assert len({row["kafka_partition"] for row in written}) == 12

        carry_out(state, settings, planned(state, settings, "archive", since_the_beginning))
        assert reached(job, settings, state) != end
        with running(job, settings, state):
            until(lambda: sum(reached(job, settings, state).values()) >= sum(end.values()), 60)
        assert read(folder) == written
