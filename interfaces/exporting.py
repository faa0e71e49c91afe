"""The canonical history out: every event of the store, or of one deal, exactly as `import history` reads it."""

import json
from collections.abc import Iterator, Sequence
from typing import Any, TextIO, cast
from uuid import UUID

from domain.deal.life import DealOpened
from domain.deal.reading import known_times
from domain.errors import NotFound
from domain.event import Recorded
from domain.pipeline import PipelineDefined
from domain.values import External
from engine.deals import Deals
from engine.ids import OWN_SOURCE, deal_id
from interfaces.importing.history.completing import pipelines_named


def export_history(deals: Deals, out: TextIO, *, deal: UUID | None = None) -> int:
    """Write the history as NDJSON and return the number of events.

    Pipelines come first, then deals as they were first recorded, each in version order. It is the store
    as it stood when the export began, in memory one stream at a time. With `deal` that deal alone, and
    the pipelines that it was in. NotFound where there is no such deal.
    """
    upto = deals.head().position
    written = 0
    for lines in _streams(deals, deal, upto):
        for line in lines:
            out.write(json.dumps(line, ensure_ascii=False, separators=(",", ":")))
            out.write("\n")
            written += 1
    return written


def _streams(deals: Deals, deal: UUID | None, upto: int) -> Iterator[list[dict[str, Any]]]:
    told = None if deal is None else _deal(deals, deal, upto)
    lived_in = frozenset[str]().union(*(pipelines_named(each.event) for each in told or ()))
    for stream_id in _begun_by(deals, PipelineDefined.__name__, upto):
        story = deals.story(stream_id, upto=upto)
        slug = cast("PipelineDefined", story[0].event).pipeline
        if told is None or slug in lived_in:
            yield _lines({"pipeline": slug}, story)
    if told is not None:
        yield _deal_lines(told)
        return
    for stream_id in _begun_by(deals, DealOpened.__name__, upto):
        yield _deal_lines(_deal(deals, stream_id, upto))


def _deal(deals: Deals, stream_id: UUID, upto: int) -> list[Recorded]:
    story = deals.story(stream_id, upto=upto)
    if not story or not isinstance(story[0].event, DealOpened):
        raise NotFound(f"There is no deal {stream_id}. `dealtrail deal list` shows those there are.")
    return story


def _deal_lines(story: Sequence[Recorded]) -> list[dict[str, Any]]:
    first = story[0]
    return _lines(_name(first.stream_id, cast("DealOpened", first.event).external), story)


def _begun_by(deals: Deals, type_name: str, upto: int) -> Iterator[UUID]:
    """The streams that begin with an event of this type, in the order in which they began."""
    after = 0
    while page := deals.feed(after, types=(type_name,)):
        for recorded in page:
            if recorded.position > upto:
                return
            if recorded.version == 1:
                yield recorded.stream_id
        after = page[-1].position


def _name(stream_id: UUID, external: External | None) -> dict[str, str]:
    """The name that leads back to this stream."""
    if external is not None and deal_id(external.source, external.key) == stream_id:
        return {"source": external.source, "deal": external.key}
    return {"source": OWN_SOURCE, "deal": str(stream_id)}


def _lines(name: dict[str, str], story: Sequence[Recorded]) -> list[dict[str, Any]]:
    return [
        {
            **name,
            "version": recorded.version,
            "key": recorded.line_key or recorded.event_id,
            "at": recorded.occurred_at.isoformat(),
            **({} if recorded.precision == "instant" else {"precision": recorded.precision}),
            "by": recorded.by.model_dump(exclude_none=True),
            "source_recorded_at": known.isoformat(),
            "type": recorded.type,
            "data": recorded.event.model_dump(mode="json", exclude_unset=True),
        }
        for recorded, known in zip(story, known_times(story), strict=True)
    ]
