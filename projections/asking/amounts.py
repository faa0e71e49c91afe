"""Amounts in answers: sums per currency, as plain decimal strings."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from pydantic import BaseModel, ConfigDict

from domain.values import MONEY_SCALE


class Amount(BaseModel):
    """A sum in one currency, without trailing zeros."""

    model_config = ConfigDict(frozen=True)

    amount: str
    currency: str


def plain(units: int) -> str:
    """An amount of 1/10,000 as a decimal string: 2050000 is `205`, 12345 is `1.2345`, negative with a sign."""
    return format((Decimal(units) / MONEY_SCALE).normalize(), "f")


def amounts(units: Mapping[str, int]) -> tuple[Amount, ...]:
    """The sums, by the names of their currencies."""
    return tuple(Amount(amount=plain(units[currency]), currency=currency) for currency in sorted(units))


def totals(worths: Iterable[tuple[int | None, str | None]]) -> dict[str, int]:
    """The sums per currency of (amount, currency); what has no amount adds nothing."""
    sums: dict[str, int] = {}
    for units, currency in worths:
        if units is not None and currency is not None:
            sums[currency] = sums.get(currency, 0) + units
    return sums
