"""The people of the buyer's side as a closed deal shows them: who left, who was never met, who was against it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from domain.deal.people import ContactAdded, ContactAssessed, ContactChanged, ContactRemoved
from domain.deal.reading import Standing
from domain.deal.touchpoints import TouchpointHeld
from projections.causes.measuring import Measure, counted

HOSTILE = ("sceptic", "blocker")


@dataclass(slots=True)
class _Contact:
    """A person, with the events that say so."""

    first: int
    is_here: bool = True
    left: int = 0
    roles: tuple[str, ...] = ()
    stance: str | None = None
    assessed: int = 0
    was_champion: bool = False


@dataclass(slots=True)
class _Chain:
    contacts: dict[str, _Contact] = field(default_factory=dict)
    met: set[str] = field(default_factory=set)

    def of(self, contact: str, version: int) -> _Contact:
        """The person of that id; somebody who was never added is known from the first word about them."""
        return self.contacts.setdefault(contact, _Contact(version))


def people(lines: Sequence[Standing]) -> Mapping[str, Measure]:
    """The measures of the decision chain at the end of the story.

    Lost is who was taken out of the chain, never met whom no held touchpoint names, hostile who was last
    assessed as a sceptic or blocker; the last two of those who are still in it.
    """
    chain = _chain(lines)
    contacts = chain.contacts.values()
    present = [(name, each) for name, each in chain.contacts.items() if each.is_here]
    return {
        "champions": counted(each.assessed for each in contacts if each.was_champion),
        "contacts-met": Measure(len(chain.met)),
        "champions-left": counted(each.left for each in contacts if not each.is_here and each.was_champion),
        "contacts-left": counted(
            each.left for each in contacts if not each.is_here and not each.was_champion
        ),
        "never-met": counted(each.first for name, each in present if name not in chain.met),
        "hostile": counted(each.assessed for _, each in present if each.stance in HOSTILE),
    }


def _chain(lines: Sequence[Standing]) -> _Chain:
    chain = _Chain()
    for line in lines:
        event, version = line.recorded.event, line.recorded.version
        match event:
            case ContactAdded():
                chain.of(event.contact, version).is_here = True
            case ContactChanged():
                chain.of(event.contact, version)
            case ContactAssessed():
                _assess(chain.of(event.contact, version), event, version)
            case ContactRemoved():
                contact = chain.of(event.contact, version)
                contact.is_here, contact.left = False, version
            case TouchpointHeld():
                chain.met.update(event.contacts or ())
            case _:
                pass
    return chain


def _assess(contact: _Contact, event: ContactAssessed, version: int) -> None:
    contact.assessed = version
    contact.was_champion = contact.was_champion or "champion" in event.roles
    contact.stance = event.stance or contact.stance
