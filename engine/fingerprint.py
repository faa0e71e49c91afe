"""What makes a command the same command: the body that came, not what was filled in later."""

import json
from datetime import UTC, datetime
from hashlib import sha256
from uuid import UUID

from domain.event import Command, Precision


def fingerprint(command: Command, stream_id: UUID, at: datetime | None, precision: Precision) -> bytes:
    """SHA-256 of the command as it came: its type, stream and given fields, and its time where one was given.

    Who gave it and through which channel is no part of it: a repeat may come another way.
    """
    told = {
        "type": type(command).__name__,
        "stream_id": str(stream_id),
        "at": None if at is None else at.astimezone(UTC).isoformat(),
        "precision": precision,
        "body": command.model_dump(mode="json", exclude_unset=True),
    }
    canonical = json.dumps(told, sort_keys=True, separators=(",", ":"))
    return sha256(canonical.encode()).digest()
