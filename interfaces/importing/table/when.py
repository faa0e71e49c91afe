"""When a table says that something happened: an instant, a day, or unknown."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Self

from domain.event import Precision, Recorded
from engine.clock import fixed

EARLIEST_YEAR = 1900
"""Before it a date is a slip of the keys: the year 17 for 2017."""


@dataclass(frozen=True, slots=True)
class When:
    """An instant with its precision; `at` has a fixed offset, so that it can be compared."""

    at: datetime
    precision: Precision

    @classmethod
    def instant(cls, at: datetime) -> Self:
        """A point in time, in the offset that its zone has then."""
        return cls(fixed(at), "instant")

    @classmethod
    def of(cls, recorded: Recorded) -> Self:
        """When an event happened."""
        return cls(recorded.occurred_at, recorded.precision)

    def same(self, other: "When", zone: tzinfo) -> bool:
        """Whether both are one time, as far as the less precise of them can say."""
        if "unknown" in (self.precision, other.precision):
            return self.precision == other.precision
        if "day" in (self.precision, other.precision):
            return self.at.astimezone(zone).date() == other.at.astimezone(zone).date()
        return self.at == other.at


@dataclass(frozen=True, slots=True)
class Export:
    """When the file was exported, and which times its rows get where they have none of their own.

    Deals are compared as of `as_of`; differences without a date happened at `when`; what is new and
    undated holds from the import's instant, `undated`. `told` is whether somebody said when it was.
    """

    as_of: datetime
    when: When
    undated: When
    told: bool
    zone: tzinfo

    @classmethod
    def at(cls, exported_at: datetime | None, precision: Precision, now: datetime, zone: tzinfo) -> Self:
        """The export at an instant or (precision `day`) at the end of that day in `zone`; None: now."""
        undated = When(fixed(now.astimezone(zone)), "unknown")
        if exported_at is None:
            return cls(now, When.instant(now.astimezone(zone)), undated, False, zone)  # noqa: FBT003
        if precision == "day":
            day = exported_at.date()
            when = When(start_of_day(day, zone), "day")
            return cls(end_of_day(day, zone), when, undated, True, zone)  # noqa: FBT003
        return cls(exported_at, When.instant(exported_at), undated, True, zone)  # noqa: FBT003


def start_of_day(day: date, zone: tzinfo) -> datetime:
    """The first instant of a day in a zone, with a fixed offset. OverflowError at the calendar's ends."""
    return fixed(datetime.combine(day, time.min, tzinfo=zone))


def end_of_day(day: date, zone: tzinfo) -> datetime:
    """The last microsecond of a day in a zone."""
    return start_of_day(day + timedelta(days=1), zone) - timedelta(microseconds=1)
