"""Waiting for what is away: longer each time, and told once."""

from random import uniform
from time import monotonic

from consumers.running.watching import Watching
from domain.errors import Unavailable

SOONEST, LATEST = 0.2, 10.0
"""Seconds between two attempts: doubled each time."""

LOOK = 0.2
"""Seconds after which whoever waits looks whether it shall stop."""


class Patience:
    """Says how long to wait after what failed, and tells whoever watches when it is lost and when it is back."""

    def __init__(self, watching: Watching) -> None:
        self._watching = watching
        self._pause = SOONEST
        self._lost = False

    def lost(self, error: Unavailable) -> float:
        """The instant (of the monotonic clock) at which to try again."""
        if not self._lost:
            self._watching.lost(error)
        self._lost = True
        pause, self._pause = self._pause, min(2 * self._pause, LATEST)
        return monotonic() + spread(pause)

    def back(self) -> None:
        """It went well."""
        if self._lost:
            self._watching.back()
        self._lost, self._pause = False, SOONEST


def spread(seconds: float) -> float:
    """About so many seconds: not all at once when a server is back, it has enough to do then."""
    return uniform(seconds / 2, seconds)  # noqa: S311 - nobody guesses it for gain
