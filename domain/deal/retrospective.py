"""Retrospectives: people look back on a closed deal, learn from it, and do something about it."""

from typing import Annotated, Literal

from pydantic import Field

from domain.event import Command, Event, Facts
from domain.values import Code, Day, Id, Name, Text, Value, Version

Area = Literal["strategy", "skill", "material", "training", "process"]


class Observation(Value):
    """What pushed or blocked the deal, as a retrospective saw it."""

    text: Text
    reason: Code | None = None
    evidence: tuple[Version, ...] | None = None


class Lesson(Value):
    """What was learned."""

    text: Text
    area: Area | None = None


class Action(Value):
    """What somebody will do about it."""

    action: Id
    text: Text
    owner: Name | None = None
    due: Day | None = None


class Retrospective(Facts):
    """Who looked back on which outcome, what they saw and learned, and what they will do."""

    retrospective: Id
    outcome: Version | None = None
    participants: tuple[Name, ...]
    pushed: tuple[Observation, ...]
    blocked: tuple[Observation, ...]
    lessons: tuple[Lesson, ...]
    actions: tuple[Action, ...]


class RetrospectiveHeld(Retrospective, Event):
    """People looked back on the deal."""


class HoldRetrospective(Retrospective, Command):
    """Look back on a closed deal: what pushed and blocked it, what was learned, what will be done."""

    becomes = RetrospectiveHeld
    participants: Annotated[tuple[Name, ...], Field(min_length=1)]
    pushed: tuple[Observation, ...] = ()
    blocked: tuple[Observation, ...] = ()
    lessons: tuple[Lesson, ...] = ()
    actions: tuple[Action, ...] = ()


class ActionEnd(Facts):
    """Which action is done."""

    action: Id
    note: Text | None = None


class RetrospectiveActionFinished(ActionEnd, Event):
    """An action of a retrospective is done."""


class FinishAction(ActionEnd, Command):
    """Finish an action of a retrospective."""

    becomes = RetrospectiveActionFinished


RetrospectiveEvent = RetrospectiveHeld | RetrospectiveActionFinished
RetrospectiveCommand = HoldRetrospective | FinishAction
