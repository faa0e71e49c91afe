"""What a history cannot hold is refused line by line; a file that cannot be read to its end, as a whole."""

import csv
import gzip
import io
import json
import os
import resource
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from domain.deal.life import OpenDeal
from domain.errors import BadInput, Unavailable
from domain.event import Actor
from engine.ids import deal_id
from interfaces.importing.history.importing import import_history
from tests.interfaces.importing.histories import (
    SOURCE,
    Line,
    Telling,
    cny,
    empty_store,
    line,
    moved,
    opened,
    pipeline,
)

EARLY = "2026-04-02T09:00:00+08:00"


@pytest.fixture
def strict(tmp_path: Path) -> Iterator[Telling]:
    yield from empty_store(tmp_path)


REFUSED: list[tuple[Line | str, str | None, str | None, str]] = [
    (line("DealAmountRevised", EARLY, amount=cny("-1")), "data.amount.amount", "-1", "negative"),
    (
        line("DealAmountRevised", EARLY, amount=cny("1.00001")),
        "data.amount.amount",
        "1.00001",
        "four decimals",
    ),
    (
        line("OfferMade", EARLY, offer="o", side="seller", price=cny("-5")),
        "data.price.amount",
        "-5",
        "negative",
    ),
    (moved("nowhere", EARLY), "data.to_stage", "nowhere", "no such stage"),
    (moved("meeting", EARLY, pipeline_revision=7), "data.pipeline_revision", "7", "no revision 7"),
    (line("DealReopened", EARLY, stage="nowhere"), "data.stage", "nowhere", "no such stage"),
    (
        line("DealPipelineChanged", EARLY, to_pipeline="unheard-of", to_stage="x"),
        "data.to_pipeline",
        "unheard-of",
        "no such pipeline",
    ),
    (moved("meeting", "2026-06-01T12:05:01+00:00"), "at", "2026-06-01T12:05:01+00:00", "not come yet"),
    (
        moved("meeting", EARLY, line_source_recorded_at="2027-01-01T00:00:00Z"),
        "source_recorded_at",
        "2027-01-01T00:00:00Z",
        "not come yet",
    ),
    (moved("meeting", "2026-04-02T09:00:00"), "at", "2026-04-02T09:00:00", "no offset"),
    (moved("meeting", "2026-04-02"), "at", "2026-04-02", "no offset"),
    (moved("meeting", "yesterday"), "at", "yesterday", "no time such as"),
    (moved("meeting", "0001-01-01T00:00:00+08:00"), "at", "0001-01-01T00:00:00+08:00", "before the year 1"),
    (moved("meeting", None, line_precision="day"), "at", None, "precision is unknown"),
    (moved("meeting", EARLY, line_precision="week"), "precision", "week", "one of instant, day, unknown"),
    (line("DealStageChanged", EARLY), "data.to_stage", None, "missing"),
    (
        line("DealStageChanged", EARLY, to_stage="meeting", colour="red"),
        "data.colour",
        "red",
        "no such field",
    ),
    ({**moved("meeting", EARLY), "colour": "red"}, "colour", "red", "no such field"),
    (line("DealStageWon", EARLY), "type", "DealStageWon", "no such type"),
    ({**moved("meeting", EARLY), "pipeline": "standard"}, "pipeline", "standard", "belongs to a deal"),
    ({**pipeline("loan", "asked"), "deal": "D-17"}, "deal", "D-17", "belongs to a pipeline"),
    ({**moved("meeting", EARLY), "deal": " "}, "deal", " ", "no text of 1 to 500"),
    ({**moved("meeting", EARLY), "source": "dealtrail"}, "deal", "D-17", "named by its UUID"),
    ({"deal": "D-17", "type": "DealWon", "data": {}}, "source", None, "missing"),
    ({**moved("meeting", EARLY), "data": None}, "data", None, "are missing"),
    (moved("meeting", EARLY, line_version=0), "version", "0", "whole number from 1"),
    (moved("meeting", EARLY, line_by={"id": "x", "kind": "robot"}), "by.kind", "robot", "'human'"),
    (moved("Proposal Made", EARLY), "data.to_stage", "Proposal Made", "pattern"),
    (line("DealMerged", EARLY, into=17), "data.into", "17", "valid string"),
    (line("ContactAdded", EARLY, contact={"id": "c"}), "data.contact", '{"id": "c"}', "valid string"),
    (line("DealMerged", EARLY, into="somewhere"), "data.into", "somewhere", "names no deal"),
    (line("DealDetailsChanged", EARLY), "data", "{}", "name at least one detail"),
    (opened(EARLY), "type", "DealOpened", "opened before"),
    (line("EventRetracted", EARLY, retracts=1, type="DealOpened", reason="x"), None, None, "never retracted"),
    (line("EventRetracted", EARLY, retracts=9, type="DealWon", reason="x"), None, None, "no event 9"),
    (
        line(
            "EventCorrected",
            EARLY,
            corrects=1,
            type="DealOpened",
            reason="x",
            replacement={"data": {"title": "y"}, "occurred_at": "2027-01-01T00:00:00Z"},
        ),
        "data.replacement.occurred_at",
        "2027-01-01T00:00:00+00:00",
        "not come yet",
    ),
    (
        line(
            "EventCorrected",
            EARLY,
            corrects=1,
            type="DealOpened",
            reason="x",
            replacement={"data": {"title": "y", "stage": "nowhere"}},
        ),
        "data.stage",
        "nowhere",
        "no such stage",
    ),
    ('{"source": "acme-crm", "deal": ', "column 30", None, "no JSON"),
    ("[1, 2]", None, None, "one JSON object"),
    ('{"source": "acme-crm", "deal": NaN}', "column 32", None, "no JSON"),
]


