"""Matters of a deal that are raised, spoken of and settled under an id: needs, questions, tasks and so on."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Matter:
    """Whether it is settled, and when it was last spoken of."""

    settled: bool
    last_at: datetime


Matters = Mapping[str, Matter]
"""By id, in the order in which they were first heard of. Never changed in place."""


def raised(matters: Matters, name: str, at: datetime) -> Matters:
    """`name` is open from now on."""
    return {**matters, name: Matter(settled=False, last_at=at)}


def spoken_of(matters: Matters, name: str, at: datetime) -> Matters:
    """Something was said about `name` that settles nothing; it is open if nobody ever raised it."""
    known = matters.get(name)
    return {
        **matters,
        name: Matter(settled=known is not None and known.settled, last_at=at),
    }


def settled(matters: Matters, name: str, at: datetime) -> Matters:
    """`name` is settled, even if nobody ever raised it."""
    return {**matters, name: Matter(settled=True, last_at=at)}
