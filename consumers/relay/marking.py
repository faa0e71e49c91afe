"""The position's mirror in the store: what is left of it when Kafka has forgotten it."""

from datetime import timedelta

from consumers.relay.position import Position
from engine.clock import Clock
from engine.log import Log

HOURLY = timedelta(hours=1)
"""How often a position that moves is marked in the store."""

DAILY = timedelta(days=1)
"""How often one that does not is committed again and marked: Kafka forgets it after seven days."""


class Marking:
    """Inserts a mark when one is due; the last one says when that is."""

    def __init__(self, log: Log, clock: Clock) -> None:
        self._log = log
        self._clock = clock
        self._marked: int | None = None
        self._at = clock()

    def began(self, at: Position) -> None:
        """The relay goes on from here. Marked, unless the last mark says so and is fresh."""
        last = next(iter(self._log.relay_marks(1)), None)
        if last is not None:
            self._marked, self._at = last.position, last.marked_at
        if self._marked != at.position or self._age() >= DAILY:
            self._mark(at)

    def is_late(self, at: Position) -> bool:
        """Whether nothing was committed for so long that Kafka would forget the position."""
        return at.position == self._marked and self._age() >= DAILY

    def reached(self, at: Position) -> None:
        """The relay has come this far. Marked every hour, and every day where it stays."""
        if self._age() >= (DAILY if at.position == self._marked else HOURLY):
            self._mark(at)

    def stops(self, at: Position) -> None:
        """The relay ends here."""
        if at.position != self._marked:
            self._mark(at)

    def _age(self) -> timedelta:
        # A mark of tomorrow was made by a clock that is set right by now: it says nothing of today.
        return abs(self._clock() - self._at)

    def _mark(self, at: Position) -> None:
        self._log.mark_relayed(at.position, at.digest)
        self._marked, self._at = at.position, self._clock()
