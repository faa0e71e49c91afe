"""The rules of the decision chain: only who is there is assessed, changed or removed; who left may come back."""

from collections.abc import Mapping
from typing import assert_never

from domain.deal.people import (
    AddContact,
    AssessContact,
    Assessment,
    ChangeContact,
    Contact,
    People,
    PeopleCommand,
    Person,
    RemoveContact,
)
from domain.deal.references import IdTaken, another, says_the_same, there
from domain.errors import RuleBroken
from domain.event import Event, Facts, recorded_as


class ContactGone(RuleBroken):
    """The person is no longer in the decision chain."""

    def __init__(self, contact: str) -> None:
        self.contact = contact
        super().__init__(f"The contact {contact!r} left this deal's decision chain. Add them again first.")


def decide_people(command: PeopleCommand, people: People) -> list[Event]:
    """What `command` makes happen: people are met and leave also after the deal was closed."""
    contacts, name = people.contacts, command.contact
    match command:
        case AddContact():
            return _added(command, contacts.get(name))
        case ChangeContact():
            known = _here(contacts, name)
            return [] if _known(command, known.person) else [recorded_as(command)]
        case AssessContact():
            another("contact", contacts, name, "reports_to", command.reports_to)
            known = _here(contacts, name)
            return [] if _known(command, known.assessed) else [recorded_as(command)]
        case RemoveContact():
            another("contact", contacts, name, "replaced_by", command.replaced_by)
            if says_the_same(command, there("contact", contacts, name).left):
                return []
            _here(contacts, name)
            return [recorded_as(command)]
        case _:
            assert_never(command)


def _added(command: AddContact, known: Contact | None) -> list[Event]:
    if known is not None and known.here and known.added:
        if not _known(command, known.person):
            raise IdTaken("contact", command.contact)
        return []
    return [recorded_as(command)]


def _here(contacts: Mapping[str, Contact], name: str) -> Contact:
    contact = there("contact", contacts, name)
    if not contact.here:
        raise ContactGone(name)
    return contact


def _known(command: Person | Assessment, known: Facts | None) -> bool:
    """Whether all that `command` gives is known already; the id says nothing about the person."""
    given = {name: getattr(command, name) for name in command.model_fields_set if name != "contact"}
    return all(value is None or value == getattr(known, name, None) for name, value in given.items())
