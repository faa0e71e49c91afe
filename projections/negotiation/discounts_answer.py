"""The shape of the answer about discounts and negotiations, as scripts read it."""

from pydantic import Field

from projections.asking.amounts import Amount
from projections.asking.cycle import Spread
from projections.asking.report_answer import DealBehind, ReportAnswer, Shape


class OfferCounts(Shape):
    """How many offers were made, and what has become of how many, made or not."""

    made: int
    accepted: int
    rejected: int
    withdrawn: int
    expired: int


class ByOffers(Shape):
    """The deals in which so many offers were made, and how they ended."""

    offers: int
    deals: int
    won: int
    lost: int
    open: int
    win_rate_count: float | None
    too_few: bool


class DiscountByOutcome(Shape):
    """The discounts of won, lost and open deals apart."""

    won: Spread
    lost: Spread
    open: Spread


class Conceded(Shape):
    """Our first offer − the accepted price: of how many deals, how much, and the share of the first offer."""

    deals: int
    amounts: tuple[Amount, ...]
    share: Spread


class Given(Shape):
    """Concessions of one side: how many, how many of them for something in return, and what they are worth."""

    number: int
    in_return: int
    values: tuple[Amount, ...]


class ConcessionsOfTerm(Shape):
    """How often we gave way on a term, for something in return, and how often they did."""

    term: str
    given: int
    given_in_return: int
    received: int


class Concessions(Shape):
    """What we gave, what we received, and on which terms."""

    given: Given
    received: Given
    terms: tuple[ConcessionsOfTerm, ...]


class ObjectionsOfTopic(Shape):
    """Objections that were raised, settled, and among these resolved. No topic: settled, and never raised."""

    topic: str | None
    raised: int
    settled: int
    resolved: int


class AnswerDays(Shape):
    """Days from an offer until it was accepted, rejected or countered: by the buyer, and by us."""

    buyer: Spread
    seller: Spread


class NegotiatedDeal(DealBehind):
    """A deal behind the figures, with its own."""

    offers: int
    rounds: int
    list_price: Amount | None
    first_price: Amount | None
    last_price: Amount | None
    accepted_price: Amount | None
    discount: float | None
    conceded: Amount | None
    given: int
    received: int
    raised: int
    settled: int


class DiscountsGroup(Shape):
    """The figures of one group.

    `offers` are those of both sides, `counter_offers` the buyer's among them. `discount` is a share of the list
    price: of the accepted price, else of our last offer. `rounds` are of the deals with an offer.
    """

    by: dict[str, str | None]
    deals: int
    won: int
    lost: int
    open: int
    disqualified: int
    win_rate_count: float | None
    too_few: bool
    with_offer: int
    offers: OfferCounts
    counter_offers: OfferCounts
    by_offers: tuple[ByOffers, ...]
    rounds: Spread
    discount: Spread
    discount_by_outcome: DiscountByOutcome
    conceded: Conceded
    concessions: Concessions
    objections: tuple[ObjectionsOfTopic, ...]
    answer_days: AnswerDays
    objection_answer_days: Spread
    behind: tuple[NegotiatedDeal, ...] | None = Field(default=None, exclude_if=lambda behind: behind is None)


class DiscountsAnswer(ReportAnswer):
    """Discounts and negotiations by group, of the deals that the win/loss figures are made of."""

    definition: str = "discounts@1"
    groups: tuple[DiscountsGroup, ...]
