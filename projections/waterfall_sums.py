"""The waterfalls of every group and currency, added up."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import NamedTuple

from projections.waterfall_buckets import Kind, Movement, Scope, Side
from projections.waterfall_rows import Standing

Ends = Mapping[bytes, Standing]


class Place(NamedTuple):
    """Each group and currency has a waterfall of its own; the currency is None where there is no amount at all."""

    group: str | None
    currency: str | None


class Put(NamedTuple):
    """What one event (None: a whole deal) puts into a bucket, in 1/10,000."""

    deal: bytes
    title: str
    event: Movement | None
    amount: int


@dataclass(slots=True)
class Waterfall:
    """One waterfall while it is added up."""

    start: int = 0
    end: int = 0
    buckets: dict[str, list[Put]] = field(default_factory=lambda: defaultdict(list))

    @property
    def balanced(self) -> bool:
        """Whether start + buckets = end."""
        return self.start + sum(put.amount for puts in self.buckets.values() for put in puts) == self.end


class Waterfalls:
    """All waterfalls between two instants."""

    def __init__(
        self,
        window: tuple[str, str] | None,
        currency: str | None,
        sides: Iterable[Side | None],
        *,
        grouped: bool,
    ) -> None:
        """In `currency`, or (None) in each that one of `sides`, all that are to be added, has an amount in."""
        self._window = window
        met = {currency} if currency else {side.currency for side in sides if side and side.counts}
        self._currencies: Sequence[str | None] = sorted(filter(None, met)) or [None]
        self.falls: dict[Place, Waterfall] = defaultdict(Waterfall)
        self._of_kind: dict[tuple[Kind | None, Kind | None], list[tuple[Waterfall, Scope]]] = {}
        if met and not grouped:
            self.falls.update({Place(None, each): Waterfall() for each in self._currencies})

    def add_ends(self, start: Ends, end: Ends) -> None:
        """The open amounts at either end, from two as-of answers."""
        for deal in start.values():
            for fall, scope in self._of(None, deal.side):
                fall.start += scope.worth(deal.side) or 0
        for deal in end.values():
            for fall, scope in self._of(None, deal.side):
                fall.end += scope.worth(deal.side) or 0

    def add_restated(self, reported: Ends, known: Ends) -> None:
        """What the start is known to have been, against what was reported at the time."""
        for name in sorted(reported.keys() | known.keys()):
            was, is_ = reported.get(name), known.get(name)
            before, after = was.side if was else None, is_.side if is_ else None
            for fall, scope in self._of(before, after):
                said, stood = scope.worth(before), scope.worth(after)
                if said != stood:
                    title = next(each.title for each in (is_, was) if each is not None)
                    fall.buckets["restated"].append(Put(name, title, None, (stood or 0) - (said or 0)))

    def add_gross(self, movements: Iterable[Movement]) -> None:
        """Every event's movement."""
        for movement in movements:
            for fall, scope in self._of(movement.before, movement.after):
                for bucket, amount in scope.gross(movement):
                    fall.buckets[bucket].append(Put(movement.deal, movement.title, movement, amount))

    def add_net(self, start: Ends, end: Ends) -> None:
        """Every deal's difference between the ends."""
        for deal, standing in end.items():
            before = start.get(deal)
            was = None if before is None else before.side
            for fall, scope in self._of(was, standing.side):
                for bucket, amount in scope.net(was, standing.side, undated=standing.undated):
                    fall.buckets[bucket].append(Put(deal, standing.title, None, amount))

    def _of(self, before: Side | None, after: Side | None) -> list[tuple[Waterfall, Scope]]:
        """The waterfalls that two states may be in: those of their groups, and of their currencies."""
        kinds = (None if before is None else before.kind, None if after is None else after.kind)
        known = self._of_kind.get(kinds)
        if known is None:
            known = self._of_kind[kinds] = self._found([kind for kind in kinds if kind is not None])
        return known

    def _found(self, kinds: Sequence[Kind]) -> list[tuple[Waterfall, Scope]]:
        # Without an amount, and so without a currency, a deal is 0 in every currency.
        met = {currency for currency, _, _ in kinds}
        wanted = self._currencies if None in met else [each for each in self._currencies if each in met]
        groups = {group for _, group, counts in kinds if counts}
        return [
            (self.falls[Place(group, currency)], Scope(currency, group, self._window))
            for group, currency in product(groups, wanted)
        ]
