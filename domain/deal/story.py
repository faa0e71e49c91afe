"""A deal's whole story: the state that its sections make up, and the fold of what happened."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import cast
from uuid import UUID

from domain.deal.life import LIFE_EVENTS, DealOpened, Life, LifeEvent, begin, evolve_life
from domain.deal.needs import NEEDS_EVENTS, Needs, NeedsEvent, evolve_needs
from domain.deal.negotiation import NEGOTIATION_EVENTS, Negotiation, NegotiationEvent, evolve_negotiation
from domain.deal.outcome import (
    OUTCOME_EVENTS,
    DealLost,
    DealReopened,
    DealWon,
    Outcome,
    OutcomeEvent,
    evolve_outcome,
)
from domain.deal.outlook import OUTLOOK_EVENTS, Outlook, OutlookEvent, evolve_outlook
from domain.deal.people import PEOPLE_EVENTS, People, PeopleEvent, evolve_people
from domain.deal.reading import standing
from domain.deal.team import TEAM_EVENTS, Team, TeamEvent, evolve_team
from domain.deal.touchpoints import TOUCHPOINTS_EVENTS, Touchpoints, TouchpointsEvent, evolve_touchpoints
from domain.event import Event, Recorded
from domain.replacing import replace

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
    section = _SECTIONS.get(type(event))
    if section is None:
        raise ValueError(f"event {recorded.event_id} ({recorded.type}) does not belong to a deal")
    return section(deal, event, version, at)


def _closed_life(life: Life, event: OutcomeEvent) -> Life:
    """An outcome may settle the amount, a reopening the stage."""
    if isinstance(event, DealWon | DealLost) and event.amount is not None:
        return replace(life, amount=event.amount)
    if isinstance(event, DealReopened) and event.stage is not None:
        return replace(life, stage=event.stage)
    return life


def _life(deal: Deal, event: Event, version: int, at: datetime) -> Deal:
    return replace(deal, life=evolve_life(deal.life, cast("LifeEvent", event)))


def _team(deal: Deal, event: Event, version: int, at: datetime) -> Deal:
    return replace(deal, team=evolve_team(deal.team, cast("TeamEvent", event)))


def _outlook(deal: Deal, event: Event, version: int, at: datetime) -> Deal:
    return replace(deal, outlook=evolve_outlook(deal.outlook, cast("OutlookEvent", event)))


def _needs(deal: Deal, event: Event, version: int, at: datetime) -> Deal:
    return replace(deal, needs=evolve_needs(deal.needs, cast("NeedsEvent", event), version, at))


def _people(deal: Deal, event: Event, version: int, at: datetime) -> Deal:
    return replace(deal, people=evolve_people(deal.people, cast("PeopleEvent", event), version, at))


def _touchpoints(deal: Deal, event: Event, version: int, at: datetime) -> Deal:
    touchpoints = evolve_touchpoints(deal.touchpoints, cast("TouchpointsEvent", event), version, at)
    return replace(deal, touchpoints=touchpoints)


def _negotiation(deal: Deal, event: Event, version: int, at: datetime) -> Deal:
    negotiation = evolve_negotiation(deal.negotiation, cast("NegotiationEvent", event), version, at)
    return replace(deal, negotiation=negotiation)


def _outcome(deal: Deal, event: Event, version: int, at: datetime) -> Deal:
    happened = cast("OutcomeEvent", event)
    outcome = evolve_outcome(deal.outcome, happened, version, at)
    return replace(deal, life=_closed_life(deal.life, happened), outcome=outcome)


_SECTIONS: Mapping[type[Event], Callable[[Deal, Event, int, datetime], Deal]] = {
    **dict.fromkeys(LIFE_EVENTS, _life),
    **dict.fromkeys(TEAM_EVENTS, _team),
    **dict.fromkeys(OUTLOOK_EVENTS, _outlook),
    **dict.fromkeys(NEEDS_EVENTS, _needs),
    **dict.fromkeys(PEOPLE_EVENTS, _people),
    **dict.fromkeys(TOUCHPOINTS_EVENTS, _touchpoints),
    **dict.fromkeys(NEGOTIATION_EVENTS, _negotiation),
    **dict.fromkeys(OUTCOME_EVENTS, _outcome),
}
"""By the section that an event belongs to: looked up, because asking sixty types in turn is what loading took."""
