"""A row of an export and its cells, read as texts, times, money and flags; what cannot be read refuses the row."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from domain.errors import BadInput
from domain.values import Money
from engine.timing import AHEAD
from interfaces.importing.crm.dates import Dates, NoDate
from interfaces.importing.crm.sheets import Sheet
from interfaces.importing.table.when import When

_NUMBER = re.compile(r"[+-]?\d+(?:\.\d*)?(?:[eE][+-]?\d+)?", re.ASCII)
_YES = frozenset({"true", "1", "yes", "y", "t"})
_CUT = 80


class RowRefused(Exception):
    """The row cannot be held: which column, what stands there, and why."""

    def __init__(self, row: "Row", column: str | None, value: str | None, reason: str) -> None:
        self.row, self.column, self.value, self.reason = row, column, value, reason
        super().__init__(reason)


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a sheet: the line that it begins on, and the text of each field that is not empty."""

    sheet: Sheet
    line: int
    values: Mapping[str, str]

    def text(self, name: str) -> str | None:
        """The text of the field, if there is any."""
        return self.values.get(name)

    def flag(self, name: str) -> bool | None:
        """Yes or no; None where nothing is said."""
        text = self.values.get(name)
        return None if text is None else text.casefold() in _YES

    def number(self, name: str) -> Decimal | None:
        """A number. RowRefused where it is none."""
        text = self.values.get(name)
        if text is None:
            return None
        try:
            if _NUMBER.fullmatch(text):
                return Decimal(text)
        except InvalidOperation:
            pass
        raise self.refused(name, "This is no number. Write digits, such as 1200 or 1200.50.")

    def refused(self, name: str | None, reason: str, *, personal: bool = False) -> RowRefused:
        """Why this row is left out, because of that field."""
        if name is None:
            return RowRefused(self, None, None, reason)
        text = None if personal else self.values.get(name)
        if text is not None and len(text) > _CUT:
            text = f"{text[:_CUT]}…"
        return RowRefused(self, self.sheet.title(name), text, reason)


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads the cells for which one must know how the export writes: times and money."""

    dates: Dates
    now: datetime
    currency: str | None

    def when(self, row: Row, name: str) -> When | None:
        """When something happened, never ahead. RowRefused, or BadInput where a date must be asked for."""
        text = row.text(name)
        if text is None:
            return None
        try:
            when = self.dates.when(text)
        except NoDate as none:
            raise self._no_date(row, name, none) from None
        if when.at > self.now + AHEAD:
            raise row.refused(name, "This lies in the future. What has not happened cannot be recorded.")
        return when

    def planned(self, row: Row, name: str) -> When | None:
        """The same for what may lie ahead."""
        text = row.text(name)
        if text is None:
            return None
        try:
            return self.dates.when(text)
        except NoDate as none:
            raise self._no_date(row, name, none) from None

    def day(self, row: Row, name: str) -> date | None:
        """A calendar day, past or to come."""
        text = row.text(name)
        if text is None:
            return None
        try:
            return self.dates.day(text)
        except NoDate as none:
            raise self._no_date(row, name, none) from None

    def money(self, row: Row, name: str, currency: str | None = None) -> Money | None:
        """An amount in the given currency, else the export's."""
        number = row.number(name)
        if number is None:
            return None
        if number < 0:
            raise row.refused(name, "This amount is negative. A deal is worth nothing or more.")
        if number != round(number, 4):
            raise row.refused(name, "This amount has more than four decimals. Round it where it comes from.")
        if number >= 10**12:
            raise row.refused(name, "This amount has more than twelve digits before the decimals.")
        currency = (currency or self.currency or "").upper()
        if not currency:
            raise BadInput(
                f"Line {row.line} of {row.sheet.name} has an amount ({row.sheet.title(name)} "
                f"{row.values[name]}), and nobody says in which currency. Nothing was recorded: "
                "give it, for instance --currency EUR."
            )
        if not re.fullmatch("[A-Z]{3}", currency, re.ASCII):
            raise row.refused(name, f"{currency!r} beside this amount is no currency of three letters.")
        return Money(amount=round(number, 4).normalize() + 0, currency=currency)

    def _no_date(self, row: Row, name: str, none: NoDate) -> BadInput | RowRefused:
        if none.ask:
            return BadInput(
                f"Line {row.line} of {row.sheet.name}, {row.sheet.title(name)}: {row.values[name]!r} can be read "
                "in more than one way. Nothing was recorded: say how dates are written, for instance "
                "--dates '%m/%d/%y %I:%M %p' for 02/23/26 08:55 PM, or --dates '%d.%m.%Y'."
            )
        return row.refused(name, f"This is no date ({self.dates.wanted()}).")
