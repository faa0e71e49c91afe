"""When a command happens: its own time, else now, and how far either may lie from the clock and the past."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from domain.deal.reading import standing
from domain.errors import BadInput, RuleBroken
from domain.event import Precision, Recorded
from engine.clock import fixed

AHEAD = timedelta(minutes=5)
"""How far another clock may be ahead of the store's."""

DAY = timedelta(days=1)

ALWAYS = datetime(1, 1, 1, tzinfo=UTC)
"""The time of a pipeline that holds since always."""


class TooFarAhead(BadInput):
    """The time has not come yet."""

    def __init__(self, at: datetime, clock: datetime, what: str) -> None:
        super().__init__(
            f"{what} lies in the future: {at.isoformat()}, and it is {clock.isoformat()} now. "
            "What has not happened cannot be recorded: give a time that has passed."
        )


class TooEarly(RuleBroken):
    """The time lies before the last event that the command follows."""

    def __init__(self, at: datetime, limit: datetime, what: str) -> None:
        self.limit = limit
        super().__init__(
            f"{at.isoformat()} is too early: {what} at {limit.isoformat()}. "
            "Give a later time, or correct that event first."
        )


def given_time(at: datetime, clock: datetime) -> datetime:
    """A time that a caller gave, as an instant; BadInput where it is none or too far ahead of the clock."""
    if at.utcoffset() is None:
        raise BadInput(f"The time {at.isoformat()} has no zone. Add its offset, such as +08:00 or Z.")
    check_not_ahead(at, clock, "The time of the command")
    try:
        at.astimezone(UTC)
    except OverflowError:
        raise BadInput(
            f"The time {at.isoformat()} lies before the year 1 in UTC. Give a later one."
        ) from None
    return fixed(at)


def live_time(story: Sequence[Recorded], clock: datetime) -> datetime:
    """Now, but not before the last event of the stream: a clock may have been set back."""
    return max([clock, *(recorded.occurred_at for recorded in story)])


def reading_time(story: Sequence[Recorded], at: datetime, precision: Precision) -> datetime:
    """The instant at which a backdated command is decided: `at`, but a day reaches to an opening on it."""
    lines = standing(story)
    if lines and precision == "day" and at < lines[0].at < at + DAY:
        return lines[0].at
    return at


def check_not_ahead(at: datetime, clock: datetime, what: str) -> None:
    """TooFarAhead where `at` is more than five minutes ahead of the clock."""
    if at > clock + AHEAD:
        raise TooFarAhead(at, clock, what)
