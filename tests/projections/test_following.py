"""Read models that follow the log: they stay at its end, stop between two pages, and outlive what is away."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from gc import get_freeze_count
from time import monotonic

import pytest
from sqlalchemy import select

from domain.deal.outlook import AddNote
from domain.errors import Unavailable
from domain.event import Recorded
from engine.deals import Deals
from projections.running.following import follow
from projections.running.projection import Rows, Story
from projections.running.runner import catch_up
from projections.running.views import PROJECTIONS, Views
from tests.engine.appending import FIRST, ME, OPEN
from tests.projections.histories import store
from tests.projections.test_runner import Counting, counted


@dataclass
class Seen:
    """What was told."""

    caught_up_to: list[int] = field(default_factory=list)
    took: list[float] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    def caught_up(self, position: int, seconds: float) -> None:
        self.caught_up_to.append(position)
        self.took.append(seconds)

    def lost(self, error: Unavailable) -> None:
        self.said.append(str(error))

    def back(self) -> None:
        self.said.append("back")


@pytest.fixture
def deals() -> Iterator[Deals]:
    with store() as opened:
        opened.handle(FIRST, OPEN, by=ME)
        yield opened


@pytest.fixture
def views(deals: Deals) -> Iterator[Views]:
    with Views.open(deals) as opened:
        yield opened


def noted(deals: Deals) -> None:
    deals.handle(FIRST, AddNote(text="called"), by=ME)


def stands_at(views: Views) -> dict[str, int]:
    with views.engine.connect() as connection:
        rows = connection.execute(select(PROJECTIONS.c.name, PROJECTIONS.c.position)).all()
    return {row.name: row.position for row in rows}


def times(count: int, act: Callable[[int], None] = lambda _: None) -> Callable[[], bool]:
    """Says that it is enough when it was asked so often; before that, does something each time."""
    asked = iter(range(count))

    def stopping() -> bool:
        turn = next(asked, None)
        if turn is not None:
            act(turn)
        return turn is None

    return stopping


def test_what_is_new_is_folded_and_told_once(deals: Deals, views: Views) -> None:
    seen = Seen()
    first = deals.head().position

    def stopping() -> bool:
        if seen.caught_up_to == [first] and deals.head().position == first:
            noted(deals)
        return seen.caught_up_to[-1:] == [first + 1]

    follow(views, deals, [Counting()], stopping, seen, interval=60)
    assert (seen.caught_up_to, seen.said) == ([first, first + 1], [])
    assert counted(views)[FIRST] == 2


def test_it_is_told_how_long_what_was_new_took(deals: Deals, views: Views) -> None:
    seen = Seen()
    began = monotonic()
    follow(views, deals, [Counting()], lambda: bool(seen.took), seen)
    [took] = seen.took
    assert 0 < took < monotonic() - began


def test_nothing_is_told_where_nothing_is_new(deals: Deals, views: Views) -> None:
    catch_up(views, deals, [Counting()])
    seen = Seen()
    follow(views, deals, [Counting()], times(20), seen, interval=0.001)
    assert (seen.caught_up_to, seen.said) == ([], [])


def test_who_has_nothing_to_fold_rests(deals: Deals, views: Views) -> None:
    end = monotonic() + 0.2
    asked: list[float] = []

    def stopping() -> bool:
        asked.append(monotonic())
        return asked[-1] > end

    follow(views, deals, [Counting()], stopping, Seen(), interval=60)
    assert len(asked) < 10


def test_who_shall_stop_does_so_between_two_pages(deals: Deals, views: Views) -> None:
    catch_up(views, deals, [Counting()])
    before = deals.head().position
    noted(deals)
    seen = Seen()

    @dataclass(frozen=True)
    class Other(Counting):
        name: str = "other"
        tables: tuple[()] = ()

        def fold(self, have: Rows, events: Sequence[Recorded], story: Story) -> Rows:
            return {}

    # Asked before it begins and after every page: the first brings one projection to where the other is.
    follow(views, deals, [Counting(), Other()], times(1), seen)
    assert stands_at(views) == {"counting": before, "other": before}
    assert (seen.caught_up_to, seen.said) == ([], [])


def test_who_shall_stop_at_once_folds_nothing(deals: Deals, views: Views) -> None:
    follow(views, deals, [Counting()], lambda: True, Seen())
    assert stands_at(views) == {}


def test_what_is_away_is_told_once_and_tried_until_it_is_back(deals: Deals, views: Views) -> None:
    seen = Seen()
    failures = iter(range(3))

    @dataclass(frozen=True)
    class Away(Counting):
        def fold(self, have: Rows, events: Sequence[Recorded], story: Story) -> Rows:
            if next(failures, None) is not None:
                raise Unavailable("The read models cannot be used now.")
            return super().fold(have, events, story)

    follow(views, deals, [Away()], lambda: "back" in seen.said, seen)
    assert seen.said == ["The read models cannot be used now.", "back"]
    assert seen.caught_up_to == [deals.head().position]
    assert counted(views) == {FIRST: 1}


def test_the_garbage_collector_is_left_as_it_was(deals: Deals, views: Views) -> None:
    frozen: list[bool] = []
    follow(views, deals, [Counting()], times(3, lambda _: frozen.append(get_freeze_count() > 0)), Seen())
    assert frozen == [True, True, True]
    assert get_freeze_count() == 0
