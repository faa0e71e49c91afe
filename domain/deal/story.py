"""A deal's whole story: the state that its sections make up, and the fold of what happened."""

from collections.abc import Callable, Iterable, Mapping, Sequence
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
from domain.deal.reading import is_read_as_recorded, standing
from domain.deal.team import TEAM_EVENTS, Team, TeamEvent, evolve_team
from domain.deal.touchpoints import TOUCHPOINTS_EVENTS, Touchpoints, TouchpointsEvent, evolve_touchpoints
from domain.event import Event, Recorded
from domain.replacing import draft, replace, settled


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
    told = iter(_read(events, as_of, known_at))
    opening = next(told, None)
    if opening is None:
        return None
    slices = _begun(opening)
    for recorded in told:
        slices.take(recorded)
    return slices.deal(opening.stream_id, tuple(events))


def _read(
    events: Sequence[Recorded], as_of: datetime | None, known_at: datetime | None
) -> Iterable[Recorded]:
    """What stands up to `as_of`, in reading order."""
    if as_of is None and known_at is None and is_read_as_recorded(events):
        return events
    return (line.recorded for line in standing(events, known_at) if as_of is None or line.at <= as_of)


def evolve(deal: Deal | None, recorded: Recorded) -> Deal:
    """The deal after an event that stands; the first one is its opening."""
    if deal is None:
        return _begun(recorded).deal(recorded.stream_id, ())
    slices = _Slices(
        deal.life,
        deal.team,
        deal.outlook,
        deal.needs,
        deal.people,
        deal.touchpoints,
        deal.negotiation,
        deal.outcome,
    )
    slices.take(recorded)
    return slices.deal(deal.id, deal.recorded)


@dataclass(slots=True)
class _Slices:
    """The state of a deal while its story is folded: each slice is replaced, the deal is made once."""

    life: Life
    team: Team
    outlook: Outlook
    needs: Needs
    people: People
    touchpoints: Touchpoints
    negotiation: Negotiation
    outcome: Outcome

    def take(self, recorded: Recorded) -> None:
        """Go on by one event that stands; ValueError for one that does not belong to a deal."""
        section = _SECTIONS.get(type(recorded.event))
        if section is None:
            raise ValueError(f"event {recorded.event_id} ({recorded.type}) does not belong to a deal")
        section(self, recorded.event, recorded.version, recorded.occurred_at)

    def deal(self, stream_id: UUID, recorded: tuple[Recorded, ...]) -> Deal:
        """The deal as it is now."""
        return Deal(
            stream_id,
            settled(self.life),
            settled(self.team),
            settled(self.outlook),
            settled(self.needs),
            settled(self.people),
            settled(self.touchpoints),
            settled(self.negotiation),
            settled(self.outcome),
            recorded,
        )


_NOTHING_YET = (Outlook(), Needs(), People(), Touchpoints(), Negotiation(), Outcome())
"""The slices of a deal that was just opened; they are never changed in place, so all deals share them."""


def _begun(recorded: Recorded) -> _Slices:
    event = recorded.event
    if isinstance(event, DealOpened):
        return _Slices(begin(event), Team(owner=event.owner), *_NOTHING_YET)
    raise ValueError(f"the story of deal {recorded.stream_id} does not begin with its opening")


def _closed_life(life: Life, event: OutcomeEvent) -> Life:
    """An outcome may settle the amount, a reopening the stage."""
    if isinstance(event, DealWon | DealLost) and event.amount is not None:
        return replace(life, amount=event.amount)
    if isinstance(event, DealReopened) and event.stage is not None:
        return replace(life, stage=event.stage)
    return life


def _life(slices: _Slices, event: Event, version: int, at: datetime) -> None:
    slices.life = evolve_life(draft(slices.life), cast("LifeEvent", event))


def _team(slices: _Slices, event: Event, version: int, at: datetime) -> None:
    slices.team = evolve_team(draft(slices.team), cast("TeamEvent", event))


def _outlook(slices: _Slices, event: Event, version: int, at: datetime) -> None:
    slices.outlook = evolve_outlook(draft(slices.outlook), cast("OutlookEvent", event))


def _needs(slices: _Slices, event: Event, version: int, at: datetime) -> None:
    slices.needs = evolve_needs(draft(slices.needs), cast("NeedsEvent", event), version, at)


def _people(slices: _Slices, event: Event, version: int, at: datetime) -> None:
    slices.people = evolve_people(draft(slices.people), cast("PeopleEvent", event), version, at)


def _touchpoints(slices: _Slices, event: Event, version: int, at: datetime) -> None:
    told = cast("TouchpointsEvent", event)
    slices.touchpoints = evolve_touchpoints(draft(slices.touchpoints), told, version, at)


def _negotiation(slices: _Slices, event: Event, version: int, at: datetime) -> None:
    told = cast("NegotiationEvent", event)
    slices.negotiation = evolve_negotiation(draft(slices.negotiation), told, version, at)


def _outcome(slices: _Slices, event: Event, version: int, at: datetime) -> None:
    told = cast("OutcomeEvent", event)
    slices.outcome = evolve_outcome(draft(slices.outcome), told, version, at)
    slices.life = _closed_life(slices.life, told)


_SECTIONS: Mapping[type[Event], Callable[[_Slices, Event, int, datetime], None]] = {
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
