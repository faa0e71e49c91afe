"""Why a line of a history is refused, in plain words and without personal data."""

import json
from collections.abc import Mapping

from pydantic import ValidationError
from pydantic_core import ErrorDetails

_PERSONAL: Mapping[str, frozenset[str]] = {
    "ContactAdded": frozenset({"name", "email", "phone"}),
    "ContactChanged": frozenset({"name", "email", "phone"}),
}
_LONGEST = 80

_PLAIN: Mapping[str, str] = {
    "missing": "this field is missing",
    "extra_forbidden": "there is no such field",
    "timezone_aware": "the time has no offset: add one such as +08:00",
    "decimal_max_places": "at most four decimals can be held",
    "greater_than_equal": "it is smaller than it may be",
}
"""Pydantic's words where plainer ones exist; the rest of its messages read well as they are."""


class LineRefused(Exception):
    """The line cannot be held: which field, what stands there, and why. It becomes a Refusal of the report."""

    def __init__(self, column: str | None, value: str | None, reason: str) -> None:
        self.column, self.value, self.reason = column, value, reason
        super().__init__(reason)


def told(error: ValidationError, type_name: str, where: str = "data") -> LineRefused:
    """The first thing that is wrong with the fields of an event (or of `where`)."""
    first = error.errors(include_url=False, include_context=True)[0]
    path = [str(part) for part in first["loc"]]
    return LineRefused(".".join([where, *path]), _value(first, path, type_name), _reason(first))


def shown(value: object) -> str | None:
    """A value as it stood in the line, cut short."""
    if value is None:
        return None
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _value(error: ErrorDetails, path: list[str], type_name: str) -> str | None:
    personal = _PERSONAL.get(type_name, frozenset())
    if error["type"] == "missing" or personal.intersection(path):
        return None
    if not path and personal:
        return None
    return shown(error["input"])


def _reason(error: ErrorDetails) -> str:
    if error["type"] == "greater_than_equal" and str(error.get("ctx", {}).get("ge")) == "0":
        return "it is negative"
    plain = _PLAIN.get(error["type"])
    if plain is not None and error["type"] != "greater_than_equal":
        return plain
    message = error["msg"]
    return message[:1].lower() + message[1:]
