"""The shape of the answer about cycle times and what follows a win, as scripts read it."""

from pydantic import Field

from projections.asking.amounts import Amount
from projections.asking.cycle import Spread
from projections.asking.periods import Instant
from projections.asking.report_answer import DealBehind, ReportAnswer, Shape
from projections.stages.after_win import Step


class Cycles(Shape):
    """Opening (or acceptance as SQL) to closing, in days, of deals closed in the period; won and lost apart.

    `without_start` are closed deals that were never accepted as SQL before, where that is the start.
    """

    won: Spread
    lost: Spread
    without_start: int


class SalesVelocity(Shape):
    """(`open` × `mean_amounts` × `win_rate`) ÷ `mean_cycle_days`: what is won a day, if all goes on so.

    `open` deals at the instant; the mean amount and mean cycle of deals won in the period, and its win rate.
    Empty where one of the parts is missing or the cycle took no time.
    """

    open: int
    mean_amounts: tuple[Amount, ...]
    win_rate: float | None
    mean_cycle_days: float | None
    per_day: tuple[Amount, ...]
    too_few: bool


class CloseRate(Shape):
    """Deals won in the period ÷ deals opened in it: other deals, so it may be more than 1."""

    won: int
    opened: int
    rate: float | None
    too_few: bool


class Cohort(Shape):
    """What became by the instant of the deals opened in the period; shares of won, lost and open ones."""

    opened: int
    won: int
    lost: int
    open: int
    disqualified: int
    win_rate: float | None
    open_share: float | None
    too_few: bool


class AfterWin(Shape):
    """Win to a step after it, in days, of deals won in the period; `open` are those where it is still to come.

    `undated` are those where it happened and nobody knows when, or when they were won.
    """

    days: Spread
    open: int
    undated: int
    too_few: bool


class DealStep(Shape):
    """Whether a step after the win is done, and after how many days."""

    done: bool
    days: float | None


class VelocityDeal(DealBehind):
    """One of the deals behind the figures: whether it was opened and closed in the period, and how long it took."""

    opened_at: Instant | None
    opened: bool
    closed: bool
    cycle_days: float | None
    after_win: dict[Step, DealStep]


class VelocityGroup(Shape):
    """The figures of one group. `lost` has the `disqualified` ones in it, unless the answer is `decided`."""

    by: dict[str, str | None]
    won: int
    lost: int
    disqualified: int
    win_rate_count: float | None
    too_few: bool
    cycle_days: Cycles
    sales_velocity: SalesVelocity
    close_rate: CloseRate
    cohort: Cohort
    after_win: dict[Step, AfterWin]
    behind: tuple[VelocityDeal, ...] | None = Field(default=None, exclude_if=lambda behind: behind is None)


class VelocityAnswer(ReportAnswer):
    """How fast deals go, by group.

    The period bounds the closings; for the close rate and the cohort the openings.
    """

    definition: str = "velocity@1"
    since: str
    groups: tuple[VelocityGroup, ...]
