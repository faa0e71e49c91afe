"""Sums of money for people: one line a currency, because currencies are never added."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Protocol

from interfaces.cli.formats import Formats
from interfaces.cli.grid import Column


class Sum(Protocol):
    """A sum in one currency, as answers carry it."""

    @property
    def amount(self) -> str: ...
    @property
    def currency(self) -> str: ...


class Sums:
    """Writes the amounts of one table alike: with decimals if one of them has any, else without."""

    def __init__(self, formats: Formats, amounts: Iterable[str]) -> None:
        self._formats = formats
        self._decimals = any("." in each for each in amounts)

    def text(self, amount: str) -> str:
        """An amount without its currency."""
        return self._formats.plain_amount(Decimal(amount), decimals=self._decimals)

    def signed(self, amount: str) -> str:
        """An amount that is added or taken away."""
        return f"+{self.text(amount)}" if Decimal(amount) > 0 else self.text(amount)

    def lines(self, sums: Sequence[Sum], names: Sequence[str]) -> str:
        """A line for each currency, its name behind each amount where the table has several."""
        if len(names) < 2:
            return "".join(self.text(each.amount) for each in sums)
        return "\n".join(f"{self.text(each.amount)} {each.currency}" for each in sums)


def all_sums(formats: Formats, several: Iterable[Sequence[Sum]]) -> tuple[Sums, list[str]]:
    """How to write these sums, and every currency that occurs in them, by name."""
    every = [each for sums in several for each in sums]
    return Sums(formats, [each.amount for each in every]), sorted({each.currency for each in every})


def column(title: str, names: Sequence[str], *, under: bool = False) -> Column:
    """A column of sums; with a single currency it stands in the heading."""
    return Column(f"{title} {names[0]}" if len(names) == 1 else title, right=True, under=under)
