"""What negotiations cost: how far our prices came down, and what each side gave way on."""

from collections import Counter
from collections.abc import Iterable, Sequence
from fractions import Fraction

from projections.amounts import amounts, totals
from projections.bargain_figures import Bargain
from projections.bargaining import Concession
from projections.cycle import spread
from projections.discounts_answer import Conceded, Concessions, ConcessionsOfTerm, Given
from projections.price_course import Price
from projections.rates import Base


def conceded(bargains: Iterable[Bargain], base: Base | None) -> Conceded:
    """How far prices came down from our first offers to what was accepted."""
    known = [
        (bargain.course.first, price)
        for bargain in bargains
        if bargain.course.first is not None and (price := bargain.course.conceded) is not None
    ]
    prices = [in_base(price, base) for _, price in known]
    shares = [Fraction(price.units, first.units) for first, price in known if first.units]
    return Conceded(
        deals=len(known),
        amounts=amounts(totals((price.units, price.currency) for price in prices)),
        share=spread(shares, 1),
    )


def in_base(price: Price, base: Base | None) -> Price:
    """The price in its own currency, or in the base currency."""
    return price if base is None else Price(base.convert(price.units, price.currency), base.currency)


def concessions(bargains: Iterable[Bargain], base: Base | None) -> Concessions:
    """What each side gave, by the terms that most was given on."""
    all_ = [each for bargain in bargains for each in bargain.negotiated.concessions]
    given = [each for each in all_ if each.side == "seller"]
    received = [each for each in all_ if each.side == "buyer"]
    terms = Counter(each.term for each in all_)
    return Concessions(
        given=_given(given, base),
        received=_given(received, base),
        terms=tuple(
            ConcessionsOfTerm(
                term=term,
                given=sum(each.term == term for each in given),
                given_in_return=sum(each.term == term and each.in_return for each in given),
                received=sum(each.term == term for each in received),
            )
            for term in sorted(terms, key=lambda term: (-terms[term], term))
        ),
    )


def _given(made: Sequence[Concession], base: Base | None) -> Given:
    worths = [
        in_base(Price(each.value, each.currency), base)
        for each in made
        if each.value is not None and each.currency is not None
    ]
    return Given(
        number=len(made),
        in_return=sum(each.in_return for each in made),
        values=amounts(totals((worth.units, worth.currency) for worth in worths)),
    )
