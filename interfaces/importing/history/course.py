"""How a deal's story goes, as far as an import must know it: what follows from it, and what contradicts it."""

from dataclasses import dataclass, field

from domain.deal.life import (
    DealAmountRevised,
    DealExpectedCloseMoved,
    DealOpened,
    DealPipelineChanged,
    DealStageChanged,
)
from domain.deal.negotiation import OfferAccepted, OfferExpired, OfferMade, OfferRejected, OfferWithdrawn
from domain.deal.outcome import DealDiscarded, DealLost, DealMerged, DealReopened, DealWon
from domain.deal.team import DealOwnerAssigned
from domain.event import Event
from domain.values import Day, Money

DEFAULT_PIPELINE = "standard"

COURSE_TYPES = frozenset(
    {
        "DealOpened",
        "DealStageChanged",
        "DealPipelineChanged",
        "DealAmountRevised",
        "DealExpectedCloseMoved",
        "DealOwnerAssigned",
        "OfferMade",
        "OfferAccepted",
        "OfferRejected",
        "OfferWithdrawn",
        "OfferExpired",
        "DealWon",
        "DealLost",
        "DealReopened",
        "DealMerged",
        "DealDiscarded",
    }
)
"""The types that change a course, follow from it, or may contradict it; all others pass it by."""


@dataclass(slots=True)
class Course:
    """A deal on its way through its events, in the order in which they happened."""

    pipeline: str = DEFAULT_PIPELINE
    stage: str | None = None
    amount: Money | None = None
    expected_close: Day | None = None
    owner: str | None = None
    standing: str = "open"
    offers: set[str] = field(default_factory=set)

    def previous(self, event: Event) -> object:
        """What stood before an event that puts another amount, expected close or owner in its place."""
        match event:
            case DealAmountRevised():
                return self.amount
            case DealExpectedCloseMoved():
                return self.expected_close
            case DealOwnerAssigned():
                return self.owner
            case _:
                return None

    def contradicted(self, event: Event) -> str | None:
        """What `event` says that cannot well be, after all that happened before it."""
        match event:
            case DealWon() | DealLost() if self.standing != "open":
                return f"a second outcome: the deal was {self.standing} already"
            case DealReopened() if self.standing == "open":
                return "reopened, and the deal was open"
            case OfferAccepted() | OfferRejected() | OfferWithdrawn() | OfferExpired():
                made = event.offer in self.offers
                return None if made else f"the offer {event.offer!r} was answered before it was made"
            case _:
                return None

    def go_on(self, event: Event) -> None:
        """Take an event that stands."""
        match event:
            case DealStageChanged():
                self.stage = event.to_stage
            case DealOpened():
                self.pipeline, self.stage = event.pipeline, event.stage
                self.amount, self.expected_close = event.amount, event.expected_close
                self.owner = event.owner
            case DealPipelineChanged():
                self.pipeline, self.stage = event.to_pipeline, event.to_stage
            case DealAmountRevised():
                self.amount = event.amount
            case DealExpectedCloseMoved():
                self.expected_close = event.expected_close
            case DealOwnerAssigned():
                self.owner = event.owner
            case OfferMade():
                self.offers.add(event.offer)
            case _:
                self._end(event)

    def _end(self, event: Event) -> None:
        match event:
            case DealWon() | DealLost():
                self.standing = "won" if isinstance(event, DealWon) else "lost"
                self.amount = event.amount or self.amount
            case DealReopened():
                self.standing, self.stage = "open", event.stage or self.stage
            case DealMerged() | DealDiscarded():
                self.standing = "merged" if isinstance(event, DealMerged) else "discarded"
            case _:
                pass
