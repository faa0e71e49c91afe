"""The algebra of the waterfall: into which buckets a movement goes, so that start + buckets = end (past.md)."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

REVALUING = frozenset({"DealAmountRevised", "DealWon", "DealLost"})
TRANSFERRING = frozenset(
    {"DealOwnerAssigned", "DealDetailsChanged", "DealPipelineChanged", "DealStageChanged"}
)
BY_TYPE = {
    "DealOpened": "new",
    "DealReopened": "reopened",
    "DealWon": "won",
    "DealLost": "lost",
    "DealMerged": "removed",
    "DealDiscarded": "removed",
}

Put = tuple[str, int]
"""A bucket and what goes into it, in 1/10,000; also 0."""


class Side(NamedTuple):
    """What the waterfall looks at in one state of a deal. Without an amount (and currency) it is 0 in every one."""

    outcome: str
    fits: bool
    in_window: bool
    amount: int | None
    currency: str | None
    expected_close: str | None
    group: str | None

    @property
    def counts(self) -> bool:
        """Whether the deal is in the pipeline of its group and currency."""
        return self.outcome == "open" and self.fits and self.in_window


@dataclass(frozen=True, slots=True)
class Movement:
    """An event that changed a state: `before` (None: the opening) became `after`."""

    deal: bytes
    version: int
    type: str
    undated: bool
    at: int
    title: str
    before: Side | None
    after: Side


@dataclass(frozen=True, slots=True)
class Scope:
    """What one waterfall is about: a currency, one group of deals, and the days asked for (ISO, half-open)."""

    currency: str | None
    group: str | None
    window: tuple[str, str] | None

    def holds(self, side: Side | None) -> bool:
        """Whether a deal in this state is in the pipeline that is looked at."""
        return side is not None and side.counts and side.group == self.group and self._in_currency(side)

    def amount(self, side: Side | None) -> int:
        """a(s) of past.md."""
        return (side.amount or 0) if side is not None and self.holds(side) else 0

    def gross(self, movement: Movement) -> Iterator[Put]:
        """Where an event's movement goes. An event that may not make such a difference raises ValueError."""
        before, after = movement.before, movement.after
        if movement.undated:
            difference = self.amount(after) - self.amount(before)
            if difference or self.holds(before) != self.holds(after):
                yield "undated", difference
            return
        middle = before
        if before is not None and movement.type in REVALUING:
            middle = before._replace(amount=after.amount, currency=after.currency)
            yield from self._revalued(before, middle)
        was, is_ = self.holds(middle), self.holds(after)
        difference = self.amount(after) - self.amount(middle)
        if was != is_ or difference:
            yield self._bucket(movement, entering=is_), difference

    def net(self, start: Side | None, end: Side, *, undated: bool) -> Iterator[Put]:
        """Where a deal goes that stood at `start` (None: not opened yet) and stands at `end`."""
        difference = self.amount(end) - self.amount(start)
        was, is_ = self.holds(start), self.holds(end)
        if was and is_:
            if difference:
                yield "increased" if difference > 0 else "decreased", difference
        elif is_:
            bucket = self._entered(start, undated=undated)
            if bucket != "converted-in" or end.amount is not None:
                yield bucket, difference
        elif was and start is not None:
            bucket = self._left(end)
            if bucket != "converted-out" or start.amount is not None:
                yield bucket, difference

    def _in_currency(self, side: Side) -> bool:
        return side.amount is None or side.currency == self.currency

    def _revalued(self, before: Side, middle: Side) -> Iterator[Put]:
        was, is_ = self.holds(before), self.holds(middle)
        difference = self.amount(middle) - self.amount(before)
        if was and is_:
            if difference:
                yield "increased" if difference > 0 else "decreased", difference
        # What has no amount was converted neither out of this currency nor into it.
        elif was and before.amount is not None:
            yield "converted-out", difference
        elif is_ and middle.amount is not None:
            yield "converted-in", difference

    def _bucket(self, movement: Movement, *, entering: bool) -> str:
        if movement.type in BY_TYPE:
            return BY_TYPE[movement.type]
        if movement.type in TRANSFERRING:
            return "transferred-in" if entering else "transferred-out"
        if movement.type == "DealExpectedCloseMoved" and self.window is not None:
            return self._moved(movement.before if entering else movement.after, entering=entering)
        raise ValueError(
            f"event {movement.version} ({movement.type}) of deal {movement.deal.hex()} changes the pipeline by "
            "what such an event cannot change"
        )

    def _moved(self, outside: Side | None, *, entering: bool) -> str:
        """By where the expected close was before it came into the window, or is now that it left it."""
        day = None if outside is None else outside.expected_close
        later = day is None or self.window is None or day >= self.window[1]
        if entering:
            return "pulled-in" if later else "slipped-in"
        return "pushed-out" if later else "pulled-out"

    def _entered(self, start: Side | None, *, undated: bool) -> str:
        if start is None:
            return "undated" if undated else "new"
        if start.outcome != "open":
            return "reopened"
        if not start.fits or start.group != self.group:
            return "transferred-in"
        if not self._in_currency(start):
            return "converted-in"
        return self._moved(start, entering=True)

    def _left(self, end: Side) -> str:
        if end.outcome in ("won", "lost"):
            return end.outcome
        if end.outcome != "open":
            return "removed"
        if not end.fits or end.group != self.group:
            return "transferred-out"
        if not self._in_currency(end):
            return "converted-out"
        return self._moved(end, entering=False)
