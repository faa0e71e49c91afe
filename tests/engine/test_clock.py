from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.clock import EPOCH, fixed, from_micros, now, to_micros


@given(
    st.integers(min_value=-62_000_000_000_000_000, max_value=250_000_000_000_000_000),
    st.sampled_from([UTC, timezone(timedelta(hours=8)), timezone(timedelta(hours=-11))]),
)
def test_an_instant_is_an_exact_number_of_microseconds_in_any_zone(micros: int, zone: timezone) -> None:
    assert to_micros(from_micros(micros).astimezone(zone)) == micros


def test_instants_before_1970_are_negative() -> None:
    assert to_micros(EPOCH - timedelta(microseconds=1)) == -1
    assert from_micros(to_micros(datetime(1, 1, 1, tzinfo=UTC))) == datetime(1, 1, 1, tzinfo=UTC)


def test_a_time_without_a_zone_is_no_instant() -> None:
    with pytest.raises(TypeError):
        to_micros(datetime(2026, 4, 1))  # noqa: DTZ001 - naive on purpose


def test_the_clock_tells_its_zone() -> None:
    assert now().tzinfo is UTC


def test_times_of_the_hour_that_comes_twice_are_in_order_once_their_offsets_are_fixed() -> None:
    first = datetime(2025, 10, 26, 2, 30, tzinfo=ZoneInfo("Europe/Berlin"))
    second = first.replace(fold=1)
    assert first == second
    assert fixed(second) - fixed(first) == timedelta(hours=1)
    assert fixed(second).isoformat() == "2025-10-26T02:30:00+01:00"


def test_an_offset_with_seconds_becomes_utc() -> None:
    assert (
        fixed(datetime(1890, 1, 1, tzinfo=ZoneInfo("Asia/Shanghai"))).isoformat()
        == "1889-12-31T15:54:17+00:00"
    )


def test_a_time_without_a_zone_has_no_offset_to_fix() -> None:
    with pytest.raises(ValueError, match="without a zone"):
        fixed(datetime(2026, 4, 1))  # noqa: DTZ001 - naive on purpose
