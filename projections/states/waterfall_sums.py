"""The waterfalls of every group and currency, added up."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import NamedTuple

from projections.states.waterfall_buckets import Kind, Movement, Scope, Side
from projections.states.waterfall_rows import Standing

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
class Filled:
    """A bucket while it is filled; what was put in is kept only where it is asked for."""

    amount: int = 0
    deals: set[bytes] = field(default_factory=set)
    puts: list[Put] = field(default_factory=list)


@dataclass(slots=True)
class Waterfall:
    """One waterfall while it is added up."""

    start: int = 0
    end: int = 0
    buckets: dict[str, Filled] = field(default_factory=lambda: defaultdict(Filled))

    @property
    def balanced(self) -> bool:
        """Whether start + buckets = end."""
        return self.start + sum(filled.amount for filled in self.buckets.values()) == self.end


class Waterfalls:
    """All waterfalls between two instants: in one currency, or in each that an amount is met in."""

    def __init__(
        self, window: tuple[str, str] | None, currency: str | None, *, grouped: bool, with_deals: bool
    ) -> None:
        self._window, self._grouped, self._with_deals = window, grouped, with_deals
        self._asked = currency
        self._met: set[str | None] = set() if currency is None else {currency}
        self.falls: dict[Place, Waterfall] = defaultdict(Waterfall)
        self._of_kind: dict[tuple[Kind | None, Kind | None], list[tuple[Waterfall, Scope]]] = {}

    def add(self, start: Ends, end: Ends, reported: Ends | None, events: Iterable[Movement] | None) -> None:
        """Everything between two as-of answers: every event's movement, or (None) each deal's net.

        `reported` is what was believed of the start at the time.
        """
        for each in (start, end, reported or {}):
            self._meet(deal.side for deal in each.values())
        without = self._add_gross(events or ())
        # Without an amount a deal is 0 in every currency: these have waited until all are met.
        for movement in without:
            self._put_movement(movement)
        if events is None:
            self._add_net(start, end)
        if reported is not None:
            self._add_restated(reported, start)
        self._add_ends(start if reported is None else reported, end)

    def _meet(self, sides: Iterable[Side]) -> None:
        if self._asked is None:
            self._met.update(side.currency for side in sides if side.counts)

    def _add_gross(self, movements: Iterable[Movement]) -> list[Movement]:
        """Put every event's movement, and return those of deals without an amount."""
        without = []
        for movement in movements:
            before, after = movement.before, movement.after
            counted = before is not None and before.counts
            if not counted and not after.counts:
                continue
            # Also the currency that a deal is won in: it is revalued first.
            if self._asked is None:
                self._met.add(after.currency)
            if after.amount is None or (before is not None and before.amount is None):
                without.append(movement)
            else:
                self._put_movement(movement)
        return without

    def _put_movement(self, movement: Movement) -> None:
        for fall, scope in self._of(movement.before, movement.after):
            for bucket, amount in scope.gross(movement):
                self._put(fall, bucket, Put(movement.deal, movement.title, movement, amount))

    def _add_net(self, start: Ends, end: Ends) -> None:
        for deal, standing in end.items():
            before = start.get(deal)
            was = None if before is None else before.side
            for fall, scope in self._of(was, standing.side):
                for bucket, amount in scope.net(was, standing.side, undated=standing.undated):
                    self._put(fall, bucket, Put(deal, standing.title, None, amount))

    def _add_restated(self, reported: Ends, known: Ends) -> None:
        """What the start is known to have been, against what was reported at the time."""
        for name in sorted(reported.keys() | known.keys()):
            was, is_ = reported.get(name), known.get(name)
            before, after = was.side if was else None, is_.side if is_ else None
            for fall, scope in self._of(before, after):
                said, stood = scope.worth(before), scope.worth(after)
                if said != stood:
                    title = next(each.title for each in (is_, was) if each is not None)
                    self._put(fall, "restated", Put(name, title, None, (stood or 0) - (said or 0)))

    def _add_ends(self, start: Ends, end: Ends) -> None:
        for currency in () if self._grouped else self._currencies():
            self.falls.setdefault(Place(None, currency), Waterfall())
        for deal in start.values():
            for fall, scope in self._of(None, deal.side):
                fall.start += scope.worth(deal.side) or 0
        for deal in end.values():
            for fall, scope in self._of(None, deal.side):
                fall.end += scope.worth(deal.side) or 0

    def _put(self, fall: Waterfall, bucket: str, put: Put) -> None:
        filled = fall.buckets[bucket]
        filled.amount += put.amount
        filled.deals.add(put.deal)
        if self._with_deals:
            filled.puts.append(put)

    def _currencies(self) -> Sequence[str | None]:
        return sorted(filter(None, self._met)) or list(self._met)

    def _of(self, before: Side | None, after: Side | None) -> list[tuple[Waterfall, Scope]]:
        """The waterfalls that two states may be in: those of their groups, and of their currencies."""
        kinds = (None if before is None else before.kind, None if after is None else after.kind)
        known = self._of_kind.get(kinds)
        if known is None:
            known = self._of_kind[kinds] = self._found([kind for kind in kinds if kind is not None])
        return known

    def _found(self, kinds: Sequence[Kind]) -> list[tuple[Waterfall, Scope]]:
        currencies = {currency for currency, _, _ in kinds}
        wanted = self._currencies() if None in currencies else sorted(currencies & self._met, key=str)
        groups = {group for _, group, counts in kinds if counts}
        return [
            (self.falls[Place(group, currency)], Scope(currency, group, self._window))
            for group, currency in product(groups, wanted)
        ]