@pytest.mark.parametrize(("wrong", "column", "value", "reason"), REFUSED)
def test_a_line_that_cannot_be_held_is_left_out_alone_with_its_reason(
    strict: Telling, wrong: Line | str, column: str | None, value: str | None, reason: str
) -> None:
    report = strict.tell(opened(), wrong, line("DealNoteAdded", EARLY, text="goes on"))
    (refusal,) = report.refused
    assert (refusal.line, refusal.column, refusal.value) == (2, column, value)
    assert reason in refusal.reason
    assert strict.types() == ["DealOpened", "DealNoteAdded"]


def test_refused_lines_go_to_a_file_beside_the_history_as_they_stood_there(strict: Telling) -> None:
    wrong = json.dumps(moved("nowhere", EARLY))
    report = strict.tell(opened(), wrong, "nonsense")
    assert report.refused_file == strict.folder / "history.ndjson.refused.csv"
    with report.refused_file.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["line"], row["column"], row["content"]) for row in rows] == [
        ("2", "data.to_stage", wrong),
        ("3", "column 2", "nonsense"),
    ]
    assert all(row["reason"] for row in rows)


def test_a_history_without_refusals_leaves_no_file_behind(strict: Telling) -> None:
    report = strict.tell(opened())
    assert report.refused_file is None
    assert sorted(path.name for path in strict.folder.iterdir()) == ["history.ndjson"]


def test_a_deal_without_an_opening_is_refused_with_all_its_lines(strict: Telling) -> None:
    report = strict.tell(moved("meeting", EARLY, deal="lost"), opened(), line("DealWon", EARLY, deal="lost"))
    assert [(refusal.line, refusal.value) for refusal in report.refused] == [
        (1, f"{SOURCE}:lost"),
        (3, f"{SOURCE}:lost"),
    ]
    assert all("no opening" in refusal.reason for refusal in report.refused)
    assert (report.recorded, strict.story("lost")) == (1, [])


