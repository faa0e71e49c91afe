"""The figures of one group about how fast deals go."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from projections.asking.amounts import Amount, plain
from projections.asking.cycle import spread
from projections.asking.dimensions import Case
from projections.asking.periods import DAY
from projections.asking.report_answer import FLOOR, Worth
from projections.stages.after_win import STEPS, Step, Waited
from projections.stages.velocity_answer import AfterWin, CloseRate, Cohort, Cycles, SalesVelocity


@dataclass(frozen=True, slots=True)
class Timed:
    """A deal with what it counts in: opened or closed in the period, its cycle in µs, the steps after its win.

    `started` says whether it has a start to measure from; the cycle is None also where a date is missing.
    """

    case: Case
    opened: bool
    closed: bool
    started: bool
    cycle: int | None
    steps: dict[Step, Waited]

    @property
    def fits(self) -> bool:
        """Whether it is a deal for us: not disqualified."""
        return self.case.closing is None or self.case.closing.kind != "disqualified"


@dataclass(frozen=True, slots=True)
class Ended:
    """The deals closed in the period; `lost` without the disqualified ones, if the question is `decided`."""

    won: Sequence[Timed]
    lost: Sequence[Timed]
    disqualified: int
    too_few: bool

    @property
    def win_rate(self) -> Fraction | None:
        """Won ÷ (won + lost)."""
        closed = len(self.won) + len(self.lost)
        return Fraction(len(self.won), closed) if closed else None


def ended(deals: Iterable[Timed], *, decided: bool) -> Ended:
    """Those of the deals that were closed in the period."""
    closed = [each for each in deals if each.closed]
    lost = [each for each in closed if each.case.outcome == "lost"]
    won = [each for each in closed if each.case.outcome == "won"]
    fitting = [each for each in lost if each.fits]
    return Ended(
        won=won,
        lost=fitting if decided else lost,
        disqualified=len(lost) - len(fitting),
        too_few=len(won) + len(fitting) < FLOOR,
    )


def cycles(those: Ended) -> Cycles:
    """How long closed deals took."""
    return Cycles(
        won=spread(_cycles(those.won)),
        lost=spread(_cycles(those.lost)),
        without_start=sum(not each.started for each in (*those.won, *those.lost)),
    )


def sales_velocity(deals: Iterable[Timed], those: Ended, worth: Worth) -> SalesVelocity:
    """What is won a day, from exact parts, each amount rounded once."""
    open_ = sum(each.case.outcome == "open" for each in deals)
    rate, took = those.win_rate, _cycles(those.won)
    days = Fraction(sum(took), len(took) * DAY) if took else None
    means = _means(those.won, worth)
    a_day = {
        currency: open_ * mean * rate / days for currency, mean in means.items() if rate is not None and days
    }
    return SalesVelocity(
        open=open_,
        mean_amounts=_amounts(means),
        win_rate=_rounded(rate),
        mean_cycle_days=_rounded(days),
        per_day=_amounts(a_day),
        too_few=those.too_few,
    )


def close_rate(deals: Iterable[Timed], those: Ended) -> CloseRate:
    """Deals won in the period ÷ deals opened in it."""
    opened, won = sum(each.opened for each in deals), len(those.won)
    rate = Fraction(won, opened) if opened else None
    return CloseRate(won=won, opened=opened, rate=_rounded(rate), too_few=opened < FLOOR)


def cohort(deals: Iterable[Timed], *, decided: bool) -> Cohort:
    """What became of the deals opened in the period; with `decided` the shares leave disqualified ones out."""
    opened = [each for each in deals if each.opened]
    won = sum(each.case.outcome == "won" for each in opened)
    unfit = sum(not each.fits for each in opened)
    lost = sum(each.case.outcome == "lost" for each in opened) - (unfit if decided else 0)
    open_ = sum(each.case.outcome == "open" for each in opened)
    whole = won + lost + open_
    return Cohort(
        opened=len(opened),
        won=won,
        lost=lost,
        open=open_,
        disqualified=unfit,
        win_rate=_rounded(Fraction(won, whole) if whole else None),
        open_share=_rounded(Fraction(open_, whole) if whole else None),
        too_few=whole < FLOOR,
    )


def steps(won: Sequence[Timed]) -> dict[Step, AfterWin]:
    """How long each step after the win took."""
    return {step: _step([each.steps[step] for each in won]) for step in STEPS}


def _step(waited: Sequence[Waited]) -> AfterWin:
    dated = [each.micros for each in waited if each.micros is not None]
    done = sum(each.done for each in waited)
    return AfterWin(
        days=spread(dated),
        open=len(waited) - done,
        undated=done - len(dated),
        too_few=len(dated) < FLOOR,
    )


def _cycles(deals: Iterable[Timed]) -> list[int]:
    return [each.cycle for each in deals if each.cycle is not None]


def _means(won: Iterable[Timed], worth: Worth) -> dict[str, Fraction]:
    """What a won deal that has an amount brings on average, in each currency: these add up to the whole."""
    amounts = [worth(each.case.closing) for each in won if each.case.closing is not None]
    priced = [(units, currency) for units, currency in amounts if units is not None and currency is not None]
    sums: dict[str, int] = {}
    for units, currency in priced:
        sums[currency] = sums.get(currency, 0) + units
    return {currency: Fraction(total, len(priced)) for currency, total in sums.items()}


def _amounts(exact: dict[str, Fraction]) -> tuple[Amount, ...]:
    """Rounded half to even to 1/10,000, by currency."""
    return tuple(
        Amount(amount=plain(round(exact[currency])), currency=currency) for currency in sorted(exact)
    )


def _rounded(figure: Fraction | None) -> float | None:
    return None if figure is None else round(float(figure), 6)
