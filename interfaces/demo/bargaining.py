"""How an ordinary deal of the demo is negotiated: offers, counter-offers, objections, concessions."""

from datetime import timedelta
from decimal import Decimal

from domain.deal.approvals import DecideApproval, RequestApproval
from domain.deal.negotiation import (
    AcceptOffer,
    ExpireOffer,
    MakeOffer,
    RecordConcession,
    RejectOffer,
)
from domain.deal.objections import AnswerObjection, RaiseObjection, SettleObjection
from domain.deal.outlook import NoteCompetitor
from domain.values import Terms
from interfaces.demo.cast import COMPETITORS
from interfaces.demo.course import Course
from interfaces.demo.talks import talk

TOPICS = ("price", "price", "price", "delivery", "product", "trust", "timing")
UNANSWERED = (0.12, 0.4)
"""The share of objections that stay: where we are not silent, and where we are."""
APPROVED_ABOVE = Decimal("0.15")
"""Discounts above this are asked for."""


def first_offer(course: Course) -> None:
    """Our first offer, below the list price and above what we hope for."""
    _offer(course, course.random.uniform(0.0, 0.12))


def counter_offer(course: Course) -> None:
    """The buyer says what they would pay; our answer gives way on something, often for something."""
    last = course.offers[-1]
    theirs = course.next("o")
    price = course.money(course.amount * course.random.uniform(0.78, 0.9))
    course.say(MakeOffer(offer=theirs, side="buyer", price=price, in_reply_to=last))
    course.passes(4)
    concede(course)
    course.say(RejectOffer(offer=theirs, side="seller", reason="price"))
    _offer(course, course.random.uniform(0.08, 0.2), in_reply_to=theirs)


def concede(course: Course) -> None:
    """One of us gives way."""
    term = course.random.choice(("price", "payment", "delivery"))
    facts: dict[str, object] = {"side": "buyer" if course.chance(0.2) else "seller", "term": term}
    if term == "price":
        facts["value"] = course.money(course.amount * 0.04)
    else:
        facts |= {"before": course.phrase(f"before-{term}"), "after": course.phrase(f"after-{term}")}
    if course.chance(0.6):
        facts["in_return_for"] = course.phrase("return")
    course.say(RecordConcession.model_validate(facts))


def object_to(course: Course) -> None:
    """The buyer objects; we answer, and mostly settle it."""
    name, topic = course.next("b"), course.random.choice(TOPICS)
    contact = course.random.choice(course.met).id if course.met else None
    facts = {"objection": name, "topic": topic, "text": course.phrase(topic)}
    course.say(RaiseObjection.model_validate({**facts, "contact": contact} if contact else facts))
    course.passes(3)
    if course.chance(UNANSWERED[course.silent]):
        course.objections.append(name)
        return
    talk(course, "call", "follow-up")
    course.say(AnswerObjection(objection=name, text=course.phrase("answer")))
    course.passes(3)
    if course.chance(0.85):
        course.say(SettleObjection(objection=name, resolved=course.chance(0.85)))


def meet_rival(course: Course) -> None:
    """A competitor turns up."""
    rival = course.random.choice(COMPETITORS)
    if rival in course.rivals:
        return
    course.rivals.append(rival)
    standing = course.random.choice(("ahead", "level", "level", "behind"))
    course.say(NoteCompetitor.model_validate({"competitor": rival, "standing": standing}))


def agree(course: Course) -> None:
    """The buyer takes our last offer."""
    course.say(AcceptOffer(offer=course.offers[-1], side="buyer"))


def part(course: Course) -> None:
    """Our last offer is not taken: rejected, or left to expire."""
    last = course.offers[-1]
    if course.chance(0.6):
        course.say(
            RejectOffer(
                offer=last, side="buyer", reason=course.random.choice(("price", "timing", "product-fit"))
            )
        )
    else:
        course.day += timedelta(days=3)
        course.say(ExpireOffer(offer=last))


def _offer(course: Course, discount: float, in_reply_to: str | None = None) -> None:
    """An offer of ours; a great discount is asked for first thing after."""
    name = course.next("o")
    listed = course.money(course.amount * 1.08)
    price = course.money(float(listed.amount) * (1 - discount))
    payment, delivery = course.phrase("before-payment"), course.phrase("before-delivery")
    facts = {
        "offer": name,
        "side": "seller",
        "price": price,
        "list_price": listed,
        "terms": Terms(payment=payment, delivery=delivery),
        "valid_until": course.in_days(course.random.choice((21, 30, 30, 45))),
    }
    course.say(MakeOffer.model_validate({**facts, "in_reply_to": in_reply_to} if in_reply_to else facts))
    course.offers.append(name)
    course.price = price
    share = (1 - price.amount / listed.amount).quantize(Decimal("0.0001"))
    if share > APPROVED_ABOVE:
        approval = course.next("p")
        course.say(RequestApproval(approval=approval, for_offer=name, discount=share))
        course.say(DecideApproval(approval=approval, granted=True), by=course.team.manager)
