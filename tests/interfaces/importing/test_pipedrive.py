"""Files of Pipedrive, made as its API documents them: whatever their layout and order, the same histories."""

import gzip
import json
import tempfile
import tracemalloc
from collections.abc import Iterator
from contextlib import suppress
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import BadInput
from tests.interfaces.importing.crm_exports import CrmDesk, crm_desk
from tests.interfaces.importing.pipedrive_files import Company, company

GOLDEN = {
    "PipelineDefined": 1,
    "DealOpened": 40,
    "ContactAdded": 40,
    "DealStageChanged": 62,
    "DealAmountRevised": 15,
    "DealExpectedCloseMoved": 16,
    "DealWon": 8,
    "DealLost": 15,
    "DealReopened": 7,
    "TouchpointPlanned": 25,
    "TouchpointHeld": 25,
}
"""The events of forty deals: what the generator says that they went through."""


@pytest.fixture
def store(tmp_path: Path) -> Iterator[CrmDesk]:
    with crm_desk(tmp_path) as empty:
        yield empty


@pytest.fixture(scope="module")
def forty() -> Company:
    return company(40)


def counts(store: CrmDesk) -> dict[str, int]:
    found: dict[str, int] = {}
    for each in store.deals.feed(limit=10_000):
        found[each.type] = found.get(each.type, 0) + 1
    return found


def test_every_deal_goes_through_what_its_flow_says(store: CrmDesk, forty: Company) -> None:
    report = store.pipedrive(store.write("p.json", forty.json()))
    assert (report.opened, report.refused.count, report.undated) == (40, 0, 0)
    assert counts(store) == GOLDEN
    for number, story in forty.story.items():
        told = [
            (each.type, each.occurred_at.strftime("%Y-%m-%d %H:%M:%S"))
            for each in store.story(f"pipedrive:{number}")
        ]
        assert sorted(told) == sorted(story), number


def test_every_deal_stands_as_its_record_says(store: CrmDesk, forty: Company) -> None:
    store.pipedrive(store.write("p.json", forty.json()))
    stages = [stage for stage, _ in store.stages("pipedrive-1")]
    for record in forty.lists["deals"]:
        deal = store.deal(f"pipedrive:{record['id']}")
        amount = deal.life.amount
        assert amount is not None
        assert (deal.outcome.standing, amount.amount) == (record["status"], Decimal(record["value"]))
        assert deal.team.owner == record["user_id"]["name"]
        if record["status"] == "open":
            assert deal.life.stage == stages[record["stage_id"] - 1]
            assert str(deal.life.expected_close) == record["expected_close_date"]


@pytest.mark.parametrize("layout", ["turned round", "answers", "by deal", "inside", "ndjson", "gzip"])
def test_every_layout_tells_the_same(store: CrmDesk, forty: Company, layout: str) -> None:
    store.pipedrive(store.write("p.json", forty.json()))
    text: str | bytes
    match layout:
        case "turned round":
            text = forty.json(*reversed([*forty.lists]))
        case "answers":
            text = json.dumps({name: {"success": True, "data": items} for name, items in forty.lists.items()})
        case "by deal":
            text = json.dumps({**forty.lists, "flow": by_deal(forty)})
        case "inside":
            inside = [{**deal, "flow": by_deal(forty).get(str(deal["id"]))} for deal in forty.lists["deals"]]
            text = json.dumps(
                {name: items for name, items in forty.lists.items() if name != "flow"} | {"deals": inside}
            )
        case "ndjson":
            text = forty.ndjson()
        case _:
            text = gzip.compress(forty.json().encode())
    assert store.pipedrive(store.write("q.json", text)).recorded == 0
    assert store.pipedrive(store.write("q.json", text), source="again").opened == 40
    assert {name: 2 * count for name, count in GOLDEN.items()} == counts(store)


def by_deal(made: Company) -> dict[str, list[dict[str, Any]]]:
    """The flow as it is asked for: one answer for each deal, which does not name it again."""
    flows: dict[str, list[dict[str, Any]]] = {}
    for item in made.lists["flow"]:
        data = {name: value for name, value in item["data"].items() if name != "item_id"}
        flows.setdefault(str(item["data"]["item_id"]), []).append({**item, "data": data})
    return flows


def test_stages_have_names_order_probability_and_when_they_rot(store: CrmDesk) -> None:
    records = {
        "deals": [deal()],
        "pipelines": [{"id": 1, "name": "销售"}],
        "stages": [
            {"id": 2, "name": "报价", "pipeline_id": 1, "order_nr": 2, "deal_probability": 100},
            {"id": 1, "name": "Lead In", "pipeline_id": 1, "order_nr": 1, "deal_probability": 10}
            | {"rotten_flag": True, "rotten_days": 14},
        ],
    }
    store.pipedrive(store.write("p.json", json.dumps(records)))
    pipeline = store.deals.pipeline("pipedrive-1")
    assert pipeline.labels.en == "销售"
    assert [(each.stage, each.probability, each.rots_after_days) for each in pipeline.stages] == [
        ("lead-in", 0.1, 14),
        ("报价", 1.0, None),
    ]


