"""What the archive writes is the feed, row for row, whatever dies and whatever comes again."""

import errno
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from consumers.job import Job
from consumers.jobs.archive import files, make
from consumers.jobs.archive.rows import table_of
from consumers.wire import Delivered
from domain.deal.corrections import EventCorrected, Replacement
from domain.deal.life import DealOpened
from domain.deal.outlook import DealNoteAdded
from domain.deal.people import ContactAdded
from domain.errors import BadInput, StoreForeign, Unavailable
from domain.event import Recorded
from domain.pipeline import PIPELINE_EVENTS
from domain.values import Sealed
from engine.deals import Deals
from tests.consumers.jobs.archived import Archiving, delivered, in_batches, read, record_of
from tests.domain.telling import recorded, told

OPENED = DealOpened(title='泵站 "East"', owner="li.lei", pipeline_revision=1)
NOTES = told(OPENED, *(DealNoteAdded(text=f"note {number}") for number in range(2, 40)))
RECORDS = [record_of(each) for each in NOTES]


def as_told(record: Delivered) -> dict[str, Any]:
    """The row that an event must be, told from its JSON alone."""
    value = json.loads(record.value)
    event = record.event
    return {
        "position": value["position"],
        "recorded_at": event.recorded_at,
        "stream_id": value["stream_id"],
        "version": value["version"],
        "type": value["type"],
        "occurred_at": event.occurred_at,
        "occurred_at_text": value["occurred_at"],
        "precision": value.get("precision", "instant"),
        "by_id": value["by"]["id"],
        "by_kind": value["by"]["kind"],
        "on_behalf_of": value["by"].get("on_behalf_of"),
        "channel": value["channel"],
        "command_id": value["command_id"],
        "correlation_id": value.get("correlation_id"),
        "causation_id": value.get("causation_id"),
        "source_recorded_at": event.source_recorded_at,
        "line_key": value.get("line_key"),
        "data": json.dumps(value["data"], ensure_ascii=False, separators=(",", ":")),
        "value": record.value.decode(),
        "kafka_partition": record.partition,
        "kafka_offset": record.offset,
    }


class Demo(NamedTuple):
    """The demo's log: as records, and as the store's feed."""

    records: Sequence[Delivered]
    feed: Sequence[Recorded]


@pytest.fixture(scope="module")
def demo(demo_deals: Deals) -> Demo:
    return Demo(delivered(demo_deals), demo_deals.feed(limit=100_000))


@pytest.fixture
def archiving(tmp_path: Path) -> Archiving:
    return Archiving(tmp_path / "archive", rows_per_file=10)


def test_what_duckdb_reads_is_the_feed_of_the_store_row_for_row(tmp_path: Path, demo: Demo) -> None:
    archiving = Archiving(tmp_path / "archive")
    archiving.take(*in_batches(demo.records, 200))
    rows = read(archiving.folder)
    assert rows == [as_told(each) for each in demo.records]
    assert [(row["position"], row["type"], row["occurred_at"]) for row in rows] == [
        (event.position, event.type, event.occurred_at) for event in demo.feed
    ]


def test_events_that_come_again_after_a_death_before_the_commit_are_there_once(archiving: Archiving) -> None:
    archiving.take(RECORDS[:7])
    archiving.take(RECORDS[7:15], dies=True)
    archiving.take(RECORDS[7:11], RECORDS[11:15], RECORDS[15:20])
    assert archiving.versions() == list(range(1, 21))


def test_a_replay_from_the_beginning_leaves_every_event_there_once(archiving: Archiving) -> None:
    archiving.take(*in_batches(RECORDS, 4))
    before = read(archiving.folder)
    archiving.take(*in_batches(RECORDS, 7))
    assert read(archiving.folder) == before
    assert archiving.versions() == list(range(1, 40))


def test_a_replay_of_one_deal_leaves_the_other_deals_there(archiving: Archiving) -> None:
    archiving.take(RECORDS)
    archiving.take(RECORDS[3:4], RECORDS[20:22])
    assert archiving.versions() == list(range(1, 40))


