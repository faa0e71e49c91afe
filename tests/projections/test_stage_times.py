from collections.abc import Iterator
from typing import Any

import pytest

from domain.deal.life import DealOpened, DealStageChanged
from domain.deal.outcome import DealLost, DealReopened, DealWon
from domain.deal.outlook import DealPaused, DealResumed
from domain.event import Actor
from domain.templates.shipped import TEMPLATES
from engine.timing import ALWAYS
from projections.asking.asked import Asked
from projections.asking.question import Question
from projections.stages.stage_times import stage_times
from projections.stages.stage_times_answer import StageTime, StageTimesAnswer
from tests.projections.closing_stories import Stories, day

OPENED = DealOpened(title="Pumps", pipeline="standard", pipeline_revision=1, stage="prospecting")
LOST = DealLost(kind="declined")


def to(stage: str) -> DealStageChanged:
    return DealStageChanged(to_stage=stage, pipeline_revision=1)


@pytest.fixture
def stories() -> Iterator[Stories]:
    stories = Stories("Europe/Berlin")
    stories.deals.handle_pipeline("standard", TEMPLATES["standard"], by=Actor(id="anna"), at=ALWAYS)
    yield stories
    stories.close()


def ask(stories: Stories, **question: Any) -> StageTimesAnswer:  # noqa: ANN401 - what a question takes
    return stage_times(stories.caught_up(), stories.deals, Question(**question))


def stage(stories: Stories, name: str, **question: Any) -> StageTime:  # noqa: ANN401 - what a question takes
    (group,) = ask(stories, **question).groups
    return next(each for each in group.stages if each.stage == name)


def test_time_in_stage_is_the_sum_of_its_visits_and_the_last_one_ends_at_the_close(stories: Stories) -> None:
    stories.tell(OPENED, day(1))
    stories.tell(to("meeting"), day(3))
    stories.tell(to("prospecting"), day(4))
    stories.tell(LOST, day(5))
    prospecting = stage(stories, "prospecting")
    assert (prospecting.deals, prospecting.visits, prospecting.visits_per_deal.median) == (1, 2, 2.0)
    assert (prospecting.hours.median, prospecting.last_hours.median) == (72.0, 24.0)


def test_paused_time_stands_apart_also_across_stages(stories: Stories) -> None:
    stories.tell(OPENED, day(1))
    stories.tell(DealPaused(reason="timing"), day(2))
    stories.tell(to("meeting"), day(4))
    stories.tell(DealResumed(), day(5))
    stories.tell(LOST, day(8))
    times = [stage(stories, name) for name in ("prospecting", "meeting")]
    assert [(each.hours.median, each.paused_hours.median) for each in times] == [(24.0, 48.0), (72.0, 24.0)]


def test_an_open_deal_is_there_for_as_long_as_since_it_last_entered(stories: Stories) -> None:
    stories.tell(OPENED, day(1))
    stories.tell(to("meeting"), day(3))
    stories.tell(to("prospecting"), day(4))
    stories.tell(DealPaused(reason="timing"), day(6))
    prospecting = stage(stories, "prospecting", asked=Asked(as_of=day(9)))
    assert (prospecting.deals, prospecting.hours.n) == (0, 0)
    assert (prospecting.there.deals, prospecting.there.age_hours.median) == (1, 48.0)


def test_after_a_reopening_the_time_goes_on_without_the_time_between(stories: Stories) -> None:
    stories.tell(OPENED, day(1))
    stories.tell(LOST, day(2))
    stories.tell(DealReopened(reason="other"), day(9))
    stories.tell(DealWon(), day(12))
    assert stage(stories, "prospecting").hours.median == 96.0


def test_days_count_as_calendar_days_of_the_store_and_pauses_with_them(stories: Stories) -> None:
    # The clocks go forward in Berlin on day 27: its days of 23 hours is a day as well.
    stories.tell(OPENED, day(26), precision="day")
    stories.tell(DealPaused(reason="timing"), day(27))
    stories.tell(DealResumed(), day(28))
    stories.tell(LOST, day(29), precision="day")
    prospecting = stage(stories, "prospecting")
    assert (prospecting.hours.median, prospecting.paused_hours.median) == (48.0, 24.0)


def test_what_has_no_date_has_no_hours(stories: Stories) -> None:
    stories.tell(OPENED, day(1), precision="unknown")
    stories.tell(to("meeting"), day(3))
    stories.tell(LOST, day(4), precision="unknown")
    times = [stage(stories, name) for name in ("prospecting", "meeting")]
    assert [(each.deals, each.hours.n) for each in times] == [(1, 0), (1, 0)]


def test_with_a_period_a_stage_counts_when_it_was_left_in_it_and_who_is_there_always(
    stories: Stories,
) -> None:
    stories.tell(OPENED, day(1))
    stories.tell(to("meeting"), day(3))
    stories.tell(to("proposal"), day(6))
    answer = ask(stories, asked=Asked(as_of=day(9)), start=day(4), end=day(7))
    (group,) = answer.groups
    assert {
        each.stage: (each.deals, each.there.deals) for each in group.stages if each.deals or each.there.deals
    } == {
        "meeting": (1, 0),
        "proposal": (0, 1),
    }


def test_a_median_of_few_deals_is_marked(stories: Stories) -> None:
    for number in range(5):
        stories.story(OPENED, LOST, deal=f"D-{number}")
        assert stage(stories, "prospecting").too_few is (number < 4)
