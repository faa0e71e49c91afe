"""The algebra of the waterfall: into which buckets a movement goes, so that start + buckets = end (past.md)."""

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


Kind = tuple[str | None, str | None, bool]
"""The currency and group of a state, and whether it counts."""


class Side(NamedTuple):
    """What the waterfall looks at in one state of a deal. Without an amount (and currency) it is 0 in every one."""

    outcome: str
    fits: bool
    in_window: bool
    amount: int | None
    expected_close: str | None
    currency: str | None
    group: str | None
    counts: bool
    """Open, fitting and in the window: in the pipeline of its group and currency."""

    @property
    def kind(self) -> Kind:
        """What decides which waterfalls the deal is in."""
        return self[5:]


class Movement(NamedTuple):
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

    def worth(self, side: Side | None) -> int | None:
        """a(s) of past.md; None where the deal is not in this waterfall at all."""
        if side is None or not side.counts or side.group != self.group:
            return None
        return self._in_currency(side)

    def gross(self, movement: Movement) -> list[Put]:
        """Where an event's movement goes. An event that may not make such a difference raises ValueError."""
        before, after = movement.before, movement.after
        was, is_ = self.worth(before), self.worth(after)
        if movement.undated:
            return [("undated", (is_ or 0) - (was or 0))] if was != is_ else []
        puts = []
        if before is not None and movement.type in REVALUING:
            counted = before.counts and before.group == self.group
            middle = self._in_currency(after) if counted else None
            puts = _revalued(before, after, was, middle)
            was = middle
        if was != is_:
            puts.append((self._bucket(movement, entering=was is None), (is_ or 0) - (was or 0)))
        return puts

    def net(self, start: Side | None, end: Side, *, undated: bool) -> list[Put]:
        """Where a deal goes that stood at `start` (None: not opened yet) and stands at `end`."""
        was, is_ = self.worth(start), self.worth(end)
        if start is not None and was is not None:
            if is_ is not None:
                return _changed(was, is_)
            bucket = self._left(end)
            return [(bucket, -was)] if bucket != "converted-out" or start.amount is not None else []
        if is_ is None:
            return []
        bucket = self._entered(start, undated=undated)
        return [(bucket, is_)] if bucket != "converted-in" or end.amount is not None else []

    def _in_currency(self, side: Side) -> int | None:
        """The amount if it is in this currency: none is 0 in each."""
        if side.amount is None:
            return 0
        return side.amount if side.currency == self.currency else None

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
        if self._in_currency(start) is None:
            return "converted-in"
        return self._moved(start, entering=True)

    def _left(self, end: Side) -> str:
        if end.outcome in ("won", "lost"):
            return end.outcome
        if end.outcome != "open":
            return "removed"
        if not end.fits or end.group != self.group:
            return "transferred-out"
        if self._in_currency(end) is None:
            return "converted-out"
        return self._moved(end, entering=False)


def _revalued(before: Side, after: Side, was: int | None, middle: int | None) -> list[Put]:
    """What an event does by its amount alone."""
    if was is not None and middle is not None:
        return _changed(was, middle)
    # What has no amount was converted neither out of this currency nor into it.
    if was is not None and before.amount is not None:
        return [("converted-out", -was)]
    if middle is not None and after.amount is not None:
        return [("converted-in", middle)]
    return []


def _changed(was: int, is_: int) -> list[Put]:
    if was == is_:
        return []
    return [("increased" if is_ > was else "decreased", is_ - was)]
