"""Time words mean the end for a state, the start for a period's beginning, the instant after for its end."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interfaces.cli.times import TICK, NotATime, at_end, at_start, day, past_end, when, window

SHANGHAI = ZoneInfo("Asia/Shanghai")
BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 4, 17, 22, 30, tzinfo=UTC)


def _utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("word", "start", "over"),
    [
        ("2026-04-01", "2026-04-01", "2026-04-02"),
        ("2026-4-1", "2026-04-01", "2026-04-02"),
        ("2026-04", "2026-04-01", "2026-05-01"),
        ("2025-12", "2025-12-01", "2026-01-01"),
        ("2026Q2", "2026-04-01", "2026-07-01"),
        ("2026q4", "2026-10-01", "2027-01-01"),
        ("2026-Q1", "2026-01-01", "2026-04-01"),
        ("-7d", "2026-04-10", "2026-04-11"),
        ("−7d", "2026-04-10", "2026-04-11"),
        ("-2w", "2026-04-03", "2026-04-04"),
        ("-0d", "2026-04-17", "2026-04-18"),
        ("today", "2026-04-17", "2026-04-18"),
        ("Yesterday", "2026-04-16", "2026-04-17"),
    ],
)
def test_a_day_month_or_quarter_has_a_start_an_end_and_an_instant_after(
    word: str, start: str, over: str
) -> None:
    assert at_start(word, UTC, NOW) == _utc(start)
    assert past_end(word, UTC, NOW) == _utc(over)
    assert at_end(word, UTC, NOW) == _utc(over) - TICK


@pytest.mark.parametrize(
    ("word", "instant"),
    [
        ("2026-04-01T09:30+08:00", "2026-04-01T01:30:00"),
        ("2026-04-01T09:30:15.25Z", "2026-04-01T09:30:15.250000"),
        ("2026-04-01 09:30 +0800", "2026-04-01T01:30:00"),
        ("now", "2026-04-17T22:30:00"),
    ],
)
def test_an_instant_is_itself_whatever_it_is_asked_for(word: str, instant: str) -> None:
    for reading in (at_start, at_end, past_end):
        assert reading(word, SHANGHAI, NOW) == _utc(instant)


def test_a_time_without_an_offset_is_the_wall_clock_of_the_zone() -> None:
    assert at_end("2026-04-01T09:30", SHANGHAI, NOW) == _utc("2026-04-01T01:30:00")


def test_days_begin_and_end_in_the_zone_that_is_asked_in() -> None:
    assert at_end("2026-04-01", SHANGHAI, NOW) == _utc("2026-04-01T16:00:00") - TICK
    # At 22:30 UTC it is already tomorrow in Shanghai.
    assert at_start("today", SHANGHAI, NOW) == _utc("2026-04-17T16:00:00")


def test_a_day_on_which_the_clocks_change_has_23_or_25_hours() -> None:
    short = past_end("2026-03-29", BERLIN, NOW).astimezone(UTC) - at_start("2026-03-29", BERLIN, NOW)
    long = past_end("2026-10-25", BERLIN, NOW).astimezone(UTC) - at_start("2026-10-25", BERLIN, NOW)
    assert (short, long) == (timedelta(hours=23), timedelta(hours=25))
    assert at_end("2026-10-25", BERLIN, NOW).astimezone(UTC) == _utc("2026-10-25T23:00:00") - TICK


def test_something_happens_on_a_day_or_at_an_instant() -> None:
    assert when("2026-04-01", SHANGHAI, NOW) == (_utc("2026-03-31T16:00:00"), "day")
    assert when("2026-04-01T09:30+08:00", UTC, NOW) == (_utc("2026-04-01T01:30:00"), "instant")
    assert when("now", UTC, NOW) == (NOW, "instant")


@pytest.mark.parametrize("word", ["2026-04", "2026Q2"])
def test_nothing_happens_on_a_whole_month(word: str) -> None:
    with pytest.raises(NotATime, match="longer than a day"):
        when(word, UTC, NOW)


def test_a_field_that_holds_a_date_takes_one_day() -> None:
    assert day("2026-04-01", UTC, NOW) == date(2026, 4, 1)
    assert day("-1d", UTC, NOW) == date(2026, 4, 16)
    for word in ("2026-04", "now"):
        with pytest.raises(NotATime, match="no day"):
            day(word, UTC, NOW)


def test_a_window_of_closing_is_made_of_days() -> None:
    assert window("2026Q3", UTC, NOW) == (date(2026, 7, 1), date(2026, 10, 1))
    with pytest.raises(NotATime, match="is an instant"):
        window("now", UTC, NOW)


@pytest.mark.parametrize(
    "word",
    ["", "soon", "2026", "2026-13", "2026-02-30", "2026Q5", "7d", "-7y", "2026-04-01T25:00", "9999-12-31",
     "0001-01-01T00:00+08:00", "-999999d", "9999Q4", "2026-04-01T09:30+99:00"],
)  # fmt: skip
def test_other_words_are_no_time_and_the_message_repeats_them(word: str) -> None:
    with pytest.raises(NotATime) as caught:
        at_end(word, SHANGHAI, NOW)
    assert repr(word) in str(caught.value)


@given(st.text(max_size=30))
def test_any_word_is_read_or_refused(word: str) -> None:
    try:
        start, end, over = (reading(word, BERLIN, NOW) for reading in (at_start, at_end, past_end))
    except NotATime:
        return
    assert start <= end <= over