def deal(**fields: Any) -> dict[str, Any]:  # noqa: ANN401 - whatever a record holds
    record = {"id": 1, "title": "Pumps", "value": 100, "currency": "EUR", "status": "open", "stage_id": 1}
    record |= {"pipeline_id": 1, "user_id": 7, "add_time": "2026-03-01 09:00:00"}
    return record | {"update_time": "2026-03-20 10:00:00"} | fields


def take(store: CrmDesk, *deals: dict[str, Any], **lists: list[dict[str, Any]]) -> Any:  # noqa: ANN401 - a report
    stages = [{"id": n, "name": f"Step {n}", "pipeline_id": 1, "order_nr": n} for n in (1, 2)]
    records = {"deals": list(deals), "stages": stages, **lists}
    return store.pipedrive(store.write("p.json", json.dumps(records)))


def change(number: int, field: str, old: object, new: object, at: str, deal: int = 1) -> dict[str, Any]:
    data = {
        "id": number,
        "item_id": deal,
        "field_key": field,
        "old_value": old,
        "new_value": new,
        "log_time": at,
    }
    return {"object": "dealChange", "timestamp": at, "data": data}


def test_without_a_flow_the_records_times_are_told(store: CrmDesk) -> None:
    won = deal(
        status="won", stage_id=2, stage_change_time="2026-03-05 09:00:00", won_time="2026-03-09 09:00:00"
    )
    lost = deal(id=2, status="lost", lost_time="2026-03-10 09:00:00", lost_reason="Price", add_time=None)
    report = take(store, won, lost)
    assert store.told("pipedrive:1") == [
        ("DealOpened", "2026-03-01T09:00"),
        ("DealStageChanged", "2026-03-05T09:00"),
        ("DealWon", "2026-03-09T09:00"),
    ]
    assert store.told("pipedrive:2") == [("DealOpened", "?"), ("DealLost", "2026-03-10T09:00")]
    assert store.data("pipedrive:2", "DealLost")[0]["causes"] == [{"reason": "price", "effect": "blocked"}]
    assert report.undated == 1


def test_value_and_currency_that_change_together_are_one_amount(store: CrmDesk) -> None:
    at = "2026-03-05 09:00:00"
    flow = [change(3, "currency", "EUR", "USD", at), change(2, "value", "100", "120.5", at)]
    take(store, deal(value=120.5, currency="USD"), flow=flow)
    assert store.data("pipedrive:1", "DealAmountRevised") == [
        {
            "amount": {"amount": "120.5", "currency": "USD"},
            "previous": {"amount": "100", "currency": "EUR"},
        }
    ]


def test_a_person_who_takes_anothers_place_is_told(store: CrmDesk) -> None:
    flow = [change(2, "person_id", "31", "32", "2026-03-05 09:00:00")]
    take(store, deal(person_id={"value": 32, "name": "Li Lei"}), flow=flow)
    assert store.told("pipedrive:1")[1:] == [
        ("ContactAdded", "2026-03-01T09:00"),
        ("ContactRemoved", "2026-03-05T09:00"),
        ("ContactAdded", "2026-03-05T09:00"),
    ]
    assert store.data("pipedrive:1", "ContactAdded") == [
        {"contact": "31"},
        {"contact": "32", "name": "Li Lei"},
    ]


def test_notes_lose_their_markup_and_tasks_are_tasks(store: CrmDesk) -> None:
    note = {
        "id": 5,
        "deal_id": 1,
        "content": "<p>Ready to <b>switch</b></p><p>Soon</p>",
        "add_time": "2026-03-04 10:00:00",
    }
    task = {
        "id": 6,
        "deal_id": 1,
        "type": "task",
        "subject": "Send list",
        "due_date": "2026-03-09",
        "done": False,
    }
    about_nothing = {"id": 7, "type": "call", "subject": "Chat", "done": True}
    report = take(store, deal(), notes=[note], activities=[task, about_nothing])
    assert report.refused.count == 0
    assert store.data("pipedrive:1", "DealNoteAdded") == [{"text": "Ready to switch\nSoon"}]
    assert store.data("pipedrive:1", "TaskAdded") == [{"task": "6", "text": "Send list", "due": "2026-03-09"}]


def test_a_deleted_deal_counts_nowhere(store: CrmDesk) -> None:
    take(store, deal(deleted=True))
    assert store.deal("pipedrive:1").outcome.standing == "discarded"


def test_a_longer_file_adds_what_is_new(store: CrmDesk) -> None:
    first = change(2, "stage_id", "1", "2", "2026-03-05 09:00:00")
    take(store, deal(stage_id=2), flow=[first])
    later = change(3, "status", "open", "won", "2026-04-01 09:00:00")
    changed = deal(
        stage_id=2, status="won", won_time="2026-04-01 09:00:00", user_id=8, update_time="2026-04-02 09:00:00"
    )
    report = take(store, changed, deal(id=2), flow=[later, first])
    assert (report.opened, report.corrected) == (1, 0)
    assert store.told("pipedrive:1")[-2:] == [
        ("DealWon", "2026-04-01T09:00"),
        ("DealOwnerAssigned", "2026-04-02T09:00"),
    ]
    assert take(store, changed, deal(id=2), flow=[later, first]).recorded == 0


