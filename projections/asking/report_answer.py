"""What the answers of all reports have in common, as scripts read them."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from engine.clock import from_micros
from engine.deals import Deals
from projections.asking.amounts import Amount, plain
from projections.asking.dimensions import Case, Closing
from projections.asking.grouping import dimensions_of
from projections.asking.periods import Instant
from projections.asking.question import Question
from projections.asking.rates import Base

FLOOR = 5
"""Ratios over fewer decided deals say nothing."""

Worth = Callable[[Closing], tuple[int | None, str | None]]
"""What a closed deal is worth: units and currency."""


class Shape(BaseModel):
    """A frozen part of an answer; its fields are written under their names for scripts."""

    model_config = ConfigDict(frozen=True, serialize_by_alias=True, validate_by_name=True)


class DealBehind(Shape):
    """One of the deals that a group's figures are made of; an undated closing has no `closed_at`."""

    deal: UUID
    title: str
    owner: str | None
    outcome: str
    kind: str | None
    closed_at: Instant | None
    amount: Amount | None


class RateUsed(Shape):
    """The last rate on or before the day of the answer, as its table has it."""

    date: date
    from_: str = Field(alias="from")
    to: str
    rate: str


class InBase(Shape):
    """The currency that all amounts are given in, the day whose rates are used, and those that were."""

    currency: str
    day: date
    rates: tuple[RateUsed, ...]


class ReportAnswer(Shape):
    """What every report says of the question that it answers.

    `from` and `to` bound the period, half-open. `overlapping`: a deal may be in several groups.
    `undated` are the deals left out because they have no date: of what the period bounds where there is
    one, of opening where the instant is a past one.
    """

    definition: str
    as_of: Instant | None
    known_at: Instant | None
    from_: Instant | None = Field(alias="from")
    to: Instant | None
    timezone: str
    decided: bool
    floor: int
    overlapping: bool
    undated: int
    base: InBase | None


def echoed(deals: Deals, question: Question, *, undated: int) -> dict[str, Any]:
    """The fields of ReportAnswer but the definition: the question as it was resolved.

    To be called when all amounts are converted: the rates that were used are named.
    """
    asked, zone = question.asked, question.zone or deals.zone
    return {
        "as_of": asked.as_of or deals.clock(),
        "known_at": asked.known_at,
        "from_": question.start,
        "to": question.end,
        "timezone": zone.key,
        "decided": question.decided,
        "floor": FLOOR,
        "overlapping": any(each.overlapping for each in dimensions_of(question.by, zone)),
        "undated": undated,
        "base": None if question.base is None else in_base(question.base),
    }


def worth_in(base: Base | None) -> Worth:
    """What closings are worth: in their own currencies, or in the base currency."""

    def worth(closing: Closing) -> tuple[int | None, str | None]:
        if base is None or closing.amount is None or closing.currency is None:
            return closing.amount, closing.currency
        return base.convert(closing.amount, closing.currency), base.currency

    return worth


def behind(case: Case, worth: Worth) -> DealBehind:
    """The case as one of the deals behind a figure."""
    closing = case.closing
    units, currency = (None, None) if closing is None else worth(closing)
    dated = closing is not None and closing.occurred_at.precision != "unknown"
    return DealBehind(
        deal=UUID(bytes=case.deal),
        title=case.title,
        owner=case.owner,
        outcome=case.outcome,
        kind=None if closing is None else closing.kind,
        closed_at=from_micros(closing.occurred_at.at) if closing is not None and dated else None,
        amount=Amount(amount=plain(units), currency=currency)
        if units is not None and currency is not None
        else None,
    )


def in_base(base: Base) -> InBase:
    """The base currency with the rates that were used so far."""
    used = [base.used[each] for each in sorted(base.used)]
    rates = tuple(
        RateUsed(date=rate.date, from_=rate.currency, to=rate.into, rate=str(rate.rate)) for rate in used
    )
    return InBase(currency=base.currency, day=base.day, rates=rates)
