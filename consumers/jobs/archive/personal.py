"""An event's JSON without personal data: the fields that may be sealed are left out."""

import json
from collections.abc import Mapping
from functools import cache
from typing import Any, get_args

from domain.events import EVENTS
from domain.values import Sealed


@cache
def personal_fields(event_type: str) -> frozenset[str]:
    """The fields of an event that hold personal data († in the vocabulary); none of a type that is not known."""
    event = EVENTS.get(event_type)
    fields = {} if event is None else event.model_fields
    return frozenset(name for name, field in fields.items() if _may_be_sealed(field.annotation))


def without_personal_data(value: str) -> str:
    """The value without those fields, also where a correction names them; the same text where it has none."""
    fields: dict[str, Any] = json.loads(value)
    event_type, data = fields["type"], fields["data"]
    left: Mapping[str, object] = _without(data, personal_fields(event_type))
    if event_type == "EventCorrected":
        replacement = data["replacement"]
        named = personal_fields(replacement.get("type") or data["type"])
        left = {**data, "replacement": {**replacement, "data": _without(replacement["data"], named)}}
    if left == data:
        return value
    return json.dumps({**fields, "data": left}, ensure_ascii=False, separators=(",", ":"))


def _without(data: Mapping[str, object], named: frozenset[str]) -> dict[str, object]:
    return {name: each for name, each in data.items() if name not in named}


def _may_be_sealed(annotation: object) -> bool:
    return annotation is Sealed or any(map(_may_be_sealed, get_args(annotation)))