def test_records_that_cannot_be_held_are_left_out_alone(store: CrmDesk) -> None:
    flow = [
        change(2, "value", "100", "-3", "2026-03-05 09:00:00"),
        change(3, "stage_id", "1", "2", "soon"),
        change(4, "stage_id", "1", "2", "2026-03-05 09:00:00", deal=99),
        change(5, "stage_id", "1", "2", "2026-03-06 09:00:00"),
    ]
    report = take(store, deal(stage_id=2), deal(id=2, currency="Euro"), deal(), flow=flow)
    assert [(each.file, each.line, each.column) for each in report.refused] == [
        ("p.json, deal", 2, "value"),
        ("p.json, deal", 3, "id"),
        ("p.json, dealChange", 1, "new_value"),
        ("p.json, dealChange", 2, "log_time"),
        ("p.json, dealChange", 3, "item_id"),
    ]
    assert report.opened == 1
    assert store.told("pipedrive:1")[-1] == ("DealStageChanged", "2026-03-06T09:00")
    (left_out,) = report.refused_files
    assert left_out.name == "p.json.refused.csv"
    assert '""item_id"": 99' in left_out.read_text("utf-8-sig")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('{"deals": [{"id": 1, "title": "Pu', "to its end"),
        ('{"deals": [], "stages": []}', "holds no deals"),
        ('{"a": 1}', "holds no deals"),
        ("", "to its end"),
        ("3", "3 where an object"),
        ('{"deals": [1]}', "no JSON object"),
        (b'{"deals": [{"id": 1, "title": "M\xfchle"}]}', "to its end"),
        (gzip.compress(b'{"deals": [' + b" " * 9999, mtime=0)[:-9], "to its end"),
    ],
)
def test_a_file_that_cannot_be_read_to_its_end_records_nothing(
    store: CrmDesk, text: str | bytes, told: str
) -> None:
    with pytest.raises(BadInput, match=told):
        store.pipedrive(store.write("p.json", text))
    assert store.deals.head().position == 0


def test_a_file_that_is_cut_anywhere_records_nothing(store: CrmDesk, forty: Company) -> None:
    text = forty.json()
    for end in range(1, len(text) - 1, 4_999):
        with pytest.raises(BadInput):
            store.pipedrive(store.write("p.json", text[:end]))
        assert store.deals.head().position == 0


def test_a_check_leaves_no_trace(store: CrmDesk, forty: Company) -> None:
    path = store.write("p.json", forty.json())
    checked = store.pipedrive(path, check=True)
    assert store.deals.head().position == 0
    assert [each.name for each in store.folder.iterdir()] == ["p.json"]
    assert store.pipedrive(path).recorded == checked.recorded


def test_a_large_file_is_read_in_bounded_memory(store: CrmDesk) -> None:
    path = store.folder / "p.json"
    wordy = json.dumps(deal(description="x" * 50_000))
    with path.open("w") as file:
        file.write('{"files": [' + ", ".join([wordy] * 200) + '], "deals": [')
        file.write(", ".join(wordy.replace('"id": 1,', f'"id": {n},') for n in range(200)) + "]}")
    assert path.stat().st_size > 20_000_000
    tracemalloc.start()
    try:
        assert store.pipedrive(path).opened == 200
        assert tracemalloc.get_traced_memory()[1] < 8_000_000
    finally:
        tracemalloc.stop()


NUMBERS = (0, -1, 1.5, 10**20, True)
WORDS = ("", " ", "x" * 600, "won", "open", "1", "2026-03-02", "2026-03-02 10:00:00", "€", "\ud83d")
NESTED: tuple[Any, ...] = (
    [],
    [1],
    {},
    {"value": 7},
    {"name": "Ann", "value": 7},
    [{"value": "a", "primary": True}],
)
ODD = st.sampled_from([None, *NUMBERS, *WORDS, *NESTED])


@given(st.data())
def test_whatever_the_records_hold_they_are_taken_or_refused_and_never_by_half(data: st.DataObject) -> None:
    made = company(3)
    for name, items in made.lists.items():
        for item in items:
            fields = item["data"] if name == "flow" else item
            for spoiled in data.draw(st.lists(st.sampled_from(sorted(fields)), max_size=1)):
                fields[spoiled] = data.draw(ODD)
    with tempfile.TemporaryDirectory() as folder, crm_desk(Path(folder)) as store:
        path = store.write("p.json", made.json())
        with suppress(BadInput):
            checked = store.pipedrive(path, check=True)
            report = store.pipedrive(path)
            # A template that a deal needs is the store's own, and is not counted.
            assert report.recorded == checked.recorded <= store.deals.head().position
            assert list(report.refused) == list(checked.refused)
            assert store.pipedrive(path).recorded == 0
            return
        assert store.deals.head().position == 0
