"""A deal's way through the stages: its visits, its pauses, and what one more line of its story adds."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from domain.deal.outcome import DealDiscarded, DealLost, DealMerged, DealReopened, DealWon
from domain.deal.outlook import DealPaused, DealResumed
from domain.deal.reading import Standing
from domain.event import Event
from engine.clock import to_micros
from projections.running.reading_on import FOREVER, Place, moved

ENDS: Mapping[type[Event], str] = {
    DealWon: "won",
    DealLost: "lost",
    DealMerged: "merged",
    DealDiscarded: "discarded",
}
"""The outcome that an event leads to."""


@dataclass(frozen=True, slots=True)
class Visit:
    """A stay in one stage, as the table holds it."""

    pipeline: str
    revision: int
    stage: str
    outcome: str
    entered: int
    entered_precision: str
    entered_version: int
    left: int = FOREVER
    left_precision: str | None = None
    left_version: int | None = None
    left_by: str | None = None


@dataclass(frozen=True, slots=True)
class Rest:
    """A pause of the deal, as the table holds it."""

    paused: int
    paused_precision: str
    resumed: int = FOREVER
    resumed_precision: str | None = None


@dataclass(frozen=True, slots=True)
class Journey:
    """A deal's way through the stages, as far as it was read."""

    opened: int
    read_to: int
    outcome: str
    place: Place
    visits: tuple[Visit, ...] = ()
    rests: tuple[Rest, ...] = ()


def step(journey: Journey | None, line: Standing) -> Journey:
    """The journey after one more line of the story; the first is the opening."""
    event, at = line.recorded.event, to_micros(line.at)
    if journey is None:
        place = moved(Place("", 0, None), event)
        return _entered(Journey(at, at, "open", place), line)
    journey = replace(journey, read_to=at)
    match event:
        case DealWon() | DealLost() | DealMerged() | DealDiscarded():
            return _closed(journey, line, ENDS[type(event)])
        case DealReopened():
            return _reopened(journey, line)
        case DealPaused():
            return _paused(journey, line)
        case DealResumed():
            return _resumed(journey, line)
        case _:
            return _moved(journey, line)


def _moved(journey: Journey, line: Standing) -> Journey:
    place = moved(journey.place, line.recorded.event)
    if (place.pipeline, place.stage) == (journey.place.pipeline, journey.place.stage):
        return replace(journey, place=place)
    journey = replace(_left(journey, line, "moved"), place=place)
    # A won deal may go through the stages after the win; whatever else is closed stays where it is.
    return _entered(journey, line) if journey.outcome in ("open", "won") else journey


def _closed(journey: Journey, line: Standing, outcome: str) -> Journey:
    if journey.outcome == outcome:
        return journey
    return replace(_left(journey, line, outcome), outcome=outcome)


def _reopened(journey: Journey, line: Standing) -> Journey:
    if journey.outcome == "open":
        return _moved(journey, line)
    journey = _left(journey, line, "reopened")
    journey = replace(journey, outcome="open", place=moved(journey.place, line.recorded.event))
    return _entered(journey, line)


def _entered(journey: Journey, line: Standing) -> Journey:
    place = journey.place
    if place.stage is None:
        return journey
    visit = Visit(
        place.pipeline,
        place.revision,
        place.stage,
        journey.outcome,
        entered=to_micros(line.at),
        entered_precision=line.recorded.precision,
        entered_version=line.recorded.version,
    )
    return replace(journey, visits=(*journey.visits, visit))


def _left(journey: Journey, line: Standing, left_by: str) -> Journey:
    """The last visit ends here, if it has not ended yet."""
    if not journey.visits or journey.visits[-1].left != FOREVER:
        return journey
    last = replace(
        journey.visits[-1],
        left=to_micros(line.at),
        left_precision=line.recorded.precision,
        left_version=line.recorded.version,
        left_by=left_by,
    )
    return replace(journey, visits=(*journey.visits[:-1], last))


def _paused(journey: Journey, line: Standing) -> Journey:
    if journey.rests and journey.rests[-1].resumed == FOREVER:
        return journey
    rest = Rest(to_micros(line.at), line.recorded.precision)
    return replace(journey, rests=(*journey.rests, rest))


def _resumed(journey: Journey, line: Standing) -> Journey:
    if not journey.rests or journey.rests[-1].resumed != FOREVER:
        return journey
    last = replace(journey.rests[-1], resumed=to_micros(line.at), resumed_precision=line.recorded.precision)
    return replace(journey, rests=(*journey.rests[:-1], last))
