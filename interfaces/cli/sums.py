"""Columns of money: one a currency, because currencies are never added."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Protocol

from interfaces.cli.formats import Formats
from interfaces.cli.output import Column


class Sum(Protocol):
    """A sum in one currency, as answers carry it."""

    @property
    def amount(self) -> str: ...
    @property
    def currency(self) -> str: ...


def currencies(sums: Iterable[Sequence[Sum]]) -> list[str]:
    """Every currency that occurs, by name."""
    return sorted({each.currency for several in sums for each in several})


def columns(title: str, names: Sequence[str]) -> list[Column]:
    """A column for each currency."""
    return [Column(f"{title} {name}", right=True) for name in names]


def cells(formats: Formats, sums: Sequence[Sum], names: Sequence[str]) -> list[str]:
    """What stands in those columns; nothing where there is no sum in that currency."""
    of: Mapping[str, str] = {each.currency: each.amount for each in sums}
    return [formats.plain_amount(Decimal(of[name])) if name in of else "" for name in names]
