"""Adds up concessions: how many each side made, on which terms, for something in return or for nothing."""

from collections import Counter

from projections.asking.amounts import amounts
from projections.asking.rates import Base
from projections.negotiation.bargaining import Concession
from projections.negotiation.discounts_answer import Concessions, ConcessionsOfTerm, Given
from projections.negotiation.offer_tally import in_base
from projections.negotiation.price_course import Price


class ConcessionTally:
    """Takes one concession after the other; its figures are those of all that it took."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, str, bool]] = Counter()
        self._worths: dict[str, list[Price]] = {"seller": [], "buyer": []}

    def add(self, concession: Concession) -> None:
        """Take one more."""
        self._counts[concession.term, concession.side, concession.in_return] += 1
        if concession.value is not None and concession.currency is not None:
            self._worths[concession.side].append(Price(concession.value, concession.currency))

    def figures(self, base: Base | None) -> Concessions:
        """What was given and received, by the terms that most was given on."""
        terms = tuple(self._of_term(term) for term in {term for term, _, _ in self._counts})
        return Concessions(
            given=self._given("seller", base),
            received=self._given("buyer", base),
            terms=tuple(sorted(terms, key=lambda each: (-each.given - each.received, each.term))),
        )

    def _given(self, side: str, base: Base | None) -> Given:
        made = {key: number for key, number in self._counts.items() if key[1] == side}
        return Given(
            number=sum(made.values()),
            in_return=sum(number for (_, _, in_return), number in made.items() if in_return),
            values=amounts(in_base(self._worths[side], base)),
        )

    def _of_term(self, term: str) -> ConcessionsOfTerm:
        counts = self._counts
        return ConcessionsOfTerm(
            term=term,
            given=counts[term, "seller", True] + counts[term, "seller", False],
            given_in_return=counts[term, "seller", True],
            received=counts[term, "buyer", True] + counts[term, "buyer", False],
        )
