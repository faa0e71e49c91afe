"""What the buyer needs, and the solutions that we proposed for it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Self, assert_never, get_args

from pydantic import model_validator

from domain.deal.matters import Matter, raised, revised, settled
from domain.event import Command, Event, Facts
from domain.replacing import replace
from domain.values import Id, Level, Material, Name, Text

NeedKind = Literal["need", "pain", "demand", "decision-factor"]
Met = Literal["yes", "partly", "no"]


class Need(Facts):
    """What the buyer needs, of what weight, and who says so."""

    need: Id
    kind: NeedKind
    topic: Name | None = None
    text: Text
    importance: Level | None = None
    contact: Id | None = None


class NeedRecorded(Need, Event):
    """The buyer's need, pain, demand or decision factor became known."""


class RecordNeed(Need, Command):
    """Record a need, pain, demand or decision factor of the buyer."""

    becomes = NeedRecorded


class NeedRevision(Facts):
    """What a need turned out to be; what is not given stays."""

    need: Id
    text: Text | None = None
    importance: Level | None = None


class NeedRevised(NeedRevision, Event):
    """A need turned out to be another, or of another weight."""


class ReviseNeed(NeedRevision, Command):
    """Say what a need turned out to be, or how much it weighs."""

    becomes = NeedRevised

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.text is None and self.importance is None:
            raise ValueError("nothing to revise: give a text or an importance")
        return self


class NeedSettlement(Facts):
    """Whether a need is met, and by which offer."""

    need: Id
    met: Met
    offer: Id | None = None
    note: Text | None = None


class NeedSettled(NeedSettlement, Event):
    """It was found whether a need is met, perhaps by an offer."""


class SettleNeed(NeedSettlement, Command):
    """Say whether a need is met."""

    becomes = NeedSettled


class Proposal(Facts):
    """A solution in a few words, the needs it answers, and what was shown."""

    solution: Id
    revises: Id | None = None
    summary: Text
    needs: tuple[Id, ...] | None = None
    materials: tuple[Material, ...] | None = None


class SolutionProposed(Proposal, Event):
    """A solution was put before the buyer; it may revise an earlier one."""


class ProposeSolution(Proposal, Command):
    """Put a solution before the buyer."""

    becomes = SolutionProposed


NeedsEvent = NeedRecorded | NeedRevised | NeedSettled | SolutionProposed
NEEDS_EVENTS: tuple[type[Event], ...] = get_args(NeedsEvent)
NeedsCommand = RecordNeed | ReviseNeed | SettleNeed | ProposeSolution
NEEDS_COMMANDS: tuple[type[Command], ...] = get_args(NeedsCommand)


@dataclass(frozen=True, slots=True)
class Needs:
    """The needs that are known, settled or not, and the solutions in the order of their proposal.

    A solution is a matter that nobody settles.
    """

    needs: Mapping[str, Matter] = field(default_factory=dict)
    solutions: Mapping[str, Matter] = field(default_factory=dict)


def evolve_needs(needs: Needs, event: NeedsEvent, version: int, at: datetime) -> Needs:
    """The needs after `event`, which happened at `at`; any order of events is taken."""
    match event:
        case NeedRecorded():
            return replace(needs, needs=raised(needs.needs, event.need, at, event))
        case NeedRevised():
            known = revised(needs.needs, event.need, at, event, "text", "importance")
            return replace(needs, needs=known)
        case NeedSettled():
            return replace(needs, needs=settled(needs.needs, event.need, at, event))
        case SolutionProposed():
            return replace(needs, solutions=raised(needs.solutions, event.solution, at, event))
        case _:
            assert_never(event)