@pytest.mark.parametrize(
    "opening", [opened(pipeline="unheard-of"), opened(stage="nowhere"), opened(amount=cny("-1"))]
)
def test_a_deal_whose_opening_is_refused_is_refused_with_it(strict: Telling, opening: Line) -> None:
    report = strict.tell(opening, moved("meeting", EARLY))
    assert [refusal.line for refusal in report.refused] == [1, 2]
    assert (report.recorded, strict.story()) == (0, [])


def test_only_the_first_of_two_openings_is_recorded(strict: Telling) -> None:
    report = strict.tell(opened(EARLY, title="second"), opened(title="first"))
    assert strict.deal().life.title == "first"
    assert [refusal.line for refusal in report.refused] == [1]


def test_the_type_of_a_line_does_not_change_under_its_key(strict: Telling) -> None:
    strict.tell(opened(), moved("meeting", EARLY, line_key="k"))
    report = strict.tell(opened(), line("DealNoteAdded", EARLY, text="x", line_key="k"))
    (refusal,) = report.refused
    assert (refusal.column, refusal.value) == ("type", "DealNoteAdded")
    assert "DealStageChanged" in refusal.reason


def test_one_key_says_one_thing_in_a_file(strict: Telling) -> None:
    first, second = moved("meeting", EARLY, line_key="k"), moved("proposal", EARLY, line_key="k")
    report = strict.tell(opened(), first, first, second)
    (refusal,) = report.refused
    assert (refusal.line, refusal.column) == (4, "key")
    assert (report.recorded, report.unchanged) == (2, 1)


def test_an_event_that_was_recorded_here_is_not_changed_by_a_file(strict: Telling) -> None:
    (first,) = strict.deals.handle(
        deal_id(SOURCE, "D-17"), OpenDeal(title="Pumps", owner="li.lei"), by=Actor(id="li.lei")
    )
    report = strict.tell(opened(title="Theirs", line_key=first.event_id))
    (refusal,) = report.refused
    assert (refusal.column, refusal.value) == ("key", first.event_id)
    assert strict.deal().life.title == "Pumps"


def test_a_definition_is_not_corrected_but_revised(strict: Telling) -> None:
    strict.tell(pipeline("loan", "asked", key="k"))
    (refusal,) = strict.tell(pipeline("loan", "granted", key="k")).refused
    assert "PipelineRevised" in refusal.reason


@pytest.mark.parametrize("type_name", ["PipelineRevised", "PipelineRetired"])
def test_a_pipeline_that_was_never_defined_is_neither_revised_nor_retired(
    strict: Telling, type_name: str
) -> None:
    told = pipeline("loan", "asked", type_name=type_name)
    told["data"] = told["data"] if type_name == "PipelineRevised" else {}
    (refusal,) = strict.tell(told).refused
    assert "no such pipeline" in refusal.reason
    assert strict.pipeline_story("loan") == []


def test_a_definition_names_the_pipeline_that_its_line_is_about(strict: Telling) -> None:
    told = pipeline("loan", "asked")
    told["data"]["pipeline"] = "mortgage"
    (refusal,) = strict.tell(told).refused
    assert (refusal.column, refusal.value) == ("data.pipeline", "mortgage")


def test_personal_data_is_in_no_refusal(strict: Telling) -> None:
    secret = "x" * 501
    report = strict.tell(
        opened(),
        line("ContactAdded", EARLY, contact="c1", name=secret),
        line("ContactAdded", EARLY, contact="c1", email={"address": "xiaohong@example.com"}),
        line("ContactAdded", EARLY, contact="c1", phone=17),
    )
    assert [refusal.line for refusal in report.refused] == [2, 3, 4]
    told = repr([(refusal.value, refusal.reason) for refusal in report.refused])
    assert all(word not in told for word in ("xxx", "xiaohong", "17"))


