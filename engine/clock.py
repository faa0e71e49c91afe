"""The clock, and instants as the integers that SQL holds: microseconds since 1970, UTC."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache

Clock = Callable[[], datetime]
"""Gives the present instant, aware of its zone."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_MINUTE = timedelta(minutes=1)


def now() -> datetime:
    """The present instant in UTC."""
    return datetime.now(UTC)


def to_micros(instant: datetime) -> int:
    """Microseconds since 1970 in UTC, exact, negative before. A naive datetime raises TypeError."""
    return (instant - EPOCH) // _MICROSECOND


@lru_cache(maxsize=1024)
def from_micros(micros: int) -> datetime:
    """The instant in UTC that `to_micros` made this number of."""
    # Events that were recorded together share theirs, and a page of the feed holds many.
    return EPOCH + timedelta(microseconds=micros)


def fixed(instant: datetime) -> datetime:
    """The same instant with the offset that its zone had then, in whole minutes, else in UTC.

    Python compares two times of one zone by their wall clocks, which go back once a year; times with
    fixed offsets are compared as instants. A naive datetime raises ValueError.
    """
    offset = instant.utcoffset()
    if offset is None:
        raise ValueError("a time without a zone is no instant")
    if offset % _MINUTE:
        return instant.astimezone(UTC)
    return instant.replace(tzinfo=timezone(offset), fold=0)
