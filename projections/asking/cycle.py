"""How a figure is spread: number, median, mean and 75th percentile."""

from collections.abc import Sequence
from fractions import Fraction

from pydantic import BaseModel, ConfigDict

from projections.asking.periods import DAY


class Spread(BaseModel):
    """Figures rounded to six places; null where there are none."""

    model_config = ConfigDict(frozen=True)

    n: int
    median: float | None = None
    mean: float | None = None
    p75: float | None = None


NOTHING = Spread(n=0)


def spread(figures: Sequence[int | Fraction], unit: int = DAY) -> Spread:
    """The spread of figures in `unit`s: of durations in µs, in days."""
    if not figures:
        return NOTHING
    ordered = sorted(figures)
    return Spread(
        n=len(ordered),
        median=_rounded(_times_quantile(ordered, 1, 2), 2 * unit),
        mean=_rounded(sum(ordered), len(ordered) * unit),
        p75=_rounded(_times_quantile(ordered, 3, 4), 4 * unit),
    )


def _times_quantile(ordered: Sequence[int | Fraction], part: int, parts: int) -> int | Fraction:
    """`parts` times the quantile at part ÷ parts, which is so exact and needs no fraction where figures are whole.

    Linear between neighbours: type 7 of Hyndman and Fan, "Sample quantiles" (1996).
    """
    below, beyond = divmod((len(ordered) - 1) * part, parts)
    above = min(below + 1, len(ordered) - 1)
    return parts * ordered[below] + beyond * (ordered[above] - ordered[below])


def _rounded(figure: int | Fraction, unit: int) -> float:
    # Also of two whole numbers of any size Python gives the float that is nearest to their ratio.
    return round(float(figure / unit), 6)
