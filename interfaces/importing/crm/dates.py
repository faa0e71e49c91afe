"""How an export writes its times: ISO 8601, or as somebody says; a date that can be read in two ways is asked for."""

import re
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo

from domain.errors import BadInput
from interfaces.importing.table.when import EARLIEST_YEAR, When, start_of_day

_ISO = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})"
    r"(?:[T ](\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)?"
    r" ?(Z|UTC|[+-]\d{2}:?\d{2})?",
    re.ASCII | re.IGNORECASE,
)
_TIME = re.compile(r"[T ,]*%-?[HIMSfpXcTRsZz].*", re.DOTALL)
_DATE_ALIKE = re.compile(r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}|\d{1,2} \w{3,}|\w{3,} \d{1,2}|\d{4}年|\d{8}")
_MILLISECONDS = re.compile(r"-?\d{11,14}", re.ASCII)


class NoDate(ValueError):
    """The text names no day of this calendar; `ask` where it may be one that is written in another way."""

    def __init__(self, *, ask: bool) -> None:
        self.ask = ask
        super().__init__()


class Dates:
    """Reads times. `zone` is that of times without an offset, `formats` are those of --dates.

    A format with a time also reads a day alone, as far as it names the day.
    """

    def __init__(self, zone: tzinfo, formats: tuple[str, ...] = ()) -> None:
        """BadInput where a format is none."""
        self.zone = zone
        self._formats = tuple(dict.fromkeys(part for form in formats for part in _parts(form)))

    def when(self, text: str) -> When:
        """The instant or the day. NoDate where it is none."""
        moment, has_time = self._read(text)
        if not has_time:
            return When(start_of_day(moment.date(), self.zone), "day")
        return When.instant(moment if moment.tzinfo is not None else moment.replace(tzinfo=self.zone))

    def day(self, text: str) -> date:
        """The calendar day: as it is written, or of an instant with an offset, in the zone. NoDate where it is none."""
        moment, _ = self._read(text)
        return (moment if moment.tzinfo is None else moment.astimezone(self.zone)).date()

    def wanted(self) -> str:
        """How a date may be written, for people."""
        shown = datetime(2026, 4, 1, 9, 30, tzinfo=UTC)
        ways = ["2026-04-01 09:30:00", *(shown.strftime(form) for form in self._formats)]
        return " or ".join(ways)

    def _read(self, text: str) -> tuple[datetime, bool]:
        try:
            if _MILLISECONDS.fullmatch(text):
                return datetime.fromtimestamp(int(text) / 1000, UTC), True
            if found := _ISO.fullmatch(text):
                moment, has_time = _iso(found), found[4] is not None
            else:
                moment, has_time = self._formatted(text)
            if moment.year < EARLIEST_YEAR:
                raise NoDate(ask=False)
            moment.astimezone(UTC)
        except NoDate:
            raise
        except (ValueError, OverflowError, OSError):
            raise NoDate(ask=False) from None
        return moment, has_time

    def _formatted(self, text: str) -> tuple[datetime, bool]:
        for form in self._formats:
            try:
                return datetime.strptime(text, form), _TIME.search(form) is not None  # noqa: DTZ007 - its zone follows
            except ValueError:
                continue
        raise NoDate(ask=not self._formats and _DATE_ALIKE.match(text) is not None)


def _iso(found: re.Match[str]) -> datetime:
    year, month, day = int(found[1]), int(found[2]), int(found[3])
    if found[4] is None:
        return datetime(year, month, day)  # noqa: DTZ001 - a day alone
    fraction = int((found[7] or "0").ljust(6, "0")[:6])
    moment = datetime(year, month, day, int(found[4]), int(found[5]), int(found[6] or 0), fraction)  # noqa: DTZ001
    offset = found[8]
    if offset is None:
        return moment
    if offset.upper() in ("Z", "UTC"):
        return moment.replace(tzinfo=UTC)
    ahead = timedelta(hours=int(offset[1:3]), minutes=int(offset[-2:]))
    return moment.replace(tzinfo=timezone(-ahead if offset[0] == "-" else ahead))


def _parts(form: str) -> tuple[str, ...]:
    """The format, and the part of it that names the day."""
    shown = datetime(2026, 4, 1, 9, 30, tzinfo=UTC)
    day = _TIME.sub("", form)
    try:
        for part in (form, day):
            again = datetime.strptime(shown.strftime(part), part)  # noqa: DTZ007 - only a trial
            if again.date() != shown.date():
                raise ValueError(part)
    except ValueError:
        raise BadInput(
            f"{form!r} is no format of dates. Write it as in strftime, with year, month and day: "
            "--dates '%m/%d/%y %I:%M %p' reads 02/23/26 08:55 PM."
        ) from None
    return (form, day) if day != form else (form,)
