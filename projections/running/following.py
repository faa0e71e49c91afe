"""Following: read models that stay at the end of the log until somebody stops it."""

import gc
from collections.abc import Callable, Sequence
from random import uniform
from time import monotonic, sleep
from typing import Protocol

from domain.errors import Unavailable
from engine.deals import Deals
from projections.running.projection import Projection
from projections.running.runner import catch_up
from projections.running.views import Views

SOONEST, LATEST = 0.2, 10.0
"""Seconds between two attempts to reach a database that cannot be used: doubled each time."""

LOOK = 0.5
"""Seconds after which whoever waits looks whether it shall stop."""


class Watching(Protocol):
    """Told what becomes of the read models."""

    def caught_up(self, position: int, seconds: float) -> None:
        """What was new up to that position was folded in so many seconds."""

    def lost(self, error: Unavailable) -> None:
        """The store or the read models cannot be used; said once, until they are back."""

    def back(self) -> None:
        """They can be used again."""


class _Stopped(Exception):
    """Somebody wants it to stop, and the page in hand is written."""


def follow(
    views: Views,
    deals: Deals,
    projections: Sequence[Projection],
    stopping: Callable[[], bool],
    watching: Watching,
    *,
    interval: float = 1.0,
) -> None:
    """Catch up whenever the log grows, and every `interval` seconds, until `stopping` says so.

    It ends between two pages. Where the databases cannot be used it tries again until they can.
    """
    # What is here already is no garbage, and to look through it once more takes longer than to fold a page.
    gc.freeze()
    try:
        _stay(views, deals, projections, stopping, watching, interval)
    finally:
        gc.unfreeze()


def _stay(
    views: Views,
    deals: Deals,
    projections: Sequence[Projection],
    stopping: Callable[[], bool],
    watching: Watching,
    interval: float,
) -> None:
    pause, lost = SOONEST, False
    while not stopping():
        try:
            at = _caught_up(views, deals, projections, stopping, watching)
            if lost:
                watching.back()
            lost, pause = False, SOONEST
            _wait(deals, at, interval, stopping)
        except _Stopped:
            return
        except Unavailable as error:
            if not lost:
                watching.lost(error)
            lost = True
            # Not all at once when the server is back: it has enough to do then.
            _rest(uniform(pause / 2, pause), stopping)  # noqa: S311 - nobody guesses it for gain
            pause = min(2 * pause, LATEST)


def _caught_up(
    views: Views,
    deals: Deals,
    projections: Sequence[Projection],
    stopping: Callable[[], bool],
    watching: Watching,
) -> int:
    """Catch up, and a position that all of them have reached."""
    goal, began = deals.head().position, monotonic()
    pages = 0

    def page_done(_: str, __: int, ___: int) -> None:
        nonlocal pages
        pages += 1
        if stopping():
            raise _Stopped

    catch_up(views, deals, projections, progress=page_done)
    if pages:
        watching.caught_up(goal, monotonic() - began)
    return goal


def _wait(deals: Deals, after: int, seconds: float, stopping: Callable[[], bool]) -> None:
    """Until the log goes on behind `after`, the time is over, or it shall stop."""
    end = monotonic() + seconds
    while not stopping() and (left := end - monotonic()) > 0:
        slice_ = min(left, LOOK)
        began = monotonic()
        deals.store.wait(after, slice_)
        if monotonic() - began < slice_:
            return


def _rest(seconds: float, stopping: Callable[[], bool]) -> None:
    end = monotonic() + seconds
    while not stopping() and (left := end - monotonic()) > 0:
        sleep(min(left, LOOK))
