"""The course of the price in one negotiation: list, first, last and accepted price, discount and rounds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

from domain.values import Money
from projections.asking.amounts import Amount, plain
from projections.asking.rates import Base
from projections.negotiation.bargaining import Answer, Offer

PARTS = 10**12
"""Shares of a price are held in so many parts of the whole: integers add up and sort fast."""


class Price(NamedTuple):
    """So many 1/10,000 of a currency's unit."""

    units: int
    currency: str

    def converted(self, base: Base | None) -> "Price":
        """The price in the base currency; in its own where there is none."""
        return self if base is None else Price(base.convert(self.units, self.currency), base.currency)

    def less(self, other: "Price") -> "Price | None":
        """The difference; None between two currencies."""
        return Price(self.units - other.units, self.currency) if self.currency == other.currency else None


@dataclass(frozen=True, slots=True)
class PriceCourse:
    """Where the price of one negotiation stands.

    `first` and `last` are of our offers that name a price; `accepted` is of the offer, of either side, that was
    accepted last and stands so. `list_price` and `discount` (in PARTS) are of the accepted price, else of the last.
    """

    rounds: int
    list_price: Price | None
    first: Price | None
    last: Price | None
    accepted: Price | None
    discount: int | None

    @property
    def conceded(self) -> Price | None:
        """First offer − accepted price; None without both, or in two currencies."""
        return None if self.first is None or self.accepted is None else self.first.less(self.accepted)


def price_course(offers: Sequence[Offer], answers: Sequence[Answer], as_of: int) -> PriceCourse:
    """The course up to an instant (µs), from all offers made by then and their answers, in reading order."""
    ours = [each for each in offers if each.side == "seller" and each.price is not None]
    lists = list_prices(offers)
    accepted = _accepted(offers, answers, as_of)
    at_last = accepted or (ours[-1] if ours else None)
    return PriceCourse(
        rounds=rounds(offers),
        list_price=None if at_last is None else lists[at_last.version],
        first=price_of(ours[0]) if ours else None,
        last=price_of(ours[-1]) if ours else None,
        accepted=None if accepted is None else price_of(accepted),
        discount=None if at_last is None else discount(price_of(at_last), lists[at_last.version]),
    )


def rounds(offers: Sequence[Offer]) -> int:
    """Our offers and their counter-offers; several of one side after each other count once."""
    return sum(1 for _ in groupby(offers, key=lambda each: each.side))


def list_prices(offers: Sequence[Offer]) -> Mapping[int, Price | None]:
    """The list price behind each offer (by version): its own, else that of the last offer that named one."""
    lists: dict[int, Price | None] = {}
    latest: Price | None = None
    for each in offers:
        if each.list_price is not None and each.list_currency is not None:
            latest = Price(each.list_price, each.list_currency)
        lists[each.version] = latest
    return lists


def price_of(offer: Offer) -> Price | None:
    """What the offer asks for."""
    if offer.price is None or offer.currency is None:
        return None
    return Price(offer.price, offer.currency)


def price_of_money(money: Money | None) -> Price | None:
    """What an event names."""
    return None if money is None else Price(money.units, money.currency)


def shown(price: Price | None) -> Amount | None:
    """The price as answers write it."""
    return None if price is None else Amount(amount=plain(price.units), currency=price.currency)


def discount(price: Price | None, list_price: Price | None) -> int | None:
    """1 − price ÷ list price in PARTS, negative above it.

    None without both, in two currencies, or where the list price is nothing.
    """
    if price is None or list_price is None or price.currency != list_price.currency:
        return None
    return share_of(list_price.units - price.units, list_price.units)


def share_of(part: int, whole: int) -> int | None:
    """Part ÷ whole in PARTS; None of nothing."""
    return part * PARTS // whole if whole else None


def _accepted(offers: Sequence[Offer], answers: Sequence[Answer], as_of: int) -> Offer | None:
    """The offer that was accepted last and stands so, if it was made with a price."""
    standing = [each.offer for each in answers if each.answer == "accepted" and each.until > as_of]
    if not standing:
        return None
    made = [each for each in offers if each.offer == standing[-1]]
    return made[-1] if made and made[-1].price is not None else None
