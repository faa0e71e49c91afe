"""Where somebody stands in a replay, and what each key does: a pure step, without a terminal."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from interfaces.cli.replay.keys import Key
from interfaces.cli.session import Session
from interfaces.cli.times import NotATime, at_end, read
from projections.one_deal.replay import Step, step_at

SLOWEST, FASTEST = 0.1, 50.0
"""Events a second."""
PAGE = 10
"""Events that Page Up and Page Down pass."""

MOVES: dict[Key, int] = {
    "right": 1,
    "down": 1,
    " ": 1,
    "n": 1,
    "j": 1,
    "l": 1,
    "enter": 1,
    "left": -1,
    "up": -1,
    "b": -1,
    "p": -1,
    "h": -1,
    "k": -1,
    "backspace": -1,
    "page-down": PAGE,
    "page-up": -PAGE,
}
ENDS: dict[Key, int] = {"home": 0, "0": 0, "end": 1, "$": 1}
SPEEDS: dict[Key, float] = {"+": 2, "=": 2, "-": 0.5, "_": 0.5}
PLAYS = ("a", "A")
DATES = ("g", "G")
QUITS = ("q", "Q", "escape", "end-of-file")


@dataclass(frozen=True, slots=True)
class Walk:
    """A place (from 0) among the steps.

    `speed`: events a second while it is `playing` by itself. `typed` is the date that is being written,
    None where none is. `said` stands at the foot until the next key. `over`: quit.
    """

    place: int = 0
    playing: bool = False
    speed: float = 1.0
    typed: str | None = None
    said: str | None = None
    over: bool = False


class Paths:
    """What the keys do on the steps of one deal."""

    def __init__(self, session: Session, steps: Sequence[Step]) -> None:
        self._session = session
        self._steps = steps

    def pressed(self, walk: Walk, key: Key) -> Walk:
        """Where somebody stands after pressing a key."""
        walk = replace(walk, said=None)
        if walk.typed is not None:
            return self._typing(walk, walk.typed, key)
        if key in MOVES:
            return self._moved(replace(walk, playing=False), MOVES[key])
        if key in ENDS:
            return replace(walk, place=(len(self._steps) - 1) * ENDS[key], playing=False)
        if key in SPEEDS:
            return replace(walk, speed=min(FASTEST, max(SLOWEST, walk.speed * SPEEDS[key])))
        if key in PLAYS:
            return self._played(walk)
        return replace(
            walk,
            typed="" if key in DATES else None,
            playing=walk.playing and key not in DATES,
            over=key in QUITS,
        )

    def went_on(self, walk: Walk) -> Walk:
        """One event further by itself; at the end it stops."""
        if walk.place + 1 >= len(self._steps):
            return replace(walk, playing=False, said=self._session.say("replay-last"))
        return replace(walk, place=walk.place + 1)

    def _played(self, walk: Walk) -> Walk:
        """Play or stop; at the end it begins again."""
        at_the_end = walk.place + 1 >= len(self._steps)
        place = 0 if at_the_end and not walk.playing else walk.place
        return replace(walk, place=place, playing=not walk.playing)

    def _moved(self, walk: Walk, by: int) -> Walk:
        place = min(max(walk.place + by, 0), len(self._steps) - 1)
        if place != walk.place:
            return replace(walk, place=place)
        return replace(walk, said=self._session.say("replay-last" if by > 0 else "replay-first"))

    def _typing(self, walk: Walk, typed: str, key: Key) -> Walk:
        match key:
            case "enter":
                return self._went_to(walk, typed)
            case "escape" | "end-of-file":
                return replace(walk, typed=None)
            case "backspace":
                return replace(walk, typed=typed[:-1])
            case _:
                return replace(walk, typed=typed + key) if len(key) == 1 else walk

    def _went_to(self, walk: Walk, typed: str) -> Walk:
        """To the last event of that day or before it; what is no date is said, and can be mended."""
        session = self._session
        if not typed.strip():
            return replace(walk, typed=None)
        try:
            instant = at_end(typed, session.zone, session.now)
        except NotATime as error:
            return replace(walk, said=str(error))
        place = step_at(self._steps, instant)
        early = self._steps[place].entry.at > instant
        sentence = "replay-none-so-early" if early else "replay-went"
        return replace(
            walk, place=place, typed=None, said=session.say(sentence, day=self._day(typed, instant))
        )

    def _day(self, typed: str, instant: datetime) -> str:
        named = read(typed, self._session.zone, self._session.now)
        formats = self._session.formats
        return formats.instant(instant) if isinstance(named, datetime) else formats.day(instant.date())
