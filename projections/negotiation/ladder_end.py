"""Where a negotiation stands after its last step: prices, concessions, and what waits for somebody."""

from collections.abc import Sequence
from datetime import date

from domain.deal.approvals import ApprovalDecided, ApprovalRequested
from domain.deal.negotiation import DealPriceRangeSet
from domain.deal.objections import ObjectionRaised
from domain.deal.reading import Standing
from domain.values import Money
from engine.clock import from_micros
from projections.asking.asked import LAST
from projections.negotiation.bargaining import Bargaining, Offer, step
from projections.negotiation.ladder_answer import Pending, Stands
from projections.negotiation.negotiated import Negotiated
from projections.negotiation.price_course import (
    PARTS,
    Price,
    PriceCourse,
    price_course,
    price_of,
    price_of_money,
    share_of,
    shown,
)


def where_it_stands(lines: Sequence[Standing]) -> Stands:
    """The state after these lines of a deal's story."""
    bargaining: Bargaining | None = None
    for line in lines:
        bargaining = step(bargaining, line)
    negotiated = Negotiated(LAST) if bargaining is None else _negotiated(bargaining)
    course = price_course(negotiated.offers, negotiated.answers, LAST)
    theirs = [each for each in negotiated.offers if each.side == "buyer" and each.price is not None]
    their_price = price_of(theirs[-1]) if theirs else None
    gap = None
    if course.accepted is None and course.last is not None and their_price is not None:
        gap = course.last.less(their_price)
    floor, target = _range(lines)
    given = [each for each in negotiated.concessions if each.side == "seller"]
    return Stands(
        rounds=course.rounds,
        list_price=shown(course.list_price),
        first_price=shown(course.first),
        last_price=shown(course.last),
        their_price=shown(their_price),
        accepted_price=shown(course.accepted),
        discount=_share(course.discount),
        conceded=shown(course.conceded),
        conceded_share=_conceded_share(course),
        gap=shown(gap),
        floor=shown(floor),
        target=shown(target),
        below_floor=_is_below(course.accepted or course.last, floor),
        given=len(given),
        given_in_return=sum(each.in_return for each in given),
        received=len(negotiated.concessions) - len(given),
        offers=_waiting(negotiated),
        objections=_unsettled(lines, negotiated),
        approvals=_undecided(lines),
    )


def _negotiated(bargaining: Bargaining) -> Negotiated:
    return Negotiated(
        LAST,
        list(bargaining.offers),
        list(bargaining.answers),
        list(bargaining.concessions),
        list(bargaining.objecting.objections),
        list(bargaining.objecting.settlements),
    )


def _range(lines: Sequence[Standing]) -> tuple[Price | None, Price | None]:
    """Floor and target as they were last given."""
    floor: Money | None = None
    target: Money | None = None
    for event in (line.recorded.event for line in lines):
        if isinstance(event, DealPriceRangeSet):
            floor, target = event.floor or floor, event.target or target
    return price_of_money(floor), price_of_money(target)


def _is_below(price: Price | None, floor: Price | None) -> bool | None:
    if price is None or floor is None or price.currency != floor.currency:
        return None
    return price.units < floor.units


def _conceded_share(course: PriceCourse) -> float | None:
    if course.conceded is None or course.first is None:
        return None
    return _share(share_of(course.conceded.units, course.first.units))


def _share(parts: int | None) -> float | None:
    return None if parts is None else round(parts / PARTS, 6)


def _waiting(negotiated: Negotiated) -> tuple[Pending, ...]:
    """Offers that nobody answered or countered; where one is accepted, the others wait for nothing."""
    answers = {each.offer: each.answer for each in negotiated.answered}
    if "accepted" in answers.values():
        return ()
    return tuple(
        _pending_offer(each)
        for each in negotiated.standing.values()
        if each.offer not in answers and each.answered_at is None
    )


def _pending_offer(offer: Offer) -> Pending:
    return Pending(
        name=offer.offer,
        side=offer.side,
        price=shown(price_of(offer)),
        since=from_micros(offer.read_at),
        precision=offer.precision,
        valid_until=None if offer.valid_until is None else date.fromisoformat(offer.valid_until),
    )


def _unsettled(lines: Sequence[Standing], negotiated: Negotiated) -> tuple[Pending, ...]:
    settled = {each.objection for each in negotiated.settled}
    texts = {
        line.recorded.version: event.text
        for line in lines
        if isinstance(event := line.recorded.event, ObjectionRaised)
    }
    return tuple(
        Pending(
            name=each.objection,
            topic=each.topic,
            text=texts[each.version],
            since=from_micros(each.read_at),
            precision=each.precision,
        )
        for each in negotiated.raised.values()
        if each.objection not in settled
    )


def _undecided(lines: Sequence[Standing]) -> tuple[Pending, ...]:
    asked: dict[str, Pending] = {}
    for line in lines:
        match event := line.recorded.event:
            case ApprovalRequested():
                asked[event.approval] = Pending(
                    name=event.approval,
                    text=event.for_offer,
                    since=line.at,
                    precision=line.recorded.precision,
                )
            case ApprovalDecided():
                asked.pop(event.approval, None)
            case _:
                pass
    return tuple(asked.values())
