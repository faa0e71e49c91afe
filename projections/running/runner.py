"""The runner: reads the feed, folds a page, writes the rows and positions of all in one transaction."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache
from uuid import UUID

from domain.event import Recorded
from domain.events import DEAL_EVENTS
from engine.deals import Deals
from projections.running.folding import fold_page
from projections.running.generations import (
    Generation,
    advance,
    generation_in_work,
    generations_in_work,
    quarantine,
    quarantined,
    refreshed,
    take_over,
)
from projections.running.projection import Projection, Story
from projections.running.views import Views

DEAL_TYPES = frozenset(event.__name__ for event in DEAL_EVENTS)

Progress = Callable[[str, int, int], None]
"""Told after each page: the projection's name, its position, and the position it is going to."""


def catch_up(
    views: Views,
    deals: Deals,
    projections: Sequence[Projection],
    *,
    page: int = 5_000,
    progress: Progress | None = None,
) -> None:
    """Fold everything recorded so far into the read models, and put new generations in force.

    Others may run the same projections meanwhile: of two the slower goes on from where the other is.
    """
    _run(views, deals, generations_in_work(views, deals, projections), page, progress)


def rebuild(
    views: Views,
    deals: Deals,
    projection: Projection,
    *,
    page: int = 5_000,
    progress: Progress | None = None,
) -> None:
    """Build a projection anew beside the one in force, which it then replaces."""
    _run(views, deals, [generation_in_work(views, deals, projection, anew=True)], page, progress)


def _run(views: Views, deals: Deals, works: list[Generation], page: int, progress: Progress | None) -> None:
    head = deals.head()
    goal = head.position
    while behind := [work.position for work in works if work.position < goal]:
        after = min(behind)
        turn = [place for place, work in enumerate(works) if work.position == after]
        events, reached = _page(deals, works, after, goal, page)
        digest = head.digest if reached == goal else deals.store.digest_at(reached)
        story_of = _stories(deals, reached)
        folded = _folded(views, deals, [works[place] for place in turn], events, reached, digest, story_of)
        for place, work in zip(turn, folded, strict=True):
            works[place] = work
            if progress is not None:
                progress(work.projection.name, min(work.position, goal), goal)
    for work in works:
        if not work.live:
            take_over(views, work)


def _page(
    deals: Deals, works: Sequence[Generation], after: int, goal: int, page: int
) -> tuple[list[Recorded], int]:
    """The next events for those that stand at `after`, and the position that they reach with them."""
    wanted = [work.projection.types for work in works if work.position == after]
    narrow = [types for types in wanted if types is not None]
    types = frozenset().union(*narrow) if len(narrow) == len(wanted) else None
    events = deals.feed(after, limit=page, types=types)
    # Up to where the head was before the page was read: what came since may be on no page yet.
    reached = events[-1].position if len(events) == page else max(goal, events[-1].position if events else 0)
    # Not past a projection that is further: from there on both share the pages.
    ahead = min((work.position for work in works if work.position > after), default=reached)
    if ahead < reached:
        return [event for event in events if event.position <= ahead], ahead
    return events, reached


def _folded(
    views: Views,
    deals: Deals,
    works: Sequence[Generation],
    events: Sequence[Recorded],
    reached: int,
    digest: bytes | None,
    story_of: Callable[[UUID], Story],
) -> list[Generation]:
    """All of `works` a page further, in one transaction; where somebody else was faster, where that one is now."""
    with views.writing() as connection:
        mine = advance(connection, works, reached, digest)
        aside = quarantined(connection, works)
        for work in works:
            name = work.projection.name
            if name in mine:
                types = DEAL_TYPES if work.projection.types is None else work.projection.types
                new = [each for each in events if each.type in types and each.stream_id not in aside[name]]
                failures = fold_page(connection, work.projection, work.tables(views), new, story_of)
                quarantine(connection, work, failures)
    return [
        replace(work, position=reached) if work.projection.name in mine else refreshed(views, deals, work)
        for work in works
    ]


def _stories(deals: Deals, upto: int) -> Callable[[UUID], Story]:
    """The stories of the streams on one page; the last few are kept, a fold asks more than once."""

    @lru_cache(maxsize=64)
    def read(stream: UUID) -> list[Recorded]:
        return deals.story(stream, upto=upto)

    def story_of(stream: UUID) -> Story:
        return lambda position: [each for each in read(stream) if each.position <= position]

    return story_of
