"""The decision chain of one deal at an instant, from its story alone: names are read there and kept nowhere else."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from domain.deal.people import ContactAdded, ContactChanged
from domain.deal.reading import Standing, standing
from domain.event import Recorded
from engine.clock import from_micros
from projections.people.chain_coverage import ROLES
from projections.people.decision_chain import Assessment, Chain, Meeting, Role, Stay, step
from projections.people.people_answer import (
    At,
    ChainPerson,
    DecisionChain,
    KeyRole,
    Left,
    RoleSince,
    StanceSince,
)
from projections.running.reading_on import FOREVER

NAMED = ("name", "title", "account")
"""What is shown of a person; addresses are not."""


@dataclass(slots=True)
class _Told:
    """What the story says of each person: the last word on each of NAMED, by contact."""

    chain: Chain
    named: dict[str, dict[str, Any]] = field(default_factory=dict)


def people_of(
    events: Sequence[Recorded], as_of: datetime | None = None, known_at: datetime | None = None
) -> DecisionChain | None:
    """The chain of the deal whose events these are (all, in version order); None before its opening."""
    lines = [line for line in standing(events, known_at) if as_of is None or line.at <= as_of]
    if not lines:
        return None
    told = _told(lines)
    contacts = list(dict.fromkeys(stay.contact for stay in told.chain.stays))
    everyone = {contact: _person(told, contact) for contact in contacts}
    here = [each for each in everyone.values() if each.left is None]
    outside = {meeting.contact: None for meeting in told.chain.meetings if meeting.contact not in everyone}
    return DecisionChain(
        deal=UUID(bytes=events[0].stream_id.bytes),
        as_of=as_of,
        known_at=known_at,
        people=tuple(_in_lines(here)),
        left=tuple(each for _, each in sorted(_gone(everyone.values()), key=lambda gone: gone[0])),
        others_met=tuple(outside),
        key_roles=tuple(_key_role(role, here) for role in ROLES),
    )


def _told(lines: Sequence[Standing]) -> _Told:
    chain = step(None, lines[0])
    told = _Told(chain)
    for line in lines[1:]:
        event = line.recorded.event
        told.chain = step(told.chain, line)
        if isinstance(event, ContactAdded | ContactChanged):
            given = {name: getattr(event, name) for name in NAMED if name in event.model_fields_set}
            told.named[event.contact] = {**told.named.get(event.contact, {}), **given}
    return told


def _person(told: _Told, contact: str) -> ChainPerson:
    chain = told.chain
    stay = [each for each in chain.stays if each.contact == contact][-1]
    assessed = [each for each in chain.assessments if each.contact == contact]
    met = [each for each in chain.meetings if each.contact == contact]
    roles = [each for each in chain.roles if (each.contact, each.until) == (contact, FOREVER)]
    last = assessed[-1] if assessed else None
    return ChainPerson(
        contact=contact,
        **{name: told.named.get(contact, {}).get(name) for name in NAMED},
        added=_at(stay),
        roles=tuple(RoleSince(role=each.role, since=_at(each)) for each in roles),
        influence=None if last is None else last.influence,
        stance=None if last is None else last.stance,
        stances=tuple(_stances(assessed)),
        reports_to=None if last is None else last.reports_to,
        met=len(met),
        first_met=_at(met[0]) if met else None,
        last_met=_at(met[-1]) if met else None,
        left=_left(stay),
        replaces=tuple(each.contact for each in chain.stays if each.replaced_by == contact),
        depth=0,
    )


def _stances(assessed: Iterable[Assessment]) -> Iterable[StanceSince]:
    """Each stance that differs from the one before."""
    before = None
    for each in assessed:
        if each.stance is not None and each.stance != before:
            yield StanceSince(stance=each.stance, since=_at(each))
            before = each.stance


def _left(stay: Stay) -> Left | None:
    if stay.left_version is None or stay.left_precision is None:
        return None
    at = At(at=from_micros(stay.until), precision=stay.left_precision, version=stay.left_version)
    return Left(at=at, reason=stay.reason, replaced_by=stay.replaced_by)


def _gone(people: Iterable[ChainPerson]) -> Iterable[tuple[datetime, ChainPerson]]:
    """Those who left, and when."""
    for each in people:
        if each.left is not None:
            yield each.left.at.at, each


def _in_lines(here: Sequence[ChainPerson]) -> Iterable[ChainPerson]:
    """Each below whom they report to, the most influential first; a ring is entered at its most influential."""
    waiting = sorted(here, key=lambda each: -(each.influence or 0))
    present = {each.contact for each in here}
    heads = [each for each in waiting if each.reports_to not in present or each.reports_to == each.contact]
    for head in [*heads, *waiting]:
        yield from _below(head, waiting, 0)


def _below(person: ChainPerson, waiting: list[ChainPerson], depth: int) -> Iterable[ChainPerson]:
    if person not in waiting:
        return
    waiting.remove(person)
    yield person.model_copy(update={"depth": depth})
    for each in [each for each in waiting if each.reports_to == person.contact]:
        yield from _below(each, waiting, depth + 1)


def _key_role(role: str, here: Sequence[ChainPerson]) -> KeyRole:
    holders = [each for each in here if role in [has.role for has in each.roles]]
    return KeyRole(
        role=role,
        contacts=tuple(each.contact for each in holders),
        met=any(each.met for each in holders),
    )


def _at(event: Stay | Role | Assessment | Meeting) -> At:
    return At(at=from_micros(event.read_at), precision=event.precision, version=event.version)
