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


def spread(figures: Sequence[int | Fraction], unit: int = DAY) -> Spread:
    """The spread of figures in `unit`s: of durations in µs, in days."""
    if not figures:
        return Spread(n=0)
    ordered = sorted(figures)
    return Spread(
        n=len(ordered),
        median=_rounded(quantile(ordered, Fraction(1, 2)), unit),
        mean=_rounded(Fraction(sum(ordered), len(ordered)), unit),
        p75=_rounded(quantile(ordered, Fraction(3, 4)), unit),
    )


def quantile(ordered: Sequence[int | Fraction], share: Fraction) -> Fraction:
    """Linear between neighbours: type 7 of Hyndman and Fan, "Sample quantiles" (1996)."""
    place = (len(ordered) - 1) * share
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])


def _rounded(figure: Fraction, unit: int) -> float:
    return round(float(figure / unit), 6)
