"""How a deal's events are read: what stands as far as it was known, in the order in which it happened."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from operator import attrgetter

from domain.deal.corrections import CORRECTIONS_EVENTS, EventCorrected, EventRetracted, named_version
from domain.deal.life import DealOpened
from domain.event import Event, Precision, Recorded
from domain.events import EVENTS


@dataclass(frozen=True, slots=True)
class Standing:
    """An event as it stands: `recorded` with the last word about it, read at the instant `at`."""

    at: datetime
    recorded: Recorded


_AT = attrgetter("at")
_WORDS = frozenset(CORRECTIONS_EVENTS)


def known_times(events: Sequence[Recorded]) -> list[datetime]:
    """When each event (in version order) was known: the running maximum of its time of recording.

    A time of recording that the source gave comes before the store's own.
    """
    times: list[datetime] = []
    latest: datetime | None = None
    for event in events:
        known = event.source_recorded_at or event.recorded_at
        if known is None:
            raise ValueError(f"event {event.event_id} was never recorded")
        latest = known if latest is None or known > latest else latest
        times.append(latest)
    return times


def known_by(events: Sequence[Recorded], known_at: datetime) -> Sequence[Recorded]:
    """Those of a deal's events (in version order) that were known at `known_at`: always the first so many."""
    times = known_times(events)
    return events[: sum(time <= known_at for time in times)]


def last_words(events: Sequence[Recorded]) -> dict[int, EventCorrected | EventRetracted]:
    """For each version that was corrected or retracted, the highest version that speaks of it."""
    words: dict[int, EventCorrected | EventRetracted] = {}
    for recorded in events:
        if isinstance(recorded.event, EventCorrected | EventRetracted):
            words[named_version(recorded.event)] = recorded.event
    return words


def standing(events: Sequence[Recorded], known_at: datetime | None = None) -> list[Standing]:
    """What stands of a deal's events (in version order) at `known_at` (None: all that is recorded).

    Each is read at the later of its own time and the opening's, those of one instant by version.
    Empty where the opening is not known.
    """
    known = events if known_at is None else known_by(events, known_at)
    words = last_words(known)
    lines = known if not words else _under_words(words, known)
    opened = next((line.occurred_at for line in lines if isinstance(line.event, DealOpened)), None)
    if opened is None:
        return []
    read = [Standing(at if (at := line.occurred_at) >= opened else opened, line) for line in lines]
    # The lines come by version, and sorting leaves those of one instant as they came.
    read.sort(key=_AT)
    return read


def is_read_as_recorded(events: Sequence[Recorded]) -> bool:
    """Whether all of a deal's events stand as they were recorded, in that order: none corrected, none backdated."""
    if not events or not isinstance(events[0].event, DealOpened):
        return False
    latest = events[0].occurred_at
    for recorded in events:
        if type(recorded.event) in _WORDS or recorded.occurred_at < latest:
            return False
        latest = recorded.occurred_at
    return True


def replacement_event(original: Event, type_name: str | None, data: dict[str, object]) -> Event:
    """The event that stands in `original`'s place; raises pydantic's ValidationError for wrong data."""
    return EVENTS[type_name or type(original).__name__].model_validate(data)


def _under_words(
    words: Mapping[int, EventCorrected | EventRetracted], events: Sequence[Recorded]
) -> list[Recorded]:
    """The events that stand where some were corrected or retracted, by version."""
    stands = [
        recorded if (word := words.get(recorded.version)) is None else _under(word, recorded)
        for recorded in events
        if not isinstance(recorded.event, EventCorrected | EventRetracted)
    ]
    return [recorded for recorded in stands if recorded is not None]


def _under(word: EventCorrected | EventRetracted, original: Recorded) -> Recorded | None:
    if isinstance(word, EventRetracted):
        return None
    new = word.replacement
    precision: Precision = new.precision or ("instant" if new.occurred_at is not None else original.precision)
    return replace(
        original,
        event=replacement_event(original.event, new.type, new.data),
        occurred_at=new.occurred_at or original.occurred_at,
        precision=precision,
    )
