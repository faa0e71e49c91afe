"""Every type of event can be read in the audit trail, in both languages, also those that only imports bring."""

import json
import re
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from domain.events import DEAL_EVENTS
from tests.interfaces.command_line import CommandLine

NOT_FREE = ("DealOpened", "EventCorrected", "EventRetracted")
"""The opening stands once, and corrections speak of another event."""


@pytest.fixture
def everything(run: CommandLine, repository: Path, tmp_path: Path) -> dict[str, str]:
    """A deal with an event of every type, as the golden files tell them; the name of the deal by type."""
    golden = repository / "tests" / "domain" / "golden"
    lines: list[dict[str, Any]] = []
    names = {}
    for number, event in enumerate(each for each in DEAL_EVENTS if each.__name__ not in NOT_FREE):
        stored = json.loads((golden / f"{event.__name__}.json").read_text("utf-8"))
        name = f"D-{number:03}"
        names[event.__name__] = f"crm:{name}"
        opened = {"title": "Lighting", "owner": "li.lei", "pipeline": "standard", "stage": "meeting"}
        at = stored["occurred_at"]
        before = datetime.fromisoformat(at).replace(year=2020).isoformat()
        lines += (
            {"source": "crm", "deal": name, "at": before, "type": "DealOpened", "data": opened},
            {"source": "crm", "deal": name, "at": at, "type": event.__name__, "by": "li.lei",
             "data": _readable(stored["data"])},
        )  # fmt: skip
    history = tmp_path / "history.ndjson"
    history.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    run.well("import", "history", history)
    return names


def test_every_type_of_event_is_told_in_words(run: CommandLine, everything: dict[str, str]) -> None:
    for type_name, name in everything.items():
        for lang in ("en", "zh-CN"):
            told = run.well("deal", "log", name, "--lang", lang).out
            last = told[told.rindex("li.lei") :]
            assert type_name not in last
            assert not re.search(r"[a-z]=|\{'|Decimal|datetime|None", last), last


def _readable(data: dict[str, Any]) -> dict[str, Any]:
    """The data, in stages and pipelines that a store has."""
    known = {"to_stage": "proposal", "from_stage": "meeting", "to_pipeline": "standard", "from_pipeline": "standard",
             "pipeline_revision": 1}  # fmt: skip
    return {name: known.get(name, value) for name, value in data.items()}
