"""How long deals took: number, median, mean and 75th percentile, in days."""

from collections.abc import Sequence
from fractions import Fraction

from pydantic import BaseModel, ConfigDict

from projections.periods import DAY


class Spread(BaseModel):
    """Durations in days, rounded to six places; null where there are none."""

    model_config = ConfigDict(frozen=True)

    n: int
    median: float | None = None
    mean: float | None = None
    p75: float | None = None


def spread(durations: Sequence[int]) -> Spread:
    """The spread of durations in µs."""
    if not durations:
        return Spread(n=0)
    ordered = sorted(durations)
    return Spread(
        n=len(ordered),
        median=_days(_quantile(ordered, Fraction(1, 2))),
        mean=_days(Fraction(sum(ordered), len(ordered))),
        p75=_days(_quantile(ordered, Fraction(3, 4))),
    )


def _quantile(ordered: Sequence[int], share: Fraction) -> Fraction:
    """Linear between neighbours: type 7 of Hyndman and Fan, "Sample quantiles" (1996)."""
    place = (len(ordered) - 1) * share
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])


def _days(micros: Fraction) -> float:
    return round(float(micros / DAY), 6)
