"""What a replay draws fits any terminal, wide characters included, and what keys do needs none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from domain.event import Actor, Recorded
from engine.deals import Deals
from engine.ids import deal_id
from engine.settings import Settings
from interfaces.cli.choices import Choices
from interfaces.cli.replay.keys import keys_in
from interfaces.cli.replay.screen import Frames
from interfaces.cli.replay.walking import FASTEST, MOVES, SLOWEST, Paths, Walk
from interfaces.cli.replay.wording import StepWords
from interfaces.cli.session import Session
from interfaces.demo.script import SOURCE, Script
from interfaces.demo.stories import reopened
from projections.one_deal.replay import Step, replay

DEAL = deal_id(SOURCE, reopened.KEY)


@pytest.fixture(scope="module", params=["en", "zh-CN"])
def session(request: pytest.FixtureRequest) -> Session:
    session = Session(Choices(store="memory:", lang=request.param)).creating()
    script = Script()
    reopened.tell(script)
    for order in script.orders:
        session.deals.handle(DEAL, order.command, by=Actor(id=order.by), at=order.at)
    return session


@pytest.fixture(scope="module")
def events(session: Session) -> list[Recorded]:
    return session.deals.story(DEAL)


@pytest.fixture(scope="module")
def steps(events: list[Recorded]) -> list[Step]:
    return replay(events)


@pytest.fixture(scope="module")
def frames(session: Session, events: list[Recorded], steps: list[Step]) -> Frames:
    return Frames(session, StepWords(session, events), steps, "As of now (UTC).")


@pytest.fixture(scope="module")
def paths(session: Session, steps: list[Step]) -> Paths:
    return Paths(session, steps)


@given(
    width=st.integers(10, 160),
    height=st.integers(2, 60),
    place=st.integers(0, 16),
    playing=st.booleans(),
    typed=st.none() | st.text(max_size=30),
    said=st.none() | st.text(max_size=200),
)
def test_a_frame_fills_any_terminal_exactly(
    frames: Frames, width: int, height: int, place: int, playing: bool, typed: str | None, said: str | None
) -> None:
    walk = Walk(place=place, playing=playing, typed=typed, said=said)
    lines = frames.frame(walk, width, height).plain.split("\n")
    assert len(lines) == height
    assert {cell_len(line) for line in lines} == {width}


def test_a_frame_shows_what_changed_and_the_rest_as_it_stands(frames: Frames, steps: list[Step]) -> None:
    moved = next(place for place, step in enumerate(steps) if step.stands.type == "DealStageChanged")
    frame = frames.frame(Walk(place=moved), 100, 30).plain
    changed = [line for line in frame.splitlines() if "▸" in line]
    assert len(changed) == 1
    assert "→" in changed[0]
    assert "han.meimei" in frame


def test_in_a_low_terminal_what_changed_is_still_in_sight(frames: Frames) -> None:
    frame = frames.frame(Walk(place=4), 100, 9).plain
    assert "▸" in frame


@given(keys=st.lists(st.sampled_from([*MOVES, *"gahjklnpq0$+-=_x1/é", "home", "end", "escape", "enter"])))
def test_no_key_leads_out_of_the_story(paths: Paths, steps: list[Step], keys: list[str]) -> None:
    walk = Walk()
    for key in keys:
        walk = paths.pressed(walk, key)
        assert 0 <= walk.place < len(steps)
        assert SLOWEST <= walk.speed <= FASTEST


def test_playing_goes_on_to_the_end_and_stops_there(paths: Paths, steps: list[Step]) -> None:
    walk = paths.pressed(Walk(place=len(steps) - 2), "a")
    assert walk.playing
    walk = paths.went_on(walk)
    assert (walk.place, walk.playing) == (len(steps) - 1, True)
    assert not paths.went_on(walk).playing
    assert paths.pressed(Walk(place=len(steps) - 1), "a").place == 0


def test_a_step_by_hand_stops_the_playing(paths: Paths) -> None:
    assert not paths.pressed(Walk(playing=True), "right").playing


def test_a_date_is_typed_mended_and_left(paths: Paths) -> None:
    walk = Walk(place=3)
    for key in ("g", "2", "x", "backspace", "escape"):
        walk = paths.pressed(walk, key)
        assert not walk.over
    assert (walk.place, walk.typed) == (3, None)


def test_the_sequences_of_a_terminal_are_keys() -> None:
    assert keys_in("\x1b[C\x1bOD n\x1b[1~\x1b[F\x1b[6~\r\x7f\x04") == (
        ["right", "left", " ", "n", "home", "end", "page-down", "enter", "backspace", "end-of-file"]
    )
    assert keys_in("\x1b") == ["escape"]
    assert keys_in("\x1b[1;5C\x1b[15~年") == ["年"]


@given(st.text())
def test_whatever_a_terminal_sends_is_a_list_of_keys(typed: str) -> None:
    assert all(keys_in(typed))


def test_the_story_of_an_empty_store_is_no_replay() -> None:
    with Deals(Settings(store="memory:")) as deals:
        assert replay(deals.story(DEAL)) == []
