"""Waiting for what is away: longer each time, and told once."""

from collections.abc import Hashable
from random import uniform
from time import monotonic

from consumers.running.watching import Watching
from domain.errors import Unavailable

SOONEST, LATEST = 0.2, 10.0
"""Seconds between two attempts: doubled each time."""

LOOK = 0.2
"""Seconds after which whoever waits looks whether it shall stop."""


class Patience:
    """Says how long to wait for each of the things that are away, and tells whoever watches once for all of them."""

    def __init__(self, watching: Watching) -> None:
        self._watching = watching
        self._pauses: dict[Hashable, float] = {}
        self._told = False

    def lost(self, what: Hashable, error: Unavailable) -> float:
        """The instant (of the monotonic clock) at which to try `what` again."""
        if not self._told:
            self._watching.lost(error)
        self._told = True
        pause = self._pauses.get(what, SOONEST)
        self._pauses[what] = min(2 * pause, LATEST)
        return monotonic() + spread(pause)

    def back(self, what: Hashable) -> None:
        """It went well."""
        self.forget(what)
        if self._told and not self._pauses:
            self._told = False
            self._watching.back()

    def forget(self, what: Hashable) -> None:
        """It is no longer ours to try."""
        self._pauses.pop(what, None)


def spread(seconds: float) -> float:
    """About so many seconds: not all at once when a server is back, it has enough to do then."""
    return uniform(seconds / 2, seconds)  # noqa: S311 - nobody guesses it for gain