def test_an_event_that_was_parked_finds_its_place_among_later_ones(archiving: Archiving) -> None:
    archiving.take(RECORDS[1:5], RECORDS[6:20])
    archiving.take(RECORDS[5:6], RECORDS[:1])
    assert archiving.versions() == list(range(1, 21))


def test_a_reader_never_meets_an_event_twice_or_misses_one(archiving: Archiving) -> None:
    """Of a file there is one at any time: the old one, or the one with more rows that was renamed over it."""
    seen = []
    for batch in in_batches(RECORDS, 3):
        archiving.take(batch)
        seen.append(archiving.versions())
    assert seen == [list(range(1, min(end, 39) + 1)) for end in range(3, 42, 3)]


def test_files_are_named_by_their_first_offset_and_grow_until_they_are_full(archiving: Archiving) -> None:
    archiving.take(*in_batches(RECORDS[:25], 4))
    folder = "deals.events.v1/partition=00"
    assert archiving.files() == [
        f"{folder}/00000000000000000001.parquet",
        f"{folder}/00000000000000000013.parquet",
        f"{folder}/00000000000000000025.parquet",
    ]


def test_what_a_dead_process_left_unfinished_is_removed_when_its_partition_is_assigned(
    archiving: Archiving,
) -> None:
    archiving.take(RECORDS[:3])
    left = archiving.folder / "deals.events.v1" / "partition=00" / "00000000000000000004.abc.unfinished"
    left.write_bytes(b"PAR1")
    assert archiving.versions() == [1, 2, 3]
    assert archiving.job.on_assigned is not None
    archiving.job.on_assigned({0: 4, 1: 0})
    assert not left.exists()
    assert archiving.versions() == [1, 2, 3]


def test_a_process_that_slept_does_not_put_back_what_another_has_replaced(
    archiving: Archiving, monkeypatch: pytest.MonkeyPatch
) -> None:
    archiving.take(RECORDS[:3])
    merged = files._merged

    def while_it_slept(*tables: Any) -> Any:  # noqa: ANN401 - pyarrow's tables
        rows = merged(*tables)
        monkeypatch.setattr(files, "_merged", merged)
        another = files.PartitionFiles(archiving.folder / "deals.events.v1" / "partition=00", 10, "zstd")
        another.take(table_of(RECORDS[3:6]))
        another.take(table_of(RECORDS[6:9]))
        return rows

    monkeypatch.setattr(files, "_merged", while_it_slept)
    with pytest.raises(Unavailable, match="Another process has written"):
        archiving.take(RECORDS[3:6])
    assert archiving.versions() == list(range(1, 10))
    assert all(file.endswith(".parquet") for file in archiving.files())


def test_a_full_disk_is_not_filled_further_by_every_attempt(
    archiving: Archiving, monkeypatch: pytest.MonkeyPatch
) -> None:
    archiving.take(RECORDS[:3])
    there = archiving.files()

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as disk:
        disk.setattr("os.fsync", full)
        for _ in range(3):
            with pytest.raises(Unavailable, match="No space left"):
                archiving.take(RECORDS[3:5])
    assert archiving.files() == there
    archiving.take(RECORDS[3:5])
    assert archiving.versions() == [1, 2, 3, 4, 5]


def test_an_emptied_folder_is_noticed_and_filled_again_by_a_replay(archiving: Archiving) -> None:
    archiving.take(RECORDS[:7])
    for file in archiving.files():
        (archiving.folder / file).unlink()
    with pytest.raises(Unavailable, match="replay the archive from the beginning"):
        archiving.take(RECORDS[7:9])
    assert archiving.files() == []
    archiving.take(RECORDS[:5], RECORDS[5:12])
    assert archiving.versions() == list(range(1, 13))


