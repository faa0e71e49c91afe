"""A deal's whole story: the state that its sections make up, and the fold of what happened."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from domain.deal.life import DealOpened, Life, LifeEvent, begin, evolve_life
from domain.deal.needs import Needs, NeedsEvent, evolve_needs
from domain.deal.negotiation import Negotiation, NegotiationEvent, evolve_negotiation
from domain.deal.outcome import (
    DealLost,
    DealReopened,
    DealWon,
    Outcome,
    OutcomeEvent,
    evolve_outcome,
)
from domain.deal.outlook import Outlook, OutlookEvent, evolve_outlook
from domain.deal.people import People, PeopleEvent, evolve_people
from domain.deal.reading import standing
from domain.deal.team import Team, TeamEvent, evolve_team
from domain.deal.touchpoints import Touchpoints, TouchpointsEvent, evolve_touchpoints
from domain.event import Recorded

DealEvent = (
    LifeEvent
    | TeamEvent
    | OutlookEvent
    | NeedsEvent
    | PeopleEvent
    | TouchpointsEvent
    | NegotiationEvent
    | OutcomeEvent
)
"""What changes the state. Corrections and retractions change what is read instead."""


@dataclass(frozen=True, slots=True)
class Deal:
    """A deal at an instant: a slice for each section, and all that is recorded of it, in version order."""

    id: UUID
    life: Life
    team: Team
    outlook: Outlook = field(default_factory=Outlook)
    needs: Needs = field(default_factory=Needs)
    people: People = field(default_factory=People)
    touchpoints: Touchpoints = field(default_factory=Touchpoints)
    negotiation: Negotiation = field(default_factory=Negotiation)
    outcome: Outcome = field(default_factory=Outcome)
    recorded: tuple[Recorded, ...] = ()

    @property
    def version(self) -> int:
        """The last version that is recorded."""
        return self.recorded[-1].version


def fold(
    events: Sequence[Recorded],
    as_of: datetime | None = None,
    known_at: datetime | None = None,
) -> Deal | None:
    """The deal as of `as_of` (inclusive), known at `known_at`; None before its opening.

    `events` are all of its stream, in version order. The deal's `recorded` holds them all,
    also those that the instant leaves out: corrections speak of any of them.
    """
    deal: Deal | None = None
    for line in standing(events, known_at):
        if as_of is not None and line.at > as_of:
            break
        deal = evolve(deal, line.recorded)
    return None if deal is None else replace(deal, recorded=tuple(events))


def evolve(deal: Deal | None, recorded: Recorded) -> Deal:
    """The deal after an event that stands; the first one is its opening."""
    event, version, at = recorded.event, recorded.version, recorded.occurred_at
    if deal is None:
        if not isinstance(event, DealOpened):
            raise ValueError(f"the story of deal {recorded.stream_id} does not begin with its opening")
        return Deal(id=recorded.stream_id, life=begin(event), team=Team(owner=event.owner))
    if isinstance(event, LifeEvent):
        return replace(deal, life=evolve_life(deal.life, event))
    if isinstance(event, OutlookEvent):
        return replace(deal, outlook=evolve_outlook(deal.outlook, event))
    if isinstance(event, OutcomeEvent):
        outcome = evolve_outcome(deal.outcome, event, version, at)
        return replace(deal, life=_closed_life(deal.life, event), outcome=outcome)
    if isinstance(event, TeamEvent):
        return replace(deal, team=evolve_team(deal.team, event))
    if isinstance(event, TouchpointsEvent):
        return replace(deal, touchpoints=evolve_touchpoints(deal.touchpoints, event, version, at))
    if isinstance(event, NegotiationEvent):
        return replace(deal, negotiation=evolve_negotiation(deal.negotiation, event, version, at))
    if isinstance(event, PeopleEvent):
        return replace(deal, people=evolve_people(deal.people, event, version, at))
    if isinstance(event, NeedsEvent):
        return replace(deal, needs=evolve_needs(deal.needs, event, version, at))
    raise ValueError(f"event {recorded.event_id} ({recorded.type}) does not belong to a deal")


def _closed_life(life: Life, event: OutcomeEvent) -> Life:
    """An outcome may settle the amount, a reopening the stage."""
    if isinstance(event, DealWon | DealLost) and event.amount is not None:
        return replace(life, amount=event.amount)
    if isinstance(event, DealReopened) and event.stage is not None:
        return replace(life, stage=event.stage)
    return life
