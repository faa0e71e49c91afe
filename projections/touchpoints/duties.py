"""Who is responsible for a deal and since when, which deal it follows, and what one more line of its story adds."""

from dataclasses import dataclass, replace

from domain.deal.life import DealDetailsChanged, DealOpened
from domain.deal.reading import Standing
from domain.deal.team import DealOwnerAssigned, DealTeammateAssigned, DealTeammateReleased
from domain.values import Follows
from engine.clock import to_micros
from projections.running.reading_on import FOREVER

OWNER = "owner"
"""The duty of whom a deal belongs to."""


@dataclass(frozen=True, slots=True)
class Duty:
    """A person has a duty from one event of the deal to another, in reading order."""

    person: str
    duty: str
    version: int
    read_at: int
    occurred_at: int
    precision: str
    until: int = FOREVER
    until_version: int = 0


@dataclass(frozen=True, slots=True)
class Followed:
    """The deal that this one follows, and how, from one instant to another."""

    version: int
    follows: str
    kind: str
    read_at: int
    until: int = FOREVER


@dataclass(frozen=True, slots=True)
class Credit:
    """A deal's duties and what it follows, as far as its story was read."""

    opened: int
    read_to: int
    duties: tuple[Duty, ...] = ()
    followed: tuple[Followed, ...] = ()


def step(credit: Credit | None, line: Standing) -> Credit:
    """The duties after one more line of the story; the first is the opening."""
    event, at = line.recorded.event, to_micros(line.at)
    credit = Credit(at, at) if credit is None else replace(credit, read_to=at)
    match event:
        case DealOpened():
            return _follows(_owned(credit, line, event.owner), line, event.follows)
        case DealOwnerAssigned():
            return _owned(credit, line, event.owner)
        case DealTeammateAssigned():
            return _assigned(credit, line, event.person, event.duty)
        case DealTeammateReleased():
            return _released(credit, line, event.duty, event.person)
        case DealDetailsChanged() if "follows" in event.model_fields_set:
            return _follows(credit, line, event.follows)
        case _:
            return credit


def _owned(credit: Credit, line: Standing, owner: str | None) -> Credit:
    if owner is not None and any(_has(each, OWNER, owner) for each in credit.duties):
        return credit
    credit = _released(credit, line, OWNER, None)
    return credit if owner is None else _assigned(credit, line, owner, OWNER)


def _assigned(credit: Credit, line: Standing, person: str, duty: str) -> Credit:
    if any(_has(each, duty, person) for each in credit.duties):
        return credit
    recorded = line.recorded
    new = Duty(
        person=person,
        duty=duty,
        version=recorded.version,
        read_at=to_micros(line.at),
        occurred_at=to_micros(recorded.occurred_at),
        precision=recorded.precision,
    )
    return replace(credit, duties=(*credit.duties, new))


def _released(credit: Credit, line: Standing, duty: str, person: str | None) -> Credit:
    """The duty ends for that person; None: for whoever has it."""
    duties = tuple(
        replace(each, until=to_micros(line.at), until_version=line.recorded.version)
        if _has(each, duty, person)
        else each
        for each in credit.duties
    )
    return replace(credit, duties=duties)


def _has(each: Duty, duty: str, person: str | None) -> bool:
    return each.until == FOREVER and each.duty == duty and person in (None, each.person)


def _follows(credit: Credit, line: Standing, follows: Follows | None) -> Credit:
    at = to_micros(line.at)
    followed = tuple(replace(each, until=at) if each.until == FOREVER else each for each in credit.followed)
    if follows is not None:
        followed = (*followed, Followed(line.recorded.version, follows.deal, follows.kind, at))
    return replace(credit, followed=followed)
