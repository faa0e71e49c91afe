"""Shares beside each other: how much they differ, how sure that is, and how often chance does as much.

Imported where it is used only: statsmodels takes a second or two to load.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from scipy.stats import fisher_exact
from statsmodels.stats.proportion import confint_proportions_2indep

STATED = 0.05
"""How often, at most, chance alone makes one or more of all that is tested at once a difference."""


@dataclass(frozen=True, slots=True)
class Share:
    """So many won of so many."""

    won: int
    n: int

    @property
    def rate(self) -> float:
        """The share; of none there is no share (ZeroDivisionError)."""
        return self.won / self.n


@dataclass(frozen=True, slots=True)
class Difference:
    """How much greater one share is than another, between `low` and `high` with 95 % confidence."""

    difference: float
    low: float
    high: float
    chance: float
    """How often chance alone makes two such shares at least as different, by Fisher's exact test."""


def difference(one: Share, other: Share) -> Difference:
    """`one` less `other`, neither of none.

    The interval is Newcombe's hybrid score interval, his method 10 ("Interval estimation for the difference
    between independent proportions", 1998), out of the two Wilson intervals.
    """
    low, high = confint_proportions_2indep(
        one.won, one.n, other.won, other.n, method="newcomb", compare="diff", alpha=STATED
    )
    table = [[one.won, one.n - one.won], [other.won, other.n - other.won]]
    return Difference(one.rate - other.rate, float(low), float(high), float(fisher_exact(table).pvalue))


def corrected(chances: Sequence[float]) -> list[float]:
    """The same chances for being tested together: Holm's step-down ("A simple sequentially rejective …", 1979).

    Whatever the tests are and however they hang together, one or more of them falls below `STATED` by chance
    at most that often.
    """
    # statsmodels has it too, but collects the garbage of the whole process each time.
    order = sorted(range(len(chances)), key=lambda place: chances[place])
    found = [0.0] * len(chances)
    greatest = 0.0
    for rank, place in enumerate(order):
        greatest = max(greatest, min(1.0, (len(chances) - rank) * chances[place]))
        found[place] = greatest
    return found
