"""When a failed delivery is tried again, and when it is given up."""

import random
from datetime import UTC, datetime, timedelta
from itertools import accumulate

from hypothesis import given
from hypothesis import strategies as st

from consumers.jobs.webhooks.schedule import DELAYS, GIVEN_UP, next_try, pause

QUEUED = datetime(2026, 3, 2, 9, tzinfo=UTC)


class Latest(random.Random):
    """Chance that never tries sooner than it must."""

    def uniform(self, a: float, b: float) -> float:
        return b


def tries(chance: random.Random) -> list[timedelta]:
    """How long after it was queued each try of a delivery is made that always fails at once."""
    made, at = [timedelta(0)], QUEUED
    while (again := next_try(len(made), QUEUED, at, None, chance)) is not None:
        at = again
        made.append(at - QUEUED)
    return made


def test_a_delivery_is_tried_ten_times_over_three_days() -> None:
    told = tries(Latest())
    assert told == [timedelta(0), *accumulate(DELAYS)]
    assert len(told) == 10
    assert timedelta(hours=71) < told[-1] <= GIVEN_UP


@given(st.randoms(use_true_random=False))
def test_what_failed_together_does_not_come_back_together(chance: random.Random) -> None:
    told = tries(chance)
    assert len(told) == 10
    for sooner, later, delay in zip(told, told[1:], DELAYS, strict=False):
        assert delay * 0.9 <= later - sooner <= delay


def test_what_waited_behind_another_for_three_days_is_tried_once() -> None:
    late = QUEUED + timedelta(days=4)
    assert next_try(1, QUEUED, late, None, Latest()) is None


def test_an_endpoint_is_left_alone_for_as_long_as_it_asks_but_no_longer_than_a_day() -> None:
    assert next_try(1, QUEUED, QUEUED, timedelta(hours=1), Latest()) == QUEUED + timedelta(hours=1)
    assert next_try(1, QUEUED, QUEUED, timedelta(days=9), Latest()) == QUEUED + timedelta(days=1)
    assert next_try(2, QUEUED, QUEUED, timedelta(seconds=1), Latest()) == QUEUED + timedelta(minutes=5)


def test_an_endpoint_that_cannot_be_reached_is_left_alone_for_twice_as_long_each_time() -> None:
    assert [pause(troubles, None).total_seconds() for troubles in (1, 2, 3, 6, 7, 99)] == [
        5,
        10,
        20,
        160,
        300,
        300,
    ]
    assert pause(1, timedelta(minutes=30)) == timedelta(minutes=30)
