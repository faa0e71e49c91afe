"""Which deals were opened in a period."""

from collections.abc import Iterable
from datetime import datetime

from engine.clock import to_micros
from projections.asking.dimensions import Case
from projections.asking.periods import Moment


def within(moment: Moment, start: datetime | None, end: datetime | None) -> bool:
    """Whether an instant lies in [start, end); an undated one only where there is no bound."""
    if start is None and end is None:
        return True
    after_start = start is None or moment.at >= to_micros(start)
    return moment.precision != "unknown" and after_start and (end is None or moment.at < to_micros(end))


def opened_between(
    cases: Iterable[Case], start: datetime | None, end: datetime | None
) -> tuple[list[Case], int]:
    """The cases opened in [start, end), and how many have no date to tell by; without bounds all."""
    if start is None and end is None:
        return list(cases), 0
    inside, undated = [], 0
    for case in cases:
        undated += case.opened.precision == "unknown"
        if within(case.opened, start, end):
            inside.append(case)
    return inside, undated
