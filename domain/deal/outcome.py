"""Outcome: a deal is won, lost, reopened, merged or discarded; why; and what came after."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, assert_never, get_args

from domain.deal.after_the_win import (
    AfterTheWinCommand,
    AfterTheWinEvent,
    ContractSigned,
    DeliveryCompleted,
    PaymentReceived,
)
from domain.deal.matters import Matter, raised, settled
from domain.deal.retrospective import (
    RetrospectiveActionFinished,
    RetrospectiveCommand,
    RetrospectiveEvent,
    RetrospectiveHeld,
)
from domain.event import Command, Event, Facts
from domain.replacing import replace
from domain.values import Cause, Code, Id, Line, Money, Name, Share, Text, Version

LossKind = Literal[
    "competitor", "declined", "no-decision", "withdrawn", "disqualified", "internal", "unknown"
]
Teller = Literal["rep", "manager", "buyer", "analyst", "rule"]
Standing = Literal["open", "won", "lost", "merged", "discarded"]


class Winning(Facts):
    """What a deal was won for, by which offer, and what pushed it."""

    amount: Money | None = None
    offer: Id | None = None
    lines: tuple[Line, ...] | None = None
    causes: tuple[Cause, ...] | None = None


class DealWon(Winning, Event):
    """The deal was won."""


class WinDeal(Winning, Command):
    """Win the deal, at the given amount, else the accepted offer's, else the deal's."""

    becomes = DealWon


class Losing(Facts):
    """How a deal was lost, what was lost, and to whom."""

    kind: LossKind
    amount: Money | None = None
    competitor: Name | None = None
    competitor_price: Money | None = None
    causes: tuple[Cause, ...] | None = None
    note: Text | None = None


class DealLost(Losing, Event):
    """The deal was lost."""


class LoseDeal(Losing, Command):
    """Lose the deal."""

    becomes = DealLost


class Reopening(Facts):
    """Why a closed deal is open again, and in which stage."""

    reason: Code | None = None
    note: Text | None = None
    stage: Code | None = None


class DealReopened(Reopening, Event):
    """A closed deal is open again; its earlier outcome stays in the list of outcomes."""


class ReopenDeal(Reopening, Command):
    """Open a closed deal again; live, it has a reason."""

    becomes = DealReopened
    reason: Code


class CausesTold(Facts):
    """Who says why, and how sure they are."""

    told_by: Teller
    causes: tuple[Cause, ...]
    confidence: Share | None = None


class CausesRecorded(CausesTold, Event):
    """Somebody said why the outcome (its version) came about."""

    outcome: Version


class RecordCauses(CausesTold, Command):
    """Say why the deal was won or lost; without `outcome` the last one is meant."""

    becomes = CausesRecorded
    outcome: Version | None = None


class Discarding(Facts):
    """Why a deal should never have been there."""

    reason: Code | None = None
    note: Text | None = None


class DealDiscarded(Discarding, Event):
    """The deal counts nowhere from here on."""


class DiscardDeal(Discarding, Command):
    """Take a test, a duplicate or a mistake out of every figure; live, it has a reason."""

    becomes = DealDiscarded
    reason: Code


class Merging(Facts):
    """Which deal this one goes on in, and why."""

    into: Name
    reason: Code | None = None
    note: Text | None = None


class DealMerged(Merging, Event):
    """The deal goes on as part of another; it counts nowhere from here on."""


class MergeInto(Merging, Command):
    """Merge this deal into another, which absorbs it."""

    becomes = DealMerged


class DealAbsorbed(Event):
    """Another deal was merged into this one."""

    absorbed: Name
    reason: Code | None = None
    note: Text | None = None


OutcomeEvent = (
    DealWon
    | DealLost
    | DealReopened
    | CausesRecorded
    | AfterTheWinEvent
    | RetrospectiveEvent
    | DealMerged
    | DealAbsorbed
    | DealDiscarded
)
OUTCOME_EVENTS: tuple[type[Event], ...] = get_args(OutcomeEvent)
OutcomeCommand = (
    WinDeal
    | LoseDeal
    | ReopenDeal
    | RecordCauses
    | AfterTheWinCommand
    | RetrospectiveCommand
    | MergeInto
    | DiscardDeal
)
OUTCOME_COMMANDS: tuple[type[Command], ...] = get_args(OutcomeCommand)


@dataclass(frozen=True, slots=True)
class Closing:
    """One time that the deal was won or lost."""

    version: int
    at: datetime
    event: DealWon | DealLost


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a deal stands, every time it was closed, who told which causes of it, and when it last changed.

    `told` is by the outcome's version and the teller: causes may be dated before their outcome.
    `signed` and `delivered` belong to the win that stands. `actions` are those of all retrospectives.
    """

    standing: Standing = "open"
    closings: tuple[Closing, ...] = ()
    told: Mapping[tuple[int, str], CausesRecorded] = field(default_factory=dict)
    changed_at: datetime | None = None
    merged: DealMerged | None = None
    absorbed: frozenset[str] = frozenset()
    signed: ContractSigned | None = None
    delivered: DeliveryCompleted | None = None
    retrospectives: Mapping[str, Matter] = field(default_factory=dict)
    actions: Mapping[str, Matter] = field(default_factory=dict)


def evolve_outcome(outcome: Outcome, event: OutcomeEvent, version: int, at: datetime) -> Outcome:
    """The outcome after `event`. Never refuses: of two outcomes in a row the later stands."""
    match event:
        case DealWon() | DealLost():
            return replace(
                outcome,
                standing="won" if isinstance(event, DealWon) else "lost",
                closings=(*outcome.closings, Closing(version, at, event)),
                changed_at=at,
            )
        case DealReopened():
            return replace(outcome, standing="open", changed_at=at, signed=None, delivered=None)
        case CausesRecorded():
            return replace(outcome, told={**outcome.told, (event.outcome, event.told_by): event})
        case DealMerged():
            return replace(outcome, standing="merged", changed_at=at, merged=event)
        case DealDiscarded():
            return replace(outcome, standing="discarded", changed_at=at)
        case DealAbsorbed():
            return replace(outcome, absorbed=outcome.absorbed | {event.absorbed})
        case ContractSigned():
            return replace(outcome, signed=event)
        case DeliveryCompleted():
            return replace(outcome, delivered=event)
        case PaymentReceived():
            return outcome
        case RetrospectiveHeld():
            actions = {each.action: Matter(settled=False, last_at=at, facts=event) for each in event.actions}
            return replace(
                outcome,
                retrospectives=raised(outcome.retrospectives, event.retrospective, at, event),
                actions={**outcome.actions, **actions},
            )
        case RetrospectiveActionFinished():
            return replace(outcome, actions=settled(outcome.actions, event.action, at, event))
        case _:
            assert_never(event)
