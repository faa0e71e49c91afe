"""Amounts in one currency: a table of dated rates that the user gives, read and used as of one day."""

import csv
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from pathlib import Path
from typing import Annotated, Any

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, ValidationError

from domain.errors import BadInput

Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]


class Rate(BaseModel):
    """From this day on, one unit of `currency` is `rate` units of `into`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    date: date
    currency: Annotated[Currency, Field(validation_alias=AliasChoices("currency", "from"))]
    into: Annotated[Currency, Field(validation_alias=AliasChoices("into", "to"))]
    rate: Annotated[Decimal, Field(gt=0, allow_inf_nan=False)]


@dataclass(frozen=True, slots=True)
class Base:
    """The currency that all amounts are given in, by the rates that hold on `day`."""

    currency: str
    day: date
    rates: Sequence[Rate]
    used: dict[str, Rate] = field(default_factory=dict, compare=False)
    """The rate of every currency that was met so far."""

    def convert(self, units: int, currency: str) -> int:
        """An amount (1/10,000 of its unit) in the base currency, rounded half to even.

        BadInput where the table has no rate between the two on or before the day.
        """
        if currency == self.currency:
            return units
        return int((units * self._factor(currency)).to_integral_value(ROUND_HALF_EVEN))

    def _factor(self, currency: str) -> Decimal:
        rate = self.used.get(currency)
        if rate is None:
            rate = self.used[currency] = self._last(currency)
        return rate.rate if rate.currency == currency else 1 / rate.rate

    def _last(self, currency: str) -> Rate:
        """The latest rate of that day; of two with one date the direct one, then the last in the table."""
        pair = {currency, self.currency}
        fitting = [
            each for each in self.rates if {each.currency, each.into} == pair and each.date <= self.day
        ]
        if not fitting:
            raise BadInput(
                f"The table of rates has none between {currency} and {self.currency} on or before {self.day}. "
                f"Add a line with the date, {currency}, {self.currency} and the rate."
            )
        ranked = enumerate(fitting)
        return max(ranked, key=lambda each: (each[1].date, each[1].currency == currency, each[0]))[1]


def read_rates(path: Path) -> tuple[Rate, ...]:
    """The rates in a file: CSV with the columns date, from, to, rate, or TOML with a list of `[[rate]]`.

    BadInput names the file, the line or entry, and what is wrong with it.
    """
    try:
        if path.suffix.lower() == ".toml":
            return tuple(_rates(path, "entry", enumerate(_entries(path), 1)))
        with path.open(encoding="utf-8-sig", newline="") as file:
            lines = csv.DictReader(file, strict=True)
            return tuple(_rates(path, "line", ((lines.line_num, row) for row in lines)))
    except (OSError, UnicodeDecodeError, csv.Error, tomllib.TOMLDecodeError) as error:
        raise BadInput(f"The table of rates {path} cannot be read: {error}.") from None


def _entries(path: Path) -> Sequence[Mapping[str, Any]]:
    with path.open("rb") as file:
        entries = tomllib.load(file).get("rate")
    if not isinstance(entries, list) or not all(isinstance(each, dict) for each in entries):
        raise BadInput(f"The table of rates {path} has no list of [[rate]] entries (date, from, to, rate).")
    return entries


def _rates(path: Path, what: str, rows: Iterable[tuple[int, Mapping[Any, Any]]]) -> Iterable[Rate]:
    for number, row in rows:
        try:
            yield Rate.model_validate({str(name).strip(): _plain(value) for name, value in row.items()})
        except ValidationError as error:
            first = error.errors(include_url=False, include_context=False)[0]
            where = ".".join(map(str, first["loc"]))
            raise BadInput(f"{path}, {what} {number}: {where}: {first['msg']}.") from None


def _plain(value: object) -> object:
    # A float of TOML is taken as it is written: 7.1 and not the nearest binary number.
    if isinstance(value, float):
        return str(value)
    return value.strip() if isinstance(value, str) else value
