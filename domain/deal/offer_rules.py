"""The rules of the negotiation: an offer's life, and what is said of objections and approvals; the deal is open."""

from typing import assert_never

from domain.deal.approvals import DecideApproval, RequestApproval
from domain.deal.closing import check_open
from domain.deal.matters import Matter
from domain.deal.negotiation import (
    AcceptOffer,
    ExpireOffer,
    MakeOffer,
    Negotiation,
    NegotiationCommand,
    RecordConcession,
    RejectOffer,
    SetPriceRange,
    Side,
    Standing,
    WithdrawOffer,
)
from domain.deal.objections import AnswerObjection, RaiseObjection, SettleObjection
from domain.deal.references import all_there, another, says_the_same, there, told_once
from domain.deal.story import Deal
from domain.errors import RuleBroken
from domain.event import Event, recorded_as


class OfferNotStanding(RuleBroken):
    """The offer was answered already: only one that stands is accepted, rejected, withdrawn or expires."""

    def __init__(self, offer: str, standing: Standing) -> None:
        self.offer, self.standing = offer, standing
        became = "has expired" if standing == "expired" else f"was {standing}"
        super().__init__(
            f"The offer {offer!r} no longer stands: it {became}. "
            "Make a new offer, or correct the event that says so."
        )


class WrongSide(RuleBroken):
    """An offer is accepted or rejected by the side that did not make it, and withdrawn by the one that did."""

    def __init__(self, offer: str, made_by: Side, side: Side) -> None:
        self.offer, self.made_by, self.side = offer, made_by, side
        may = "accepts or rejects it" if side == made_by else "withdraws it"
        who = "the other side" if side == made_by else "that side"
        super().__init__(f"The {made_by} made the offer {offer!r}: only {who} {may}, not the {side}.")


class AlreadyDecided(RuleBroken):
    """The approval was granted or refused before."""

    def __init__(self, approval: str) -> None:
        self.approval = approval
        super().__init__(
            f"The approval {approval!r} is decided already, and not like this. Ask for another one."
        )


def decide_negotiation(command: NegotiationCommand, deal: Deal) -> list[Event]:
    """What `command` makes happen. What is already so may be said again of a closed deal, nothing else."""
    events = _negotiated(command, deal)
    if events:
        check_open(deal.outcome)
    return events


def _negotiated(command: NegotiationCommand, deal: Deal) -> list[Event]:
    negotiation = deal.negotiation
    match command:
        case SetPriceRange():
            event = recorded_as(command)
            return [] if event == negotiation.price_range else [event]
        case MakeOffer():
            return _made(command, deal)
        case AcceptOffer() | RejectOffer() | WithdrawOffer() | ExpireOffer():
            return _answered(command, negotiation)
        case RecordConcession():
            return [recorded_as(command)]
        case RaiseObjection():
            return _objected(command, deal)
        case AnswerObjection() | SettleObjection():
            said = there("objection", negotiation.objections, command.objection).said
            return [] if says_the_same(command, said) else [recorded_as(command)]
        case RequestApproval():
            return _asked(command, negotiation)
        case DecideApproval():
            return _decided(command, there("approval", negotiation.approvals, command.approval))
        case _:
            assert_never(command)


def _made(command: MakeOffer, deal: Deal) -> list[Event]:
    offers = deal.negotiation.offers
    another("offer", offers, command.offer, "in_reply_to", command.in_reply_to)
    all_there("solution", deal.needs.solutions, [command.solution])
    return told_once(recorded_as(command), "offer", offers, command.offer)


def _answered(
    command: AcceptOffer | RejectOffer | WithdrawOffer | ExpireOffer, negotiation: Negotiation
) -> list[Event]:
    offer = there("offer", negotiation.offers, command.offer)
    if says_the_same(command, offer.said):
        return []
    if offer.standing != "made":
        raise OfferNotStanding(command.offer, offer.standing)
    if command.side is not None and offer.side is not None and not isinstance(command, ExpireOffer):
        its_own = isinstance(command, WithdrawOffer)
        if (command.side == offer.side) is not its_own:
            raise WrongSide(command.offer, offer.side, command.side)
    return [recorded_as(command)]


def _objected(command: RaiseObjection, deal: Deal) -> list[Event]:
    all_there("contact", deal.people.contacts, [command.contact])
    return told_once(recorded_as(command), "objection", deal.negotiation.objections, command.objection)


def _asked(command: RequestApproval, negotiation: Negotiation) -> list[Event]:
    all_there("offer", negotiation.offers, [command.for_offer])
    return told_once(recorded_as(command), "approval", negotiation.approvals, command.approval)


def _decided(command: DecideApproval, approval: Matter) -> list[Event]:
    if not approval.settled:
        return [recorded_as(command)]
    if not says_the_same(command, approval.said):
        raise AlreadyDecided(command.approval)
    return []
