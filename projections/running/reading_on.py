"""Where a deal's rows are read on from where they stop, and where its story must be read anew."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Protocol, TypeVar

from domain.deal.corrections import EventCorrected, EventRetracted
from domain.deal.life import DealOpened, DealPipelineChanged, DealStageChanged
from domain.deal.outcome import DealReopened
from domain.deal.reading import Standing, standing
from domain.event import Event, Recorded
from engine.clock import from_micros
from projections.running.projection import Row, Story

FOREVER = 2**62
"""The end of what has not ended, in µs."""


class Read(Protocol):
    """What a projection knows of a deal whose opening it has read; both are instants in µs."""

    @property
    def opened(self) -> int: ...
    @property
    def read_to(self) -> int: ...


class Fielded(Protocol):
    """A dataclass."""

    __dataclass_fields__: ClassVar[dict[str, Any]]


R = TypeVar("R", bound=Read)


def read_on(
    known: R | None,
    events: Sequence[Recorded],
    story: Story,
    types: Collection[str],
    step: Callable[[R | None, Standing], R | None],
) -> R | None:
    """What is known of a deal after `events`, the new ones in version order; only `types` are read.

    An event that is ordinary and last in the reading order is a `step` further. After any other (backdated,
    a correction, a retraction) the whole story up to the last of `events` is read again, so that
    the result is the same however the events were divided.
    """
    for recorded in events:
        if recorded.type not in types:
            continue
        at = _last_in_order(known, recorded)
        if at is None:
            return read_anew(story(events[-1].position), types, step)
        known = step(known, Standing(at, recorded))
    return known


def read_anew(
    story: Sequence[Recorded], types: Collection[str], step: Callable[[R | None, Standing], R | None]
) -> R | None:
    """What is known of a deal after its whole story (in version order)."""
    known: R | None = None
    for line in standing(story):
        if line.recorded.type in types:
            known = step(known, line)
    return known


def _last_in_order(known: Read | None, recorded: Recorded) -> datetime | None:
    """The instant that an ordinary event is read at if nothing is read after it; None if not so."""
    if isinstance(recorded.event, EventCorrected | EventRetracted):
        return None
    if known is None:
        first = isinstance(recorded.event, DealOpened) and recorded.version == 1
        return recorded.occurred_at if first else None
    at = max(recorded.occurred_at, from_micros(known.opened))
    return at if at >= from_micros(known.read_to) else None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a deal stands; the stage is None where an import does not know it."""

    pipeline: str
    revision: int
    stage: str | None


def moved(place: Place, event: Event) -> Place:
    """Where a deal stands after `event`: also a reopening may name a stage."""
    match event:
        case DealOpened():
            return Place(event.pipeline, event.pipeline_revision, event.stage)
        case DealStageChanged():
            return Place(place.pipeline, event.pipeline_revision, event.to_stage)
        case DealPipelineChanged():
            return Place(event.to_pipeline, event.pipeline_revision, event.to_stage)
        case DealReopened():
            return Place(place.pipeline, place.revision, event.stage or place.stage)
        case _:
            return place


def columns(value: Fielded) -> Row:
    """The fields of a flat value as the columns of a row."""
    return {name: getattr(value, name) for name in value.__dataclass_fields__}


def without_deal(row: Row) -> Row:
    """The columns of a row as the fields of a flat value: all but the deal's."""
    return {name: value for name, value in row.items() if name != "deal"}


def in_reading_order(rows: Iterable[Row]) -> list[Row]:
    """The fields of rows that say when they are read (`read_at`, `version`), in that order."""
    return [without_deal(row) for row in sorted(rows, key=lambda row: (row["read_at"], row["version"]))]
