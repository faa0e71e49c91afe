"""The rules of appointments, questions, tasks and feedback: what is over stays so, what is said speaks of something."""

from typing import assert_never

from domain.deal.appointments import Appointment, Meeting
from domain.deal.references import all_there, finished, says_the_same, there, told_once
from domain.deal.stage_moves import defined_stage
from domain.deal.story import Deal
from domain.deal.touchpoints import (
    AddTask,
    AnswerQuestion,
    FinishTask,
    LogTouchpoint,
    MissTouchpoint,
    PlanTouchpoint,
    RaiseQuestion,
    RecordFeedback,
    RescheduleTouchpoint,
    TouchpointsCommand,
)
from domain.errors import RuleBroken
from domain.event import Event, recorded_as
from domain.pipeline import Pipeline


class TouchpointOver(RuleBroken):
    """The appointment was held or missed already."""

    def __init__(self, touchpoint: str, standing: Appointment) -> None:
        self.touchpoint, self.standing = touchpoint, standing
        super().__init__(
            f"The touchpoint {touchpoint!r} was {standing} already. "
            "Plan or log another one under an id of its own, or correct that event."
        )


class NoTaskOfTheStage(RuleBroken):
    """The stage lists no such task."""

    def __init__(self, task: str, stage: str, tasks: tuple[str, ...]) -> None:
        self.task, self.stage, self.tasks = task, stage, tasks
        known = ", ".join(tasks) or "none"
        super().__init__(f"The stage {stage!r} lists no task {task!r}. Its tasks are: {known}.")


def decide_touchpoints(command: TouchpointsCommand, deal: Deal, pipeline: Pipeline) -> list[Event]:
    """What `command` makes happen: we speak, answer and do things also after the deal was closed."""
    appointments, questions = deal.touchpoints.appointments, deal.touchpoints.questions
    match command:
        case PlanTouchpoint():
            return _planned(command, deal)
        case RescheduleTouchpoint():
            return _rescheduled(command, there("touchpoint", appointments, command.touchpoint))
        case LogTouchpoint():
            all_there("contact", deal.people.contacts, command.contacts or ())
            return _became(command, appointments.get(command.touchpoint))
        case MissTouchpoint():
            return _became(command, there("touchpoint", appointments, command.touchpoint))
        case RaiseQuestion():
            return _asked(command, deal)
        case AnswerQuestion():
            said = there("question", questions, command.question).said
            return [] if says_the_same(command, said) else [recorded_as(command)]
        case AddTask():
            return _added(command, deal, pipeline)
        case FinishTask():
            return finished(command, "task", deal.touchpoints.tasks, command.task)
        case RecordFeedback():
            all_there("contact", deal.people.contacts, [command.contact])
            return [recorded_as(command)]
        case _:
            assert_never(command)


def _planned(command: PlanTouchpoint, deal: Deal) -> list[Event]:
    all_there("contact", deal.people.contacts, command.contacts or ())
    return told_once(recorded_as(command), "touchpoint", deal.touchpoints.appointments, command.touchpoint)


def _rescheduled(command: RescheduleTouchpoint, meeting: Meeting) -> list[Event]:
    if meeting.standing != "planned":
        raise TouchpointOver(command.touchpoint, meeting.standing)
    if getattr(meeting.plan or meeting.said, "planned_for", None) == command.planned_for:
        return []
    return [recorded_as(command)]


def _became(command: LogTouchpoint | MissTouchpoint, known: Meeting | None) -> list[Event]:
    if known is not None and known.standing != "planned":
        if not says_the_same(command, known.said):
            raise TouchpointOver(command.touchpoint, known.standing)
        return []
    return [recorded_as(command)]


def _asked(command: RaiseQuestion, deal: Deal) -> list[Event]:
    all_there("contact", deal.people.contacts, [command.contact])
    return told_once(recorded_as(command), "question", deal.touchpoints.questions, command.question)


def _added(command: AddTask, deal: Deal, pipeline: Pipeline) -> list[Event]:
    events = told_once(recorded_as(command), "task", deal.touchpoints.tasks, command.task)
    if events and command.stage is not None:
        defined_stage(pipeline, command.stage)
    stage = pipeline.stage(command.stage or deal.life.stage or "")
    if events and command.stage_task is not None and stage is not None:
        tasks = tuple(each.task for each in stage.tasks or ())
        if command.stage_task not in tasks:
            raise NoTaskOfTheStage(command.stage_task, stage.stage, tasks)
    return events
