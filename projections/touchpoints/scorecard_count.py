"""Acts counted into groups and periods: the same ones first added up, then shared out among their groups."""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product

from engine.clock import to_micros
from projections.asking.dimensions import Value
from projections.asking.question import Question
from projections.touchpoints.scorecard_acts import Act
from projections.touchpoints.scorecard_figures import Tally

PERSON = "person"
"""The grouping by whom something counts for; the others are groupings of deals."""

DERIVED = ("held", "converted", "taken-up", "assigned-won")
"""Figures that tell of the same event as another one."""

TELLING = ("taken-up", "won")
"""Figures that are more than a count."""

Key = tuple[Value, ...]
"""A group, and its period at the end."""

Values = tuple[Sequence[Value], ...]
"""What a deal is in the groupings of deals that are asked for."""

Alike = tuple[Values, tuple[str, ...], bytes | None]
"""What acts that are counted together have in common: groups and people; and the deal, where each is asked for."""

Numbers = dict[str, Counter[tuple[str, str | None]]]
"""How many there are by period, and by figure and detail."""


@dataclass(slots=True)
class Counted:
    """The tally of a group and period, and where they are asked for one for each deal behind it."""

    total: Tally = field(default_factory=Tally)
    deals: dict[bytes, Tally] = field(default_factory=lambda: defaultdict(Tally))

    def tallies(self, deal: bytes | None) -> Sequence[Tally]:
        """The tallies that an act is added to; None: that of the group alone."""
        return (self.total,) if deal is None else (self.total, self.deals[deal])


class Count:
    """Adds up acts. `values` says what each deal is in the groupings `by` other than person."""

    def __init__(
        self,
        by: Sequence[str],
        values: Mapping[bytes, Values],
        period_of: Callable[[int], str],
        question: Question,
    ) -> None:
        self._by, self._values, self._period_of, self._each = by, values, period_of, question.with_deals
        self.start = None if question.start is None else to_micros(question.start)
        self.end = None if question.end is None else to_micros(question.end)
        self._alike: dict[Alike, Numbers] = defaultdict(lambda: defaultdict(Counter))
        self._behind: dict[tuple[bytes, tuple[str, ...]], Numbers] = {}
        self._keys_of: dict[tuple[Values, tuple[str, ...]], Sequence[Key]] = {}
        self._telling: list[tuple[Act, str]] = []
        self.undated = 0
        """How many acts are in no period because nobody knows when they happened."""

    def add(self, act: Act) -> None:
        """One more act, if it lies in the period of the question."""
        deal, people, at, precision, figure, detail, _ = act
        if precision == "unknown":
            self.undated += figure not in DERIVED
        elif (self.start is None or self.start <= at) and (self.end is None or at < self.end):
            period, numbers = self._period_of(at), self._behind.get((deal, people))
            if numbers is None:
                numbers = self._alike[self._values[deal], people, deal if self._each else None]
                self._behind[deal, people] = numbers
            if figure in TELLING:
                self._telling.append((act, period))
            else:
                numbers[period][figure, detail] += 1

    def groups(self, tell: Callable[[Tally, Act], None]) -> dict[Key, Counted]:
        """What was added by group and period; `tell` adds what is more than a count."""
        groups: dict[Key, Counted] = defaultdict(Counted)
        for (values, people, deal), by_period in self._alike.items():
            for key in self._keys(values, people):
                for period, numbers in by_period.items():
                    for tally in groups[*key, period].tallies(deal):
                        tally.counts.update(numbers)
        for act, period in self._telling:
            for key in self._keys(self._values[act.deal], act.people):
                for tally in groups[*key, period].tallies(act.deal if self._each else None):
                    tell(tally, act)
        return groups

    def in_order(self, groups: Iterable[Key], of_time: Collection[str]) -> list[Key]:
        """Groupings `of_time` by time, others by the number of their deals, then by name; null last; then by period."""
        deals: list[dict[Value, set[bytes]]] = [defaultdict(set) for _ in self._by]
        for deal, people in self._behind:
            for key in self._keys(self._values[deal], people):
                for behind, value in zip(deals, key, strict=True):
                    behind[value].add(deal)

        def place(key: Key) -> tuple[tuple[bool, int, str], ...]:
            return tuple(
                (value is None, 0 if name in of_time else -len(behind[value]), value or "")
                for name, behind, value in zip(self._by, deals, key, strict=False)
            )

        return sorted(groups, key=lambda key: (place(key), key[-1]))

    def _keys(self, values: Values, people: tuple[str, ...]) -> Sequence[Key]:
        keys = self._keys_of.get((values, people))
        if keys is None:
            of_deal = iter(values)
            each = [(people or (None,)) if name == PERSON else next(of_deal) for name in self._by]
            keys = self._keys_of[values, people] = tuple(product(*each))
        return keys
