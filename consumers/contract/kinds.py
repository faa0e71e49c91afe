"""What a field holds, in words for the catalogue."""

from collections.abc import Mapping
from typing import Any

from consumers.contract.schemas import CODE, Schema
from domain.labels.catalogue import LABELS

FORMATS: Mapping[str, str] = {"date": "date", "date-time": "time (RFC 3339)", "uuid": "UUID"}


def kind(schema: Schema, *, required: bool) -> str:
    """What a field of this schema holds; a null is named where the field cannot be absent."""
    alternatives = schema.get("anyOf")
    if alternatives is not None:
        named = [kind(each, required=required) for each in alternatives if each != {"type": "null"}]
        return " or ".join([*named, "null"] if required and {"type": "null"} in alternatives else named)
    if "$ref" in schema:
        return _link(schema["$ref"].removeprefix("#/$defs/"))
    if "enum" in schema:
        return " \\| ".join(f"`{code}`" for code in schema["enum"])
    return "the type's name" if "const" in schema else _plain(schema)


def heading(listed: str) -> str:
    """What a list of codes is called on the page."""
    return f"{listed.replace('_', ' ').capitalize()} codes"


def lists_in(part: Any) -> set[str]:  # noqa: ANN401 - any part of a JSON document
    """The names of the lists of codes that fields in it are from."""
    if isinstance(part, list):
        return set().union(*map(lists_in, part))
    if not isinstance(part, dict):
        return set()
    here = {_LISTS[tuple(part["examples"])]} if "examples" in part else set()
    return here.union(*map(lists_in, part.values()))


_LISTS = {tuple(codes): name for name, codes in LABELS.items()}
"""The name of a list by its codes."""


def _plain(schema: Schema) -> str:
    match schema["type"]:
        case "string":
            return _text(schema)
        case "array" if schema["items"].get("type") == "integer":
            return "list of versions"
        case "array":
            return f"list of {kind(schema['items'], required=True)}"
        case "object":
            return "object of free keys" if "additionalProperties" in schema else "object"
        case "integer" | "number":
            return _number(schema)
        case other:
            return str(other)


def _text(schema: Schema) -> str:
    if "examples" in schema:
        title = heading(_LISTS[tuple(schema["examples"])])
        return f"code ([list](#{title.lower().replace(' ', '-')}))"
    pattern = schema.get("pattern")
    if pattern is not None:
        return "code" if pattern == CODE else "decimal string" if "0-9" in pattern else "text"
    return FORMATS.get(schema.get("format", ""), "text")


def _number(schema: Schema) -> str:
    lowest, highest = schema.get("minimum"), schema.get("maximum")
    name = "whole number" if schema["type"] == "integer" else "number"
    if lowest is not None and highest is not None:
        return f"{name}, {lowest}–{highest}"
    return f"{name} from {lowest}" if lowest is not None else name


def _link(name: str) -> str:
    return f"[{name}](#{name.lower()})"
