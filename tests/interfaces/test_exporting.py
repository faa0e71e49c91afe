"""The export is the canonical history: pipelines first, then each deal in the order in which we learned of it."""

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from domain.deal.life import ChangeStage, OpenDeal
from domain.errors import NotFound
from domain.event import Actor
from domain.values import External
from engine.ids import deal_id, pipeline_id
from interfaces.exporting import export_history
from tests.interfaces.importing.histories import SOURCE, Telling, empty_store, line, moved, opened

HERE = UUID("018f0000-0000-7000-8000-0000000000bb")
LI_LEI = Actor(id="li.lei")
EARLY = "2026-04-02T09:00:00+08:00"


@pytest.fixture
def exported(tmp_path: Path) -> Iterator[Telling]:
    yield from empty_store(tmp_path)


def lines_of(telling: Telling, deal: UUID | None = None) -> list[dict[str, Any]]:
    out = io.StringIO()
    count = export_history(telling.deals, out, deal=deal)
    lines = [json.loads(text) for text in out.getvalue().splitlines()]
    assert len(lines) == count
    return lines


def test_an_empty_store_exports_nothing(exported: Telling) -> None:
    assert lines_of(exported) == []


def test_every_event_is_a_line_with_its_place_name_times_and_fields(exported: Telling) -> None:
    exported.tell(opened(line_key="o-1"), moved("meeting", None))
    defined, first, second = lines_of(exported)
    assert (defined["pipeline"], defined["type"], defined["at"]) == (
        "standard",
        "PipelineDefined",
        "0001-01-01T00:00:00+00:00",
    )
    assert defined["key"] == f"{pipeline_id('standard')}:1"
    assert first == {
        "source": SOURCE,
        "deal": "D-17",
        "version": 1,
        "key": "o-1",
        "at": "2026-04-01T09:30:00+08:00",
        "by": {"id": SOURCE, "kind": "import"},
        "source_recorded_at": "2026-06-01T12:00:00+00:00",
        "type": "DealOpened",
        "data": {
            "title": "Pumps",
            "owner": "li.lei",
            "pipeline": "standard",
            "stage": "prospecting",
            "external": {"source": SOURCE, "key": "D-17"},
            "pipeline_revision": 1,
        },
    }
    assert (second["at"], second["precision"]) == ("2026-06-01T12:00:00+00:00", "unknown")


def test_a_deal_that_was_recorded_here_first_is_named_by_its_id(exported: Telling) -> None:
    exported.deals.handle(HERE, OpenDeal(title="Here", owner="li.lei"), by=LI_LEI)
    told = lines_of(exported)[-1]
    assert (told["source"], told["deal"], told["key"]) == ("dealtrail", str(HERE), f"{HERE}:1")


def test_a_deal_is_named_by_its_source_only_where_that_leads_back_to_it(exported: Telling) -> None:
    elsewhere = External(source=SOURCE, key="D-18")
    for stream_id in (HERE, deal_id(SOURCE, "D-18")):
        exported.deals.handle(stream_id, OpenDeal(title="x", owner="li.lei", external=elsewhere), by=LI_LEI)
    assert [(told["source"], told["deal"]) for told in lines_of(exported)[1:]] == [
        ("dealtrail", str(HERE)),
        (SOURCE, "D-18"),
    ]


def test_the_known_time_never_goes_back_along_a_deal(exported: Telling) -> None:
    exported.tell(
        opened(line_source_recorded_at="2026-05-05T00:00:00Z"),
        moved("meeting", EARLY, line_source_recorded_at="2026-05-01T00:00:00Z"),
    )
    assert [told["source_recorded_at"] for told in lines_of(exported)[1:]] == [
        "2026-05-05T00:00:00+00:00"
    ] * 2


def test_deals_come_as_they_were_first_recorded_each_as_a_whole(exported: Telling) -> None:
    exported.tell(opened(deal="B"), opened(deal="A"))
    exported.tell(line("DealNoteAdded", EARLY, deal="B", text="later"))
    assert [(told["deal"], told["version"]) for told in lines_of(exported)[1:]] == [
        ("B", 1),
        ("B", 2),
        ("A", 1),
    ]


def test_one_deal_is_exported_with_the_pipelines_that_it_was_in(exported: Telling) -> None:
    exported.tell(opened(deal="A", pipeline="path", stage=None), opened(deal="B"))
    exported.deals.handle(deal_id(SOURCE, "B"), ChangeStage(to_stage="meeting"), by=LI_LEI)
    told = lines_of(exported, deal_id(SOURCE, "B"))
    assert [each["type"] for each in told] == ["PipelineDefined", "DealOpened", "DealStageChanged"]


@pytest.mark.parametrize("stream_id", [HERE, pipeline_id("standard")])
def test_what_is_no_deal_is_not_exported_as_one(exported: Telling, stream_id: UUID) -> None:
    exported.tell(opened())
    with pytest.raises(NotFound, match="There is no deal"):
        export_history(exported.deals, io.StringIO(), deal=stream_id)


def test_only_what_was_there_when_the_export_began_is_in_it(exported: Telling) -> None:
    exported.tell(opened(deal="A"))

    class Busy(io.StringIO):
        """Somebody works on while the export is written."""

        def write(self, text: str) -> int:
            exported.tell(opened(deal="A"), moved("meeting", EARLY, deal="A"), opened(deal="B"))
            return super().write(text)

    assert export_history(exported.deals, Busy()) == 2
