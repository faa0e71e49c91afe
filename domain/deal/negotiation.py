"""The negotiation: offers and counter-offers, concessions, objections and approvals."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Self, assert_never, get_args

from pydantic import model_validator

from domain.deal.approvals import ApprovalCommand, ApprovalDecided, ApprovalEvent, ApprovalRequested
from domain.deal.matters import Matter, raised, settled, spoken_of
from domain.deal.objections import (
    ObjectionAnswered,
    ObjectionCommand,
    ObjectionEvent,
    ObjectionRaised,
    ObjectionSettled,
)
from domain.event import Command, Event, Facts
from domain.replacing import replace
from domain.values import Code, Day, Id, Line, Money, Name, Terms, Text

Side = Literal["seller", "buyer"]
Standing = Literal["made", "accepted", "rejected", "withdrawn", "expired"]


class PriceRange(Facts):
    """How low we would go, and what we aim for."""

    floor: Money | None = None
    target: Money | None = None
    note: Text | None = None


class DealPriceRangeSet(PriceRange, Event):
    """It was agreed among us how low we would go, and what we aim for."""


class SetPriceRange(PriceRange, Command):
    """Set how low we would go, and what we aim for."""

    becomes = DealPriceRangeSet

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.floor is None and self.target is None:
            raise ValueError("nothing to set: give a floor or a target")
        return self


class Offering(Facts):
    """What is offered, by whom, and until when; a buyer's is a counter-offer."""

    offer: Id
    side: Side
    price: Money | None = None
    list_price: Money | None = None
    lines: tuple[Line, ...] | None = None
    terms: Terms | None = None
    solution: Id | None = None
    in_reply_to: Id | None = None
    valid_until: Day | None = None
    approved_by: Name | None = None


class OfferMade(Offering, Event):
    """An offer of ours (`seller`) or a counter-offer of theirs (`buyer`)."""


class MakeOffer(Offering, Command):
    """Make an offer at a price, or note the buyer's counter-offer."""

    becomes = OfferMade
    price: Money


class OfferAnswer(Facts):
    """What became of an offer; `side` is who says so."""

    offer: Id
    side: Side | None = None
    reason: Code | None = None
    note: Text | None = None


class OfferAccepted(OfferAnswer, Event):
    """An offer was accepted by the other side."""


class AcceptOffer(OfferAnswer, Command):
    """Accept an offer of the other side."""

    becomes = OfferAccepted


class OfferRejected(OfferAnswer, Event):
    """An offer was rejected by the other side."""


class RejectOffer(OfferAnswer, Command):
    """Reject an offer of the other side."""

    becomes = OfferRejected


class OfferWithdrawn(OfferAnswer, Event):
    """Whoever made an offer took it back."""


class WithdrawOffer(OfferAnswer, Command):
    """Take an offer back."""

    becomes = OfferWithdrawn


class OfferExpired(OfferAnswer, Event):
    """Nobody took an offer in time."""


class ExpireOffer(OfferAnswer, Command):
    """Note that an offer was not taken in time."""

    becomes = OfferExpired


class Concession(Facts):
    """Who gave way on which term: what it was, what it is now, what it is worth."""

    side: Side
    term: Code
    before: Text | None = None
    after: Text | None = None
    value: Money | None = None
    in_return_for: Text | None = None


class ConcessionMade(Concession, Event):
    """One side gave way on a term."""


class RecordConcession(Concession, Command):
    """Record that one side gave way."""

    becomes = ConcessionMade


NegotiationEvent = (
    DealPriceRangeSet
    | OfferMade
    | OfferAccepted
    | OfferRejected
    | OfferWithdrawn
    | OfferExpired
    | ConcessionMade
    | ObjectionEvent
    | ApprovalEvent
)
NEGOTIATION_EVENTS: tuple[type[Event], ...] = get_args(NegotiationEvent)
NegotiationCommand = (
    SetPriceRange
    | MakeOffer
    | AcceptOffer
    | RejectOffer
    | WithdrawOffer
    | ExpireOffer
    | RecordConcession
    | ObjectionCommand
    | ApprovalCommand
)
NEGOTIATION_COMMANDS: tuple[type[Command], ...] = get_args(NegotiationCommand)


