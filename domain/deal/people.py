"""The people of the buyer's side: who they are, what they decide, where they stand."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, TypeVar, assert_never, get_args

from domain.event import Command, Event, Facts
from domain.replacing import replace
from domain.values import Code, Id, Level, Name, PersonalText, Text

Stance = Literal["advocate", "supporter", "neutral", "sceptic", "blocker"]


class Person(Facts):
    """What is known of a person of the buyer's side."""

    contact: Id
    name: PersonalText | None = None
    title: Name | None = None
    email: PersonalText | None = None
    phone: PersonalText | None = None
    account: Name | None = None


class ContactAdded(Person, Event):
    """A person joined the decision chain. One person has one id across deals."""


class AddContact(Person, Command):
    """Add a person to the decision chain by name, or put back one who left."""

    becomes = ContactAdded
    name: PersonalText


class ContactChanged(Person, Event):
    """Something about a person is different now; only what is given changed."""


class ChangeContact(Person, Command):
    """Change what is known of a person."""

    becomes = ContactChanged


class Assessment(Facts):
    """What a person decides and where they stand. `roles` replaces the earlier ones."""

    contact: Id
    roles: tuple[Code, ...]
    influence: Level | None = None
    stance: Stance | None = None
    reports_to: Id | None = None
    note: Text | None = None


class ContactAssessed(Assessment, Event):
    """What a person decides and where they stand, as we see it from here on."""


class AssessContact(Assessment, Command):
    """Say what a person decides and where they stand."""

    becomes = ContactAssessed


class Departure(Facts):
    """Who left the decision chain, why, and who came in their place."""

    contact: Id
    reason: Code | None = None
    note: Text | None = None
    replaced_by: Id | None = None


class ContactRemoved(Departure, Event):
    """A person left the decision chain."""


class RemoveContact(Departure, Command):
    """Take a person out of the decision chain."""

    becomes = ContactRemoved


PeopleEvent = ContactAdded | ContactChanged | ContactAssessed | ContactRemoved
PEOPLE_EVENTS: tuple[type[Event], ...] = get_args(PeopleEvent)
PeopleCommand = AddContact | ChangeContact | AssessContact | RemoveContact
PEOPLE_COMMANDS: tuple[type[Command], ...] = get_args(PeopleCommand)


@dataclass(frozen=True, slots=True)
class Contact:
    """A person of the decision chain: here or gone, and the last word on each field of what was said of them.

    `added` is false for somebody of whom only more was said than that they are there.
    """

    here: bool = True
    added: bool = False
    person: Person | None = None
    assessed: Assessment | None = None
    left: ContactRemoved | None = None


@dataclass(frozen=True, slots=True)
class People:
    """Every contact that was ever met, in the order in which they were, and whether they are still there."""

    contacts: Mapping[str, Contact] = field(default_factory=dict)

    @property
    def present(self) -> tuple[str, ...]:
        """Those who are in the chain now, in the order in which they were met."""
        return tuple(name for name, contact in self.contacts.items() if contact.here)


def evolve_people(people: People, event: PeopleEvent, version: int, at: datetime) -> People:
    """The people after `event`; somebody who was never added counts as met when something is said of them."""
    known = people.contacts.get(event.contact, _UNKNOWN)
    match event:
        # What is recorded most comes first: each case that does not fit costs time.
        case ContactAssessed():
            now = replace(known, assessed=_latest(known.assessed, event))
        case ContactAdded():
            now = replace(known, here=True, added=True, person=_latest(known.person, event), left=None)
        case ContactChanged():
            now = replace(known, person=_latest(known.person, event))
        case ContactRemoved():
            now = replace(known, here=False, left=event)
        case _:
            assert_never(event)
    return replace(people, contacts={**people.contacts, event.contact: now})


_UNKNOWN = Contact()

Said = TypeVar("Said", bound=Facts)


def _latest(known: Said | None, said: Said) -> Said:
    """What was said last, with what it leaves out as it was known before."""
    if known is None or said.model_fields_set >= known.model_fields_set:
        return said
    left_out = known.model_fields_set - said.model_fields_set
    return said.model_copy(update={name: getattr(known, name) for name in left_out})
