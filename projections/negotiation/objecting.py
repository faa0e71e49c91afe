"""The objections of a deal: raised, answered, settled, and raised again."""

from dataclasses import dataclass, replace
from typing import NamedTuple

from domain.deal.objections import ObjectionAnswered, ObjectionRaised, ObjectionSettled
from domain.deal.reading import Standing
from domain.event import Precision
from engine.clock import to_micros
from projections.running.reading_on import FOREVER


class Objection(NamedTuple):
    """An objection as it was raised; raised once more under its id it stands no longer, from `until` on.

    `answered_at` is when we first spoke of it, or it was settled.
    """

    version: int
    objection: str
    topic: str
    contact: str | None
    read_at: int
    precision: Precision
    until: int = FOREVER
    answered_at: int | None = None
    answered_precision: Precision | None = None


class Settlement(NamedTuple):
    """The objection of that id, raised or not, was resolved or stays, from `read_at` to `until`."""

    version: int
    objection: str
    resolved: bool
    read_at: int
    precision: Precision
    until: int = FOREVER


@dataclass(frozen=True, slots=True)
class Objecting:
    """The objections of a deal and their settlements as far as they were read, in reading order."""

    objections: tuple[Objection, ...] = ()
    settlements: tuple[Settlement, ...] = ()


def raised_objection(objecting: Objecting, line: Standing, event: ObjectionRaised) -> Objecting:
    """It is open from now on, whatever was said of it before."""
    at = to_micros(line.at)
    objection = Objection(
        version=line.recorded.version,
        objection=event.objection,
        topic=event.topic,
        contact=event.contact,
        read_at=at,
        precision=line.recorded.precision,
    )
    before = tuple(
        each._replace(until=at) if (each.objection, each.until) == (event.objection, FOREVER) else each
        for each in objecting.objections
    )
    return Objecting((*before, objection), _over(objecting.settlements, event.objection, at))


def answered_objection(
    objecting: Objecting, line: Standing, event: ObjectionAnswered | ObjectionSettled
) -> Objecting:
    """Its first answer, if it was raised."""
    answered = tuple(
        each._replace(answered_at=to_micros(line.at), answered_precision=line.recorded.precision)
        if (each.objection, each.until, each.answered_at) == (event.objection, FOREVER, None)
        else each
        for each in objecting.objections
    )
    return replace(objecting, objections=answered)


def settled_objection(objecting: Objecting, line: Standing, event: ObjectionSettled) -> Objecting:
    """The last word about it counts."""
    at = to_micros(line.at)
    settlement = Settlement(
        version=line.recorded.version,
        objection=event.objection,
        resolved=event.resolved,
        read_at=at,
        precision=line.recorded.precision,
    )
    before = _over(objecting.settlements, event.objection, at)
    return replace(answered_objection(objecting, line, event), settlements=(*before, settlement))


def _over(settlements: tuple[Settlement, ...], objection: str, at: int) -> tuple[Settlement, ...]:
    return tuple(
        each._replace(until=at) if (each.objection, each.until) == (objection, FOREVER) else each
        for each in settlements
    )