@dataclass(frozen=True, slots=True)
class Offer:
    """Where an offer stands, as it was made and as it was answered.

    One that was answered but never made has no facts, no side and no price of its own.
    """

    side: Side | None
    price: Money | None
    standing: Standing
    last_at: datetime
    facts: OfferMade | None = None
    said: OfferAnswer | None = None

    @property
    def made(self) -> bool:
        """Whether it was made, not only answered."""
        return self.facts is not None


@dataclass(frozen=True, slots=True)
class Negotiation:
    """The offers in the order in which they were first heard of, and what is settled."""

    price_range: DealPriceRangeSet | None = None
    offers: Mapping[str, Offer] = field(default_factory=dict)
    accepted: tuple[str, ...] = ()
    objections: Mapping[str, Matter] = field(default_factory=dict)
    approvals: Mapping[str, Matter] = field(default_factory=dict)

    @property
    def accepted_offer(self) -> Offer | None:
        """The offer that was accepted last and still stands so; a deal is won at its price."""
        return self.offers[self.accepted[-1]] if self.accepted else None


def evolve_negotiation(
    negotiation: Negotiation, event: NegotiationEvent, version: int, at: datetime
) -> Negotiation:
    """The negotiation after `event`, which happened at `at`; any order of events is taken."""
    match event:
        case OfferMade():
            return _made(negotiation, event, at)
        case OfferAccepted():
            return _answered(negotiation, event, "accepted", at)
        case OfferRejected():
            return _answered(negotiation, event, "rejected", at)
        case OfferWithdrawn():
            return _answered(negotiation, event, "withdrawn", at)
        case OfferExpired():
            return _answered(negotiation, event, "expired", at)
        case ObjectionRaised():
            objections = raised(negotiation.objections, event.objection, at, event)
            return replace(negotiation, objections=objections)
        case ObjectionAnswered():
            objections = spoken_of(negotiation.objections, event.objection, at, event)
            return replace(negotiation, objections=objections)
        case ObjectionSettled():
            objections = settled(negotiation.objections, event.objection, at, event)
            return replace(negotiation, objections=objections)
        case ApprovalRequested():
            approvals = raised(negotiation.approvals, event.approval, at, event)
            return replace(negotiation, approvals=approvals)
        case ApprovalDecided():
            approvals = settled(negotiation.approvals, event.approval, at, event)
            return replace(negotiation, approvals=approvals)
        case DealPriceRangeSet():
            return replace(negotiation, price_range=event)
        case ConcessionMade():
            return negotiation
        case _:
            assert_never(event)


def _made(negotiation: Negotiation, event: OfferMade, at: datetime) -> Negotiation:
    """An imported answer may be older than its offer: it keeps its word when the offer turns up."""
    known = negotiation.offers.get(event.offer)
    if known is not None and not known.made:
        offer = replace(known, side=event.side, price=event.price, last_at=at, facts=event)
        return replace(negotiation, offers={**negotiation.offers, event.offer: offer})
    offer = Offer(side=event.side, price=event.price, standing="made", last_at=at, facts=event)
    return replace(
        negotiation,
        offers={**negotiation.offers, event.offer: offer},
        accepted=_without(negotiation.accepted, event.offer),
    )


def _answered(negotiation: Negotiation, event: OfferAnswer, standing: Standing, at: datetime) -> Negotiation:
    name = event.offer
    known = negotiation.offers.get(name)
    if known is None:
        offer = Offer(side=None, price=None, standing=standing, last_at=at, said=event)
    else:
        offer = replace(known, standing=standing, last_at=at, said=event)
    accepted = _without(negotiation.accepted, name)
    return replace(
        negotiation,
        offers={**negotiation.offers, name: offer},
        accepted=(*accepted, name) if standing == "accepted" else accepted,
    )


def _without(names: tuple[str, ...], name: str) -> tuple[str, ...]:
    return tuple(each for each in names if each != name)
