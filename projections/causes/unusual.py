"""Where the facts of one deal lie among the same facts of others, and which are beyond what those show."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import erfc, exp, log, log1p, sqrt
from statistics import fmean, median, pstdev

from projections.asking.periods import DAY
from projections.asking.report_answer import FLOOR
from projections.causes.measures import Unit

STATED = 0.05
"""How often, at most, chance alone makes one fact or more of a deal a difference."""

FAINTEST = 1e-300
"""No likelihood is told smaller."""


@dataclass(frozen=True, slots=True)
class Fact:
    """What is measured; a silence also of which stage."""

    name: str
    unit: Unit
    stage: str | None = None


Facts = Mapping[Fact, int]
"""The facts of a deal: counts, and durations in µs."""


@dataclass(frozen=True, slots=True)
class Compared:
    """A fact beside the same fact of `n` peers.

    `percentile` counts the peers below it and half of its equals. `oddity` is -log10 of how likely so much
    is by itself; `as_odd` says how many peers show anything, in any measure, that is as odd, and `chance` is
    their share with the deal itself among them. Under the floor nothing but `n` and the value is told.
    """

    n: int
    median: float | None = None
    percentile: float | None = None
    oddity: float = 0.0
    as_odd: int | None = None
    chance: float | None = None
    is_difference: bool = False

    @property
    def too_few(self) -> bool:
        """Whether too few peers have the fact."""
        return self.n < FLOOR


def compared(own: Facts, peers: Sequence[Facts]) -> dict[Fact, Compared]:
    """Every fact of `own` beside the peers.

    The correction for looking at many facts is the maximum statistic of Westfall and Young ("Resampling-based
    multiple testing", 1993), with each peer in turn in the deal's place: a fact is a difference if at most
    5 % of all, the deal among them, show anything as odd. If the deal is one like its peers, that happens
    to at most 5 % of such deals, whatever the facts are and however they hang together. Fewer than 19 peers
    can show no difference.
    """
    everyone = [own, *peers]
    columns: dict[Fact, list[int]] = defaultdict(list)
    for subject in everyone:
        for fact, value in subject.items():
            columns[fact].append(value)
    odd = {fact: _Oddity(fact, values) for fact, values in columns.items() if len(values) > FLOOR}
    oddest = [
        max((odd[fact].of(subject[fact]) for fact in subject if fact in odd), default=0.0)
        for subject in peers
    ]
    found = {}
    for fact, value in own.items():
        others = columns[fact][1:]
        if len(others) < FLOOR:
            found[fact] = Compared(len(others))
            continue
        found[fact] = _placed(fact, value, others, odd[fact].of(value), oddest)
    return found


def _placed(
    fact: Fact, value: int, others: Sequence[int], oddity: float, oddest: Sequence[float]
) -> Compared:
    as_odd = sum(each >= oddity for each in oddest)
    chance = (1 + as_odd) / (1 + len(oddest))
    middle = median(others)
    below, equal = sum(each < value for each in others), others.count(value)
    return Compared(
        n=len(others),
        median=middle / DAY if fact.unit == "days" else middle,
        percentile=100 * (below + equal / 2) / len(others),
        oddity=oddity,
        as_odd=as_odd,
        chance=chance,
        is_difference=chance <= STATED and value > middle,
    )


class _Oddity:
    """How odd values of one fact are among all deals that have it, the deal in question among them.

    Counts are taken for Poisson's, logarithms of days for normal: no fact is decided by that, it only makes
    facts of different kinds comparable; how often chance reaches as far is counted among the peers.
    """

    def __init__(self, fact: Fact, values: Sequence[int]) -> None:
        self.of = lru_cache(maxsize=None)(self._of_days if fact.unit == "days" else self._of_count)
        self._mean = fmean(values)
        if fact.unit == "days":
            logs = [log1p(each / DAY) for each in values]
            self._mean, self._deviation = fmean(logs), pstdev(logs)

    def _of_days(self, value: int) -> float:
        if not self._deviation:
            return 0.0
        distance = (log1p(value / DAY) - self._mean) / self._deviation
        return _unlikely(erfc(distance / sqrt(2)) / 2)

    def _of_count(self, value: int) -> float:
        """By the chance of so many or more."""
        if not value:
            return 0.0
        term, fewer = exp(-self._mean), 0.0
        for number in range(value):
            fewer += term
            term *= self._mean / (number + 1)
        # Far out the difference of two numbers near 1 is nothing but their rounding: the first terms tell.
        more = 0.0
        for number in range(value, value + 40):
            more += term
            term *= self._mean / (number + 1)
        return _unlikely(min(more, 1 - fewer) if fewer < 0.9 else more)


def _unlikely(likelihood: float) -> float:
    return -log(max(likelihood, FAINTEST)) / log(10)
