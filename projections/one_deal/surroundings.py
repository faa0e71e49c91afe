"""What stands around a deal at an event: people, needs, objections, what is open, what came after the win."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from domain.deal.after_the_win import ContractSigned, DeliveryCompleted, PaymentReceived
from domain.deal.needs import NeedRecorded, NeedSettled, NeedsEvent
from domain.deal.objections import ObjectionAnswered, ObjectionRaised, ObjectionSettled
from domain.deal.people import ContactAssessed, ContactRemoved, PeopleEvent
from domain.deal.retrospective import RetrospectiveActionFinished, RetrospectiveHeld
from domain.deal.touchpoints import (
    QuestionAnswered,
    QuestionRaised,
    TaskAdded,
    TaskFinished,
    TouchpointHeld,
    TouchpointMissed,
    TouchpointPlanned,
    TouchpointRescheduled,
    TouchpointsEvent,
)
from domain.event import Event
from domain.values import Money


@dataclass(frozen=True, slots=True)
class Person:
    """How we see a contact: what they decide, and where they stand."""

    roles: tuple[str, ...] = ()
    stance: str | None = None


Surroundings = Mapping[str, object]
"""By name (`contact.zhou`, `objection.o-1`, …), in the order in which they came up; never changed in place."""


def surroundings_after(before: Surroundings, event: Event, at: datetime) -> Surroundings:
    """What stands around the deal after `event`, which is read at `at`; the same where nothing changes.

    What is done (a question answered, a task finished, an appointment held) is gone; what is settled stays.
    """
    if isinstance(event, PeopleEvent):
        return _people(before, event)
    if isinstance(event, NeedsEvent):
        return _needs(before, event)
    if isinstance(event, TouchpointsEvent):
        return _touchpoints(before, event, at)
    return _outcome(_objections(before, event), event, at)


def _people(before: Surroundings, event: PeopleEvent) -> Surroundings:
    name = f"contact.{event.contact}"
    if isinstance(event, ContactRemoved):
        return _without(before, name)
    known = before.get(name)
    person = known if isinstance(known, Person) else Person()
    if isinstance(event, ContactAssessed):
        person = replace(person, roles=event.roles, stance=event.stance or person.stance)
    return {**before, name: person}


def _needs(before: Surroundings, event: NeedsEvent) -> Surroundings:
    match event:
        case NeedRecorded():
            return {**before, f"need.{event.need}": "open"}
        case NeedSettled():
            return {**before, f"need.{event.need}": event.met}
        case _:
            return before


def _touchpoints(  # noqa: PLR0911 - a case per event
    before: Surroundings, event: TouchpointsEvent, at: datetime
) -> Surroundings:
    match event:
        case TouchpointPlanned() | TouchpointRescheduled():
            return {**before, f"appointment.{event.touchpoint}": event.planned_for}
        case TouchpointHeld():
            return {**_without(before, f"appointment.{event.touchpoint}"), "last_touchpoint": at}
        case TouchpointMissed():
            return _without(before, f"appointment.{event.touchpoint}")
        case QuestionRaised():
            return {**before, f"question.{event.question}": event.text}
        case QuestionAnswered():
            return _without(before, f"question.{event.question}")
        case TaskAdded():
            return {**before, f"task.{event.task}": event.text}
        case TaskFinished():
            return _without(before, f"task.{event.task}")
        case _:
            return before


def _objections(before: Surroundings, event: Event) -> Surroundings:
    match event:
        case ObjectionRaised():
            return {**before, f"objection.{event.objection}": "open"}
        case ObjectionAnswered():
            return {**before, f"objection.{event.objection}": "answered"}
        case ObjectionSettled():
            return {**before, f"objection.{event.objection}": "settled" if event.resolved else "stays"}
        case _:
            return before


def _outcome(before: Surroundings, event: Event, at: datetime) -> Surroundings:
    match event:
        case ContractSigned():
            return {**before, "contract": event.amount or at}
        case PaymentReceived():
            return {**before, f"paid.{event.amount.currency}": _paid(before, event.amount)}
        case DeliveryCompleted():
            return {**before, "delivered": at}
        case RetrospectiveHeld():
            return {**before, **{f"action.{each.action}": each.text for each in event.actions}}
        case RetrospectiveActionFinished():
            return _without(before, f"action.{event.action}")
        case _:
            return before


def _paid(before: Surroundings, payment: Money) -> Decimal:
    so_far = before.get(f"paid.{payment.currency}")
    return payment.amount + (so_far if isinstance(so_far, Decimal) else 0)


def _without(before: Surroundings, name: str) -> Surroundings:
    return {each: value for each, value in before.items() if each != name}
