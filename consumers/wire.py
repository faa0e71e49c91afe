"""A stored event on Kafka: its key, value and CloudEvents headers, written and read."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

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
    if value is None:
        raise Undecodable("the record has no value")
    try:
        fields = json.loads(value)
        position, recorded_at = fields["position"], datetime.fromisoformat(fields["recorded_at"])
        event_type = fields["type"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise Undecodable(f"the value is no JSON object of an event ({type(error).__name__})") from None
    if not isinstance(position, int) or not isinstance(event_type, str) or recorded_at.tzinfo is None:
        raise Undecodable("position, recorded_at or type is not what it must be")
    return decode(event_type, value, position, recorded_at)


def header(headers: Sequence[tuple[str, bytes]], name: str) -> str | None:
    """The text of a record's header; None where it has none of that name."""
    return next((value.decode(errors="replace") for key, value in headers if key == name), None)


def _occurred_at(state: bytes) -> bytes:
    # Behind ids and a type, none of which can hold a quotation mark: no need to parse the whole of it.
    name = b'"occurred_at":"'
    start = state.index(name) + len(name)
    return state[start : state.index(b'"', start)]


def _rfc3339(micros: int) -> bytes:
    return from_micros(micros).isoformat().replace("+00:00", "Z").encode()
