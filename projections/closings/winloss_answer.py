"""The shape of the win/loss answer, as scripts read it."""

from pydantic import Field

from projections.asking.amounts import Amount
from projections.asking.cycle import Spread
from projections.asking.report_answer import DealBehind, ReportAnswer, Shape


class ValueRate(Shape):
    """The share of the amount that was won, in one currency."""

    currency: str
    rate: float


class CycleDays(Shape):
    """Opening to closing, in days; won and lost apart."""

    won: Spread
    lost: Spread


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


class WinLossAnswer(ReportAnswer):
    """Win/loss figures by group; the period bounds the closings."""

    definition: str = "winloss@1"
    groups: tuple[WinLossGroup, ...]
