"""What the buyer needs, and the solutions that we proposed for it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, assert_never, get_args

from domain.deal.matters import Matter, raised, settled, spoken_of
from domain.event import Event
from domain.replacing import replace
from domain.values import Id, Level, Material, Name, Text

NeedKind = Literal["need", "pain", "demand", "decision-factor"]
Met = Literal["yes", "partly", "no"]


class NeedRecorded(Event):
    """The buyer's need, pain, demand or decision factor became known."""

    need: Id
    kind: NeedKind
    topic: Name | None = None
    text: Text
    importance: Level | None = None
    contact: Id | None = None


class NeedRevised(Event):
    """A need turned out to be another, or of another weight."""

    need: Id
    text: Text | None = None
    importance: Level | None = None


class NeedSettled(Event):
    """It was found whether a need is met, perhaps by an offer."""

    need: Id
    met: Met
    offer: Id | None = None
    note: Text | None = None


class SolutionProposed(Event):
    """A solution was put before the buyer; it may revise an earlier one."""

    solution: Id
    revises: Id | None = None
    summary: Text
    needs: tuple[Id, ...] | None = None
    materials: tuple[Material, ...] | None = None


NeedsEvent = NeedRecorded | NeedRevised | NeedSettled | SolutionProposed
NEEDS_EVENTS: tuple[type[Event], ...] = get_args(NeedsEvent)


@dataclass(frozen=True, slots=True)
class Needs:
    """The needs that are known, settled or not, and the solutions in the order of their proposal."""

    needs: Mapping[str, Matter] = field(default_factory=dict)
    solutions: tuple[str, ...] = ()


def evolve_needs(needs: Needs, event: NeedsEvent, version: int, at: datetime) -> Needs:
    """The needs after `event`, which happened at `at`; any order of events is taken."""
    match event:
        case NeedRecorded():
            return replace(needs, needs=raised(needs.needs, event.need, at))
        case NeedRevised():
            return replace(needs, needs=spoken_of(needs.needs, event.need, at))
        case NeedSettled():
            return replace(needs, needs=settled(needs.needs, event.need, at))
        case SolutionProposed():
            if event.solution in needs.solutions:
                return needs
            return replace(needs, solutions=(*needs.solutions, event.solution))
        case _:
            assert_never(event)
