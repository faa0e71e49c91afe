"""What a measure of a deal is: how much of something its events show, and which events show it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from domain.deal.reading import Standing
from domain.event import Precision
from engine.clock import to_micros
from projections.asking.periods import DAY

HALF_A_DAY = DAY // 2


@dataclass(frozen=True, slots=True)
class Measure:
    """A count, or a duration in µs, and the events (versions) that show it."""

    value: int
    versions: tuple[int, ...] = ()


class Mark(NamedTuple):
    """An event as the end of a duration."""

    version: int
    at: int
    precision: Precision


def mark(line: Standing) -> Mark:
    """The event as the end of a duration."""
    return Mark(line.recorded.version, to_micros(line.at), line.recorded.precision)


def counted(versions: Iterable[int]) -> Measure:
    """As many as there are events that show it."""
    shown = tuple(versions)
    return Measure(len(shown), shown)


def lasted(start: Mark, end: Mark) -> Measure | None:
    """From one event to another; whole days where either is known by its day only, None where one is undated.

    A fold knows no zone: a day is as long as 24 hours, which is what calendar days count but for the
    nights in which the clocks change.
    """
    exactness = (start.precision, end.precision)
    if "unknown" in exactness:
        return None
    length = end.at - start.at
    match start.precision == "day", end.precision == "day":
        case True, True:
            length = (length + HALF_A_DAY) // DAY * DAY
        case True, False:
            length = length // DAY * DAY
        case False, True:
            length = -(-length // DAY) * DAY
        case _:
            pass
    return Measure(length, (start.version, end.version))


def longest(waits: Iterable[Measure | None]) -> Measure | None:
    """The longest of the durations that are known, the first of equal ones; None where there is none."""
    return max((each for each in waits if each is not None), key=lambda each: each.value, default=None)
