"""What may be said of appointments, questions, tasks and feedback: each order applies, is already so, or is refused."""

from datetime import timedelta

import pytest
from pydantic import ValidationError

from domain.deal.life import DealOpened
from domain.deal.outcome import DealLost
from domain.deal.people import ContactAdded
from domain.deal.references import AlreadyFinished, IdTaken, NotThere
from domain.deal.stage_moves import StageNotDefined
from domain.deal.touchpoint_rules import NoTaskOfTheStage, TouchpointOver
from domain.deal.touchpoints import (
    AddTask,
    AnswerQuestion,
    FeedbackReceived,
    FinishTask,
    LogTouchpoint,
    MissTouchpoint,
    PlanTouchpoint,
    QuestionAnswered,
    QuestionRaised,
    RaiseQuestion,
    RecordFeedback,
    RescheduleTouchpoint,
    TaskAdded,
    TaskFinished,
    TouchpointHeld,
    TouchpointMissed,
    TouchpointPlanned,
    TouchpointRescheduled,
)
from tests.domain.telling import MONDAY, given, pipeline, stage

OPENED = DealOpened(
    title="Crane", owner="li.lei", pipeline="standard", pipeline_revision=1, stage="prospecting"
)
LOST = DealLost(kind="declined")
ZHANG = ContactAdded(contact="zhang", name="Zhang Wei")
LATER = MONDAY + timedelta(days=30)
PLANNED = TouchpointPlanned(touchpoint="visit", kind="visit", planned_for=MONDAY, contacts=("zhang",))
HELD = TouchpointHeld(touchpoint="visit", kind="visit", contacts=("zhang",))
MISSED = TouchpointMissed(touchpoint="visit", reason="ill")
ASKED = QuestionRaised(question="warranty", text="Three years?")
TASK = TaskAdded(task="quote", text="Send the quotation")


def test_an_appointment_is_made_once() -> None:
    order = PlanTouchpoint(touchpoint="visit", kind="visit", planned_for=MONDAY, contacts=("zhang",))
    given(OPENED, ZHANG).when(order).then(PLANNED)
    given(OPENED, ZHANG, PLANNED).when(order).then_nothing()
    given(OPENED, ZHANG, LOST).when(order).then(PLANNED)
    given(OPENED).when(order).then_refused(NotThere, kind="contact", name="zhang")
    other = PlanTouchpoint(touchpoint="visit", kind="call", planned_for=MONDAY)
    given(OPENED, ZHANG, PLANNED).when(other).then_refused(IdTaken, kind="touchpoint", name="visit")
    given(OPENED, ZHANG, HELD).when(order).then_refused(IdTaken, kind="touchpoint", name="visit")


def test_an_appointment_is_moved_until_it_is_over() -> None:
    order = RescheduleTouchpoint(touchpoint="visit", planned_for=LATER, reason="ill")
    moved = TouchpointRescheduled(touchpoint="visit", planned_for=LATER, reason="ill")
    given(OPENED, ZHANG, PLANNED).when(order).then(moved)
    given(OPENED, ZHANG, PLANNED, moved).when(order).then_nothing()
    given(OPENED, ZHANG, PLANNED).when(
        RescheduleTouchpoint(touchpoint="visit", planned_for=MONDAY)
    ).then_nothing()
    given(OPENED).when(order).then_refused(NotThere, kind="touchpoint", name="visit")
    given(OPENED, ZHANG, PLANNED, HELD).when(order).then_refused(TouchpointOver, standing="held")
    given(OPENED, ZHANG, PLANNED, MISSED).when(order).then_refused(TouchpointOver, standing="missed")


def test_we_speak_planned_before_or_not() -> None:
    order = LogTouchpoint(touchpoint="visit", kind="visit", contacts=("zhang",))
    given(OPENED, ZHANG).when(order).then(HELD)
    given(OPENED, ZHANG, PLANNED).when(order).then(HELD)
    given(OPENED, ZHANG, HELD).when(order).then_nothing()
    given(OPENED, ZHANG, LOST).when(order).then(HELD)
    given(OPENED).when(order).then_refused(NotThere, kind="contact", name="zhang")


def test_what_was_held_or_missed_is_not_held_again() -> None:
    again = LogTouchpoint(touchpoint="visit", kind="call")
    given(OPENED, ZHANG, HELD).when(again).then_refused(TouchpointOver, touchpoint="visit", standing="held")
    given(OPENED, ZHANG, PLANNED, MISSED).when(again).then_refused(TouchpointOver, standing="missed")


