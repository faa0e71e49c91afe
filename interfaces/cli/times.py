"""Time words of the command line: a day, a month, a quarter, an instant, `-7d`, `now`; read in one time zone."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from domain.event import Precision

TICK = timedelta(microseconds=1)
FORMS = "2026-04-01, 2026-04, 2026Q2, 2026-04-01T09:30+08:00, -7d (also -2w), today, yesterday or now"

_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_MONTH = re.compile(r"(\d{4})-(\d{1,2})")
_QUARTER = re.compile(r"(\d{4})-?[Qq]([1-4])")
_AGO = re.compile(r"[-\u2212](\d{1,6})([dw])")
_INSTANT = re.compile(
    r"(\d{4}-\d{2}-\d{2})[Tt ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?) ?([Zz]|[+-]\d{2}:?\d{2})?"
)


class NotATime(ValueError):
    """The word names no time, or not of the kind that is wanted here."""


@dataclass(frozen=True, slots=True)
class Days:
    """The days from `first` up to, not including, `after`, in a zone."""

    first: date
    after: date
    zone: tzinfo

    @property
    def start(self) -> datetime:
        """The first instant."""
        return start_of(self.first, self.zone)

    @property
    def over(self) -> datetime:
        """The instant after the last one."""
        return start_of(self.after, self.zone)

    @property
    def end(self) -> datetime:
        """The last instant, to the microsecond."""
        return (self.over.astimezone(UTC) - TICK).astimezone(self.zone)


def start_of(day: date, zone: tzinfo) -> datetime:
    """The first instant of a day in a zone."""
    return datetime.combine(day, time.min, tzinfo=zone)


def read(word: str, zone: tzinfo, now: datetime) -> Days | datetime:
    """What a time word names; NotATime says what would be understood."""
    word = word.strip()
    today = now.astimezone(zone).date()
    try:
        days = _days(word, today)
        if days is not None:
            return _inside_the_calendar(Days(*days, zone))
        if word.lower() == "now":
            return now.astimezone(zone)
        if found := _INSTANT.fullmatch(word):
            return _instant(found, zone)
    except (ValueError, OverflowError) as error:
        raise NotATime(f"{word!r} is no time in the calendar ({error}).") from None
    raise NotATime(f"{word!r} is no time. Write {FORMS}.")


def at_end(word: str, zone: tzinfo, now: datetime) -> datetime:
    """For --as-of, --known-at and `changes`: a day, month or quarter means its last microsecond."""
    named = read(word, zone, now)
    return named.end if isinstance(named, Days) else named


def at_start(word: str, zone: tzinfo, now: datetime) -> datetime:
    """For --from: a day, month or quarter means its first instant."""
    named = read(word, zone, now)
    return named.start if isinstance(named, Days) else named


def past_end(word: str, zone: tzinfo, now: datetime) -> datetime:
    """For --to: the instant after a day, month or quarter; an instant is itself, and excluded."""
    named = read(word, zone, now)
    return named.over if isinstance(named, Days) else named


def when(word: str, zone: tzinfo, now: datetime) -> tuple[datetime, Precision]:
    """For --at: an instant, or the start of a day with the precision `day`. NotATime for anything longer."""
    named = read(word, zone, now)
    if isinstance(named, datetime):
        return named, "instant"
    if named.after - named.first != timedelta(days=1):
        raise NotATime(f"{word!r} is longer than a day. Give a day (2026-04-01) or an instant.")
    return named.start, "day"


def day(word: str, zone: tzinfo, now: datetime) -> date:
    """For fields that hold a date. NotATime for anything but one day."""
    named = read(word, zone, now)
    if isinstance(named, datetime) or named.after - named.first != timedelta(days=1):
        raise NotATime(f"{word!r} is no day. Write it as 2026-04-01.")
    return named.first


def window(word: str, zone: tzinfo, now: datetime) -> tuple[date, date]:
    """For --closing: the days of a day, month or quarter, half-open. NotATime for an instant."""
    named = read(word, zone, now)
    if isinstance(named, datetime):
        raise NotATime(f"{word!r} is an instant. Give a day, a month or a quarter (2026Q3).")
    return named.first, named.after


def _days(word: str, today: date) -> tuple[date, date] | None:
    for pattern, make in _MADE_OF_DAYS:
        if found := pattern.fullmatch(word):
            return make(*map(int, found.groups()))
    if found := _AGO.fullmatch(word):
        return _one(today - timedelta(**{_UNITS[found[2]]: int(found[1])}))
    if word.lower() in _NAMED:
        return _one(today - timedelta(days=_NAMED[word.lower()]))
    return None


def _one(first: date) -> tuple[date, date]:
    return first, first + timedelta(days=1)


def _months(first: date, months: int) -> tuple[date, date]:
    years, month = divmod(first.month - 1 + months, 12)
    return first, date(first.year + years, month + 1, 1)


_UNITS = {"d": "days", "w": "weeks"}
_NAMED = {"today": 0, "yesterday": 1}
_MADE_OF_DAYS: tuple[tuple[re.Pattern[str], Callable[..., tuple[date, date]]], ...] = (
    (_DAY, lambda year, month, day: _one(date(year, month, day))),
    (_MONTH, lambda year, month: _months(date(year, month, 1), 1)),
    (_QUARTER, lambda year, quarter: _months(date(year, 3 * quarter - 2, 1), 3)),
)


def _instant(found: re.Match[str], zone: tzinfo) -> datetime:
    # Without an offset it is the wall clock of the zone that the question is asked in.
    offset = found[3] or ""
    named = datetime.fromisoformat(f"{found[1]}T{found[2]}{offset.upper()}")
    placed = named if named.tzinfo else named.replace(tzinfo=zone)
    placed.astimezone(UTC)
    return placed


def _inside_the_calendar(days: Days) -> Days:
    # The first and the last days of the calendar lie outside it in another zone.
    days.start.astimezone(UTC)
    days.over.astimezone(UTC)
    return days
