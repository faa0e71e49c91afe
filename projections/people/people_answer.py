"""The decision chain of a deal, as scripts read it."""

from uuid import UUID

from domain.values import PersonalText
from projections.asking.periods import Instant
from projections.asking.report_answer import Shape


class At(Shape):
    """When something happened, how exactly that is known, and the event (version) that says so."""

    at: Instant
    precision: str
    version: int


class RoleSince(Shape):
    """A role, since the assessment that first named it."""

    role: str
    since: At


class StanceSince(Shape):
    """A stance, since the assessment that first saw it."""

    stance: str
    since: At


class Left(Shape):
    """When somebody left the chain, why, and who came for them."""

    at: At
    reason: str | None
    replaced_by: str | None


class ChainPerson(Shape):
    """Somebody of the buyer's side: what they decide, where they stand and stood, how often we met.

    `depth` is how far below the heads of the chain they report. `replaces` are those who left and named them.
    """

    contact: str
    name: PersonalText | None
    title: str | None
    account: str | None
    added: At
    roles: tuple[RoleSince, ...]
    influence: int | None
    stance: str | None
    stances: tuple[StanceSince, ...]
    reports_to: str | None
    met: int
    first_met: At | None
    last_met: At | None
    left: Left | None
    replaces: tuple[str, ...]
    depth: int


class KeyRole(Shape):
    """One of the four roles without which nobody knows who decides: who has it, and whether one of them was met."""

    role: str
    contacts: tuple[str, ...]
    met: bool


class DecisionChain(Shape):
    """Who is in the chain, each below whom they report to; who left, in that order; who was met besides."""

    deal: UUID
    as_of: Instant | None
    known_at: Instant | None
    people: tuple[ChainPerson, ...]
    left: tuple[ChainPerson, ...]
    others_met: tuple[str, ...]
    key_roles: tuple[KeyRole, ...]
