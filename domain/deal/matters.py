"""Matters of a deal that are raised, spoken of and settled under an id: needs, questions, tasks and so on."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from domain.event import Event
from domain.replacing import replace


@dataclass(frozen=True, slots=True)
class Matter:
    """Whether it is settled, when it was last spoken of, and what was said.

    `facts` is what was raised, with its revisions; None where only a history speaks of it that was
    imported in part. `said` is the last word since.
    """

    settled: bool
    last_at: datetime
    facts: Event | None = None
    said: Event | None = None


Matters = Mapping[str, Matter]
"""By id, in the order in which they were first heard of. Never changed in place."""


def raised(matters: Matters, name: str, at: datetime, facts: Event) -> Matters:
    """`name` is open from now on."""
    return {**matters, name: Matter(settled=False, last_at=at, facts=facts)}


def revised(matters: Matters, name: str, at: datetime, said: Event, *named: str) -> Matters:
    """The facts of `name` are what `said` says, in those of the fields `named` that it gives."""
    facts = matters[name].facts if name in matters else None
    if facts is not None:
        given = {field: value for field in named if (value := getattr(said, field)) is not None}
        facts = facts.model_copy(update=given)
    matters = spoken_of(matters, name, at, said)
    return {**matters, name: replace(matters[name], facts=facts)}


def spoken_of(matters: Matters, name: str, at: datetime, said: Event) -> Matters:
    """Something was said about `name` that settles nothing; it is open if nobody ever raised it."""
    return _said(matters, name, at, said, settled=False)


def settled(matters: Matters, name: str, at: datetime, said: Event) -> Matters:
    """`name` is settled, even if nobody ever raised it."""
    return _said(matters, name, at, said, settled=True)


def _said(matters: Matters, name: str, at: datetime, said: Event, *, settled: bool) -> Matters:
    known = matters.get(name)
    if known is None:
        return {**matters, name: Matter(settled=settled, last_at=at, said=said)}
    now = Matter(settled=settled or known.settled, last_at=at, facts=known.facts, said=said)
    return {**matters, name: now}
