"""The stages that a deal stayed in up to its closing, and the longest silence that ended in each stay."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from domain.deal.outcome import DealReopened
from domain.deal.outlook import DealPaused, DealResumed
from domain.deal.reading import Standing
from domain.event import Event
from projections.journey import ENDS
from projections.measuring import Mark, Measure, lasted, longest, mark
from projections.reading_on import Place, moved
from projections.voices import is_voice, their_offers


@dataclass(frozen=True, slots=True)
class Stay:
    """A stay in a stage (None: not known which), the event that led there, and its longest silence."""

    place: Place
    entered: int
    silence: Measure | None = None


@dataclass(frozen=True, slots=True)
class _Quiet:
    """How a deal stands between two events: whether it can be silent at all, and since when it is."""

    is_open: bool = True
    is_paused: bool = False
    since: Mark | None = None
    theirs: tuple[str, ...] = ()

    @property
    def may_be_silent(self) -> bool:
        return self.is_open and not self.is_paused


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
        event = line.recorded.event
        after = moved(place, event)
        if (after.pipeline, after.stage) != (place.pipeline, place.stage):
            found.append(Stay(after, line.recorded.version))
        place = after
        quiet, silence = _further(quiet, line)
        found[-1] = replace(found[-1], silence=longest((found[-1].silence, silence)))
    return tuple(found)


def silence_of(found: Sequence[Stay]) -> Measure | None:
    """The longest silence of all."""
    return longest(stay.silence for stay in found)


def _further(quiet: _Quiet, line: Standing) -> tuple[_Quiet, Measure | None]:
    """How it stands after one more event, and the silence that ended with it."""
    event = line.recorded.event
    after = replace(
        quiet,
        is_open=_is_open(quiet.is_open, event),
        is_paused=isinstance(event, DealPaused) or (quiet.is_paused and not isinstance(event, DealResumed)),
        theirs=their_offers(quiet.theirs, event),
    )
    begins = after.may_be_silent and (is_voice(event, quiet.theirs) or not quiet.may_be_silent)
    if not begins and after.may_be_silent:
        return after, None
    ended = None if quiet.since is None else lasted(quiet.since, mark(line))
    return replace(after, since=mark(line) if begins else None), ended


def _is_open(is_open: bool, event: Event) -> bool:  # noqa: FBT001 - how it stood before
    return isinstance(event, DealReopened) or (is_open and type(event) not in ENDS)
