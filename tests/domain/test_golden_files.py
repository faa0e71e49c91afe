"""Golden files: one stored event of every type, readable for ever, byte for byte."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from domain.event import Actor, Recorded
from domain.events import EVENTS
from engine.entries import decode, encode

GOLDEN = Path(__file__).parent / "golden"
FILES = {path.stem: path for path in sorted(GOLDEN.glob("*.json"))}
RECORDED_AT = datetime(2026, 7, 1, tzinfo=UTC)
ENVELOPE = [
    "stream_id",
    "version",
    "type",
    "occurred_at",
    "precision",
    "by",
    "channel",
    "command_id",
    "correlation_id",
    "causation_id",
    "source_recorded_at",
    "line_key",
    "data",
]

every_file = pytest.mark.parametrize("name", FILES)


def read(name: str, state: bytes | None = None) -> Recorded:
    return decode(name, FILES[name].read_bytes() if state is None else state, 7, RECORDED_AT)


def written(name: str) -> dict[str, Any]:
    state = json.loads(FILES[name].read_bytes())
    assert isinstance(state, dict)
    return state


def compact(state: object) -> bytes:
    return json.dumps(state, ensure_ascii=False, separators=(",", ":")).encode()


def inside(value: object) -> Iterator[BaseModel]:
    """Every value that lies in an event, however deep."""
    if isinstance(value, BaseModel):
        yield value
        for name in type(value).model_fields:
            yield from inside(getattr(value, name))
    elif isinstance(value, tuple):
        for each in value:
            yield from inside(each)


def value_types() -> set[type[BaseModel]]:
    """Every type of value that a field of an event can hold."""
    found: set[type[BaseModel]] = set()
    waiting: list[object] = [
        field.annotation for each in EVENTS.values() for field in each.model_fields.values()
    ]
    while waiting:
        annotation = waiting.pop()
        waiting.extend(get_args(annotation))
        if isinstance(annotation, type) and issubclass(annotation, BaseModel) and annotation not in found:
            found.add(annotation)
            waiting.extend(field.annotation for field in annotation.model_fields.values())
    return found


def test_every_type_of_event_has_a_golden_file() -> None:
    assert set(FILES) == set(EVENTS)


@every_file
def test_a_golden_file_is_read_and_written_again_byte_for_byte(name: str) -> None:
    recorded = read(name)
    assert recorded.type == name
    assert (recorded.position, recorded.recorded_at) == (7, RECORDED_AT)
    assert encode(recorded) == FILES[name].read_bytes()


@every_file
def test_a_golden_file_shows_every_field_of_its_type(name: str) -> None:
    assert set(written(name)["data"]) == set(EVENTS[name].model_fields)


def test_the_golden_files_show_every_field_of_every_value() -> None:
    shown = {
        (type(value), name)
        for each in FILES
        for value in inside(read(each).event)
        for name in value.model_fields_set
    }
    missing = [
        f"{each.__name__}.{name}"
        for each in value_types()
        for name in each.model_fields
        if (each, name) not in shown
    ]
    assert missing == []


def test_the_golden_files_show_the_whole_envelope() -> None:
    envelopes = [written(name) for name in FILES]
    assert {key for each in envelopes for key in each} == set(ENVELOPE)
    assert {key for each in envelopes for key in each["by"]} == set(Actor.model_fields)
    assert {each["by"]["kind"] for each in envelopes} == {"human", "agent", "import", "system"}
    assert {each.get("precision", "instant") for each in envelopes} == {"instant", "day", "unknown"}


@every_file
def test_the_envelope_is_written_in_one_order_and_without_absent_fields(name: str) -> None:
    keys = list(written(name))
    assert keys == [key for key in ENVELOPE if key in keys]
    assert None not in written(name).values()


def test_what_is_cleared_is_written_as_null_and_what_is_not_said_is_left_out() -> None:
    moved = written("DealExpectedCloseMoved")
    assert moved["data"]["expected_close"] is None
    del moved["data"]["note"]
    silent = compact(moved)
    recorded = read("DealExpectedCloseMoved", silent)
    assert encode(recorded) == silent
    assert "note" not in recorded.event.model_fields_set


def grown(value: object) -> object:
    """The same JSON as a later version might write it: every object has a field more."""
    if isinstance(value, dict):
        return {key: grown(each) for key, each in value.items()} | {
            "invented_later": {"by": ["whom", 1, None]}
        }
    if isinstance(value, list):
        return [grown(each) for each in value]
    return value


@every_file
def test_an_event_with_fields_of_a_later_version_is_still_read(name: str) -> None:
    state = written(name)
    free = {"segment": state["data"].get("segment"), "replacement": state["data"].get("replacement")}
    later = grown(state)
    assert isinstance(later, dict)
    # A segment's keys and a replacement's data are free: what stands there is content, not a field.
    later["data"] |= {key: value for key, value in free.items() if value is not None}
    assert read(name, compact(later)) == read(name)


def test_an_event_that_differs_in_one_letter_is_another_event() -> None:
    recorded = read("DealNoteAdded")
    assert encode(replace(recorded, channel="web")) != FILES["DealNoteAdded"].read_bytes()
