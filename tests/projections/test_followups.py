from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from domain.deal.corrections import EventRetracted
from domain.deal.life import DealOpened
from domain.deal.negotiation import OfferAccepted, OfferExpired, OfferMade
from domain.deal.outlook import DealLeadAccepted, DealNextStepSet
from domain.deal.touchpoints import (
    QuestionAnswered,
    QuestionRaised,
    TaskAdded,
    TaskFinished,
    TouchpointHeld,
    TouchpointMissed,
    TouchpointPlanned,
    TouchpointRescheduled,
)
from engine.clock import to_micros
from projections.followups.followups import agendas, followups
from projections.running.reading_on import FOREVER
from tests.projections.closing_stories import Stories, day, micros

OPENED = DealOpened(title="Pumps", pipeline="standard", pipeline_revision=1, stage="prospecting")
MAY = date(2026, 5, 1)


@pytest.fixture
def stories() -> Iterator[Stories]:
    stories = Stories()
    yield stories
    stories.close()


def items(stories: Stories, *columns: str) -> list[tuple[Any, ...]]:
    return [tuple(row.values()) for row in stories.rows(followups, *columns)]


def planned(at: float, **facts: object) -> TouchpointPlanned:
    return TouchpointPlanned.model_validate(
        {"touchpoint": "t1", "kind": "meeting", "planned_for": day(at), **facts}
    )


def test_a_next_step_is_open_until_another_is_set(stories: Stories) -> None:
    stories.story(OPENED, DealNextStepSet(text="Call", due=MAY), DealNextStepSet(text="Send the quote"))
    assert items(stories, "text", "due_day", "read_at", "until", "ended") == [
        ("Call", "2026-05-01", micros(2), micros(3), "replaced"),
        ("Send the quote", None, micros(3), FOREVER, None),
    ]


def test_a_task_is_its_owners_until_it_is_done(stories: Stories) -> None:
    task = TaskAdded(task="quote", text="Write the quote", due=MAY, owner="anna")
    stories.story(OPENED, task, TaskFinished(task="another"), TaskFinished(task="quote"))
    assert items(stories, "kind", "item", "person", "until", "ended", "ended_version") == [
        ("task", "quote", "anna", micros(4), "done", 4)
    ]


def test_a_task_that_is_finished_twice_was_done_the_first_time(stories: Stories) -> None:
    finished = TaskFinished(task="quote")
    stories.story(OPENED, TaskAdded(task="quote", text="Write the quote"), finished, finished)
    assert items(stories, "until", "ended") == [(micros(3), "done")]


def test_a_question_waits_for_its_answer(stories: Stories) -> None:
    stories.story(
        OPENED,
        QuestionRaised(question="q1", text="How long?"),
        QuestionAnswered(question="q1", answer="A year"),
    )
    assert items(stories, "kind", "text", "until", "ended") == [
        ("question", "How long?", micros(3), "answered")
    ]


def test_an_offer_is_a_follow_up_if_it_expires(stories: Stories) -> None:
    stories.story(
        OPENED,
        OfferMade(offer="o1", side="seller"),
        OfferMade(offer="o2", side="seller", valid_until=MAY),
        OfferMade(offer="o3", side="buyer", valid_until=MAY),
        OfferExpired(offer="o2"),
        OfferAccepted(offer="o3"),
    )
    assert items(stories, "item", "text", "due_day", "until", "ended") == [
        ("o2", "seller", "2026-05-01", micros(5), "expired"),
        ("o3", "buyer", "2026-05-01", micros(6), "accepted"),
    ]


def test_a_moved_appointment_is_the_same_one_at_another_time(stories: Stories) -> None:
    stories.story(
        OPENED,
        planned(10, hosts=("li", "anna")),
        TouchpointRescheduled(touchpoint="t1", planned_for=day(20)),
        TouchpointHeld(touchpoint="t1", kind="meeting"),
    )
    assert items(stories, "text", "person", "due_at", "arose", "read_at", "until", "ended") == [
        ("meeting", "li", micros(10), micros(2), micros(2), micros(3), "moved"),
        ("meeting", "li", micros(20), micros(2), micros(3), micros(4), "held"),
    ]


def test_a_missed_appointment_that_is_given_another_time_is_open_again(stories: Stories) -> None:
    stories.story(
        OPENED,
        planned(3),
        TouchpointMissed(touchpoint="t1"),
        TouchpointRescheduled(touchpoint="t1", planned_for=day(20)),
    )
    assert items(stories, "due_at", "arose", "until", "ended") == [
        (micros(3), micros(2), micros(3), "missed"),
        (micros(20), micros(2), FOREVER, None),
    ]


def test_a_retracted_task_was_never_to_be_done(stories: Stories) -> None:
    stories.story(
        OPENED,
        TaskAdded(task="quote", text="Write the quote"),
        EventRetracted(retracts=2, type="TaskAdded", reason="by-mistake"),
    )
    assert items(stories) == []


def test_a_task_that_is_recorded_late_was_open_from_its_own_time_on(stories: Stories) -> None:
    stories.tell(OPENED, day(1))
    stories.tell(TaskFinished(task="quote"), day(5))
    stories.tell(TaskAdded(task="quote", text="Write the quote"), day(2))
    assert items(stories, "read_at", "until", "ended") == [(micros(2), micros(5), "done")]


def test_the_first_touchpoint_out_is_the_response_and_the_first_after_the_acceptance_takes_it_up(
    stories: Stories,
) -> None:
    stories.story(
        OPENED,
        TouchpointHeld(touchpoint="t1", kind="email", direction="in"),
        TouchpointHeld(touchpoint="t2", kind="call", direction="out"),
        DealLeadAccepted(level="mql"),
        DealLeadAccepted(level="sql"),
        TouchpointHeld(touchpoint="t3", kind="call", direction="out"),
        TouchpointHeld(touchpoint="t4", kind="call", direction="out"),
    )
    assert stories.rows(agendas, "opened", "responded", "accepted", "taken_up") == [
        {"opened": micros(1), "responded": micros(3), "accepted": micros(4), "taken_up": micros(6)}
    ]


def test_a_response_before_the_acceptance_does_not_take_it_up(stories: Stories) -> None:
    stories.story(OPENED, TouchpointHeld(touchpoint="t1", kind="call", direction="out"))
    stories.tell(DealLeadAccepted(level="sql"), day(9), precision="day")
    assert stories.rows(agendas, "accepted", "accepted_precision", "taken_up") == [
        {"accepted": to_micros(day(9)), "accepted_precision": "day", "taken_up": None}
    ]
