"""A stored event on Kafka: its key, value and CloudEvents headers, written and read."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from domain.errors import Tampered
from domain.event import Recorded
from engine.clock import from_micros
from engine.entries import decode
from engine.log import Row

CONTENT_TYPE = b"application/json"


class Outgoing(NamedTuple):
    """What is sent for one stored event: the same bytes every time."""

    key: bytes
    value: bytes
    headers: list[tuple[str, bytes]]


class Head(NamedTuple):
    """What stands at the beginning of a record's value; `stream_id` is the id's 16 bytes."""

    position: int
    recorded_at: datetime
    stream_id: bytes
    version: int
    type: str


class Undecodable(Exception):
    """The bytes of a record are no event of dealtrail; the message says what is wrong, and quotes none of them."""


@dataclass(frozen=True, slots=True)
class Delivered:
    """An event as it came from Kafka: the event, its place there, and the bytes that it came in."""

    event: Recorded
    partition: int
    offset: int
    value: bytes


def outgoing(row: Row, store_id: UUID) -> Outgoing:
    """The record of a stored event: CloudEvents 1.0 in binary mode.

    Source: the CloudEvents Kafka protocol binding 1.0.2; `sequence` and `recordedtime` are its extensions.
    """
    stream_id, version = str(UUID(bytes=row.stream_id)), row.version
    recorded_at = _rfc3339(row.recorded_at)
    return Outgoing(
        stream_id.encode(),
        b'{"position":%d,"recorded_at":"%s",' % (row.position, recorded_at) + row.state[1:],
        [
            ("ce_specversion", b"1.0"),
            ("ce_id", f"{stream_id}:{version}".encode()),
            ("ce_source", f"/dealtrail/{store_id}".encode()),
            ("ce_type", f"dealtrail.{row.type}.v1".encode()),
            ("ce_subject", stream_id.encode()),
            ("ce_time", _occurred_at(row.state)),
            ("ce_sequence", b"%020d" % version),
            ("ce_recordedtime", recorded_at),
            ("content-type", CONTENT_TYPE),
        ],
    )


def incoming(value: bytes | None) -> Recorded:
    """The event in a record's value.

    Undecodable where it is none, StoreNewer for a type of event that this dealtrail does not know,
    Tampered for one whose fields cannot be read.
    """
    head = head_of(value)
    try:
        return decoded(head, value or b"")
    except Tampered:
        _fields(value or b"")  # no JSON at all is more than a field that cannot be read
        raise


def head_of(value: bytes | None) -> Head:
    """Which event a record's value holds, without reading the whole of it; Undecodable where it holds none."""
    if value is None:
        raise Undecodable("the record has no value")
    found = _HEAD.match(value)
    if found is None:
        return _head_anywhere(value)
    position, recorded_at, stream_id, version, event_type = found.groups()
    try:
        instant = datetime.fromisoformat(recorded_at.decode())
    except ValueError:
        raise Undecodable(_NOT_A_HEAD) from None
    if instant.tzinfo is None:
        raise Undecodable(_NOT_A_HEAD)
    return Head(int(position), instant, _plain(stream_id), int(version), event_type.decode())


def decoded(head: Head, value: bytes) -> Recorded:
    """The event of a value whose head was read; StoreNewer and Tampered as `incoming` says."""
    event = decode(head.type, value, head.position, head.recorded_at)
    if event.version != head.version or event.stream_id.bytes != head.stream_id:
        # JSON lets a name stand twice, and whoever reads it takes the one or the other.
        raise Tampered(
            f"The event at position {head.position} names its deal or version twice, and not the same."
        )
    return event


def header(headers: Sequence[tuple[str, bytes]], name: str) -> str | None:
    """The text of a record's header; None where it has none of that name."""
    return next((value.decode(errors="replace") for key, value in headers if key == name), None)


_HEAD = re.compile(
    rb'\{"position":([1-9]\d{0,17}),"recorded_at":"([^"\\]{1,40})","stream_id":"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})",'
    rb'"version":([1-9]\d{0,17}),"type":"(\w{1,100})"'
)
"""As `outgoing` writes it. Parsing the whole of a value would cost as much as all the rest of reading it."""

_TYPE = re.compile(r"\w{1,100}", re.ASCII)

_NOT_A_HEAD = "position, recorded_at, stream_id, version or type is not what it must be"


@lru_cache(maxsize=4096)
def _plain(stream_id: bytes) -> bytes:
    # A page holds many events of one deal.
    return bytes.fromhex(stream_id.replace(b"-", b"").decode())


def _head_anywhere(value: bytes) -> Head:
    """The head of a value whose fields stand in another order, or with spaces between them."""
    fields = _fields(value)
    try:
        position, version, event_type = fields["position"], fields["version"], fields["type"]
        recorded_at = datetime.fromisoformat(fields["recorded_at"])
        stream = UUID(fields["stream_id"]).bytes
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Undecodable(f"the value is no JSON object of an event ({type(error).__name__})") from None
    numbers = all(type(each) is int and 0 < each < 2**63 for each in (position, version))
    named = isinstance(event_type, str) and _TYPE.fullmatch(event_type) is not None
    if not numbers or not named or recorded_at.tzinfo is None:
        raise Undecodable(_NOT_A_HEAD)
    return Head(position, recorded_at, stream, version, event_type)


def _fields(value: bytes) -> Any:  # noqa: ANN401 - whatever JSON holds
    try:
        return json.loads(value)
    except (ValueError, RecursionError) as error:
        raise Undecodable(f"the value is no JSON object of an event ({type(error).__name__})") from None


def _occurred_at(state: bytes) -> bytes:
    # Behind ids and a type, none of which can hold a quotation mark: no need to parse the whole of it.
    name = b'"occurred_at":"'
    start = state.index(name) + len(name)
    return state[start : state.index(b'"', start)]


def _rfc3339(micros: int) -> bytes:
    return from_micros(micros).isoformat().replace("+00:00", "Z").encode()
