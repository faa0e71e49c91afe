"""Which events show that a deal is alive: those that reset the clock, and those in which the buyer speaks."""

from collections.abc import Collection

from domain.deal.negotiation import (
    ConcessionMade,
    OfferAccepted,
    OfferMade,
    OfferRejected,
    OfferWithdrawn,
)
from domain.deal.outlook import DealCriterionAnswered
from domain.event import Event

RESETS = frozenset(
    {
        "DealOpened",
        "DealReopened",
        "DealStageChanged",
        "DealPipelineChanged",
        "TouchpointPlanned",
        "TouchpointRescheduled",
        "TouchpointHeld",
        "TouchpointMissed",
        "OfferMade",
        "OfferAccepted",
        "OfferRejected",
        "OfferWithdrawn",
        "OfferExpired",
        "ContactAdded",
        "ContactChanged",
        "ContactAssessed",
        "ContactRemoved",
    }
)
"""The touchpoint, stage, offer and contact events, which reset the rotting clock; it starts at the opening."""

ALWAYS = frozenset(
    {
        "TouchpointHeld",
        "ObjectionRaised",
        "QuestionRaised",
        "FeedbackReceived",
        "DealSignalNoted",
        "DealBuyerStageNoted",
        "ContractSigned",
        "PaymentReceived",
    }
)
"""Touchpoints, whoever began them, and what nobody but the buyer does."""

SOMETIMES = frozenset(
    {
        "OfferMade",
        "ConcessionMade",
        "DealCriterionAnswered",
        "OfferAccepted",
        "OfferRejected",
        "OfferWithdrawn",
    }
)
VOICES = ALWAYS | SOMETIMES
"""The types that may be the buyer's voice."""


def is_voice(event: Event, theirs: Collection[str]) -> bool:
    """Whether an event is a touchpoint that was held, or something that the buyer said or did.

    `theirs` are the ids of their counter-offers, as far as the story was read.

    Theirs are: a counter-offer, a concession of theirs, the answer to an offer of ours (who answers is
    the other side unless the event says), taking an offer of theirs back, a qualifying question that
    one of their contacts answered, objections, questions, feedback, signals, a stage of their own journey,
    signing and paying. What we do alone (offers, answers to objections, notes, stages) is no voice.
    """
    match event:
        case OfferMade() | ConcessionMade():
            return event.side == "buyer"
        case DealCriterionAnswered():
            return event.contact is not None
        case OfferAccepted() | OfferRejected():
            return event.side == "buyer" if event.side is not None else event.offer not in theirs
        case OfferWithdrawn():
            return event.side == "buyer" if event.side is not None else event.offer in theirs
        case _:
            return type(event).__name__ in ALWAYS


def their_offers(theirs: tuple[str, ...], event: Event) -> tuple[str, ...]:
    """Their counter-offers after `event`."""
    if isinstance(event, OfferMade) and event.side == "buyer" and event.offer not in theirs:
        return (*theirs, event.offer)
    return theirs
