"""A history becomes deals: in which order, by whom, with what follows from it, and once only."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from domain.deal.corrections import CorrectEvent, Replacement
from domain.event import Actor
from engine.ids import deal_id
from engine.timing import ALWAYS
from interfaces.importing.history.importing import import_history
from tests.interfaces.importing.histories import (
    NOW,
    SOURCE,
    Telling,
    cny,
    empty_store,
    line,
    moved,
    opened,
    pipeline,
)

DEAL = UUID("018f0000-0000-7000-8000-000000000017")
EARLY, LATER, LAST = "2026-04-02T09:00:00+08:00", "2026-04-03T09:00:00+08:00", "2026-05-01T09:00:00+08:00"


@pytest.fixture
def telling(tmp_path: Path) -> Iterator[Telling]:
    yield from empty_store(tmp_path)


def test_each_line_is_one_event_with_its_own_time_and_offset(telling: Telling) -> None:
    report = telling.tell(opened(), moved("qualification", LATER))
    assert (report.read, report.recorded, report.opened, report.unchanged) == (2, 2, 1, 0)
    first, second = telling.story()
    assert (first.version, second.version) == (1, 2)
    assert second.occurred_at.isoformat() == LATER
    assert second.channel == "import:acme-crm"
    assert (second.precision, second.source_recorded_at) == ("instant", None)


def test_the_opening_comes_first_then_time_orders_the_lines_and_undated_ones_are_last(
    telling: Telling,
) -> None:
    telling.tell(
        line("DealNoteAdded", None, text="undated"),
        line("DealNoteAdded", LAST, text="last"),
        line("DealNoteAdded", "2026-03-01T00:00:00Z", text="before the opening"),
        opened(),
        line("DealNoteAdded", EARLY, text="early"),
    )
    notes = [data.get("text", "opened") for data in telling.data()]
    assert notes == ["opened", "before the opening", "early", "last", "undated"]


def test_lines_of_one_instant_keep_their_order_in_the_file(telling: Telling) -> None:
    texts = [f"note {number}" for number in range(20)]
    telling.tell(opened(), *(line("DealNoteAdded", LATER, text=text) for text in texts))
    assert [data["text"] for data in telling.data()[1:]] == texts


def test_lines_with_versions_are_recorded_in_that_order_whatever_their_time(telling: Telling) -> None:
    telling.tell(
        line("DealNoteAdded", EARLY, text="learned last", line_version=3),
        line("DealNoteAdded", LAST, text="learned second", line_version=2),
        opened(line_version=1),
    )
    assert [data.get("text") for data in telling.data()] == [None, "learned second", "learned last"]


def test_lines_of_many_deals_may_be_mixed(telling: Telling) -> None:
    report = telling.tell(
        opened(deal="A"),
        opened(deal="B"),
        moved("meeting", EARLY, deal="A"),
        moved("proposal", EARLY, deal="B"),
    )
    assert report.opened == 2
    assert telling.deal("A").life.stage == "meeting"
    assert telling.deal("B").life.stage == "proposal"


def test_one_deal_may_be_spelled_in_two_unicode_forms(telling: Telling) -> None:
    report = telling.tell(opened(deal="Caf\u00e9"), moved("meeting", EARLY, deal=" Cafe\u0301 "))
    assert (report.opened, report.recorded, len(report.refused)) == (1, 2, 0)


def test_a_missing_date_stays_missing_and_holds_from_the_import_on(telling: Telling) -> None:
    report = telling.tell(opened(None), moved("meeting", None))
    assert report.undated == 2
    assert [(each.occurred_at, each.precision) for each in telling.story()] == [(NOW, "unknown")] * 2


def test_a_day_is_kept_as_a_day(telling: Telling) -> None:
    telling.tell(opened("2026-04-01T00:00:00+08:00", line_precision="day"))
    assert telling.story()[0].precision == "day"


def test_a_line_says_who_did_it_or_else_the_import_is_named(telling: Telling) -> None:
    agent = {"id": "bot", "kind": "agent", "on_behalf_of": "li.lei"}
    telling.tell(
        opened(line_by="li.lei"),
        line("DealNoteAdded", EARLY, text="x", line_by=agent),
        line("DealNoteAdded", LATER, text="y"),
    )
    assert [each.by for each in telling.story()] == [
        Actor(id="li.lei"),
        Actor.model_validate(agent),
        Actor(id=SOURCE, kind="import"),
    ]


def test_whoever_runs_the_import_may_be_named_instead(telling: Telling) -> None:
    telling.tell(opened(), by=Actor(id="wang.fang"))
    assert telling.story()[0].by == Actor(id="wang.fang")


def test_the_time_at_which_the_source_recorded_a_fact_is_kept(telling: Telling) -> None:
    telling.tell(opened(line_source_recorded_at=LATER))
    assert telling.story()[0].source_recorded_at == datetime.fromisoformat(LATER)


def test_what_follows_from_the_history_is_filled_in(telling: Telling) -> None:
    telling.tell(
        opened(amount=cny("100")),
        moved("meeting", EARLY),
        line("DealAmountRevised", LATER, amount=cny("120.50")),
        line("DealOwnerAssigned", LATER, owner="wang.fang"),
        line("DealExpectedCloseMoved", LATER, expected_close="2026-06-30"),
        line("DealExpectedCloseMoved", LAST, expected_close="2026-07-31"),
        line("DealPipelineChanged", LAST, to_pipeline="process", to_stage="quotation"),
    )
    first, stage, amount, owner, close, later_close, other = telling.data()
    assert (first["pipeline"], first["pipeline_revision"]) == ("standard", 1)
    assert first["external"] == {"source": SOURCE, "key": "D-17"}
    assert stage == {"to_stage": "meeting", "from_stage": "prospecting", "pipeline_revision": 1}
    assert amount["previous"] == cny("100")
    assert owner["previous"] == "li.lei"
    assert "previous" not in close
    assert later_close["previous"] == "2026-06-30"
    assert (other["from_pipeline"], other["from_stage"]) == ("standard", "meeting")


def test_a_new_line_in_the_middle_follows_from_what_happened_before_it(telling: Telling) -> None:
    telling.tell(opened(), moved("meeting", EARLY), moved("negotiation", LAST))
    telling.tell(opened(), moved("meeting", EARLY), moved("proposal", LATER), moved("negotiation", LAST))
    assert telling.data()[3]["from_stage"] == "meeting"
    assert telling.deal().life.stage == "negotiation"


def test_a_template_is_defined_when_a_deal_lives_in_it_and_only_then(telling: Telling) -> None:
    telling.tell(opened())
    (defined,) = telling.pipeline_story("standard")
    assert defined.occurred_at == ALWAYS
    assert telling.pipeline_story("path") == []


def test_a_pipeline_of_the_file_holds_since_always_wherever_its_line_stands(telling: Telling) -> None:
    report = telling.tell(opened(pipeline="loan", stage="asked"), pipeline("loan", "asked", "granted"))
    assert (report.recorded, len(report.refused)) == (2, 0)
    (defined,) = telling.pipeline_story("loan")
    assert (defined.occurred_at, defined.precision) == (ALWAYS, "instant")
    assert telling.deals.pipeline("loan").revision == 1


def test_the_revision_is_the_one_in_force_or_the_nearest_that_has_the_stage(telling: Telling) -> None:
    telling.tell(
        pipeline("loan", "asked", "checked"),
        pipeline("loan", "asked", "granted", type_name="PipelineRevised", at=LATER),
        opened(pipeline="loan", stage="asked"),
        moved("granted", EARLY),
        moved("asked", LAST),
        moved("checked", LAST),
    )
    revisions = [data["pipeline_revision"] for data in telling.data()]
    assert revisions == [1, 2, 2, 1]


def test_a_pipeline_that_is_there_already_is_not_defined_again(telling: Telling) -> None:
    lines = (pipeline("loan", "asked"), pipeline("loan", "asked", "granted", type_name="PipelineRevised"))
    telling.tell(*lines)
    again = telling.tell(*lines, {**lines[1], "type": "PipelineRetired", "data": {}})
    assert (again.recorded, again.unchanged) == (1, 2)
    assert telling.deals.pipeline("loan").retired


def test_another_definition_of_a_known_pipeline_is_refused(telling: Telling) -> None:
    telling.tell(pipeline("loan", "asked"))
    report = telling.tell(pipeline("loan", "granted"))
    (refusal,) = report.refused
    assert "already defined" in refusal.reason
    assert len(telling.pipeline_story("loan")) == 1


def test_importing_the_same_file_again_adds_nothing(telling: Telling) -> None:
    lines = (opened(), moved("meeting", EARLY), line("DealNoteAdded", None, text="x"))
    telling.tell(*lines)
    head = telling.deals.head()
    telling.clock[0] = NOW + timedelta(days=3)
    again = telling.tell(*lines)
    assert (again.recorded, again.unchanged, again.opened, again.undated) == (0, 3, 0, 0)
    assert telling.deals.head() == head


def test_a_line_is_the_same_whatever_its_spacing_and_the_order_of_its_fields(telling: Telling) -> None:
    telling.tell(opened(), moved("meeting", "2026-04-02T09:00:00+08:00", reason="price"))
    respelled = (
        '{"data": { "reason": "price","to_stage":"meeting"}, "type":"DealStageChanged",'
        ' "at":"2026-04-02T01:00:00Z","deal":"D-17","source":"acme-crm"}'
    )
    assert telling.tell(opened(), respelled).recorded == 0


def test_a_longer_file_adds_only_what_is_new_wherever_it_stands(telling: Telling) -> None:
    telling.tell(opened(), moved("meeting", EARLY), moved("negotiation", LAST))
    report = telling.tell(
        line("DealNoteAdded", LATER, text="late"),
        opened(),
        moved("meeting", EARLY),
        moved("negotiation", LAST),
    )
    assert (report.recorded, report.unchanged) == (1, 3)
    assert telling.types()[-1] == "DealNoteAdded"
    (late,) = report.late
    assert (late.line, late.deal) == (1, f"{SOURCE}:D-17")


def test_equal_lines_are_as_many_events(telling: Telling) -> None:
    note = line("DealNoteAdded", EARLY, text="called, nobody there")
    telling.tell(opened(), note, note)
    assert telling.tell(opened(), note, note, note).recorded == 1
    assert telling.types().count("DealNoteAdded") == 3


def test_new_lines_of_a_known_deal_need_no_opening(telling: Telling) -> None:
    telling.tell(opened())
    assert telling.tell(moved("meeting", EARLY)).recorded == 1


def test_changed_content_under_the_same_key_is_a_correction(telling: Telling) -> None:
    telling.tell(opened(), moved("meeting", EARLY, line_key="m1", reason="price"))
    changed = (opened(), moved("proposal", LATER, line_key="m1"))
    report = telling.tell(*changed)
    assert (report.recorded, report.corrected) == (1, 1)
    correction = telling.data()[2]
    assert (correction["corrects"], correction["type"]) == (2, "DealStageChanged")
    assert correction["reason"] == "source-changed"
    assert correction["replacement"]["data"] == {
        "to_stage": "proposal",
        "from_stage": "prospecting",
        "pipeline_revision": 1,
    }
    assert datetime.fromisoformat(correction["replacement"]["occurred_at"]) == datetime.fromisoformat(LATER)
    assert telling.deal().life.stage == "proposal"
    assert telling.tell(*changed).recorded == 0


def test_a_changed_opening_keeps_the_name_of_its_deal(telling: Telling) -> None:
    telling.tell(opened(line_key="o"), moved("meeting", EARLY))
    telling.tell(opened(line_key="o", title="Bigger pumps"), moved("meeting", EARLY))
    life = telling.deal().life
    assert (life.title, life.stage) == ("Bigger pumps", "meeting")
    assert life.external is not None
    assert life.external.key == "D-17"


def test_content_that_changes_back_is_corrected_back(telling: Telling) -> None:
    original, other = moved("meeting", EARLY, line_key="m1"), moved("proposal", EARLY, line_key="m1")
    for told in (original, other, original):
        telling.tell(opened(), told)
    assert telling.types() == ["DealOpened", "DealStageChanged", "EventCorrected", "EventCorrected"]
    assert telling.deal().life.stage == "meeting"


def test_a_date_that_the_source_dropped_is_no_longer_known(telling: Telling) -> None:
    telling.tell(opened(), moved("meeting", EARLY, line_key="m1"))
    telling.tell(opened(), moved("meeting", None, line_key="m1"))
    replacement = telling.data()[2]["replacement"]
    assert replacement["precision"] == "unknown"
    assert datetime.fromisoformat(replacement["occurred_at"]) == NOW


def test_a_correction_by_hand_stays_while_the_source_says_the_same(telling: Telling) -> None:
    lines = (opened(), moved("meeting", EARLY, line_key="m1"))
    telling.tell(*lines)
    by_hand = CorrectEvent(
        corrects=2, replacement=Replacement(data={"to_stage": "proposal"}), reason="by-mistake"
    )
    telling.deals.handle(deal_id(SOURCE, "D-17"), by_hand, by=Actor(id="li.lei"))
    assert telling.tell(*lines).recorded == 0
    assert telling.deal().life.stage == "proposal"


def test_a_changed_line_without_a_key_is_another_line(telling: Telling) -> None:
    telling.tell(opened(), line("DealNoteAdded", EARLY, text="one"))
    telling.tell(opened(), line("DealNoteAdded", EARLY, text="two"))
    assert telling.types() == ["DealOpened", "DealNoteAdded", "DealNoteAdded"]


def test_a_deal_that_was_recorded_here_first_keeps_its_id(telling: Telling) -> None:
    telling.tell({**opened(), "source": "dealtrail", "deal": str(DEAL).upper()})
    (first,) = telling.deals.story(DEAL)
    assert "external" not in first.event.model_fields_set


def test_other_deals_may_be_named_by_source_and_key(telling: Telling) -> None:
    telling.tell(
        opened(deal="A", follows={"deal": "other:B:1", "kind": "renewal"}),
        line("DealMerged", LAST, deal="A", into=str(DEAL)),
    )
    first, merged = telling.data("A")
    assert first["follows"]["deal"] == str(deal_id("other", "B:1"))
    assert merged["into"] == str(DEAL)


def test_a_correction_may_be_told_by_a_line_and_leave_out_what_follows(telling: Telling) -> None:
    telling.tell(
        opened(),
        moved("meeting", EARLY),
        line(
            "EventCorrected",
            LAST,
            corrects=2,
            type="DealStageChanged",
            reason="by-mistake",
            replacement={"data": {"to_stage": "proposal"}},
        ),
        line("EventRetracted", LAST, retracts=2, type="DealStageChanged", reason="by-mistake"),
    )
    assert telling.data()[2]["replacement"]["data"]["pipeline_revision"] == 1
    assert telling.deal().life.stage == "prospecting"


def test_a_correction_that_is_told_twice_is_recorded_once(telling: Telling) -> None:
    told = line("EventRetracted", LAST, retracts=2, type="DealStageChanged", reason="by-mistake")
    lines = (opened(), moved("meeting", EARLY), told, told)
    assert (telling.tell(*lines).recorded, telling.tell(*lines).recorded) == (3, 0)
    assert telling.types() == ["DealOpened", "DealStageChanged", "EventRetracted"]


def test_a_replacement_may_name_other_deals_and_versions_like_any_line(telling: Telling) -> None:
    merged = {"data": {"into": "other:B"}}
    proven = {"data": {"to_stage": "meeting", "evidence": [3]}}
    report = telling.tell(
        opened(line_version=1),
        moved("no-such-stage", EARLY, line_version=2),
        line("DealAbsorbed", EARLY, absorbed="other:A", line_version=3),
        moved("meeting", EARLY, line_version=4),
        line("DealMerged", LATER, into=str(DEAL), line_version=5),
        line(
            "EventCorrected",
            LAST,
            corrects=5,
            type="DealMerged",
            reason="x",
            replacement=merged,
            line_version=6,
        ),
        line(
            "EventCorrected",
            LAST,
            corrects=4,
            type="DealStageChanged",
            reason="x",
            replacement=proven,
            line_version=7,
        ),
    )
    assert [refusal.line for refusal in report.refused] == [2]
    _, absorbed, _, _, other, stage = telling.data()
    assert absorbed["absorbed"] == str(deal_id("other", "A"))
    assert (other["corrects"], other["replacement"]["data"]["into"]) == (4, str(deal_id("other", "B")))
    assert (stage["corrects"], stage["replacement"]["data"]["evidence"]) == (3, [2])


def test_versions_named_by_later_lines_move_along_when_a_line_is_left_out(telling: Telling) -> None:
    report = telling.tell(
        opened(line_version=1),
        moved("no-such-stage", EARLY, line_version=2),
        moved("meeting", EARLY, line_version=3),
        line("EventRetracted", LATER, retracts=3, type="DealStageChanged", reason="x", line_version=4),
        line("EventRetracted", LATER, retracts=2, type="DealStageChanged", reason="x", line_version=5),
        line("DealLost", LAST, kind="unknown", line_version=6, causes=[{"reason": "price", "evidence": [3]}]),
    )
    assert [(refusal.line, refusal.column) for refusal in report.refused] == [
        (2, "data.to_stage"),
        (5, "data.retracts"),
    ]
    assert telling.data()[2]["retracts"] == 2
    assert telling.data()[3]["causes"][0]["evidence"] == [2]


def test_contradictions_are_recorded_as_told_and_listed(telling: Telling) -> None:
    report = telling.tell(
        opened(),
        line("DealLost", "2026-03-01T00:00:00Z", kind="unknown"),
        line("OfferAccepted", EARLY, offer="o1"),
        line("OfferMade", LATER, offer="o1", side="seller"),
        line("DealWon", LATER),
        line("DealReopened", LATER),
        line("DealReopened", LATER),
    )
    assert (report.recorded, len(report.refused)) == (7, 0)
    told = {contradiction.line: contradiction.told for contradiction in report.contradictions}
    assert set(told) == {2, 3, 5, 7}
    assert "before the deal was opened" in told[2]
    assert "'o1' was answered before it was made" in told[3]
    assert "second outcome: the deal was lost" in told[5]
    assert "reopened, and the deal was open" in told[7]


def test_a_stage_of_the_pipeline_that_the_deal_was_in_before_or_later_is_a_contradiction(
    telling: Telling,
) -> None:
    report = telling.tell(
        opened(),
        moved("quotation", EARLY),
        line("DealPipelineChanged", LATER, to_pipeline="process", to_stage="follow-up"),
    )
    assert (report.recorded, len(report.refused)) == (3, 0)
    (contradiction,) = report.contradictions
    assert (contradiction.line, contradiction.deal) == (2, f"{SOURCE}:D-17")
    assert "'quotation' is no stage of 'standard'" in contradiction.told


def test_a_check_changes_nothing_and_says_what_an_import_would_do(telling: Telling) -> None:
    telling.tell(opened())
    head = telling.deals.head()
    lines = (
        opened(),
        opened(deal="other", pipeline="path", stage="identification"),
        moved("meeting", "2026-03-01T00:00:00Z"),
        moved("nowhere", EARLY),
    )
    checked = telling.tell(*lines, check=True)
    assert telling.deals.head() == head
    assert checked.refused_file is None
    assert not list(telling.folder.glob("*.refused.csv"))
    done = telling.tell(*lines)
    for name in ("read", "recorded", "unchanged", "opened", "corrected", "undated"):
        assert getattr(checked, name) == getattr(done, name), name
    for name in ("refused", "contradictions", "late"):
        assert list(getattr(checked, name)) == list(getattr(done, name)) != [], name


def test_progress_is_told_while_reading_and_while_recording(telling: Telling) -> None:
    path = telling.write([opened(), *(line("DealNoteAdded", EARLY, text=str(n)) for n in range(1999))])
    heard: list[tuple[str, int, int]] = []
    import_history(path, telling.deals, progress=lambda *told: heard.append(told))
    assert [told[0] for told in heard] == ["Reading", "Reading", "Recording"]
    assert all(done <= total for _, done, total in heard)
    assert heard[-1] == ("Recording", 2000, 2000)
