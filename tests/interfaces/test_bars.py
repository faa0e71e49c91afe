"""Bars beside figures: to one scale, never longer than their room, never there where there is nothing."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from interfaces.cli.bars import bar, bars

FIGURES = st.floats(0, 1e12) | st.decimals(0, 10**12, places=4) | st.none()


def test_the_greatest_figure_fills_the_width_and_half_of_it_half() -> None:
    assert bars([10, 5, 0, None], width=4) == ["████", "██", "", ""]


def test_a_bar_is_exact_to_an_eighth_of_a_character() -> None:
    assert bar(Decimal(3), Decimal(8), width=2) == "▊"
    assert bar(0.5625, 1, width=2) == "█▏"


def test_what_is_hardly_anything_is_still_seen() -> None:
    assert bar(1, 1_000_000) == "▏"


def test_there_is_no_bar_of_nothing() -> None:
    assert bar(None, 3) == bar(0, 3) == bar(-2, 3) == bar(2, 0) == ""
    assert bars([]) == []
    assert bars([None, 0, -1]) == ["", "", ""]


def test_what_is_more_than_the_whole_ends_at_the_edge() -> None:
    assert bar(3, 2, width=5) == "█████"


@given(st.lists(FIGURES), st.integers(1, 60))
def test_no_bar_is_longer_than_its_room_and_a_greater_figure_has_no_shorter_one(
    figures: list[float | Decimal | None], width: int
) -> None:
    drawn = dict(zip(figures, bars(figures, width), strict=True))
    assert all(len(each) <= width for each in drawn.values())
    by_size = sorted((float(figure), each) for figure, each in drawn.items() if figure is not None)
    lengths = [length(each) for _, each in by_size]
    assert lengths == sorted(lengths)


def length(drawn: str) -> int:
    """In eighths of a character."""
    return sum(8 if each == "█" else "▏▎▍▌▋▊▉".index(each) + 1 for each in drawn)
