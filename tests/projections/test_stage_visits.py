from collections.abc import Iterator
from typing import Any

import pytest

from domain.deal.corrections import EventCorrected, EventRetracted, Replacement
from domain.deal.life import DealOpened, DealPipelineChanged, DealStageChanged
from domain.deal.outcome import DealDiscarded, DealLost, DealReopened, DealWon
from domain.deal.outlook import DealPaused, DealResumed
from domain.event import Event
from projections.running.reading_on import FOREVER
from projections.stages.stage_visits import stage_pauses, stage_visits
from tests.projections.closing_stories import Stories, day, micros

OPENED = DealOpened(title="Pumps", pipeline="standard", pipeline_revision=1, stage="prospecting")


def to(stage: str, revision: int = 1) -> DealStageChanged:
    return DealStageChanged(to_stage=stage, pipeline_revision=revision)


@pytest.fixture
def stories() -> Iterator[Stories]:
    stories = Stories()
    yield stories
    stories.close()


def visits(stories: Stories) -> list[tuple[Any, ...]]:
    rows = stories.rows(stage_visits, "stage", "entered", "left", "left_by")
    return [tuple(row.values()) for row in rows]


def test_a_deal_is_in_one_stage_until_it_enters_the_next(stories: Stories) -> None:
    stories.story(OPENED, to("meeting"), to("proposal"))
    assert visits(stories) == [
        ("prospecting", micros(1), micros(2), "moved"),
        ("meeting", micros(2), micros(3), "moved"),
        ("proposal", micros(3), FOREVER, None),
    ]


def test_there_and_back_within_a_minute_is_three_visits(stories: Stories) -> None:
    stories.tell(OPENED, day(1))
    stories.tell(to("meeting"), day(1.0001))
    stories.tell(to("prospecting"), day(1.0002))
    assert [visit[0] for visit in visits(stories)] == ["prospecting", "meeting", "prospecting"]


@pytest.mark.parametrize(
    ("end", "outcome"),
    [(DealWon(), "won"), (DealLost(kind="unknown"), "lost"), (DealDiscarded(reason="test"), "discarded")],
)
def test_time_in_stage_stops_at_the_close(stories: Stories, end: Event, outcome: str) -> None:
    stories.story(OPENED, to("meeting"), end)
    assert visits(stories)[-1] == ("meeting", micros(2), micros(3), outcome)


def test_reopening_starts_a_visit_of_its_own(stories: Stories) -> None:
    stories.story(OPENED, DealLost(kind="unknown"), DealReopened(reason="other"))
    assert visits(stories) == [
        ("prospecting", micros(1), micros(2), "lost"),
        ("prospecting", micros(3), FOREVER, None),
    ]


def test_a_deal_may_be_reopened_in_another_stage(stories: Stories) -> None:
    stories.story(OPENED, DealWon(), DealReopened(stage="meeting"))
    assert visits(stories)[-1] == ("meeting", micros(3), FOREVER, None)


def test_stages_after_the_win_are_visits_that_say_so(stories: Stories) -> None:
    stories.story(OPENED, DealWon(), to("care"), DealReopened(reason="other"))
    rows = stories.rows(stage_visits, "stage", "outcome", "left_by")
    assert [tuple(row.values()) for row in rows] == [
        ("prospecting", "open", "won"),
        ("care", "won", "reopened"),
        ("care", "open", None),
    ]


def test_a_second_win_ends_nothing(stories: Stories) -> None:
    stories.story(OPENED, DealWon(), to("care"), DealWon())
    assert visits(stories)[-1] == ("care", micros(3), FOREVER, None)


def test_a_lost_deal_that_a_file_moves_is_in_no_stage(stories: Stories) -> None:
    stories.story(OPENED, DealLost(kind="unknown"), to("meeting"), DealReopened(reason="other"))
    assert visits(stories) == [
        ("prospecting", micros(1), micros(2), "lost"),
        ("meeting", micros(4), FOREVER, None),
    ]


def test_the_same_stage_under_another_revision_is_the_same_visit(stories: Stories) -> None:
    stories.story(OPENED, to("prospecting", revision=2))
    assert visits(stories) == [("prospecting", micros(1), FOREVER, None)]


def test_the_same_stage_of_another_pipeline_is_another_visit(stories: Stories) -> None:
    moved = DealPipelineChanged(
        from_pipeline="standard", to_pipeline="path", to_stage="prospecting", pipeline_revision=1
    )
    stories.story(OPENED, moved)
    assert [row["pipeline"] for row in stories.rows(stage_visits, "pipeline")] == ["standard", "path"]


def test_a_stage_that_nobody_knows_is_not_visited(stories: Stories) -> None:
    stories.story(DealOpened(title="Pumps", pipeline="standard", pipeline_revision=1), to("meeting"))
    assert visits(stories) == [("meeting", micros(2), FOREVER, None)]


def test_a_move_that_was_forgotten_stands_where_it_happened(stories: Stories) -> None:
    stories.tell(OPENED, day(1))
    stories.tell(to("proposal"), day(5))
    stories.caught_up()
    stories.tell(to("meeting"), day(3))
    assert visits(stories) == [
        ("prospecting", micros(1), micros(3), "moved"),
        ("meeting", micros(3), micros(5), "moved"),
        ("proposal", micros(5), FOREVER, None),
    ]


def test_a_corrected_day_moves_the_visits(stories: Stories) -> None:
    stories.tell(OPENED, day(1))
    stories.tell(to("meeting"), day(5))
    stories.caught_up()
    replacement = Replacement(
        data={"to_stage": "meeting", "pipeline_revision": 1}, occurred_at=day(4), precision="day"
    )
    stories.tell(
        EventCorrected(corrects=2, type="DealStageChanged", replacement=replacement, reason="other"), day(6)
    )
    rows = stories.rows(stage_visits, "entered", "entered_precision")
    assert [tuple(row.values()) for row in rows] == [(micros(1), "instant"), (micros(4), "day")]


def test_a_close_that_is_taken_back_ends_nothing(stories: Stories) -> None:
    stories.tell(OPENED, day(1))
    stories.tell(DealWon(), day(2))
    stories.caught_up()
    stories.tell(EventRetracted(retracts=2, type="DealWon", reason="other"), day(3))
    assert visits(stories) == [("prospecting", micros(1), FOREVER, None)]


def test_what_lies_before_the_opening_is_read_at_it(stories: Stories) -> None:
    stories.tell(OPENED, day(5))
    stories.tell(to("meeting"), day(1))
    assert visits(stories) == [
        ("prospecting", micros(5), micros(5), "moved"),
        ("meeting", micros(5), FOREVER, None),
    ]


def test_pauses_are_kept_beside_the_visits(stories: Stories) -> None:
    stories.story(
        OPENED,
        DealPaused(reason="budget-cut"),
        to("meeting"),
        DealPaused(reason="timing"),
        DealResumed(),
        DealResumed(),
        DealPaused(reason="timing"),
    )
    rows = stories.rows(stage_pauses, "paused", "resumed", "resumed_precision")
    assert [tuple(row.values()) for row in rows] == [
        (micros(2), micros(5), "instant"),
        (micros(7), FOREVER, None),
    ]
