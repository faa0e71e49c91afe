"""Adds up offers: how many, what became of them, rounds, discounts, prices given up, and how long answers took."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from zoneinfo import ZoneInfo

from projections.asking.amounts import amounts, totals
from projections.asking.cycle import Spread, spread
from projections.asking.dimensions import Case
from projections.asking.rates import Base
from projections.asking.report_answer import FLOOR
from projections.negotiation.bargain import Bargain, until_answered
from projections.negotiation.discounts_answer import (
    AnswerDays,
    ByOffers,
    Conceded,
    DiscountByOutcome,
    OfferCounts,
)
from projections.negotiation.price_course import PARTS, Price, share_of


class OfferTally:
    """Takes one negotiation after the other; its figures are those of all that it took."""

    def __init__(self, zone: ZoneInfo, *, decided: bool) -> None:
        self._zone = zone
        self._decided = decided
        self._answers: Counter[tuple[str, str | None]] = Counter()
        self._by_number: dict[int, list[Case]] = defaultdict(list)
        self._rounds: list[int] = []
        self._discounts: dict[str, list[int]] = defaultdict(list)
        self._conceded: list[Price] = []
        self._conceded_shares: list[int] = []
        self._waited: dict[str, list[int]] = {"seller": [], "buyer": []}

    def add(self, bargain: Bargain) -> None:
        """Take one more negotiation."""
        standing, course = bargain.standing, bargain.course
        for offer in standing.values():
            self._answers["made", offer.side] += 1
        for answer in bargain.negotiated.answered:
            made = standing.get(answer.offer)
            self._answers[answer.answer, made.side if made else None] += 1
        if standing:
            self._by_number[len(standing)].append(bargain.case)
            self._rounds.append(course.rounds)
        if course.discount is not None:
            self._discounts[_outcome(bargain.case, decided=self._decided)].append(course.discount)
        if course.conceded is not None and course.first is not None:
            self._conceded.append(course.conceded)
            share = share_of(course.conceded.units, course.first.units)
            self._conceded_shares.extend([] if share is None else [share])
        for offer in bargain.negotiated.offers:
            waited = until_answered(offer, bargain.negotiated.as_of, self._zone)
            if waited is not None:
                self._waited[offer.side].append(waited)

    @property
    def with_offer(self) -> int:
        """The deals in which an offer was made."""
        return len(self._rounds)

    def counts(self, *sides: str | None) -> OfferCounts:
        """The offers of these sides; None: answered, and never made."""
        names = OfferCounts.model_fields
        return OfferCounts(**{name: sum(self._answers[name, side] for side in sides) for name in names})

    def by_offers(self) -> tuple[ByOffers, ...]:
        """How deals ended by the number of offers that were made in them, from one offer on."""
        return tuple(
            _ended(number, self._by_number[number], decided=self._decided)
            for number in sorted(self._by_number)
        )

    def rounds(self) -> Spread:
        """Of the deals with an offer."""
        return spread(self._rounds, 1)

    def discount(self) -> Spread:
        """Of all deals whose discount is known."""
        return spread([each for alike in self._discounts.values() for each in alike], PARTS)

    def discount_by_outcome(self) -> DiscountByOutcome:
        """Of won, lost and open deals apart."""
        return DiscountByOutcome(
            won=spread(self._discounts["won"], PARTS),
            lost=spread(self._discounts["lost"], PARTS),
            open=spread(self._discounts["open"], PARTS),
        )

    def conceded(self, base: Base | None) -> Conceded:
        """How far prices came down from our first offers to what was accepted."""
        return Conceded(
            deals=len(self._conceded),
            amounts=amounts(in_base(self._conceded, base)),
            share=spread(self._conceded_shares, PARTS),
        )

    def answer_days(self) -> AnswerDays:
        """How long each side took to accept, reject or counter an offer of the other."""
        return AnswerDays(buyer=spread(self._waited["seller"]), seller=spread(self._waited["buyer"]))


def in_base(prices: Iterable[Price], base: Base | None) -> dict[str, int]:
    """The sums per currency, or in the base currency."""
    return totals((each.units, each.currency) for each in (price.converted(base) for price in prices))


def is_disqualified(case: Case) -> bool:
    """Whether a lost deal was none for us."""
    return case.closing is not None and case.closing.kind == "disqualified"


def _outcome(case: Case, *, decided: bool) -> str:
    return "disqualified" if decided and is_disqualified(case) else case.outcome


def _ended(number: int, cases: Sequence[Case], *, decided: bool) -> ByOffers:
    outcomes = Counter(_outcome(case, decided=decided) for case in cases)
    won, lost = outcomes["won"], outcomes["lost"]
    unfit = sum(map(is_disqualified, cases))
    return ByOffers(
        offers=number,
        deals=len(cases),
        won=won,
        lost=lost,
        open=outcomes["open"],
        win_rate_count=round(won / (won + lost), 6) if won + lost else None,
        too_few=won + lost - (0 if decided else unfit) < FLOOR,
    )
