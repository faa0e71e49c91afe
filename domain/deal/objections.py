"""Negotiation, what the buyer objects to, what we say to it, and whether that settles it."""

from domain.event import Command, Event, Facts
from domain.values import Code, Id, Text


class Objection(Facts):
    """What the buyer objects to."""

    objection: Id
    topic: Code
    text: Text
    contact: Id | None = None


class ObjectionRaised(Objection, Event):
    """The buyer objected."""


class RaiseObjection(Objection, Command):
    """Note an objection of the buyer."""

    becomes = ObjectionRaised


class ObjectionAnswer(Facts):
    """What we said to an objection."""

    objection: Id
    text: Text


class ObjectionAnswered(ObjectionAnswer, Event):
    """We answered an objection; whether that helped is another event."""


class AnswerObjection(ObjectionAnswer, Command):
    """Answer an objection; whether that helps is settled apart."""

    becomes = ObjectionAnswered


class ObjectionSettlement(Facts):
    """Whether an objection is resolved."""

    objection: Id
    resolved: bool
    note: Text | None = None


class ObjectionSettled(ObjectionSettlement, Event):
    """An objection was resolved, or it stays."""


class SettleObjection(ObjectionSettlement, Command):
    """Say that an objection is resolved, or that it stays."""

    becomes = ObjectionSettled


ObjectionEvent = ObjectionRaised | ObjectionAnswered | ObjectionSettled
ObjectionCommand = RaiseObjection | AnswerObjection | SettleObjection
