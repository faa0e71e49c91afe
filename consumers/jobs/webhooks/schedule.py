"""When a delivery that failed is tried again, and when it is given up."""

import random
from datetime import datetime, timedelta

DELAYS = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=20),
)
"""After each failed try (Standard Webhooks 1.0, *Deliverability and reliability*); together less than GIVEN_UP."""

GIVEN_UP = timedelta(days=3)
LONGEST_WISH = timedelta(days=1)
"""An endpoint may ask to be left alone (Retry-After) for no longer."""

FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=5), timedelta(minutes=5)
"""How long an endpoint that cannot be reached is left alone: twice as long each time, up to the longest."""


def next_try(
    tries: int, queued_at: datetime, now: datetime, wish: timedelta | None, chance: random.Random
) -> datetime | None:
    """When to try again after so many tries; None to give up: nothing is tried later than three days after `queued_at`.

    Up to a tenth sooner than DELAYS say, so that what failed together does not come back together.
    `wish` is how long the endpoint asked to be left alone.
    """
    if tries > len(DELAYS):
        return None
    delay = DELAYS[tries - 1] * chance.uniform(0.9, 1.0)
    again = now + max(delay, min(wish or timedelta(0), LONGEST_WISH))
    return again if again <= queued_at + GIVEN_UP else None


def pause(troubles: int, wish: timedelta | None) -> timedelta:
    """How long to leave an endpoint alone that could not be reached so many times in a row."""
    grown = FIRST_PAUSE * (1 << min(troubles - 1, 10))
    return max(min(grown, LONGEST_PAUSE), min(wish or timedelta(0), LONGEST_WISH))
