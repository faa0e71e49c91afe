"""The schemas say what is on Kafka: all of it, and nothing that is not."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from pydantic import BaseModel
from pydantic import ValidationError as Refused

from consumers.contract.pages import example
from consumers.contract.schemas import PERSONAL, schema_of, schemas
from consumers.wire import outgoing
from domain.event import Actor
from domain.events import EVENTS
from engine.deals import Deals

every_type = pytest.mark.parametrize("name", EVENTS)
VALIDATORS = {name: Draft202012Validator(schema) for name, schema in schemas().items()}


def grown(value: object) -> object:
    """The same JSON as a later version may write it: every object has a field more."""
    if isinstance(value, dict):
        return {key: grown(each) for key, each in value.items()} | {"invented_later": "x"}
    return [grown(each) for each in value] if isinstance(value, list) else value


def fields_of(schema: Mapping[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Every field of the envelope and of every value: its owner, its name, its schema."""
    for owner, each in {"": schema, **schema["$defs"]}.items():
        for name, field in each.get("properties", {}).items():
            yield owner, name, field


@every_type
def test_a_schema_is_one_of_its_dialect(name: str) -> None:
    Draft202012Validator.check_schema(schema_of(name))


@every_type
def test_the_golden_event_of_a_type_is_as_its_schema_says(name: str, repository: Path) -> None:
    VALIDATORS[name].validate(example(repository, name))


@every_type
def test_an_event_of_a_later_version_with_more_fields_is_still_as_its_schema_says(
    name: str, repository: Path
) -> None:
    later = grown(example(repository, name))
    assert isinstance(later, dict)
    segment = later["data"].get("segment")
    if segment:
        del segment["invented_later"]
    VALIDATORS[name].validate(later)


@every_type
def test_an_event_without_a_field_that_its_schema_wants_is_refused(name: str, repository: Path) -> None:
    schema, whole = schema_of(name), example(repository, name)
    for field in schema["required"]:
        with pytest.raises(ValidationError):
            VALIDATORS[name].validate({key: value for key, value in whole.items() if key != field})
    for field in schema["$defs"][name].get("required", ()):
        data = {key: value for key, value in whole["data"].items() if key != field}
        with pytest.raises(ValidationError):
            VALIDATORS[name].validate({**whole, "data": data})
        with pytest.raises(Refused):
            EVENTS[name].model_validate(data)


def test_every_event_of_the_demo_is_as_its_schema_says(demo_deals: Deals) -> None:
    seen = 0
    for row in demo_deals.store.rows(0, 10_000):
        VALIDATORS[row.type].validate(json.loads(outgoing(row, demo_deals.info.store_id).value))
        seen += 1
    assert seen > 5_000


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("DealLost", {"kind": "invented"}),
        ("DealWon", {"amount": {"amount": 820000, "currency": "CNY"}}),
        ("DealWon", {"amount": {"amount": "1e5", "currency": "CNY"}}),
        ("DealWon", {"amount": {"amount": "1.00000", "currency": "CNY"}}),
        ("DealWon", {"amount": {"amount": "1", "currency": "yuan"}}),
        ("DealWon", {"causes": [{"reason": "Price"}]}),
        ("DealWon", {"causes": [{"reason": "too--dear"}]}),
        ("DealOpened", {"title": ""}),
        ("DealScored", {"score": 101}),
        ("ContactAssessed", {"influence": 6}),
        ("DealStageChanged", {"evidence": [0]}),
    ],
)
def test_what_the_events_cannot_hold_their_schemas_refuse(
    name: str, wrong: dict[str, Any], repository: Path
) -> None:
    whole = example(repository, name)
    with pytest.raises(ValidationError):
        VALIDATORS[name].validate({**whole, "data": {**whole["data"], **wrong}})


@pytest.mark.parametrize("code", ["price", "a-b-2", "价格", "für-immer"])
def test_a_code_may_be_in_any_script(code: str, repository: Path) -> None:
    whole = example(repository, "DealWon")
    VALIDATORS["DealWon"].validate({**whole, "data": {"causes": [{"reason": code}]}})


def test_every_field_of_every_event_is_in_its_schema_and_says_what_it_means() -> None:
    for name, event in EVENTS.items():
        assert set(schema_of(name)["$defs"][name].get("properties", {})) == set(event.model_fields)
        for owner, field, schema in fields_of(schema_of(name)):
            assert schema["description"].endswith((".", "…", "`")), (name, owner, field)


def test_the_personal_fields_are_marked_and_no_others() -> None:
    marked = {
        (owner, field)
        for name in EVENTS
        for owner, field, schema in fields_of(schema_of(name))
        if PERSONAL in schema
    }
    assert marked == {
        *(
            (owner, field)
            for owner in ("ContactAdded", "ContactChanged")
            for field in ("name", "email", "phone")
        ),
        ("Replacement", "data"),
    }


def test_patterns_are_such_that_other_languages_read_them_too() -> None:
    text = json.dumps(schemas())
    assert r"\\p{" not in text
    for pattern in set(re.findall(r'"pattern": ("(?:[^"\\]|\\.)*")', text)):
        re.compile(json.loads(pattern))


def test_no_schema_forbids_fields_that_it_does_not_know() -> None:
    assert '"additionalProperties": false' not in json.dumps(schemas())


def test_an_actor_is_written_with_their_kind() -> None:
    assert schema_of("DealWon")["$defs"]["Actor"]["required"] == ["id", "kind"]
    assert issubclass(Actor, BaseModel)
    assert set(schema_of("DealWon")["$defs"]["Actor"]["properties"]) == set(Actor.model_fields)
