from collections.abc import Iterator
from datetime import date

import pytest

from domain.deal.corrections import EventRetracted
from domain.deal.life import DealExpectedCloseMoved, DealOpened
from projections.asking.asked import Asked
from projections.stages.pushes import Push, pushes_on
from projections.states.as_of import states_on
from tests.projections.closing_stories import Stories, day


def expected(on: str) -> DealExpectedCloseMoved:
    return DealExpectedCloseMoved(expected_close=date.fromisoformat(on))


def opened(on: str | None = "2026-03-20") -> DealOpened:
    return DealOpened(
        title="Pumps",
        pipeline="standard",
        pipeline_revision=1,
        expected_close=None if on is None else date.fromisoformat(on),
    )


@pytest.fixture
def stories() -> Iterator[Stories]:
    stories = Stories()
    yield stories
    stories.close()


def pushed(stories: Stories, asked: Asked | None = None) -> list[Push]:
    views = stories.caught_up()
    with views.engine.connect() as connection:
        found = pushes_on(connection, states_on(views, connection), asked or Asked())
    return [push for pushes in found.values() for push in pushes]


def measured(stories: Stories, asked: Asked | None = None) -> list[tuple[int, int, int, int]]:
    return [(push.version, push.days, push.months, push.quarters) for push in pushed(stories, asked)]


def test_each_move_to_a_later_day_is_a_push_over_so_many_borders(stories: Stories) -> None:
    stories.story(opened(), expected("2026-03-31"), expected("2026-04-01"), expected("2027-01-01"))
    assert measured(stories) == [(2, 11, 0, 0), (3, 1, 1, 1), (4, 275, 9, 3)]


def test_a_move_to_an_earlier_day_or_to_none_is_no_push(stories: Stories) -> None:
    moves = (expected("2026-03-10"), DealExpectedCloseMoved(expected_close=None), expected("2026-05-01"))
    stories.story(opened(), *moves)
    stories.story(opened(None), expected("2026-05-01"), deal="D-2")
    assert measured(stories) == []


def test_a_push_that_was_forgotten_stands_where_it_happened(stories: Stories) -> None:
    stories.tell(opened(), day(1))
    stories.tell(expected("2026-04-30"), day(9))
    stories.caught_up()
    stories.tell(expected("2026-04-10"), day(5))
    assert measured(stories) == [(3, 21, 1, 1), (2, 20, 0, 0)]
    assert measured(stories, Asked(as_of=day(5))) == [(3, 21, 1, 1)]


def test_a_push_that_is_taken_back_was_known_before(stories: Stories) -> None:
    stories.tell(opened(), day(1), known=day(1))
    stories.tell(expected("2026-04-30"), day(9), known=day(9))
    stories.tell(
        EventRetracted(retracts=2, type="DealExpectedCloseMoved", reason="other"), day(12), known=day(12)
    )
    assert measured(stories) == []
    assert measured(stories, Asked(known_at=day(11))) == [(2, 41, 1, 1)]
