"""The stages that a deal stayed in up to its closing, and the longest silence that ended in each stay."""

from collections.abc import Sequence
from dataclasses import dataclass

from domain.deal.outcome import DealReopened
from domain.deal.outlook import DealPaused, DealResumed
from domain.deal.reading import Standing
from domain.replacing import replace
from projections.causes.measuring import Mark, Measure, lasted, longest, mark
from projections.running.reading_on import Place, moved
from projections.stages.journey import ENDS
from projections.touchpoints.voices import is_voice, their_offers


@dataclass(frozen=True, slots=True)
class Stay:
    """A stay in a stage (None: not known which), the event that led there, and its longest silence."""

    place: Place
    entered: int
    silence: Measure | None = None


@dataclass(slots=True)
class _Quiet:
    """How a deal stands between two events: whether it can be silent at all, and since when it is."""

    since: Mark | None
    is_open: bool = True
    is_paused: bool = False
    theirs: tuple[str, ...] = ()

    def hear(self, line: Standing) -> Measure | None:
        """The silence that ends with this event."""
        event, was_quiet = line.recorded.event, self.is_open and not self.is_paused
        speaks = is_voice(event, self.theirs)
        self.theirs = their_offers(self.theirs, event)
        match event:
            case DealReopened():
                self.is_open = True
            case DealPaused():
                self.is_paused = True
            case DealResumed():
                self.is_paused = False
            case _:
                self.is_open = self.is_open and type(event) not in ENDS
        is_quiet = self.is_open and not self.is_paused
        begins = is_quiet and (speaks or not was_quiet)
        if is_quiet and not begins:
            return None
        here, since = mark(line), self.since
        self.since = here if begins else None
        return None if since is None else lasted(since, here)


def stays(lines: Sequence[Standing]) -> tuple[Stay, ...]:
    """The stays of a deal, in order. A silence belongs to the stay in which it ends.

    It begins with the opening, a voice (`voices.is_voice`), a reopening or the end of a pause, and ends
    with the next voice, a pause or the closing; what is closed or paused is not silent.
    """
    opening = lines[0]
    place = moved(Place("", 0, None), opening.recorded.event)
    found = [Stay(place, opening.recorded.version)]
    quiet = _Quiet(since=mark(opening))
    for line in lines[1:]:
        after = moved(place, line.recorded.event)
        if (after.pipeline, after.stage) != (place.pipeline, place.stage):
            found.append(Stay(after, line.recorded.version))
        place = after
        silence = quiet.hear(line)
        if silence is not None:
            found[-1] = replace(found[-1], silence=longest((found[-1].silence, silence)))
    return tuple(found)


def silence_of(found: Sequence[Stay]) -> Measure | None:
    """The longest silence of all."""
    return longest(stay.silence for stay in found)