def test_a_topic_that_was_made_anew_is_not_mixed_with_the_old_one(archiving: Archiving) -> None:
    archiving.take(RECORDS[:7])
    other = [record_of(recorded(DealNoteAdded(text="other"), 1), offset=3)]
    with pytest.raises(StoreForeign, match="topic was made anew"):
        archiving.take(other)
    assert archiving.versions() == list(range(1, 8))


def test_a_file_that_is_no_parquet_file_is_named(archiving: Archiving) -> None:
    archiving.take(RECORDS[:3])
    (archiving.folder / archiving.files()[0]).write_bytes(b"broken")
    with pytest.raises(Unavailable, match="partition=00 is no readable Parquet file"):
        archiving.take(RECORDS[3:5])


def test_a_folder_that_cannot_be_written_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("here")
    with pytest.raises(Unavailable, match="whether it is mounted"):
        Archiving(tmp_path / "file").take(RECORDS[:1])


NAMED = ContactAdded(
    contact="c1", name="王芳", email="w@x.cn", phone=Sealed(sealed="k1", bytes="AA"), title="CTO"
)
CORRECTED = EventCorrected(
    corrects=2,
    type="ContactAdded",
    replacement=Replacement(data={"contact": "c1", "name": "王方", "title": "CFO"}),
    reason="other",
)


@pytest.mark.parametrize(("config", "left"), [({}, True), ({"without_personal_data": True}, False)])
def test_personal_data_can_be_left_out(tmp_path: Path, config: Mapping[str, object], left: bool) -> None:
    archiving = Archiving(tmp_path, **config)
    archiving.take([record_of(each) for each in told(OPENED, NAMED, CORRECTED)])
    opened, added, corrected = read(tmp_path)
    assert opened["value"] == RECORDS[0].value.decode()
    assert json.loads(added["data"]) == {"contact": "c1", "title": "CTO"} | (
        {"name": "王芳", "email": "w@x.cn", "phone": {"sealed": "k1", "bytes": "AA"}} if left else {}
    )
    assert json.loads(corrected["data"])["replacement"]["data"] == {"contact": "c1", "title": "CFO"} | (
        {"name": "王方"} if left else {}
    )
    for row in (added, corrected):
        assert json.loads(row["value"])["data"] == json.loads(row["data"])
        assert ("王" in row["value"]) is left


def test_leaving_personal_data_out_later_takes_a_replay(tmp_path: Path) -> None:
    records = [record_of(each) for each in told(OPENED, NAMED)]
    Archiving(tmp_path).take(records)
    Archiving(tmp_path, without_personal_data=True).take(records)
    assert [json.loads(row["data"]).get("name") for row in read(tmp_path)] == [None, None]


def test_definitions_of_pipelines_are_archived_by_a_job_of_their_own(tmp_path: Path, demo: Demo) -> None:
    archiving = Archiving(tmp_path, reads="pipelines")
    named = {event.__name__ for event in PIPELINE_EVENTS}
    records = [each for each in demo.records if each.event.type in named]
    archiving.take(*in_batches(records, 100))
    assert (archiving.job.name, archiving.job.reads) == ("archive-pipelines", "pipelines")
    assert read(tmp_path) == [as_told(each) for each in records]
    assert archiving.files()[0].startswith("pipelines.events.v1/partition=")


def test_a_job_may_be_given_a_name_of_its_own() -> None:
    job = make({"folder": "x", "name": "archive-east"})
    assert isinstance(job, Job)
    assert job.name == "archive-east"


@pytest.mark.parametrize(
    ("config", "named"),
    [
        ({}, "folder: Field required"),
        ({"folder": "x", "compresion": "zstd"}, "compresion: Extra inputs"),
        ({"folder": "x", "rows_per_file": 0}, "rows_per_file: "),
        ({"folder": "x", "name": "No Name"}, "cannot name a job"),
    ],
)
def test_a_wrong_configuration_names_its_field(config: dict[str, object], named: str) -> None:
    with pytest.raises(BadInput, match=named):
        make(config)
