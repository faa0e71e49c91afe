from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from domain.deal.life import DealExpectedCloseMoved, DealOpened
from domain.deal.outcome import DealDiscarded, DealLost, DealReopened, DealWon
from domain.deal.outlook import DealForecastSet, ForecastCategory
from projections.asking.asked import Asked
from projections.asking.question import Question
from projections.stages.slips import slips
from projections.stages.slips_answer import Slip, SlipsAnswer
from tests.projections.closing_stories import Stories, day

APRIL, MAY = datetime(2026, 4, 1, tzinfo=UTC), datetime(2026, 5, 1, tzinfo=UTC)
"""Days 29.6 and 59.6 of the stories."""
LOST = DealLost(kind="declined")


def opened(on: str = "2026-04-20", title: str = "Pumps") -> DealOpened:
    close = date.fromisoformat(on)
    return DealOpened(
        title=title, pipeline="standard", pipeline_revision=1, owner="anna", expected_close=close
    )


def moved(on: str) -> DealExpectedCloseMoved:
    return DealExpectedCloseMoved(expected_close=date.fromisoformat(on))


def forecast(category: ForecastCategory = "commit") -> DealForecastSet:
    return DealForecastSet(category=category)


@pytest.fixture
def stories() -> Iterator[Stories]:
    stories = Stories()
    yield stories
    stories.close()


def ask(stories: Stories, **question: Any) -> SlipsAnswer:  # noqa: ANN401 - what a question takes
    return slips(stories.caught_up(), stories.deals, Question(**question))


def slipped(stories: Stories, **question: Any) -> Slip:  # noqa: ANN401 - what a question takes
    (group,) = ask(stories, start=APRIL, end=MAY, **question).groups
    assert group.slip is not None
    return group.slip


def counts(slip: Slip) -> tuple[int, int, int, int]:
    return slip.won, slip.lost, slip.slipped, slip.pending


def test_pushes_are_counted_with_their_days_and_the_borders_that_they_cross(stories: Stories) -> None:
    stories.story(opened("2026-03-20"), moved("2026-04-10"), moved("2026-04-05"), moved("2026-07-01"))
    stories.story(opened("2026-03-20"), deal="D-2")
    (group,) = ask(stories).groups
    pushed = group.pushed
    assert (pushed.pushes, pushed.deals, pushed.days.mean) == (2, 1, 54.0)
    assert (pushed.months, pushed.quarters, group.slip) == (4, 2, None)


def test_with_a_period_only_pushes_made_in_it_count(stories: Stories) -> None:
    stories.tell(opened(), day(1))
    stories.tell(moved("2026-05-20"), day(10))
    stories.tell(moved("2026-06-20"), day(40))
    stories.tell(moved("2026-07-20"), day(41), precision="unknown")
    answer = ask(stories, start=APRIL, end=MAY)
    (group,) = answer.groups
    assert (group.pushed.pushes, answer.undated) == (1, 1)


def test_of_the_deals_expected_those_that_did_not_close_in_the_period_slipped(stories: Stories) -> None:
    for name, end, on in (
        ("won", DealWon(), 40),
        ("lost", LOST, 41),
        ("late", DealWon(), 70),
        ("open", None, 0),
    ):
        stories.tell(opened(), day(1), deal=name)
        stories.tell(forecast(), day(2), deal=name)
        if end is not None:
            stories.tell(end, day(on), deal=name)
    slip = slipped(stories)
    assert (slip.expected, counts(slip), slip.rate, slip.too_few) == (4, (1, 1, 2, 0), 0.5, True)


def test_expected_is_what_stood_right_before_the_period_began(stories: Stories) -> None:
    stories.story(opened("2026-06-30"), forecast(), moved("2026-04-20"), forecast("pipeline"), deal="unsure")
    stories.tell(opened(), day(1), deal="sure")
    stories.tell(forecast("best-case"), day(2), deal="sure")
    stories.tell(forecast(), APRIL, deal="unsure")
    stories.tell(moved("2026-06-20"), APRIL, deal="sure")
    (group,) = ask(stories, start=APRIL, end=MAY).groups
    assert group.slip is not None
    assert group.slip_any is not None
    assert (counts(group.slip), counts(group.slip_any)) == ((0, 0, 1, 0), (0, 0, 2, 0))


def test_while_the_period_lasts_a_deal_that_is_still_expected_in_it_is_pending(stories: Stories) -> None:
    stories.story(opened(), forecast())
    stories.story(opened(), forecast(), deal="D-2")
    stories.tell(moved("2026-05-02"), day(35), deal="D-2")
    assert counts(slipped(stories, asked=Asked(as_of=day(34)))) == (0, 0, 0, 2)
    assert counts(slipped(stories, asked=Asked(as_of=day(36)))) == (0, 0, 1, 1)
    assert counts(slipped(stories)) == (0, 0, 2, 0)
    last = MAY - timedelta(microseconds=1)
    assert counts(slipped(stories, asked=Asked(as_of=last))) == (0, 0, 2, 0)


def test_before_the_period_begins_what_is_expected_now_is_pending(stories: Stories) -> None:
    stories.story(opened(), forecast())
    assert counts(slipped(stories, asked=Asked(as_of=day(10)))) == (0, 0, 0, 1)


def test_a_deal_that_closed_and_was_reopened_slipped(stories: Stories) -> None:
    stories.story(opened(), forecast())
    stories.tell(DealWon(), day(40))
    stories.tell(DealReopened(reason="other"), day(45))
    assert counts(slipped(stories)) == (0, 0, 1, 0)
    assert counts(slipped(stories, asked=Asked(as_of=day(42)))) == (1, 0, 0, 0)


def test_a_close_without_a_date_is_left_out_and_counted(stories: Stories) -> None:
    stories.story(opened(), forecast())
    stories.tell(DealWon(), day(70), precision="unknown")
    answer = ask(stories, start=APRIL, end=MAY)
    assert (answer.undated, counts(slipped(stories))) == (1, (0, 0, 0, 0))


def test_a_discarded_deal_is_pushed_nowhere(stories: Stories) -> None:
    stories.story(opened(), moved("2026-06-20"), DealDiscarded(reason="test"))
    assert ask(stories).most_pushed == ()


def test_the_most_pushed_deals_come_first(stories: Stories) -> None:
    stories.story(opened(title="Once"), moved("2026-08-20"))
    stories.story(opened(title="Twice"), moved("2026-04-21"), moved("2026-04-23"), deal="D-2")
    assert [(each.title, each.pushes, each.days, each.last) for each in ask(stories).most_pushed] == [
        ("Twice", 2, 3, date(2026, 4, 23)),
        ("Once", 1, 122, date(2026, 8, 20)),
    ]
