from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime
from uuid import uuid5
from zoneinfo import ZoneInfo

import pytest

from domain.deal.life import DealOpened
from domain.deal.outlook import DealNextStepSet
from domain.deal.touchpoints import QuestionRaised, TaskAdded, TaskFinished, TouchpointPlanned
from engine.clock import to_micros
from engine.ids import DEALTRAIL
from projections.asking.asked import Asked
from projections.followups.due import is_over, open_followups, overdue, today, with_next_step
from projections.followups.followups import FollowUps
from projections.running.known import Known, as_known
from tests.projections.closing_stories import Stories, day

OPENED = DealOpened(title="Pumps", pipeline="standard", pipeline_revision=1, stage="prospecting")
SHANGHAI = ZoneInfo("Asia/Shanghai")
DEAL = uuid5(DEALTRAIL, "D-1").bytes
FIFTH = date(2026, 3, 7)
"""The calendar day on which event 5 of a story happens, at nine in UTC."""


@pytest.fixture
def stories() -> Iterator[Stories]:
    stories = Stories()
    yield stories
    stories.close()


def known(stories: Stories, known_at: datetime | None = None) -> AbstractContextManager[Known]:
    return as_known(stories.caught_up(), stories.deals, [FollowUps()], known_at)


def standings(stories: Stories, at: datetime, zone: ZoneInfo, within: int = 7) -> dict[str | None, str]:
    asked = Asked(as_of=at)
    with known(stories) as tables:
        soon = today(asked, zone, stories.clock, within)
        found = open_followups(tables, asked, soon, {DEAL: to_micros(day(0))})
        return {each.item: each.when for each in found}


def task(name: str, due: date | None = FIFTH) -> TaskAdded:
    return TaskAdded(task=name, text=name, due=due)


def planned(name: str, at: datetime) -> TouchpointPlanned:
    return TouchpointPlanned(touchpoint=name, kind="call", planned_for=at)


def test_a_day_is_overdue_when_it_is_over_in_the_readers_zone(stories: Stories) -> None:
    stories.story(OPENED, task("quote"))
    last_hour = datetime(2026, 3, 7, 15, 59, 59, tzinfo=UTC)
    assert standings(stories, last_hour, SHANGHAI) == {"quote": "due"}
    assert standings(stories, datetime(2026, 3, 7, 16, tzinfo=UTC), SHANGHAI) == {"quote": "overdue"}
    assert standings(stories, datetime(2026, 3, 7, 16, tzinfo=UTC), ZoneInfo("UTC")) == {"quote": "due"}


def test_an_appointment_is_overdue_the_moment_it_is_past(stories: Stories) -> None:
    stories.story(OPENED, planned("call", day(5)))
    assert standings(stories, day(5), SHANGHAI) == {"call": "due"}
    assert standings(stories, day(5.001), SHANGHAI) == {"call": "overdue"}


def test_what_is_due_within_the_asked_days_is_due_and_the_rest_is_later(stories: Stories) -> None:
    stories.tell(OPENED, day(1))
    for name, due in (("today", 6), ("soon", 8), ("later", 9)):
        stories.tell(task(name, date(2026, 3, due)), day(2))
    stories.tell(planned("call", datetime(2026, 3, 8, 23, tzinfo=UTC)), day(2))
    stories.tell(QuestionRaised(question="question", text="How long?"), day(2))
    assert standings(stories, datetime(2026, 3, 6, 12, tzinfo=UTC), ZoneInfo("UTC"), within=2) == {
        "today": "due",
        "soon": "due",
        "call": "due",
        "later": "later",
        "question": "no-date",
    }


def test_what_is_overdue_is_told_as_of_the_instant_and_as_known_then(stories: Stories) -> None:
    stories.tell(OPENED, day(1), known=day(1))
    stories.tell(task("quote"), day(2), known=day(2))
    stories.tell(DealNextStepSet(text="Call", due=FIFTH), day(8), known=day(8))
    stories.tell(TaskFinished(task="quote"), day(4), known=day(9))
    for known_at, expected in ((day(7), {DEAL: ("task",)}), (day(8), {DEAL: ("next-step", "task")})):
        with known(stories, known_at) as tables:
            asked = Asked(as_of=day(8), known_at=known_at)
            assert overdue(tables, asked, stories.zone, stories.clock) == expected
    with known(stories) as tables:
        assert overdue(tables, Asked(as_of=day(7)), stories.zone, stories.clock) == {}
        assert overdue(tables, Asked(), stories.zone, stories.clock) == {DEAL: ("next-step",)}


def test_a_deal_has_a_next_step_from_when_it_is_set(stories: Stories) -> None:
    stories.story(OPENED, task("quote"), DealNextStepSet(text="Call"))
    with known(stories) as tables:
        assert with_next_step(tables, Asked(as_of=day(2))) == set()
        assert with_next_step(tables, Asked()) == {DEAL}


def test_an_expected_close_is_over_on_the_next_day(stories: Stories) -> None:
    asked = Asked(as_of=day(5))
    assert not is_over("2026-03-07", asked, stories.zone, stories.clock)
    assert is_over("2026-03-06", asked, stories.zone, stories.clock)
    assert is_over(FIFTH, Asked(), stories.zone, stories.clock)
    assert not is_over(None, asked, stories.zone, stories.clock)