def test_an_appointment_is_missed_once() -> None:
    order = MissTouchpoint(touchpoint="visit", reason="ill")
    given(OPENED, ZHANG, PLANNED).when(order).then(MISSED)
    given(OPENED, ZHANG, PLANNED, MISSED).when(order).then_nothing()
    given(OPENED, ZHANG, PLANNED, MISSED).when(MissTouchpoint(touchpoint="visit")).then_nothing()
    given(OPENED).when(order).then_refused(NotThere, kind="touchpoint", name="visit")
    given(OPENED, ZHANG, PLANNED, HELD).when(order).then_refused(TouchpointOver, standing="held")


def test_an_appointment_that_was_missed_may_be_moved_in_an_import_and_is_then_held() -> None:
    moved = TouchpointRescheduled(touchpoint="visit", planned_for=LATER)
    order = LogTouchpoint(touchpoint="visit", kind="visit", contacts=("zhang",))
    given(OPENED, ZHANG, PLANNED, MISSED, moved).when(order).then(HELD)


def test_a_question_is_raised_once() -> None:
    order = RaiseQuestion(question="warranty", text="Three years?")
    given(OPENED).when(order).then(ASKED)
    given(OPENED, ASKED).when(order).then_nothing()
    given(OPENED, ASKED).when(RaiseQuestion(question="warranty", text="Five?")).then_refused(IdTaken)
    theirs = RaiseQuestion(question="warranty", text="Three years?", contact="zhang")
    given(OPENED).when(theirs).then_refused(NotThere, kind="contact", name="zhang")


def test_a_question_is_answered_and_may_be_answered_better() -> None:
    order = AnswerQuestion(question="warranty", answer="Yes")
    answered = QuestionAnswered(question="warranty", answer="Yes")
    given(OPENED, ASKED).when(order).then(answered)
    given(OPENED, ASKED, answered).when(order).then_nothing()
    given(OPENED, ASKED, answered).when(AnswerQuestion(question="warranty", answer="Even five")).then(
        QuestionAnswered(question="warranty", answer="Even five")
    )
    given(OPENED).when(order).then_refused(NotThere, kind="question", name="warranty")


def test_a_task_is_added_once_and_finished_once() -> None:
    given(OPENED).when(AddTask(task="quote", text="Send the quotation")).then(TASK)
    given(OPENED, TASK).when(AddTask(task="quote", text="Send the quotation")).then_nothing()
    given(OPENED, TASK).when(AddTask(task="quote", text="Call")).then_refused(IdTaken, kind="task")
    order, done = FinishTask(task="quote", note="by mail"), TaskFinished(task="quote", note="by mail")
    given(OPENED, TASK).when(order).then(done)
    given(OPENED, TASK, done).when(order).then_nothing()
    given(OPENED, TASK, done).when(FinishTask(task="quote")).then_nothing()
    given(OPENED, TASK, done).when(FinishTask(task="quote", note="by hand")).then_refused(
        AlreadyFinished, kind="task", name="quote"
    )
    given(OPENED).when(order).then_refused(NotThere, kind="task", name="quote")


def test_a_task_of_a_stage_is_one_that_the_stage_lists() -> None:
    tasks = [{"task": "budget", "labels": {"en": "Ask for the budget"}}]
    listed = pipeline(stage("prospecting", tasks=tasks), stage("meeting"))
    order = AddTask(task="t1", text="Budget", stage="prospecting", stage_task="budget")
    added = TaskAdded(task="t1", text="Budget", stage="prospecting", stage_task="budget")
    given(OPENED).under(listed).when(order).then(added)
    given(OPENED).under(listed).when(AddTask(task="t1", text="Budget", stage_task="demo")).then_refused(
        NoTaskOfTheStage, task="demo", stage="prospecting", tasks=("budget",)
    )
    elsewhere = AddTask(task="t1", text="Budget", stage="meeting", stage_task="budget")
    given(OPENED).under(listed).when(elsewhere).then_refused(NoTaskOfTheStage, stage="meeting")
    nowhere = AddTask(task="t1", text="Budget", stage="nowhere")
    given(OPENED).under(listed).when(nowhere).then_refused(StageNotDefined)


def test_feedback_is_a_new_fact_each_time() -> None:
    order, told = RecordFeedback(score=8, scale=10), FeedbackReceived(score=8, scale=10)
    given(OPENED).when(order).then(told)
    given(OPENED, told, LOST).when(order).then(told)
    given(OPENED).when(RecordFeedback(text="Good", contact="zhang")).then_refused(NotThere, name="zhang")


@pytest.mark.parametrize(
    ("facts", "why"),
    [({}, "give a score or a text"), ({"scale": 10}, "give a score"), ({"score": 11, "scale": 10}, "above")],
)
def test_feedback_says_something_within_its_scale(facts: dict[str, float], why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        RecordFeedback.model_validate(facts)
