"""An event as it lies in the store: one JSON object, its fields in one order, the same bytes for ever."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from functools import cache, lru_cache
from typing import Annotated, Any, Generic, TypeVar
from uuid import UUID

from pydantic import (
    AwareDatetime,
    BaseModel,
    ConfigDict,
    GetCoreSchemaHandler,
    GetPydanticSchema,
    TypeAdapter,
    ValidationError,
)
from pydantic_core import PydanticSerializationError, core_schema

from domain.errors import BadInput, DealtrailError, StoreNewer, Tampered
from domain.event import Actor, Event, Precision, Recorded
from domain.events import EVENTS
from domain.replacing import become, twin
from domain.values import Version
from engine.clock import from_micros

E = TypeVar("E", bound=Event)


class Entry(BaseModel, Generic[E]):
    """The stored fields of one event, in the order in which they are written."""

    model_config = ConfigDict(frozen=True)

    stream_id: UUID
    version: Version
    type: str
    occurred_at: AwareDatetime
    precision: Precision = "instant"
    by: Actor
    channel: str
    command_id: str
    correlation_id: str | None = None
    causation_id: str | None = None
    source_recorded_at: AwareDatetime | None = None
    line_key: str | None = None
    data: E


def encode(recorded: Recorded) -> bytes:
    """The `state` of an event: compact UTF-8 JSON, absent fields left out, an explicit null kept in `data`.

    BadInput where the envelope cannot be written (a text that is no Unicode, a time without a zone).
    """
    stored: dict[str, Any] = {
        "stream_id": recorded.stream_id,
        "version": recorded.version,
        "type": recorded.type,
        "occurred_at": writable(recorded.occurred_at),
        "by": whole(recorded.by),
        "channel": recorded.channel,
        "command_id": recorded.command_id,
        "data": recorded.event,
    }
    if recorded.precision != "instant":
        stored["precision"] = recorded.precision
    if recorded.correlation_id is not None:
        stored["correlation_id"] = recorded.correlation_id
    if recorded.causation_id is not None:
        stored["causation_id"] = recorded.causation_id
    if recorded.source_recorded_at is not None:
        stored["source_recorded_at"] = writable(recorded.source_recorded_at)
    if recorded.line_key is not None:
        stored["line_key"] = recorded.line_key
    try:
        entry = _entry(type(recorded.event))(**stored)
    except ValidationError as error:
        raise BadInput(
            f"{recorded.type} {recorded.event_id} cannot be stored: {_told(error)}. "
            "Correct the named field and record it again."
        ) from None
    try:
        return entry.__pydantic_serializer__.to_json(entry, exclude_unset=True)
    except PydanticSerializationError:
        raise BadInput(
            f"{recorded.type} {recorded.event_id} holds text that is no Unicode (half of a surrogate pair). "
            "Look at the encoding of its source and record it again."
        ) from None


def decode(type: str, state: bytes, position: int, recorded_at: datetime) -> Recorded:
    """The event that `encode` wrote, with the place and time that the store gave it.

    Fields that this dealtrail does not know are dropped. StoreNewer for an unknown type,
    Tampered for bytes that are no event of this type.
    """
    try:
        given = _reader(type)(state)
    except (KeyError, ValidationError) as error:
        raise _unreadable(error, type, position) from None
    recorded: Recorded = _unfrozen()(**given, position=position, recorded_at=recorded_at)
    become(recorded, Recorded)
    return recorded


def decode_all(stored: Iterable[tuple[str, bytes, int, int]]) -> list[Recorded]:
    """The same of many: type, state, position and recorded_at (µs) of each.

    In one loop: a deal is loaded in microseconds, and calls for each of its events are a tenth of them.
    """
    unfrozen, events = _unfrozen(), []
    for type_name, state, position, recorded_at in stored:
        try:
            recorded = unfrozen(**_reader(type_name)(state))
        except (KeyError, ValidationError) as error:
            raise _unreadable(error, type_name, position) from None
        recorded.position = position
        recorded.recorded_at = from_micros(recorded_at)
        become(recorded, Recorded)
        events.append(recorded)
    return events


def _unreadable(error: KeyError | ValidationError, type_name: str, position: int) -> DealtrailError:
    if isinstance(error, KeyError):
        return StoreNewer(
            f"The event at position {position} is of the type {type_name!r}, which this dealtrail does not know. "
            "A newer version wrote it: update dealtrail, then try again."
        )
    return Tampered(
        f"The event at position {position} is not a readable {type_name}: {_told(error)}. "
        "Run `dealtrail store verify` to find out which rows were changed."
    )


_INSTANT = core_schema.custom_error_schema(
    core_schema.no_info_after_validator_function(
        datetime.fromisoformat, core_schema.str_schema(strict=True, pattern="(Z|[+-][0-9]{2}:[0-9]{2})$")
    ),
    custom_error_type="instant",
    custom_error_message="it is no time with a timezone, such as 2026-04-01T09:30:00+08:00",
)
"""An instant as `encode` writes it. Those in UTC share Python's own zone, and are compared five times as fast."""

