"""Days, months and quarters of instants, and how long something took, in one zone."""

from datetime import date, datetime
from typing import Annotated, NamedTuple
from zoneinfo import ZoneInfo

from pydantic import PlainSerializer

from domain.event import Precision
from engine.clock import from_micros

Instant = Annotated[datetime, PlainSerializer(datetime.isoformat, return_type=str, when_used="json")]
"""An instant of an answer, written with its offset."""

DAY = 86_400_000_000
"""A day in µs."""


class Moment(NamedTuple):
    """An instant in µs, and how exactly it is known."""

    at: int
    precision: Precision


def day_of(at: int, zone: ZoneInfo) -> date:
    """The calendar day of an instant (µs)."""
    return _local(at, zone).date()


def week_of(at: int, zone: ZoneInfo) -> str:
    """The ISO week of an instant (µs), which begins on a Monday, as `2017-W09`."""
    year, week, _ = day_of(at, zone).isocalendar()
    return f"{year:04}-W{week:02}"


def month_of(at: int, zone: ZoneInfo) -> str:
    """The month of an instant (µs), as `2017-03`."""
    local = _local(at, zone)
    return f"{local.year:04}-{local.month:02}"


def quarter_of(at: int, zone: ZoneInfo) -> str:
    """The quarter of an instant (µs), as `2017Q1`."""
    local = _local(at, zone)
    return f"{local.year:04}Q{(local.month + 2) // 3}"


def duration(start: Moment, end: Moment, zone: ZoneInfo) -> int | None:
    """µs from `start` to `end`: whole calendar days where either is a day, None where either is undated."""
    exactness = {start.precision, end.precision}
    if "unknown" in exactness:
        return None
    if "day" in exactness:
        return (day_of(end.at, zone) - day_of(start.at, zone)).days * DAY
    return end.at - start.at


def _local(at: int, zone: ZoneInfo) -> datetime:
    return from_micros(at).astimezone(zone)
