"""A deal's signs of life, the silences between them, and what one more line of its story adds."""

from dataclasses import dataclass, replace

from domain.deal.outcome import DealReopened
from domain.deal.outlook import DealPaused, DealResumed
from domain.deal.reading import Standing
from engine.clock import to_micros
from projections.running.reading_on import Place, moved
from projections.stages.journey import ENDS
from projections.touchpoints.voices import RESETS, is_voice, their_offers

BEGINS, ENDED = "begins", "ends"
"""A silence begins with an event; or it ends there, and none begins."""


@dataclass(frozen=True, slots=True)
class Since:
    """The event that a silence began with."""

    since: int
    since_at: int
    since_precision: str


@dataclass(frozen=True, slots=True)
class Sign:
    """One event as the table holds it: the deal as it stood after it, and the silence that it ended."""

    version: int
    type: str
    read_at: int
    precision: str
    pipeline: str
    stage: str | None
    outcome: str
    resets: bool
    voice: bool
    silence: str | None
    ended: Since | None


@dataclass(frozen=True, slots=True)
class Life:
    """A deal as far as it was read; `signs` are the new ones, all of them where it was read `anew`."""

    opened: int
    read_to: int
    outcome: str
    paused: bool
    place: Place
    silent: Since | None
    theirs: tuple[str, ...]
    signs: tuple[Sign, ...] = ()
    anew: bool = False


def step(life: Life | None, line: Standing) -> Life:
    """The life after one more line of the story; the first is the opening."""
    at = to_micros(line.at)
    if life is None:
        start = Life(
            at, at, "open", paused=False, place=Place("", 0, None), silent=None, theirs=(), anew=True
        )
        return _signed(
            start, replace(start, place=moved(start.place, line.recorded.event)), line, begins=True
        )
    event = line.recorded.event
    after = replace(
        life,
        read_to=at,
        place=moved(life.place, event),
        outcome=_outcome(life, line),
        paused=_paused(life, line),
        theirs=their_offers(life.theirs, event),
    )
    voice = is_voice(event, life.theirs)
    quiet = after.outcome == "open" and not after.paused
    was_quiet = life.outcome == "open" and not life.paused
    return _signed(life, after, line, voice=voice, begins=quiet and (voice or not was_quiet))


def _outcome(life: Life, line: Standing) -> str:
    event = line.recorded.event
    return "open" if isinstance(event, DealReopened) else ENDS.get(type(event), life.outcome)


def _paused(life: Life, line: Standing) -> bool:
    event = line.recorded.event
    return isinstance(event, DealPaused) or (life.paused and not isinstance(event, DealResumed))


def _signed(life: Life, after: Life, line: Standing, *, begins: bool, voice: bool = False) -> Life:
    """The life with its new sign. A silence ends with a voice, a pause, and the end of the deal."""
    recorded = line.recorded
    stops = after.outcome != "open" or after.paused
    ended = life.silent if begins or stops else None
    sign = Sign(
        version=recorded.version,
        type=recorded.type,
        read_at=to_micros(line.at),
        precision=recorded.precision,
        pipeline=after.place.pipeline,
        stage=after.place.stage,
        outcome=after.outcome,
        resets=recorded.type in RESETS,
        voice=voice,
        silence=BEGINS if begins else ENDED if ended is not None else None,
        ended=ended,
    )
    silent = Since(recorded.version, sign.read_at, recorded.precision) if begins else life.silent
    return replace(after, silent=None if stops else silent, signs=(*after.signs, sign))
