"""Rows of the event table as a store would hold them, made without one."""

from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from domain.event import Recorded
from engine.clock import to_micros
from engine.entries import decode, encode
from engine.log import Row

GOLDEN = Path(__file__).parents[1] / "domain" / "golden"
STORE = UUID("0199d5a0-0000-7000-8000-00000000000a")
RECORDED_AT = datetime(2026, 7, 1, 1, 30, 0, 250_000, tzinfo=UTC)


def row_of(recorded: Recorded) -> Row:
    """The row of an event that has its position and time of recording."""
    assert recorded.recorded_at is not None
    return Row(
        position=recorded.position,
        stream_id=recorded.stream_id.bytes,
        version=recorded.version,
        type=recorded.type,
        state=encode(recorded),
        recorded_at=to_micros(recorded.recorded_at),
        digest=bytes(32),
        command_id=recorded.command_id,
        nth=0,
        fingerprint=bytes(32),
    )


def golden(name: str) -> Recorded:
    """The golden event of a type, as the seventh of a log."""
    return decode(name, (GOLDEN / f"{name}.json").read_bytes(), 7, RECORDED_AT)
