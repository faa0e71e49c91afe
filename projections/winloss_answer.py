"""The shape of the win/loss answer, as scripts read it."""

from datetime import date
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from projections.amounts import Amount
from projections.cycle import Spread
from projections.periods import Instant


class Shape(BaseModel):
    """A frozen part of an answer; its fields are written under their names for scripts."""

    model_config = ConfigDict(frozen=True, serialize_by_alias=True, validate_by_name=True)


class ValueRate(Shape):
    """The share of the amount that was won, in one currency."""

    currency: str
    rate: float


class CycleDays(Shape):
    """Opening to closing, in days; won and lost apart."""

    won: Spread
    lost: Spread


class DealBehind(Shape):
    """One of the deals that a group's figures are made of; an undated closing has no `closed_at`."""

    deal: UUID
    title: str
    owner: str | None
    outcome: str
    kind: str | None
    closed_at: Instant | None
    amount: Amount | None


class WinLossGroup(Shape):
    """The figures of one group.

    `lost` has the `disqualified` ones in it, unless the answer is `decided`. `too_few` means fewer
    decided deals than the floor: such a rate is to be ranked nowhere.
    """

    by: dict[str, str | None]
    deals: int
    won: int
    lost: int
    open: int
    disqualified: int
    win_rate_count: float | None
    win_rate_value: tuple[ValueRate, ...]
    too_few: bool
    won_amounts: tuple[Amount, ...]
    lost_amounts: tuple[Amount, ...]
    cycle_days: CycleDays
    behind: tuple[DealBehind, ...] | None = Field(default=None, exclude_if=lambda behind: behind is None)


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


class WinLossAnswer(Shape):
    """Win/loss figures by group.

    `from` and `to` bound the closings, half-open. `overlapping`: a deal may be in several groups.
    `undated` are the deals left out because they have no date: of closing where closings are bounded,
    of opening where the instant is a past one.
    """

    definition: str = "winloss@1"
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
    groups: tuple[WinLossGroup, ...]
