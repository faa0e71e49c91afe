"""Waiting: for what cannot be used now, longer each time and told once; and for the log to go on."""

from collections.abc import Callable, Hashable
from random import uniform
from time import monotonic, sleep
from typing import Protocol

from domain.errors import Unavailable
from engine.log import Log

SOONEST, LATEST = 0.2, 10.0
"""Seconds between two attempts to use what cannot be used: doubled each time."""

LOOK = 0.5
"""Seconds after which whoever waits looks whether it shall stop."""


class Watching(Protocol):
    """Told what cannot be used."""

    def lost(self, error: Unavailable) -> None:
        """Something that is needed cannot be used; said once, until it is back."""

    def back(self) -> None:
        """It can be used again."""


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


def rest(until: float, stopping: Callable[[], bool]) -> None:
    """Until that instant of the monotonic clock, or until it shall stop."""
    while not stopping() and (left := until - monotonic()) > 0:
        sleep(min(left, LOOK))


def rest_behind(log: Log, after: int, seconds: float, stopping: Callable[[], bool]) -> None:
    """Until the log goes on behind the position `after`, so many seconds are over, or it shall stop."""
    end = monotonic() + seconds
    while not stopping() and (left := end - monotonic()) > 0:
        slice_ = min(left, LOOK)
        began = monotonic()
        log.wait(after, slice_)
        if monotonic() - began < slice_:
            return
