"""Following: read models that stay at the end of the log until somebody stops it."""

import gc
from collections.abc import Callable, Sequence
from time import monotonic
from typing import Protocol

from domain.errors import Unavailable
from engine.deals import Deals
from engine.waiting import Patience, rest, rest_behind
from projections.running.projection import Projection
from projections.running.runner import catch_up
from projections.running.views import Views

FOLLOWING = "following"
"""What may be away: the store, the read models."""


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
    patience = Patience(watching)
    while not stopping():
        try:
            at = _caught_up(views, deals, projections, stopping, watching)
            patience.back(FOLLOWING)
            rest_behind(deals.store, at, interval, stopping)
        except _Stopped:
            return
        except Unavailable as error:
            rest(patience.lost(FOLLOWING, error), stopping)


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
