"""Who belonged to a deal's decision chain and when, what we thought of them, and when we met them."""

from dataclasses import dataclass, replace

from domain.deal.people import ContactAdded, ContactAssessed, ContactChanged, ContactRemoved
from domain.deal.reading import Standing
from domain.deal.touchpoints import TouchpointHeld, TouchpointPlanned
from engine.clock import to_micros
from projections.running.reading_on import FOREVER


@dataclass(frozen=True, slots=True)
class Stay:
    """A contact's time in the chain, as the table holds it."""

    contact: str
    version: int
    read_at: int
    precision: str
    until: int = FOREVER
    left_version: int | None = None
    left_precision: str | None = None
    reason: str | None = None
    replaced_by: str | None = None


@dataclass(frozen=True, slots=True)
class Assessment:
    """What we thought of a contact until we thought something else, as the table holds it."""

    version: int
    contact: str
    read_at: int
    precision: str
    influence: int | None
    stance: str | None
    reports_to: str | None
    until: int = FOREVER


@dataclass(frozen=True, slots=True)
class Role:
    """A role that a contact had without a break, as the table holds it."""

    contact: str
    role: str
    version: int
    read_at: int
    precision: str
    until: int = FOREVER


@dataclass(frozen=True, slots=True)
class Meeting:
    """A contact at a touchpoint that was held, as the table holds it."""

    version: int
    contact: str
    touchpoint: str
    kind: str
    direction: str | None
    read_at: int
    precision: str


@dataclass(frozen=True, slots=True)
class Invited:
    """A contact whom an appointment was made with, as the table holds it."""

    touchpoint: str
    contact: str


@dataclass(frozen=True, slots=True)
class Chain:
    """The decision chain of a deal as far as its story was read."""

    opened: int
    read_to: int
    stays: tuple[Stay, ...] = ()
    assessments: tuple[Assessment, ...] = ()
    roles: tuple[Role, ...] = ()
    meetings: tuple[Meeting, ...] = ()
    invited: tuple[Invited, ...] = ()


def step(chain: Chain | None, line: Standing) -> Chain:  # noqa: PLR0911 - one table
    """The chain after one more line of the story; the first is the opening."""
    event, at = line.recorded.event, to_micros(line.at)
    if chain is None:
        return Chain(at, at)
    chain = replace(chain, read_to=at)
    match event:
        case ContactAdded():
            return _here(chain, line, event.contact)
        case ContactChanged():
            return _mentioned(chain, line, event.contact)
        case ContactAssessed():
            return _assessed(_mentioned(chain, line, event.contact), line, event)
        case ContactRemoved():
            return _left(chain, line, event)
        case TouchpointPlanned():
            return _invited(chain, event)
        case TouchpointHeld():
            return _met(chain, line, event)
        case _:
            return chain  # an opening that stands behind the first line: nobody is added by it


def _stay(chain: Chain, contact: str) -> Stay | None:
    """The last time of a contact in the chain."""
    return next((each for each in reversed(chain.stays) if each.contact == contact), None)


def _here(chain: Chain, line: Standing, contact: str) -> Chain:
    """The contact is in the chain from now on, if they were not."""
    last = _stay(chain, contact)
    if last is not None and last.until == FOREVER:
        return chain
    stay = Stay(contact, line.recorded.version, to_micros(line.at), line.recorded.precision)
    return replace(chain, stays=(*chain.stays, stay))


def _mentioned(chain: Chain, line: Standing, contact: str) -> Chain:
    """Somebody who was never added is in the chain once something is said of them; who left stays away."""
    return chain if _stay(chain, contact) is not None else _here(chain, line, contact)


def _left(chain: Chain, line: Standing, event: ContactRemoved) -> Chain:
    """Who was never in the chain is known to have left it all the same: a stay that ends where it begins."""
    chain = _mentioned(chain, line, event.contact)
    stays = tuple(
        replace(
            each,
            until=to_micros(line.at),
            left_version=line.recorded.version,
            left_precision=line.recorded.precision,
            reason=event.reason,
            replaced_by=event.replaced_by,
        )
        if (each.contact, each.until) == (event.contact, FOREVER)
        else each
        for each in chain.stays
    )
    return replace(chain, stays=stays)


def _assessed(chain: Chain, line: Standing, event: ContactAssessed) -> Chain:
    """Roles replace the earlier ones; what an assessment does not say of influence and so on, it leaves as it was."""
    at = to_micros(line.at)
    last = next((each for each in reversed(chain.assessments) if each.contact == event.contact), None)
    before = tuple(replace(each, until=at) if each is last else each for each in chain.assessments)
    new = Assessment(
        version=line.recorded.version,
        contact=event.contact,
        read_at=at,
        precision=line.recorded.precision,
        influence=event.influence or (None if last is None else last.influence),
        stance=event.stance or (None if last is None else last.stance),
        reports_to=event.reports_to or (None if last is None else last.reports_to),
    )
    return replace(chain, assessments=(*before, new), roles=_roles(chain, line, event))


def _roles(chain: Chain, line: Standing, event: ContactAssessed) -> tuple[Role, ...]:
    at = to_micros(line.at)
    held = {each.role for each in chain.roles if (each.contact, each.until) == (event.contact, FOREVER)}
    kept = tuple(
        replace(each, until=at)
        if (each.contact, each.until) == (event.contact, FOREVER) and each.role not in event.roles
        else each
        for each in chain.roles
    )
    new = tuple(
        Role(event.contact, role, line.recorded.version, at, line.recorded.precision)
        for role in dict.fromkeys(event.roles)
        if role not in held
    )
    return (*kept, *new)


def _invited(chain: Chain, event: TouchpointPlanned) -> Chain:
    others = tuple(each for each in chain.invited if each.touchpoint != event.touchpoint)
    contacts = dict.fromkeys(event.contacts or ())
    return replace(chain, invited=(*others, *(Invited(event.touchpoint, contact) for contact in contacts)))


def _met(chain: Chain, line: Standing, event: TouchpointHeld) -> Chain:
    """Those who were there; where nobody said, those whom the appointment was made with."""
    there = event.contacts
    if there is None:
        there = tuple(each.contact for each in chain.invited if each.touchpoint == event.touchpoint)
    new = tuple(
        Meeting(
            version=line.recorded.version,
            contact=contact,
            touchpoint=event.touchpoint,
            kind=event.kind,
            direction=event.direction,
            read_at=to_micros(line.at),
            precision=line.recorded.precision,
        )
        for contact in dict.fromkeys(there)
    )
    return replace(chain, meetings=(*chain.meetings, *new))
