"""Made-up deals with all that reports ask about: people, touchpoints, needs, negotiations, causes and lessons."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from random import Random

from benchmarks.stories import EVENTS, FIRST, LAST, an_amount, changes, merged, opening, recorded
from domain.deal.after_the_win import ContractSigned, PaymentReceived
from domain.deal.needs import NeedRecorded, NeedSettled
from domain.deal.negotiation import (
    ConcessionMade,
    OfferAccepted,
    OfferMade,
    OfferRejected,
)
from domain.deal.objections import ObjectionRaised, ObjectionSettled
from domain.deal.outcome import CausesRecorded, DealLost, DealWon
from domain.deal.outlook import DealCompetitorNoted, DealLeadAccepted, DealNextStepSet, DealSignalNoted
from domain.deal.people import ContactAdded, ContactAssessed, ContactRemoved
from domain.deal.retrospective import Action, Lesson, Observation, RetrospectiveHeld
from domain.deal.touchpoints import (
    QuestionAnswered,
    QuestionRaised,
    TaskAdded,
    TaskFinished,
    TouchpointHeld,
    TouchpointMissed,
    TouchpointPlanned,
)
from domain.event import Event, Recorded
from domain.values import Cause

AFTER = 3
"""Events after the outcome of a closed deal."""

_TOPICS = ("price", "delivery", "product", "trust")


def whole_story(number: int) -> list[Recorded]:
    """The deal of that number, told from its lead to the lessons, over half a year or so."""
    chance = Random(number)
    opened = FIRST + (LAST - FIRST) * 0.8 * chance.random()
    times = sorted(opened + timedelta(days=180 * chance.random() ** 1.5) for _ in range(EVENTS - 1))
    return recorded(number, [opened, *times], _events(number, chance, opened))


def whole_stories(first: int, count: int) -> Iterator[list[Recorded]]:
    """`count` deals from that number on."""
    return (whole_story(number) for number in range(first, first + count))


def _events(number: int, chance: Random, opened: datetime) -> Sequence[Event]:
    happened = changes(chance, opened.date())
    outcome = happened.pop() if isinstance(happened[-1], DealWon | DealLost) else None
    before = EVENTS - 1 - (0 if outcome is None else 1 + AFTER)
    work = _work(number, chance, opened)[: before - len(happened)]
    told = [opening(number, chance, opened.date()), *merged(chance, happened, work)]
    return told if outcome is None else [*told, outcome, *_after(chance, outcome, version=len(told) + 1)]


def _work(number: int, chance: Random, opened: datetime) -> list[Event]:
    """What is done for a deal, in the order in which it is done."""
    people = [f"c{number % 3_000}", f"c{number % 3_000 + 1}"]
    due = opened.date() + timedelta(days=chance.randint(5, 90))
    return [
        ContactAdded(contact=people[0], name="李明", title="Director"),
        DealLeadAccepted(level="sql"),
        *_meeting(chance, opened, "t1", people[:1]),
        NeedRecorded(need="n1", kind="need", topic="throughput", text="Twice the throughput", importance=4),
        ContactAssessed(contact=people[0], roles=("champion",), influence=4, stance="supporter"),
        DealNextStepSet(text="Send the proposal", due=due),
        ContactAdded(contact=people[1], name="Ana"),
        ContactAssessed(contact=people[1], roles=("economic-buyer",), influence=5, stance="neutral"),
        *_meeting(chance, opened, "t2", people),
        QuestionRaised(question="q1", text="Can it run at night?", contact=people[0]),
        TaskAdded(task="k1", text="Ask the plant", due=due),
        TouchpointHeld(touchpoint="t3", kind="email", direction="in", contacts=(people[0],)),
        QuestionAnswered(question="q1", answer="Yes"),
        TaskFinished(task="k1"),
        *_negotiation(chance, due),
        *_meeting(chance, opened, "t4", people),
        _turn(chance, people[0]),
        NeedSettled(need="n1", met=chance.choice(("yes", "partly", "no"))),
        TouchpointHeld(touchpoint="t5", kind="call", direction="out", contacts=(people[1],), minutes=20),
        TaskAdded(task="k2", text="Prepare the contract", due=due + timedelta(days=30)),
        DealNextStepSet(text="Sign", due=due + timedelta(days=40)),
        TouchpointHeld(touchpoint="t6", kind="visit", direction="out", contacts=tuple(people), minutes=90),
        *(DealSignalNoted(signal="pricing-visit") for _ in range(6)),
    ]


def _meeting(chance: Random, opened: datetime, name: str, people: Sequence[str]) -> list[Event]:
    planned = TouchpointPlanned(
        touchpoint=name,
        kind="meeting",
        planned_for=opened + timedelta(days=chance.randint(1, 120)),
        contacts=tuple(people),
    )
    if chance.random() < 0.15:
        return [planned, TouchpointMissed(touchpoint=name)]
    held = TouchpointHeld(
        touchpoint=name, kind="meeting", direction="out", contacts=tuple(people), minutes=60
    )
    return [planned, held]


def _negotiation(chance: Random, due: date) -> list[Event]:
    price, lower = an_amount(chance), an_amount(chance)
    topic = chance.choice(_TOPICS)
    return [
        OfferMade(offer="o1", side="seller", price=price, list_price=price, valid_until=due),
        ObjectionRaised(objection="b1", topic=topic, text="Not at this price"),
        OfferMade(offer="o2", side="buyer", price=lower, in_reply_to="o1"),
        OfferRejected(offer="o1", side="buyer", reason="price"),
        ConcessionMade(side="seller", term="payment", before="30 days", after="60 days"),
        OfferMade(offer="o3", side="seller", price=lower, list_price=price, in_reply_to="o2"),
        ObjectionSettled(objection="b1", resolved=chance.random() < 0.6),
        OfferAccepted(offer="o3", side="buyer"),
    ]


def _turn(chance: Random, champion: str) -> Event:
    """What changes the game late."""
    if chance.random() < 0.5:
        return ContactRemoved(contact=champion, reason="left-company")
    return DealCompetitorNoted(competitor=chance.choice(("Acme", "Globex", "Initech")))


def _after(chance: Random, outcome: Event, version: int) -> list[Event]:
    """What follows an outcome: causes that the buyer tells, and a retrospective or the contract and its money."""
    told = CausesRecorded(
        told_by="buyer",
        outcome=version,
        causes=(Cause(reason=chance.choice(("price", "trust", "relationship", "slow-response"))),),
    )
    if isinstance(outcome, DealWon):
        return [told, ContractSigned(), PaymentReceived(amount=an_amount(chance))]
    retrospective = RetrospectiveHeld(
        retrospective="r1",
        outcome=version,
        participants=("li.lei",),
        pushed=(),
        blocked=(Observation(text="No answer for weeks", reason="slow-response"),),
        lessons=(Lesson(text="Answer within a day", area="process"),),
        actions=(Action(action="a1", text="A rota for questions", owner="li.lei"),),
    )
    return [
        told,
        retrospective,
        CausesRecorded(told_by="rep", outcome=version, causes=(Cause(reason="price"),)),
    ]
