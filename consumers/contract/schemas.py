"""The JSON Schema (2020-12) of what lies on Kafka for each type of event, from the models that write it."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from consumers.contract.meanings import meaning
from domain.deal.corrections import Replacement
from domain.event import Actor
from domain.events import EVENTS
from domain.labels.catalogue import LABELS, list_of
from engine.entries import Entry

Schema = dict[str, Any]

DIALECT = "https://json-schema.org/draft/2020-12/schema"
CODE_LETTER = r"[^\x00-/:-`{-\x7f\s]"
CODE = rf"^{CODE_LETTER}+(-{CODE_LETTER}+)*$"
"""A code, said so that every dialect of regular expressions reads it: beyond ASCII it lets more signs stand."""

PERSONAL = "x-personal-data"
"""The keyword of a field that may hold personal data."""


@cache
def schema_of(name: str) -> Schema:
    """What the value of a record looks like that holds an event of this type; KeyError for an unknown one.

    Other fields than these are allowed: a later dealtrail may write more. A field that is absent was not
    said, a null in `data` clears what was said before.
    """
    event = EVENTS[name]
    entry = Entry[event].model_json_schema(mode="serialization", schema_generator=_Written)  # type: ignore[valid-type]
    values: dict[str, Schema] = entry["$defs"]
    models = {each.__name__: each for each in _models(event, Actor)}
    for value, definition in values.items():
        definition["properties"] = _told(models[value], definition.get("properties", {}))
    # The envelope leaves out what is absent and always writes the actor's kind: engine/entries.py.
    values["Actor"]["properties"] = _never_null(values["Actor"]["properties"])
    values["Actor"]["required"] = ["id", "kind"]
    del values["Actor"]["properties"]["kind"]["default"]
    envelope = _told(Entry, _never_null({**_PLACE, **entry["properties"], "type": {"const": name}}))
    return {
        "$schema": DIALECT,
        "$id": f"urn:dealtrail:schema:{name}:v1",
        "title": name,
        "description": event.__doc__,
        "type": "object",
        "properties": envelope,
        "required": [*_PLACE, *entry["required"]],
        "$defs": values,
    }


def schemas() -> Mapping[str, Schema]:
    """The schema of every type of event, by its name."""
    return {name: schema_of(name) for name in EVENTS}


_PLACE: Schema = {
    "position": {"type": "integer", "minimum": 1},
    "recorded_at": {"type": "string", "format": "date-time"},
}
"""What the store knows of an event beside the bytes that it keeps."""


class _Written(GenerateJsonSchema):
    """JSON as events are written: decimals as digits, nothing said of what is merely absent."""

    def field_title_should_be_set(self, schema: object) -> bool:  # noqa: ARG002 - pydantic's signature
        """Never: a title would say the field's name again."""
        return False

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        """A default that is none is no default: an absent field and a null are two things."""
        if schema.get("default", ...) is None:
            return self.generate_inner(schema["schema"])
        return super().default_schema(schema)

    def str_schema(self, schema: core_schema.StringSchema) -> JsonSchemaValue:
        """Codes by a pattern without Unicode properties, which many validators do not know."""
        written = super().str_schema(schema)
        return {**written, "pattern": CODE} if r"\p{" in written.get("pattern", "") else written

    def ser_schema(self, schema: Any) -> JsonSchemaValue | None:  # noqa: ANN401 - one of a dozen kinds
        """What a decimal is written by says only that it becomes a string; `decimal_schema` says which."""
        return None if schema["type"] == "function-plain" else super().ser_schema(schema)

    def decimal_schema(self, schema: core_schema.DecimalSchema) -> JsonSchemaValue:
        """Digits, perhaps with a point; a zero keeps the sign that it was given."""
        behind = schema["decimal_places"]
        before = schema["max_digits"] - behind
        return {"type": "string", "pattern": rf"^-?[0-9]{{1,{before}}}(\.[0-9]{{1,{behind}}})?$"}


def _models(*outermost: type[BaseModel]) -> set[type[BaseModel]]:
    """These and every type of value that may lie in them, however deep."""
    found: set[type[BaseModel]] = set()
    waiting: list[Any] = [*outermost]
    while waiting:
        each = waiting.pop()
        if isinstance(each, type) and issubclass(each, BaseModel) and each not in found:
            found.add(each)
            waiting.extend(field.annotation for field in each.model_fields.values())
        waiting.extend(getattr(each, "__args__", ()))
    return found


def _told(owner: type[BaseModel], properties: Schema) -> Schema:
    """The same fields, each with its meaning, the codes that are shipped for it, and whether it is personal."""
    names = {field.serialization_alias: name for name, field in owner.model_fields.items()}
    told: Schema = {}
    for written, schema in properties.items():
        name = names.get(written, written)
        listed = list_of(owner.__name__, name)
        for code in _codes(schema) if listed else ():
            code["examples"] = list(LABELS[listed or ""])
        told[written] = {"description": meaning(owner, name), **schema}
        if "#/$defs/Sealed" in str(schema) or (owner is Replacement and name == "data"):
            told[written][PERSONAL] = True
    return told


def _codes(schema: Schema) -> Iterator[Schema]:
    """The parts of a field's schema that are codes."""
    if schema.get("pattern") == CODE:
        yield schema
    for part in schema.get("anyOf", ()):
        yield from _codes(part)
    if "items" in schema:
        yield from _codes(schema["items"])


def _never_null(properties: Schema) -> Schema:
    """The same fields where a null is never written."""
    return {name: _without_null(schema) for name, schema in properties.items()}


def _without_null(schema: Schema) -> Schema:
    kept = [each for each in schema.get("anyOf", ()) if each != {"type": "null"}]
    return {**{key: value for key, value in schema.items() if key != "anyOf"}, **kept[0]} if kept else schema
