"""One line of the canonical history: read, checked, and an event that lacks only what follows from its deal."""

from collections.abc import Mapping
from functools import lru_cache
from hashlib import sha256
from typing import Any, NamedTuple
from unicodedata import normalize
from uuid import UUID

from pydantic import ValidationError
from pydantic_core import from_json

from domain.deal.corrections import EventCorrected, Replacement
from domain.errors import BadInput
from domain.event import Actor, Event, Precision
from domain.events import EVENTS
from domain.pipeline import PIPELINE_EVENTS
from engine.clock import to_micros
from engine.ids import OWN_SOURCE, deal_id
from interfaces.importing.history.fields import By, instant, optional, required, time_of, version_of, who
from interfaces.importing.history.wording import LineRefused, shown, told

FOLLOWS: Mapping[str, tuple[str, ...]] = {
    "DealOpened": ("pipeline", "pipeline_revision", "external"),
    "DealStageChanged": ("from_stage", "pipeline_revision"),
    "DealPipelineChanged": ("from_pipeline", "from_stage", "pipeline_revision"),
    "DealAmountRevised": ("previous",),
    "DealExpectedCloseMoved": ("previous",),
    "DealOwnerAssigned": ("previous",),
    "PipelineDefined": ("pipeline",),
}
"""What a line may leave out because it follows from the history (or from the line itself)."""

_SEEN = frozenset({"from_stage", "previous"})
"""What the decider saw, if anything: a line with a version is a whole event, and says it where it was known."""

_UNTIL_KNOWN: Mapping[str, object] = {"pipeline_revision": 1, "from_pipeline": "unknown"}
"""Stands in required fields that were left out until the whole deal is there."""

_FIELDS = frozenset(
    {
        "source",
        "deal",
        "pipeline",
        "at",
        "by",
        "type",
        "data",
        "version",
        "key",
        "precision",
        "source_recorded_at",
    }
)
_NAMING = frozenset({"DealMerged", "DealAbsorbed", "DealOpened", "DealDetailsChanged", "EventCorrected"})
"""The types that may name another deal."""

PIPELINE_TYPES = frozenset(event.__name__ for event in PIPELINE_EVENTS)


class Owner(NamedTuple):
    """Whose line it is: a deal's by source and key, or, with an empty source, a pipeline's by its slug."""

    source: str
    key: str


class Line(NamedTuple):
    """A line that can be held. Only numbers and text: it waits in a temporary file for the rest of its deal.

    `data` is the event's JSON in its stored form, `left_out` the fields that follow from the history;
    `by` is None or id, kind and on_behalf_of; `content` is the SHA-256 of what the line says, and empty
    where it has a `key`.
    """

    number: int
    type: str
    data: bytes
    left_out: tuple[str, ...]
    at: str | None
    micros: int
    precision: Precision
    by: By | None
    version: int | None
    key: str | None
    source_recorded_at: str | None
    content: str


def read_line(number: int, text: str, latest: int) -> tuple[Owner, Line]:
    """What the line says. `latest` is the last instant (µs) that it may name.

    LineRefused names the field that cannot be held, and why.
    """
    return line_of(number, _object(text), latest)


def line_of(number: int, fields: dict[str, Any], latest: int) -> tuple[Owner, Line]:
    """The same for a line whose JSON is read already; what an importer of another format makes of its rows."""
    if not fields.keys() <= _FIELDS:
        name = next(iter(fields.keys() - _FIELDS))
        raise LineRefused(name, shown(fields[name]), "a line has no such field")
    type_name = required(fields, "type")
    event_type = EVENTS.get(type_name)
    if event_type is None:
        raise LineRefused("type", type_name, "there is no such type of event")
    owner = _owner(fields, type_name)
    data = fields.get("data")
    if not isinstance(data, dict):
        raise LineRefused("data", shown(data), "the fields of the event, as a JSON object, are missing")
    at, micros, precision = time_of(fields, latest)
    version = version_of(fields)
    left_out, event = _event(event_type, type_name, data, owner, told_whole=version is not None)
    if isinstance(event, EventCorrected):
        _check_replacement_time(event.replacement, latest)
    stored = type(event).__pydantic_serializer__.to_json(event, exclude_unset=True)
    by = who(fields)
    key = optional(fields, "key")
    said = "" if key is not None else _digest(type_name, micros if at else None, precision, by, stored)
    known = instant(fields, "source_recorded_at", latest)
    line = Line(
        number,
        type_name,
        stored,
        left_out,
        at,
        micros,
        precision,
        by,
        version,
        key,
        known and known[0],
        said,
    )
    return owner, line


@lru_cache(maxsize=4096)
def actor(by: By) -> Actor:
    """Who a line names."""
    given = dict(zip(("id", "kind", "on_behalf_of"), by, strict=True))
    return Actor.model_validate({name: value for name, value in given.items() if value is not None})


