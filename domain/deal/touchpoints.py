"""Meetings of every kind with the buyer, and the questions, tasks and feedback around them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Literal, assert_never, get_args

from pydantic import Field

from domain.deal.matters import Matter, raised, settled
from domain.event import Command, Event, Facts
from domain.replacing import replace
from domain.values import Code, Day, Decision, Id, Instant, Material, Name, Text

Direction = Literal["out", "in"]
Appointment = Literal["planned", "held", "missed"]
Minutes = Annotated[int, Field(ge=0)]
Score = Annotated[float, Field(allow_inf_nan=False)]
BestScore = Annotated[float, Field(gt=0, allow_inf_nan=False)]


class Plan(Facts):
    """When we are to speak, how, and who with. `hosts` are our people, `contacts` the buyer's."""

    touchpoint: Id
    kind: Code
    planned_for: Instant
    contacts: tuple[Id, ...] | None = None
    hosts: tuple[Name, ...] | None = None
    agenda: Text | None = None


class TouchpointPlanned(Plan, Event):
    """An appointment was made."""


class PlanTouchpoint(Plan, Command):
    """Make an appointment."""

    becomes = TouchpointPlanned


class Rescheduling(Facts):
    """The appointment's new time."""

    touchpoint: Id
    planned_for: Instant
    reason: Code | None = None
    note: Text | None = None


class TouchpointRescheduled(Rescheduling, Event):
    """An appointment was moved to another time."""


class RescheduleTouchpoint(Rescheduling, Command):
    """Move an appointment to another time."""

    becomes = TouchpointRescheduled


class Encounter(Facts):
    """How we spoke, who with, and what came of it."""

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


class TouchpointHeld(Encounter, Event):
    """We spoke: planned before or not, from our side (`out`) or theirs (`in`)."""


class LogTouchpoint(Encounter, Command):
    """Tell that we spoke, planned before or not."""

    becomes = TouchpointHeld


class Absence(Facts):
    """Why an appointment did not take place."""

    touchpoint: Id
    reason: Code | None = None
    note: Text | None = None


class TouchpointMissed(Absence, Event):
    """An appointment did not take place."""


class MissTouchpoint(Absence, Command):
    """Tell that an appointment did not take place."""

    becomes = TouchpointMissed


class Question(Facts):
    """What the buyer wants to know."""

    question: Id
    text: Text
    contact: Id | None = None


class QuestionRaised(Question, Event):
    """The buyer asked something that needs an answer."""


class RaiseQuestion(Question, Command):
    """Note a question of the buyer."""

    becomes = QuestionRaised


class Reply(Facts):
    """What we said to a question."""

    question: Id
    answer: Text


class QuestionAnswered(Reply, Event):
    """A question of the buyer was answered."""


class AnswerQuestion(Reply, Command):
    """Answer a question of the buyer."""

    becomes = QuestionAnswered


class Task(Facts):
    """What is to be done, by whom and when; `stage_task` names the stage's own task that it is."""

    task: Id
    text: Text
    due: Day | None = None
    stage: Code | None = None
    stage_task: Code | None = None
    owner: Name | None = None


class TaskAdded(Task, Event):
    """Something is to be done."""


class AddTask(Task, Command):
    """Add a task."""

    becomes = TaskAdded


class TaskEnd(Facts):
    """Which task is done."""

    task: Id
    note: Text | None = None


class TaskFinished(TaskEnd, Event):
    """A task was done."""


class FinishTask(TaskEnd, Command):
    """Finish a task."""

    becomes = TaskFinished


class Feedback(Facts):
    """What the buyer thinks of us; `scale` is the best score that could be given."""

    contact: Id | None = None
    node: Code | None = None
    score: Score | None = None
    scale: BestScore | None = None
    text: Text | None = None


class FeedbackReceived(Feedback, Event):
    """The buyer told us what they think of us."""


class RecordFeedback(Feedback, Command):
    """Record what the buyer thinks of us."""

    becomes = FeedbackReceived


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
TouchpointsCommand = (
    PlanTouchpoint
    | RescheduleTouchpoint
    | LogTouchpoint
    | MissTouchpoint
    | RaiseQuestion
    | AnswerQuestion
    | AddTask
    | FinishTask
    | RecordFeedback
)
TOUCHPOINTS_COMMANDS: tuple[type[Command], ...] = get_args(TouchpointsCommand)


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
