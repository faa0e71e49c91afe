"""What a change of the events breaks is named; what only adds passes."""

import copy
import random
from typing import Any

import pytest

from consumers.contract.compatibility import SAYS_NOTHING, breaking_changes
from consumers.contract.schemas import schemas


def changed_at_random(schema: dict[str, Any], chance: random.Random) -> tuple[dict[str, Any], bool]:
    """The schema with something removed from it, and whether that is something that readers rely on."""
    changed = copy.deepcopy(schema)
    place, path = changed, []
    while True:
        key = chance.choice(sorted(place))
        path.append(key)
        if not isinstance(place[key], dict) or not place[key] or chance.random() < 0.2:
            break
        place = place[key]
    del place[key]
    field = len(path) > 1 and path[-2] == "properties"
    return changed, field or (key not in SAYS_NOTHING and path[-2:-1] != ["$defs"])


def event(**fields: object) -> dict[str, Any]:
    """A schema with one field `note`, and more or other ones."""
    properties: dict[str, object] = {"note": {"type": "string"}, **fields}
    return {"type": "object", "properties": properties, "required": ["note"]}


def changes(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    return breaking_changes({"Told": old}, {"Told": new})


def test_what_stays_as_it_is_breaks_nothing() -> None:
    assert breaking_changes(schemas(), schemas()) == []


def test_a_new_type_breaks_nothing_and_a_type_that_is_gone_does() -> None:
    assert breaking_changes({}, {"Told": event()}) == []
    assert breaking_changes({"Told": event()}, {}) == ["Told: the type is gone"]


def test_a_field_more_that_may_be_absent_breaks_nothing() -> None:
    assert changes(event(), event(mood={"type": "string"})) == []
    assert changes(event(), event(mood={"$ref": "#/$defs/Mood"}) | {"$defs": {"Mood": event()}}) == []


def test_a_field_more_that_must_be_there_breaks_readers_of_old_events() -> None:
    new = event(mood={"type": "string"}) | {"required": ["note", "mood"]}
    assert changes(event(), new) == ["Told.mood: a new field must be there; it has to be optional"]


def test_a_field_that_is_gone_or_renamed_breaks() -> None:
    old, new = event(mood={"type": "string"}), event(temper={"type": "string"})
    assert changes(old, new) == ["Told.mood: the field is gone"]


def test_what_was_always_there_stays_so_and_what_was_optional_too() -> None:
    optional = event() | {"required": []}
    assert changes(event(), optional) == ["Told.note: the field may be absent now"]
    assert changes(optional, event()) == ["Told.note: the field must be there now"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ({"type": "string"}, {"type": "integer"}),
        ({"type": "string"}, {"type": "string", "maxLength": 5}),
        ({"type": "string", "maxLength": 5}, {"type": "string", "maxLength": 6}),
        ({"type": "string", "maxLength": 5}, {"type": "string"}),
        ({"type": "string", "pattern": "^a"}, {"type": "string", "pattern": "^b"}),
        ({"type": "string"}, {"anyOf": [{"type": "string"}, {"type": "null"}]}),
        ({"anyOf": [{"type": "string"}, {"type": "null"}]}, {"type": "string"}),
        ({"anyOf": [{"type": "string"}]}, {"anyOf": [{"type": "string"}, {"type": "null"}]}),
        ({"enum": ["a", "b"]}, {"enum": ["a", "b", "c"]}),
        ({"enum": ["a", "b"]}, {"enum": ["a"]}),
        ({"const": "a"}, {"const": "b"}),
        ({"const": 1}, {"const": True}),
        ({"type": "boolean", "default": True}, {"type": "boolean", "default": False}),
        ({"type": "boolean"}, {"type": "boolean", "default": False}),
        ({"type": "array", "items": {"type": "string"}}, {"type": "array", "items": {"type": "integer"}}),
        ({"type": "array", "items": {"type": "string"}}, {"type": "array"}),
        ({"type": "object", "additionalProperties": True}, {"type": "object", "additionalProperties": False}),
        (
            {"type": "object", "additionalProperties": {"type": "string"}},
            {"type": "object", "additionalProperties": {"type": "integer"}},
        ),
        ({"properties": {"x": {"type": "string"}}}, {"properties": {"x": {"type": "number"}}}),
    ],
)
def test_what_accepts_other_values_breaks(old: dict[str, Any], new: dict[str, Any]) -> None:
    (change,) = changes(event(mood=old), event(mood=new))[:1]
    assert change.startswith("Told.mood")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ({"description": "Anger."}, {"description": "What they felt."}),
        ({"type": "string", "examples": ["calm"]}, {"type": "string", "examples": ["calm", "cross"]}),
        ({"enum": ["a", "b"]}, {"enum": ["b", "a"]}),
        ({"type": "string"}, {"type": "string", "x-personal-data": True}),
    ],
)
def test_what_only_says_it_better_breaks_nothing(old: dict[str, Any], new: dict[str, Any]) -> None:
    assert changes(event(mood=old), event(mood=new)) == []


def test_a_value_is_compared_under_whatever_name_it_has() -> None:
    old = event(mood={"$ref": "#/$defs/Mood"}) | {"$defs": {"Mood": event()}}
    renamed = event(mood={"$ref": "#/$defs/Temper"}) | {"$defs": {"Temper": event()}}
    changed = event(mood={"$ref": "#/$defs/Mood"}) | {"$defs": {"Mood": event(note={"type": "integer"})}}
    assert changes(old, renamed) == []
    assert changes(old, changed) == ["Told.mood.note: type string became integer"]


def test_a_value_that_holds_itself_is_compared_once() -> None:
    old = {"$ref": "#/$defs/Tree", "$defs": {"Tree": event(under={"$ref": "#/$defs/Tree"})}}
    new = {
        "$ref": "#/$defs/Tree",
        "$defs": {"Tree": event(under={"$ref": "#/$defs/Tree"}, top={"enum": [1]})},
    }
    assert changes(old, new) == []
    assert changes(new, old) == ["Told.top: the field is gone"]


def test_whatever_is_taken_from_a_schema_is_named_where_readers_rely_on_it(torture: bool) -> None:
    chance = random.Random(20261122)
    real = list(schemas().items())
    relied_on = 0
    for _ in range(20_000 if torture else 400):
        name, schema = chance.choice(real)
        less, matters = changed_at_random(schema, chance)
        if "$defs" in less and matters:
            relied_on += 1
            assert breaking_changes({name: schema}, {name: less}), name
    assert relied_on > 100
