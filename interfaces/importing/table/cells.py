"""The cells of one row, read as texts, dates and money; what cannot be read is noted with its column."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, tzinfo
from decimal import Decimal
from functools import lru_cache

from domain.values import Money
from engine.timing import AHEAD
from interfaces.importing.table.mapping import ISO
from interfaces.importing.table.when import EARLIEST_YEAR, When, start_of_day

_DIGITS = re.compile(r"\d+", re.ASCII)
_HAS_TIME = re.compile(r"%-?[HIMSfpXcTRs]")
SHOWN = 200
"""Letters of a value that a report shows."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a cell refuses its row. Without a column the row as a whole is meant."""

    column: str | None
    value: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class Formats:
    """How the file writes dates and numbers, and the instant that nothing may lie far ahead of."""

    zone: tzinfo
    dates: tuple[str, ...]
    now: datetime
    currency: str | None
    decimal: str = "."
    thousands: str | None = None
    currency_sign: str | None = None


@dataclass(slots=True)
class Cells:
    """One row by the names of its columns. An empty cell, or no column, reads as None."""

    values: Mapping[str, str]
    formats: Formats
    troubles: list[Trouble] = field(default_factory=list)

    def text(self, column: str | None) -> str | None:
        """The text of the cell."""
        return (self.values.get(column) or None) if column is not None else None

    def when(self, column: str | None) -> When | None:
        """When something happened: a day, or an instant where a date format has a time. Never the future."""
        when = self._date(column)
        if column is None or when is None:
            return None
        if when.at > self.formats.now + AHEAD:
            self.refuse(column, "This lies in the future. What has not happened cannot be recorded.")
            return None
        return when

    def day(self, column: str | None) -> date | None:
        """A calendar day, past or to come."""
        when = self._date(column)
        return when.at.astimezone(self.formats.zone).date() if when else None

    def money(self, column: str | None, currency_column: str | None) -> Money | None:
        """An amount in the currency of its row, else of the file."""
        text = self.text(column)
        if column is None or text is None:
            return None
        currency = (self.text(currency_column) or "").upper() or self.formats.currency
        amount = self._number(column, text)
        if amount is None:
            return None
        if currency is None:
            self.refuse(
                currency_column or column,
                "There is no currency beside this amount. Fill it in, or give --currency.",
            )
            return None
        if not re.fullmatch("[A-Z]{3}", currency, re.ASCII):
            self.refuse(currency_column, "This is no currency. Write its three letters, such as EUR.")
            return None
        return Money(amount=amount, currency=currency)

    def refuse(self, column: str | None, reason: str) -> None:
        """Note that the row cannot be taken, because of this cell."""
        value = self.values.get(column) if column is not None else None
        if value is not None and len(value) > SHOWN:
            value = value[:SHOWN] + "…"
        trouble = Trouble(column, value, reason)
        if trouble not in self.troubles:  # a column may be named for several things
            self.troubles.append(trouble)

    def _date(self, column: str | None) -> When | None:
        text = self.text(column)
        if text is None:
            return None
        for form in self.formats.dates:
            when = read_date(text, form, self.formats.zone)
            if when is not None:
                return when
        wanted = " or ".join(_example(form) for form in self.formats.dates)
        self.refuse(
            column,
            f"This is no date as the mapping says ({wanted}). Correct it, or the mapping's `dates`.",
        )
        return None

    def _number(self, column: str, text: str) -> Decimal | None:
        plain = plain_number(text, self.formats)
        if plain is None:
            self.refuse(column, _why_no_number(text, self.formats))
        elif len(plain.partition(".")[2]) > 4:
            self.refuse(column, "This amount has more than four decimals. Round it where it comes from.")
        elif len(plain.partition(".")[0].lstrip("0")) > 12:
            self.refuse(column, "This amount has more than twelve digits before the decimals.")
        else:
            return Decimal(plain)
        return None


def plain_number(text: str, formats: Formats) -> str | None:
    """The digits of an amount, with a point before its decimals; None where it is written otherwise."""
    if formats.currency_sign is not None:
        text = text.replace(formats.currency_sign, "").strip()
    whole, mark, decimals = text.partition(formats.decimal)
    if formats.thousands is not None:
        group = r"[ \u00a0\u202f]" if formats.thousands == " " else re.escape(formats.thousands)
        if re.fullmatch(rf"\d{{1,4}}({group}\d{{2,4}})*{group}\d{{3}}", whole, re.ASCII):
            whole = re.sub(group, "", whole)
    well = _DIGITS.fullmatch(whole) and (_DIGITS.fullmatch(decimals) or not mark)
    return f"{whole}.{decimals}" if mark and well else whole if well else None


@lru_cache(maxsize=16_384)
def read_date(text: str, form: str, zone: tzinfo) -> When | None:
    """The day or instant that `text` names in the format; None where it is none of this calendar."""
    try:
        if form == ISO:
            day_alone = len(text) <= 10
            read = datetime.fromisoformat(text)
        else:
            day_alone = not _HAS_TIME.search(form)
            read = datetime.strptime(text, form)  # noqa: DTZ007 - its zone follows
        if read.year < EARLIEST_YEAR:
            return None
        if day_alone:
            return When(start_of_day(read.date(), zone), "day")
        at = read if read.tzinfo is not None else read.replace(tzinfo=zone)
        at.astimezone(UTC)
        return When.instant(at)
    except (ValueError, OverflowError):
        return None


def _example(form: str) -> str:
    if form == ISO:
        return "2026-04-01 or 2026-04-01T09:30:00+08:00, ISO 8601"
    return f"{datetime(2026, 4, 1, 9, 30, tzinfo=UTC).strftime(form)}, {form}"


def _why_no_number(text: str, formats: Formats) -> str:
    sign = re.fullmatch(r"([^\d\s.,'’()+−-]{1,4})\s*[\d.,'’\s]+|[\d.,'’\s]+?\s*([^\d\s.,'’()+−-]{1,4})", text)
    if text.startswith(("-", "−", "(")):
        return "This amount is negative. A deal is worth nothing or more."
    if re.fullmatch(r"[\d.,'’\s]+", text):
        return (
            f"This is no number with {formats.decimal!r} before its decimals. Where the file groups thousands "
            'or has decimal commas, say so in the mapping: thousands = "," or decimal = ",".'
        )
    if sign:
        return (
            f"This is no plain number. If {sign[1] or sign[2]!r} is the currency, say so in the mapping: "
            f'currency_sign = "{sign[1] or sign[2]}".'
        )
    return "This is no number. Write digits, such as 1200 or 1200.50."