# These are built when they are first needed: at import they would cost every command its start-up.


@cache
def _entry(event: type[E]) -> type[Entry[E]]:
    return Entry[event]  # type: ignore[valid-type]


@cache
def _reader(event_type: str) -> Callable[[bytes], dict[str, Any]]:
    """Reads the JSON of an Entry straight into the fields of a Recorded, in half the time of going by an Entry."""
    event = EVENTS[event_type]

    def schema(_: object, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        held = {name: handler.generate_schema(field.rebuild_annotation()) for name, field in stored.items()}
        held["occurred_at"], held["data"] = _INSTANT, handler.generate_schema(event)
        return core_schema.typed_dict_schema(
            {
                "event" if name == "data" else name: core_schema.typed_dict_field(
                    held[name], required=field.is_required(), validation_alias=name
                )
                for name, field in stored.items()
            }
        )

    stored = {name: field for name, field in Entry.model_fields.items() if name != "type"}
    adapter: TypeAdapter[dict[str, Any]] = TypeAdapter(Annotated[dict[str, Any], GetPydanticSchema(schema)])
    # The adapter's own method only looks at options that are not used here.
    return adapter.validator.validate_json


@cache
def _unfrozen() -> Callable[..., Any]:
    """Makes a Recorded that can still be changed: what validation gives goes into it twice as fast."""
    return twin(Recorded)


def whole(actor: Actor) -> Actor:
    """The actor with its kind written, also where it is the default, and nothing that is absent."""
    given = actor.model_fields_set
    if "kind" in given and ("on_behalf_of" in given) is (actor.on_behalf_of is not None):
        return actor
    return _completed(actor)


@lru_cache(maxsize=1024)
def _completed(actor: Actor) -> Actor:
    if actor.on_behalf_of is None:
        return Actor(id=actor.id, kind=actor.kind)
    return Actor(id=actor.id, kind=actor.kind, on_behalf_of=actor.on_behalf_of)


def writable(instant: datetime) -> datetime:
    """The instant as it is written: with its offset, or in UTC where RFC 3339 cannot write that."""
    # RFC 3339 has no seconds in an offset, and local mean times of the 19th century have them;
    # the first and the last year could lie outside the calendar in another zone.
    offset = instant.utcoffset()
    if offset is None or (offset.seconds % 60 == 0 and 1 < instant.year < 9999):
        return instant
    try:
        return instant.astimezone(UTC)
    except OverflowError:
        raise BadInput(
            f"The time {instant.isoformat()} lies outside the years 1 to 9999 in UTC. Give another time."
        ) from None


def _told(error: ValidationError) -> str:
    # Without the values: they may be personal data.
    first = error.errors(include_url=False, include_input=False, include_context=False)[0]
    place = list(map(str, first["loc"]))
    if "segment" in place:
        del place[place.index("segment") + 1 :]  # whose keys are content as well
    return f"{'.'.join(place) or 'state'}: {first['msg']}"
