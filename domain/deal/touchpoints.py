"""Meetings of every kind with the buyer, and the questions, tasks and feedback around them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Literal, Self, assert_never, get_args

from pydantic import Field, model_validator

from domain.deal.appointments import Meeting, became, planned, rescheduled
from domain.deal.matters import Matter, raised, settled
from domain.event import Command, Event, Facts
from domain.replacing import replace
from domain.values import Code, Day, Decision, Id, Instant, Material, Name, Text

Direction = Literal["out", "in"]
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

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.score is None and self.text is None:
            raise ValueError("nothing to record: give a score or a text")
        if self.score is not None and self.scale is not None and self.score > self.scale:
            raise ValueError("the score lies above its scale, the best score that could be given")
        return self


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

    appointments: Mapping[str, Meeting] = field(default_factory=dict)
    questions: Mapping[str, Matter] = field(default_factory=dict)
    tasks: Mapping[str, Matter] = field(default_factory=dict)


def evolve_touchpoints(
    touchpoints: Touchpoints, event: TouchpointsEvent, version: int, at: datetime
) -> Touchpoints:
    """The touchpoints after `event`, which happened at `at`; any order of events is taken."""
    match event:
        # What is recorded most comes first: each case that does not fit costs time.
        case TouchpointHeld():
            return _met(touchpoints, became(touchpoints.appointments, event.touchpoint, at, event, "held"))
        case TouchpointPlanned():
            return _met(touchpoints, planned(touchpoints.appointments, event.touchpoint, at, event))
        case TouchpointRescheduled():
            moved_to = event.planned_for
            known = rescheduled(touchpoints.appointments, event.touchpoint, at, event, moved_to)
            return _met(touchpoints, known)
        case TouchpointMissed():
            return _met(touchpoints, became(touchpoints.appointments, event.touchpoint, at, event, "missed"))
        case QuestionRaised():
            questions = raised(touchpoints.questions, event.question, at, event)
            return replace(touchpoints, questions=questions)
        case QuestionAnswered():
            questions = settled(touchpoints.questions, event.question, at, event)
            return replace(touchpoints, questions=questions)
        case TaskAdded():
            return replace(touchpoints, tasks=raised(touchpoints.tasks, event.task, at, event))
        case TaskFinished():
            return replace(touchpoints, tasks=settled(touchpoints.tasks, event.task, at, event))
        case FeedbackReceived():
            return touchpoints
        case _:
            assert_never(event)


def _met(touchpoints: Touchpoints, appointments: Mapping[str, Meeting]) -> Touchpoints:
    return replace(touchpoints, appointments=appointments)