def _object(text: str) -> dict[str, Any]:
    try:
        fields = from_json(text.rstrip(), allow_inf_nan=False)
    except ValueError as error:
        why, _, column = str(error).partition(" at line ")
        raise LineRefused(
            f"column {column.rpartition(' ')[2]}" if column else None, None, f"this is no JSON: {why}"
        ) from None
    if not isinstance(fields, dict):
        raise LineRefused(None, None, "a line is one JSON object")
    return fields


def _owner(fields: dict[str, Any], type_name: str) -> Owner:
    if type_name in PIPELINE_TYPES:
        for name in ("source", "deal"):
            if name in fields:
                raise LineRefused(
                    name, shown(fields[name]), f"a {type_name} belongs to a pipeline, not to a deal"
                )
        return Owner("", required(fields, "pipeline"))
    if "pipeline" in fields:
        raise LineRefused(
            "pipeline", shown(fields["pipeline"]), f"a {type_name} belongs to a deal, not to a pipeline"
        )
    source, key = fields.get("source"), fields.get("deal")
    if isinstance(source, str) and isinstance(key, str):
        return _deal(source, key)
    return _deal(required(fields, "source"), required(fields, "deal"))


@lru_cache(maxsize=4096)
def _deal(source: str, key: str) -> Owner:
    """One spelling for each deal, or its lines would not come together."""
    required({"source": source}, "source")
    required({"deal": key}, "deal")
    source, key = (normalize("NFC", name).strip() for name in (source, key))
    if source != OWN_SOURCE:
        return Owner(source, key)
    try:
        return Owner(source, str(deal_id(source, key)))
    except BadInput as error:
        raise LineRefused("deal", shown(key), str(error)) from None


def _event(
    event_type: type[Event], type_name: str, data: dict[str, Any], owner: Owner, *, told_whole: bool
) -> tuple[tuple[str, ...], Event]:
    follows = FOLLOWS.get(type_name)
    left_out = () if follows is None else _left_out(follows, data, told_whole=told_whole)
    for name in left_out:
        if name in _UNTIL_KNOWN:
            data[name] = _UNTIL_KNOWN[name]
        elif name == "pipeline" and type_name == "PipelineDefined":
            data[name] = owner.key
    if type_name in _NAMING:
        _name_deals_by_id(type_name, data, "data")
    try:
        event = event_type.model_validate(data, extra="forbid")
    except ValidationError as error:
        raise told(error, type_name) from None
    return left_out, event


def _left_out(follows: tuple[str, ...], data: dict[str, Any], *, told_whole: bool) -> tuple[str, ...]:
    return tuple(name for name in follows if name not in data and not (told_whole and name in _SEEN))


def _name_deals_by_id(type_name: str, data: dict[str, Any], where: str) -> None:
    """Other deals may be named SOURCE:KEY; what is stored is their UUID."""
    match type_name:
        case "DealMerged":
            _name_by_id(data, "into", where)
        case "DealAbsorbed":
            _name_by_id(data, "absorbed", where)
        case "DealOpened" | "DealDetailsChanged":
            if isinstance(data.get("follows"), dict):
                _name_by_id(data["follows"], "deal", f"{where}.follows")
        case "EventCorrected":
            new = data.get("replacement")
            if isinstance(new, dict) and isinstance(new.get("data"), dict):
                replaced = new.get("type") or data.get("type")
                _name_deals_by_id(str(replaced), new["data"], f"{where}.replacement.data")
        case _:
            pass


def _name_by_id(data: dict[str, Any], name: str, where: str) -> None:
    given = data.get(name)
    if not isinstance(given, str):
        return  # The event's own check says what is wrong with it.
    source, colon, key = given.partition(":")
    try:
        data[name] = str(deal_id(source, key) if colon and source.strip() and key.strip() else UUID(given))
    except (ValueError, BadInput):
        raise LineRefused(
            f"{where}.{name}", shown(given), "this names no deal: give SOURCE:KEY or its UUID"
        ) from None


def _check_replacement_time(new: Replacement, latest: int) -> None:
    if new.occurred_at is not None and to_micros(new.occurred_at) > latest:
        raise LineRefused(
            "data.replacement.occurred_at",
            new.occurred_at.isoformat(),
            "this time has not come yet (more than five minutes ahead)",
        )


def _digest(type_name: str, micros: int | None, precision: str, by: By | None, data: bytes) -> str:
    """What a line without a key is known by: the same words in another order or spacing are the same line."""
    return sha256(b"%b %a " % (_said_by(type_name, precision, by), micros) + data).hexdigest()


@lru_cache(maxsize=4096)
def _said_by(type_name: str, precision: str, by: By | None) -> bytes:
    return f"{type_name} {precision} {by!r}".encode()
