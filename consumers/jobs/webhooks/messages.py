"""What is sent: the message of an event, its id, and its signature (Standard Webhooks 1.0)."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from standardwebhooks import Webhook

from domain.event import Recorded
from engine.entries import encode


def message_id(deal: UUID, version: int, endpoint: str) -> str:
    """The same for every attempt, and different for every endpoint: a receiver drops what it has seen."""
    return f"{deal}:{version}:{endpoint}"


def body(recorded: Recorded) -> bytes:
    """The message of an event: its type and time, and as `data` the value that it has on Kafka.

    ValueError for an event that the store has not taken yet.
    """
    if recorded.recorded_at is None:
        raise ValueError(f"event {recorded.event_id} was never recorded")
    recorded_at = _rfc3339(recorded.recorded_at)
    value = b'{"position":%d,"recorded_at":"%s",' % (recorded.position, recorded_at) + encode(recorded)[1:]
    head = f'{{"type":"dealtrail.{recorded.type}.v1","timestamp":"{_rfc3339(recorded.occurred_at).decode()}","data":'
    return head.encode() + value + b"}"


def ping(now: datetime) -> bytes:
    """A message that says nothing: for trying an endpoint."""
    message = {"type": "dealtrail.ping", "timestamp": _rfc3339(now).decode(), "data": {}}
    return json.dumps(message, separators=(",", ":")).encode()


def headers(message: bytes, name: str, secrets: Sequence[str], now: datetime) -> Mapping[str, str]:
    """The headers of an attempt at `now`, signed with each of the secrets."""
    signatures = [Webhook(secret).sign(name, now, message.decode()) for secret in secrets]
    return {
        "content-type": "application/json",
        "user-agent": "dealtrail-webhooks",
        "webhook-id": name,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": " ".join(signatures),
    }


def _rfc3339(instant: datetime) -> bytes:
    return instant.isoformat().replace("+00:00", "Z").encode()
