"""How far the relay had come at some time, as the store itself remembers it: rows that are only ever added."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from engine.clock import from_micros

COLUMNS = "position, digest, marked_at"


@dataclass(frozen=True, slots=True)
class RelayMark:
    """Every event up to `position` was in Kafka at `marked_at`; `digest` is that of the event there."""

    position: int
    digest: bytes
    marked_at: datetime


def marks_of(rows: Iterable[tuple[int, bytes, int]]) -> list[RelayMark]:
    """The marks that lie in rows of `relay_marks`."""
    return [
        RelayMark(position, bytes(digest), from_micros(marked_at)) for position, digest, marked_at in rows
    ]