def test_a_packed_history_is_read_like_a_plain_one(strict: Telling) -> None:
    path = strict.folder / "history.dat"
    path.write_bytes(gzip.compress(strict.write([opened(), moved("meeting", EARLY)]).read_bytes()))
    assert import_history(path, strict.deals).recorded == 2


@pytest.mark.parametrize("ending", ["\r\n", "\n", "\r", "\n\n"])
def test_any_line_ending_and_a_byte_order_mark_are_read(strict: Telling, ending: str) -> None:
    told = ending.join(
        json.dumps(each) for each in (opened(), moved("meeting", EARLY), moved("nowhere", EARLY))
    )
    path = strict.folder / "history.ndjson"
    path.write_bytes(b"\xef\xbb\xbf" + told.encode())
    report = import_history(path, strict.deals)
    (refusal,) = report.refused
    assert (report.recorded, refusal.line) == (2, 5 if ending == "\n\n" else 3)


def test_standard_input_is_read_through_a_copy(
    strict: Telling, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    told = "\n".join(json.dumps(each) for each in (opened(), moved("nowhere", EARLY)))
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(told.encode())))
    monkeypatch.chdir(tmp_path)
    report = import_history("-", strict.deals)
    assert report.recorded == 1
    assert report.refused_file == Path("stdin.refused.csv")
    assert (tmp_path / "stdin.refused.csv").exists()


def test_a_named_pipe_is_read_through_a_copy(strict: Telling) -> None:
    pipe = strict.folder / "pipe"
    os.mkfifo(pipe)
    told = json.dumps(opened()).encode()
    with ThreadPoolExecutor(1) as other_end:
        other_end.submit(pipe.write_bytes, told)
        assert import_history(pipe, strict.deals).recorded == 1


def test_a_packed_history_that_is_cut_records_nothing(strict: Telling) -> None:
    path = strict.folder / "history.gz"
    texts = [line("DealNoteAdded", EARLY, text=f"note {number * number}") for number in range(20_000)]
    packed = gzip.compress(strict.write([opened(), *texts]).read_bytes())
    path.write_bytes(packed[: len(packed) // 2])
    with pytest.raises(BadInput, match=r"cannot be unpacked to its end \(after line \d\d+"):
        import_history(path, strict.deals)
    assert strict.deals.head().position == 0


def test_broken_utf8_is_named_with_line_and_column_and_records_nothing(strict: Telling) -> None:
    path = strict.write([opened()])
    path.write_bytes(path.read_bytes() + '{"deal": "Müll'.encode() + b"\xff\n")
    with pytest.raises(BadInput, match=r"Line 2 .* column 15 stands the byte 0xff"):
        import_history(path, strict.deals)
    assert strict.deals.head().position == 0


def test_utf16_is_recognised_in_the_refusal(strict: Telling) -> None:
    path = strict.folder / "history.ndjson"
    path.write_bytes(json.dumps(opened()).encode("utf-16"))
    with pytest.raises(BadInput, match="begins like UTF-16"):
        import_history(path, strict.deals)


def test_a_line_of_two_gigabytes_is_refused_without_being_read(strict: Telling) -> None:
    path = strict.write([opened()])
    with path.open("r+b") as file:
        file.truncate(2**31)  # a hole: it takes no room on the disk
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(BadInput, match=r"Line 2 .* goes on after column 16777216"):
        import_history(path, strict.deals)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200_000
    assert strict.deals.head().position == 0


def test_a_file_that_is_not_there_and_a_folder_are_refused(strict: Telling) -> None:
    for path in (strict.folder / "nowhere.ndjson", strict.folder):
        with pytest.raises(BadInput, match=path.name):
            import_history(path, strict.deals)


def test_refused_lines_that_cannot_be_written_out_are_told(strict: Telling) -> None:
    (strict.folder / "history.ndjson.refused.csv").mkdir()
    with pytest.raises(Unavailable, match=r"refused.csv cannot be written"):
        strict.tell(opened(), "nonsense")
