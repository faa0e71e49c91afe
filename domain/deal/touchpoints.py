"""Meetings of every kind with the buyer, and the questions, tasks and feedback around them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Literal, assert_never, get_args

from pydantic import Field

from domain.deal.matters import Matter, raised, settled
from domain.event import Event
from domain.replacing import replace
from domain.values import Code, Day, Decision, Id, Instant, Material, Name, Text

Direction = Literal["out", "in"]
Appointment = Literal["planned", "held", "missed"]
Minutes = Annotated[int, Field(ge=0)]
Score = Annotated[float, Field(allow_inf_nan=False)]
BestScore = Annotated[float, Field(gt=0, allow_inf_nan=False)]


class TouchpointPlanned(Event):
    """An appointment was made. `hosts` are our people, `contacts` the buyer's."""

    touchpoint: Id
    kind: Code
    planned_for: Instant
    contacts: tuple[Id, ...] | None = None
    hosts: tuple[Name, ...] | None = None
    agenda: Text | None = None


class TouchpointRescheduled(Event):
    """An appointment was moved to another time."""

    touchpoint: Id
    planned_for: Instant
    reason: Code | None = None
    note: Text | None = None


class TouchpointHeld(Event):
    """We spoke: planned before or not, from our side (`out`) or theirs (`in`)."""

    touchpoint: Id
    kind: Code
    direction: Direction | None = None
    contacts: tuple[Id, ...] | None = None
    hosts: tuple[Name, ...] | None = None
    minutes: Minutes | None = None
    summary: Text | None = None
    node: Code | None = None
    campaign: Name | None = None
    materials: tuple[Material, ...] | None = None
    decisions: tuple[Decision, ...] | None = None


class TouchpointMissed(Event):
    """An appointment did not take place."""

    touchpoint: Id
    reason: Code | None = None
    note: Text | None = None


class QuestionRaised(Event):
    """The buyer asked something that needs an answer."""

    question: Id
    text: Text
    contact: Id | None = None


class QuestionAnswered(Event):
    """A question of the buyer was answered."""

    question: Id
    answer: Text


class TaskAdded(Event):
    """Something is to be done; `stage_task` names the stage's own task that it is."""

    task: Id
    text: Text
    due: Day | None = None
    stage: Code | None = None
    stage_task: Code | None = None
    owner: Name | None = None


class TaskFinished(Event):
    """A task was done."""

    task: Id
    note: Text | None = None


class FeedbackReceived(Event):
    """What the buyer thinks of us; `scale` is the best score that could be given."""

    contact: Id | None = None
    node: Code | None = None
    score: Score | None = None
    scale: BestScore | None = None
    text: Text | None = None


TouchpointsEvent = (
    TouchpointPlanned
    | TouchpointRescheduled
    | TouchpointHeld
    | TouchpointMissed
    | QuestionRaised
    | QuestionAnswered
    | TaskAdded
    | TaskFinished
    | FeedbackReceived
)
TOUCHPOINTS_EVENTS: tuple[type[Event], ...] = get_args(TouchpointsEvent)


@dataclass(frozen=True, slots=True)
class Touchpoints:
    """What became of each appointment, and which questions and tasks are settled."""

    appointments: Mapping[str, Appointment] = field(default_factory=dict)
    questions: Mapping[str, Matter] = field(default_factory=dict)
    tasks: Mapping[str, Matter] = field(default_factory=dict)


def evolve_touchpoints(
    touchpoints: Touchpoints, event: TouchpointsEvent, version: int, at: datetime
) -> Touchpoints:
    """The touchpoints after `event`, which happened at `at`; any order of events is taken."""
    match event:
        case TouchpointPlanned() | TouchpointRescheduled():
            return _appointment(touchpoints, event.touchpoint, "planned")
        case TouchpointHeld():
            return _appointment(touchpoints, event.touchpoint, "held")
        case TouchpointMissed():
            return _appointment(touchpoints, event.touchpoint, "missed")
        case QuestionRaised():
            return replace(touchpoints, questions=raised(touchpoints.questions, event.question, at))
        case QuestionAnswered():
            return replace(
                touchpoints,
                questions=settled(touchpoints.questions, event.question, at),
            )
        case TaskAdded():
            return replace(touchpoints, tasks=raised(touchpoints.tasks, event.task, at))
        case TaskFinished():
            return replace(touchpoints, tasks=settled(touchpoints.tasks, event.task, at))
        case FeedbackReceived():
            return touchpoints
        case _:
            assert_never(event)


def _appointment(touchpoints: Touchpoints, name: str, became: Appointment) -> Touchpoints:
    return replace(touchpoints, appointments={**touchpoints.appointments, name: became})
