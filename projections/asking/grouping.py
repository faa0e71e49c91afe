"""Cases in groups: which closed in a period, by which dimensions, and in which order groups are shown."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import product
from zoneinfo import ZoneInfo

from domain.errors import BadInput
from engine.clock import to_micros
from projections.asking.dimensions import Case, Dimension, Value, dimension

Key = tuple[Value, ...]
Group = tuple[dict[str, Value], list[Case]]
"""What the cases of a group have in common, by the names of the dimensions, and the cases."""


def dimensions_of(by: Sequence[str], zone: ZoneInfo, also: Sequence[str] = ()) -> list[Dimension]:
    """The dimensions of these names; BadInput for one that is unknown (with those there are), or named twice.

    `also` are names that whoever asks understands besides.
    """
    if len(set(by)) < len(by):
        raise BadInput(f"The grouping by {by[0]!r} was asked for twice. Name two different ones.")
    return [dimension(name, zone, also) for name in by]


def grouped(cases: Iterable[Case], by: Sequence[str], zone: ZoneInfo) -> list[Group]:
    """The cases in groups, periods by time, others by their number of deals, then by name, null last.

    Without a dimension there is one group, also of no cases. BadInput as of `dimensions_of`.
    """
    dimensions = dimensions_of(by, zone)
    if not dimensions:
        return [({}, list(cases))]
    groups: dict[Key, list[Case]] = defaultdict(list)
    for case in cases:
        for key in product(*(each.values(case) for each in dimensions)):
            groups[key].append(case)
    return [(dict(zip(by, key, strict=True)), groups[key]) for key in _in_order(groups, dimensions)]


def closed_between(
    cases: Iterable[Case], start: datetime | None, end: datetime | None
) -> tuple[list[Case], int]:
    """The cases closed in [start, end), and how many closed ones have no date to tell by."""
    first = None if start is None else to_micros(start)
    after = None if end is None else to_micros(end)
    inside, undated = [], 0
    for case in cases:
        if case.closing is None:
            continue
        moment = case.closing.occurred_at
        if moment.precision == "unknown":
            undated += 1
        elif (first is None or first <= moment.at) and (after is None or moment.at < after):
            inside.append(case)
    return inside, undated


def _in_order(groups: Mapping[Key, Sequence[Case]], dimensions: Sequence[Dimension]) -> list[Key]:
    sizes: list[Counter[Value]] = [Counter() for _ in dimensions]
    for key, cases in groups.items():
        for size, value in zip(sizes, key, strict=True):
            size[value] += len(cases)

    def place(key: Key) -> tuple[tuple[bool, int, str], ...]:
        return tuple(
            (value is None, 0 if each.of_time else -size[value], value or "")
            for each, size, value in zip(dimensions, sizes, key, strict=True)
        )

    return sorted(groups, key=place)
