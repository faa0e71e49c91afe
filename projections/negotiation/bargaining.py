"""The bargaining over a deal: offers with their answers, concessions, and what one more line of its story adds."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from domain.deal.negotiation import (
    ConcessionMade,
    OfferAccepted,
    OfferExpired,
    OfferMade,
    OfferRejected,
    OfferWithdrawn,
)
from domain.deal.objections import ObjectionAnswered, ObjectionRaised, ObjectionSettled
from domain.deal.reading import Standing
from domain.event import Event, Precision
from domain.values import Money
from engine.clock import to_micros
from projections.negotiation.objecting import (
    Objecting,
    answered_objection,
    raised_objection,
    settled_objection,
)
from projections.running.reading_on import FOREVER

ANSWERS: Mapping[type[Event], str] = {
    OfferAccepted: "accepted",
    OfferRejected: "rejected",
    OfferWithdrawn: "withdrawn",
    OfferExpired: "expired",
}
"""What an event makes of the offer that it names."""

# Named tuples, because a report reads a hundred thousand of them at once.


class Offer(NamedTuple):
    """An offer as it was made; made once more under its id it stands no longer, from `until` on.

    `answered_at` is when it was first accepted, rejected or countered (by an offer that names it, or names none
    and is the other side's next): not when it was taken back, or ran out.
    """

    version: int
    offer: str
    side: str
    price: int | None
    currency: str | None
    list_price: int | None
    list_currency: str | None
    in_reply_to: str | None
    valid_until: str | None
    read_at: int
    precision: Precision
    until: int = FOREVER
    answered_by: str | None = None
    answered_at: int | None = None
    answered_precision: Precision | None = None


class Answer(NamedTuple):
    """What became of the offer of that id, made or not, from `read_at` to `until`."""

    version: int
    offer: str
    answer: str
    side: str | None
    read_at: int
    precision: Precision
    until: int = FOREVER


class Concession(NamedTuple):
    """One side gave way; `in_return`: for something that it got."""

    version: int
    side: str
    term: str
    value: int | None
    currency: str | None
    in_return: bool
    read_at: int
    precision: Precision


@dataclass(frozen=True, slots=True)
class Bargaining:
    """A deal's negotiation as far as it was read; everything in reading order."""

    opened: int
    read_to: int
    offers: tuple[Offer, ...] = ()
    answers: tuple[Answer, ...] = ()
    concessions: tuple[Concession, ...] = ()
    objecting: Objecting = field(default_factory=Objecting)


def step(bargaining: Bargaining | None, line: Standing) -> Bargaining:
    """The bargaining after one more line of the story; the first is the opening."""
    event, at = line.recorded.event, to_micros(line.at)
    if bargaining is None:
        return Bargaining(at, at)
    bargaining = replace(bargaining, read_to=at)
    objecting = bargaining.objecting
    match event:
        case OfferMade():
            bargaining = _made(bargaining, line, event)
        case OfferAccepted() | OfferRejected() | OfferWithdrawn() | OfferExpired():
            bargaining = _answered(bargaining, line, event)
        case ConcessionMade():
            bargaining = _gave_way(bargaining, line, event)
        case ObjectionRaised():
            bargaining = replace(bargaining, objecting=raised_objection(objecting, line, event))
        case ObjectionAnswered():
            bargaining = replace(bargaining, objecting=answered_objection(objecting, line, event))
        case ObjectionSettled():
            bargaining = replace(bargaining, objecting=settled_objection(objecting, line, event))
        case _:
            pass  # an opening that stands where another stood
    return bargaining


def _made(bargaining: Bargaining, line: Standing, event: OfferMade) -> Bargaining:
    """An answer from before its offer keeps its word; one to an offer that is made once more does not."""
    at = to_micros(line.at)
    countered = _countered(bargaining, event)
    if countered is not None:
        bargaining = _heard(bargaining, line, countered, "countered")
    made_before = any(each.offer == event.offer for each in bargaining.offers)
    price, currency = _worth(event.price)
    list_price, list_currency = _worth(event.list_price)
    offer = Offer(
        version=line.recorded.version,
        offer=event.offer,
        side=event.side,
        price=price,
        currency=currency,
        list_price=list_price,
        list_currency=list_currency,
        in_reply_to=event.in_reply_to,
        valid_until=None if event.valid_until is None else event.valid_until.isoformat(),
        read_at=at,
        precision=line.recorded.precision,
    )
    offers = tuple(
        each._replace(until=at) if (each.offer, each.until) == (event.offer, FOREVER) else each
        for each in bargaining.offers
    )
    answers = _over(bargaining.answers, event.offer, at) if made_before else bargaining.answers
    return replace(bargaining, offers=(*offers, offer), answers=answers)


def _countered(bargaining: Bargaining, event: OfferMade) -> str | None:
    """The offer that this one answers: the one that it names, else the other side's, if that was the last."""
    replied = event.in_reply_to
    if replied is None and bargaining.offers and bargaining.offers[-1].side != event.side:
        replied = bargaining.offers[-1].offer
    return None if replied == event.offer else replied


def _answered(
    bargaining: Bargaining,
    line: Standing,
    event: OfferAccepted | OfferRejected | OfferWithdrawn | OfferExpired,
) -> Bargaining:
    at = to_micros(line.at)
    answer = Answer(
        version=line.recorded.version,
        offer=event.offer,
        answer=ANSWERS[type(event)],
        side=event.side,
        read_at=at,
        precision=line.recorded.precision,
    )
    if answer.answer in ("accepted", "rejected"):
        bargaining = _heard(bargaining, line, event.offer, answer.answer)
    return replace(bargaining, answers=(*_over(bargaining.answers, event.offer, at), answer))


def _over(answers: tuple[Answer, ...], offer: str, at: int) -> tuple[Answer, ...]:
    """The answer that the offer had stands no longer."""
    return tuple(
        each._replace(until=at) if (each.offer, each.until) == (offer, FOREVER) else each for each in answers
    )


def _heard(bargaining: Bargaining, line: Standing, offer: str, answered_by: str) -> Bargaining:
    """The offer has its first answer, if it was made and nobody had answered it."""
    offers = tuple(
        each._replace(
            answered_by=answered_by,
            answered_at=to_micros(line.at),
            answered_precision=line.recorded.precision,
        )
        if (each.offer, each.until, each.answered_at) == (offer, FOREVER, None)
        else each
        for each in bargaining.offers
    )
    return replace(bargaining, offers=offers)


def _gave_way(bargaining: Bargaining, line: Standing, event: ConcessionMade) -> Bargaining:
    value, currency = _worth(event.value)
    concession = Concession(
        version=line.recorded.version,
        side=event.side,
        term=event.term,
        value=value,
        currency=currency,
        in_return=event.in_return_for is not None,
        read_at=to_micros(line.at),
        precision=line.recorded.precision,
    )
    return replace(bargaining, concessions=(*bargaining.concessions, concession))


def _worth(money: Money | None) -> tuple[int | None, str | None]:
    return (None, None) if money is None else (money.units, money.currency)
