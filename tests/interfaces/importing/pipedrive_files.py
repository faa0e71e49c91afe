"""Files as Pipedrive's API documents its records: a company that sells for half a year, made by a generator.

The same seed makes the same company. `story` says what each deal went through, so that a test can compare.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

BEGIN = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
STAGES = ("Lead In", "Contact Made", "Demo Scheduled", "Proposal Made", "Negotiations Started")
PEOPLE = {7: "Ann", 8: "Bo", 9: "Cy"}
REASONS = ("Price", "No budget", "Chose a competitor", None)

Item = dict[str, Any]


@dataclass
class Company:
    """What its API answers, list by list, and what happened in each deal: type and time."""

    lists: dict[str, list[Item]] = field(default_factory=dict)
    story: dict[int, list[tuple[str, str]]] = field(default_factory=dict)

    def json(self, *order: str) -> str:
        """One object with the lists, in the given order."""
        return json.dumps({name: self.lists[name] for name in order or self.lists})

    def ndjson(self) -> str:
        """A line for each record, the flow as the API wraps it."""
        kinds = {"deals": "deal", "stages": "stage", "pipelines": "pipeline", "users": "user"}
        kinds |= {"activities": "activity", "persons": "person", "organizations": "organization"}
        lines = [
            item if name == "flow" else {"object": kinds[name], "data": item}
            for name, items in self.lists.items()
            for item in items
        ]
        return "".join(f"{json.dumps(line)}\n" for line in lines)


def company(deals: int, seed: int = 1) -> Company:
    """So many deals, with their flow, activities and people."""
    made = Company({"deals": [], "flow": [], "activities": []})
    chance = Random(seed)
    for number in range(1, deals + 1):
        _deal(made, number, chance)
    made.lists["pipelines"] = [{"id": 1, "name": "Sales", "order_nr": 0, "active": True}]
    made.lists["stages"] = [
        {"id": place, "order_nr": place, "name": name, "pipeline_id": 1, "deal_probability": place * 20 - 10}
        for place, name in enumerate(STAGES, start=1)
    ]
    made.lists["users"] = [{"id": number, "name": name} for number, name in PEOPLE.items()]
    made.lists["persons"] = [
        {"id": 300 + n, "name": f"Person {n}", "email": [{"value": f"p{n}@x.example", "primary": True}]}
        for n in range(10)
    ]
    made.lists["organizations"] = [{"id": 200 + n, "name": f"Company {n}"} for n in range(10)]
    return made


def _deal(made: Company, number: int, chance: Random) -> None:
    at = BEGIN + timedelta(minutes=chance.randrange(90 * 24 * 60))
    deal = {
        "id": number,
        "title": f"Deal {number}",
        "value": chance.randrange(100, 10_000),
        "currency": "EUR",
        "status": "open",
        "stage_id": 1,
        "pipeline_id": 1,
        "user_id": {"id": (owner := chance.choice([*PEOPLE])), "name": PEOPLE[owner], "value": owner},
        "creator_user_id": {"id": owner, "name": PEOPLE[owner], "value": owner},
        "person_id": {"value": 300 + number % 10, "name": f"Person {number % 10}"},
        "org_id": {"value": 200 + number % 10, "name": f"Company {number % 10}"},
        "add_time": _utc(at),
        "expected_close_date": (at + timedelta(days=60)).date().isoformat(),
        "won_time": None,
        "lost_time": None,
        "lost_reason": None,
        "deleted": False,
    }
    story = made.story.setdefault(number, [("DealOpened", _utc(at)), ("ContactAdded", _utc(at))])
    for field_key, old, new, told in _changes(deal, chance):
        at += timedelta(minutes=chance.randrange(60, 5 * 24 * 60))
        deal[field_key] = new
        if told in ("DealWon", "DealLost"):
            deal["won_time" if told == "DealWon" else "lost_time"] = _utc(at)
            deal["lost_reason"] = chance.choice(REASONS) if told == "DealLost" else None
        made.lists["flow"].insert(0, _flow(len(made.lists["flow"]) + 1, number, at, (field_key, old, new)))
        story.append((told, _utc(at)))
    deal["update_time"] = _utc(at)
    made.lists["deals"].append(deal)
    _call(made, number, at, story, chance)


def _changes(deal: Item, chance: Random) -> Iterator[tuple[str, object, object, str]]:
    """Field, old value, new value, and the event that it becomes."""
    stages = chance.randrange(len(STAGES))
    for stage in range(1, stages + 1):
        yield "stage_id", stage, stage + 1, "DealStageChanged"
        if chance.random() < 0.3:
            yield "value", deal["value"], deal["value"] + 50, "DealAmountRevised"
        if chance.random() < 0.2:
            yield "expected_close_date", deal["expected_close_date"], "2026-12-01", "DealExpectedCloseMoved"
            deal["expected_close_date"] = "2026-12-01"
            break
    if chance.random() < 0.6:
        won = chance.random() < 0.5
        yield "status", "open", "won" if won else "lost", "DealWon" if won else "DealLost"
        if not won and chance.random() < 0.3:
            yield "status", "lost", "open", "DealReopened"


def _flow(number: int, deal: int, at: datetime, change: tuple[str, object, object]) -> Item:
    field_key, old, new = change
    data = {
        "id": number,
        "item_id": deal,
        "user_id": 7,
        "field_key": field_key,
        "old_value": str(old),
        "new_value": str(new),
        "is_bulk_update_flag": None,
        "log_time": _utc(at),
        "change_source": "app",
        "additional_data": {},
    }
    return {"object": "dealChange", "timestamp": _utc(at), "data": data}


def _call(made: Company, number: int, after: datetime, story: list[tuple[str, str]], chance: Random) -> None:
    if chance.random() < 0.5:
        return
    made_at, at = after + timedelta(hours=1), (after + timedelta(days=1)).replace(second=0, microsecond=0)
    made.lists["activities"].append(
        {
            "id": 5_000 + number,
            "deal_id": number,
            "type": "call",
            "subject": "Call",
            "due_date": at.date().isoformat(),
            "due_time": at.strftime("%H:%M"),
            "duration": "00:15",
            "done": True,
            "add_time": _utc(made_at),
            "marked_as_done_time": _utc(at + timedelta(minutes=20)),
            "person_id": 300 + number % 10,
            "user_id": 7,
        }
    )
    story += [("TouchpointPlanned", _utc(made_at)), ("TouchpointHeld", _utc(at))]


def _utc(at: datetime) -> str:
    return at.strftime("%Y-%m-%d %H:%M:%S")
