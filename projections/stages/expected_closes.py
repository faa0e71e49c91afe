"""Which deals were expected to close in a period when it began, and what became of them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from engine.clock import from_micros, to_micros
from projections.asking.asked import Asked
from projections.asking.dimensions import Case
from projections.asking.periods import day_of
from projections.states.as_of import States

Became = Literal["won", "lost", "slipped", "pending"]

SURE = ("commit", "best-case")
"""The forecasts that a slip rate is about."""


@dataclass(frozen=True, slots=True)
class Period:
    """A period [start, end) in µs, and its days in the zone of the question."""

    start: int
    end: int
    first: date
    last: date

    @classmethod
    def of(cls, start: datetime, end: datetime, zone: ZoneInfo) -> "Period":
        """The period; a day that lies in it only in part is one of its days."""
        first, after = to_micros(start), to_micros(end)
        return cls(first, after, day_of(first, zone), day_of(after - 1, zone))

    def has(self, day: date | None) -> bool:
        """Whether the day is one of its days."""
        return day is not None and self.first <= day <= self.last


@dataclass(frozen=True, slots=True)
class Expected:
    """When a deal was expected to close as its period began, and how it was forecast."""

    on: date
    forecast: str | None


def expected_in(
    connection: Connection, states: States, asked: Asked, period: Period
) -> Mapping[bytes, Expected]:
    """The deals that were open right before the period began and expected to close in it.

    Where it begins after the instant: those that are so at the instant.
    """
    if period.start >= period.end:
        return {}
    before = Asked(from_micros(min(period.start - 1, asked.as_of_micros)), asked.known_at)
    table = states.states
    open_ = states.standing(
        before,
        table.c.outcome == "open",
        table.c.expected_close >= period.first.isoformat(),
        table.c.expected_close <= period.last.isoformat(),
    )
    found = open_.with_only_columns(table.c.deal, table.c.expected_close, table.c.forecast)
    return {
        row.deal: Expected(date.fromisoformat(row.expected_close), row.forecast)
        for row in connection.execute(found)
    }


def expected_now(connection: Connection, states: States, asked: Asked) -> Mapping[bytes, date]:
    """When each open deal is expected to close at the instant."""
    table = states.states
    open_ = states.standing(asked, table.c.outcome == "open", table.c.expected_close.is_not(None))
    found = open_.with_only_columns(table.c.deal, table.c.expected_close)
    return {row.deal: date.fromisoformat(row.expected_close) for row in connection.execute(found)}


def became(case: Case, period: Period, now: int, expected: date | None) -> Became | None:
    """What became of a deal that was expected to close in the period; None where nobody knows when it closed.

    While the period lasts (`now`, µs), an open deal whose close is still `expected` in it may yet close.
    """
    if case.closing is None:
        # At the last instant of the period (the end of its last day) nothing can happen in it any more.
        running = now < period.end - 1
        return "pending" if running and period.has(expected) else "slipped"
    closed = case.closing.occurred_at
    if closed.precision == "unknown":
        return None
    if not period.start <= closed.at < period.end:
        return "slipped"
    return "won" if case.outcome == "won" else "lost"


def tally(becomings: Iterable[Became]) -> dict[Became, int]:
    """How many became what."""
    counts: dict[Became, int] = {"won": 0, "lost": 0, "slipped": 0, "pending": 0}
    for each in becomings:
        counts[each] += 1
    return counts
