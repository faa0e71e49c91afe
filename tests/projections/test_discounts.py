from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from domain.deal.life import DealOpened
from domain.deal.negotiation import ConcessionMade, OfferAccepted, OfferMade, OfferRejected
from domain.deal.objections import ObjectionRaised, ObjectionSettled
from domain.deal.outcome import DealLost, DealWon
from domain.errors import BadInput
from domain.values import Money
from projections.asking.amounts import Amount
from projections.asking.asked import Asked
from projections.asking.cycle import Spread
from projections.asking.question import Question
from projections.asking.rates import Base, Rate
from projections.negotiation.discounts import discounts
from projections.negotiation.discounts_answer import DiscountsAnswer, DiscountsGroup
from tests.projections.closing_stories import Stories, day, usd


@pytest.fixture
def stories() -> Iterator[Stories]:
    stories = Stories()
    yield stories
    stories.close()


def opened(owner: str = "li.lei") -> DealOpened:
    return DealOpened(title="Pumps", pipeline="standard", pipeline_revision=1, owner=owner)


def ours(name: str, price: str | None, list_price: str | None = None) -> OfferMade:
    return OfferMade(
        offer=name,
        side="seller",
        price=usd(price) if price else None,
        list_price=usd(list_price) if list_price else None,
    )


def theirs(name: str, price: str, reply_to: str | None = None) -> OfferMade:
    return OfferMade(offer=name, side="buyer", price=usd(price), in_reply_to=reply_to)


def ask(stories: Stories, *by: str, **question: Any) -> DiscountsAnswer:  # noqa: ANN401 - what Question takes
    return discounts(stories.caught_up(), stories.deals, Question(by=by, **question))


def only(answer: DiscountsAnswer) -> DiscountsGroup:
    (group,) = answer.groups
    return group


def test_several_offers_of_one_side_are_one_round(stories: Stories) -> None:
    stories.story(opened(), ours("Q-1", "90"), ours("Q-2", "88"), theirs("C-1", "70"), ours("Q-3", "80"))
    group = only(ask(stories))
    assert (group.rounds.n, group.rounds.median) == (1, 3.0)
    assert (group.offers.made, group.counter_offers.made) == (4, 1)


def test_a_discount_is_what_the_accepted_price_lies_below_the_list_price(stories: Stories) -> None:
    stories.story(opened(), ours("Q-1", "95", "100"), ours("Q-2", "80"), OfferAccepted(offer="Q-1"))
    assert only(ask(stories)).discount == Spread(n=1, median=0.05, mean=0.05, p75=0.05)


def test_without_an_accepted_price_the_discount_is_that_of_our_last_offer(stories: Stories) -> None:
    stories.story(opened(), ours("Q-1", "95", "100"), ours("Q-2", "80"), theirs("C-1", "60"))
    assert only(ask(stories)).discount.median == 0.2


def test_an_accepted_counter_offer_is_discounted_from_our_list_price(stories: Stories) -> None:
    stories.story(opened(), ours("Q-1", "95", "100"), theirs("C-1", "85", "Q-1"), OfferAccepted(offer="C-1"))
    group = only(ask(stories))
    assert group.discount.median == 0.15
    assert (group.conceded.deals, group.conceded.amounts) == (1, (Amount(amount="10", currency="USD"),))


def test_of_several_accepted_offers_the_one_that_was_accepted_last_counts(stories: Stories) -> None:
    stories.story(
        opened(),
        ours("Q-1", "80", "100"),
        ours("Q-2", "90"),
        OfferAccepted(offer="Q-2"),
        OfferAccepted(offer="Q-1"),
    )
    group = only(ask(stories, with_deals=True))
    assert [each.accepted_price for each in group.behind or ()] == [Amount(amount="80", currency="USD")]
    assert group.discount.median == 0.2


def test_an_offer_that_is_told_late_stands_where_it_was_made(stories: Stories) -> None:
    stories.story(opened(), ours("Q-2", "90", "100"), theirs("C-1", "70"))
    stories.tell(ours("Q-1", "95"), day(1.5))
    stories.tell(ours("Q-3", "80"), day(2.5))
    group = only(ask(stories, with_deals=True))
    (deal,) = group.behind or ()
    assert (deal.first_price, deal.last_price, deal.rounds, deal.discount) == (
        Amount(amount="95", currency="USD"),
        Amount(amount="80", currency="USD"),
        2,
        0.2,
    )


def test_a_price_above_the_list_is_a_negative_discount(stories: Stories) -> None:
    stories.story(opened(), ours("Q-1", "110", "100"))
    assert only(ask(stories)).discount.median == -0.1


@pytest.mark.parametrize(
    "list_price", [None, {"amount": "0", "currency": "USD"}, {"amount": "100", "currency": "CNY"}]
)
def test_without_a_list_price_to_compare_with_there_is_no_discount(
    stories: Stories, list_price: dict[str, str] | None
) -> None:
    offer = OfferMade.model_validate(
        {"offer": "Q-1", "side": "seller", "price": usd("90"), "list_price": list_price}
    )
    stories.story(opened(), offer)
    group = only(ask(stories))
    assert (group.with_offer, group.discount) == (1, Spread(n=0))


def test_what_was_conceded_is_the_first_offer_less_the_accepted_price(stories: Stories) -> None:
    stories.story(opened(), ours("Q-1", "100"), ours("Q-2", "75"), OfferAccepted(offer="Q-2"))
    conceded = only(ask(stories)).conceded
    assert conceded.amounts == (Amount(amount="25", currency="USD"),)
    assert conceded.share.median == 0.25


def test_won_and_lost_deals_stand_beside_each_other_by_the_number_of_offers(stories: Stories) -> None:
    for number in range(3):
        stories.story(opened(), ours("Q-1", "9"), DealWon(), deal=f"W-{number}")
    stories.story(opened(), ours("Q-1", "9"), ours("Q-2", "8"), DealLost(kind="declined"), deal="L-1")
    stories.story(opened(), DealLost(kind="declined"), deal="L-2")
    group = only(ask(stories))
    shown = [(each.offers, each.deals, each.won, each.lost, each.too_few) for each in group.by_offers]
    assert shown == [(1, 3, 3, 0, True), (2, 1, 0, 1, True)]
    assert (group.deals, group.with_offer, group.win_rate_count, group.too_few) == (5, 4, 0.6, False)


@pytest.mark.parametrize(("decided", "lost", "win_rate"), [(False, 1, 0.8), (True, 0, 1.0)])
def test_disqualified_deals_do_not_lift_a_group_over_the_floor(
    stories: Stories, decided: bool, lost: int, win_rate: float
) -> None:
    for number in range(4):
        stories.story(opened(), ours("Q-1", "9"), DealWon(), deal=f"W-{number}")
    stories.story(opened(), ours("Q-1", "9"), DealLost(kind="disqualified"), deal="L-1")
    group = only(ask(stories, decided=decided))
    (one_offer,) = group.by_offers
    assert (group.lost, group.disqualified, group.win_rate_count, group.too_few) == (lost, 1, win_rate, True)
    assert (one_offer.lost, one_offer.win_rate_count, one_offer.too_few) == (lost, win_rate, True)
    stories.story(opened(), ours("Q-1", "9"), DealLost(kind="declined"), deal="L-2")
    group = only(ask(stories, decided=decided))
    assert (group.too_few, group.by_offers[0].too_few) == (False, False)


def test_an_answer_to_an_offer_that_nobody_made_counts_as_an_answer(stories: Stories) -> None:
    stories.story(opened(), OfferAccepted(offer="Q-1"))
    group = only(ask(stories))
    assert (group.offers.made, group.offers.accepted, group.with_offer) == (0, 1, 0)
    assert group.counter_offers.accepted == 0


def test_how_long_each_side_took_to_answer_is_told_apart(stories: Stories) -> None:
    stories.story(opened(), ours("Q-1", "90"), theirs("C-1", "70", "Q-1"))
    stories.tell(OfferRejected(offer="C-1", side="seller"), day(8))
    days = only(ask(stories)).answer_days
    assert (days.buyer.median, days.seller.median) == (1.0, 5.0)


def test_an_offer_has_no_answer_before_it_was_given(stories: Stories) -> None:
    stories.story(opened(), ours("Q-1", "90", "100"), OfferAccepted(offer="Q-1"))
    group = only(ask(stories, asked=Asked(as_of=day(2.5))))
    assert (group.offers.accepted, group.answer_days.buyer.n, group.conceded.deals) == (0, 0, 0)
    assert only(ask(stories, asked=Asked(as_of=day(1.5)))).with_offer == 0


def test_what_was_given_for_nothing_can_be_told_from_what_was_traded(stories: Stories) -> None:
    stories.story(
        opened(),
        ConcessionMade(side="seller", term="payment", value=usd("300"), in_return_for="a two-year contract"),
        ConcessionMade(side="seller", term="price", value=usd("100")),
        ConcessionMade(side="buyer", term="quantity", value=usd("500")),
    )
    concessions = only(ask(stories)).concessions
    assert (concessions.given.number, concessions.given.in_return) == (2, 1)
    assert concessions.given.values == (Amount(amount="400", currency="USD"),)
    assert (concessions.received.number, concessions.received.values) == (
        1,
        (Amount(amount="500", currency="USD"),),
    )


def test_objections_are_counted_by_topic_raised_settled_and_resolved(stories: Stories) -> None:
    stories.story(
        opened(),
        ObjectionRaised(objection="O-1", topic="price", text="Too dear"),
        ObjectionRaised(objection="O-2", topic="price", text="Cheaper elsewhere"),
        ObjectionRaised(objection="O-3", topic="trust", text="Who are you?"),
        ObjectionSettled(objection="O-1", resolved=True),
        ObjectionSettled(objection="O-2", resolved=False),
    )
    shown = [tuple(each.model_dump().values()) for each in only(ask(stories)).objections]
    assert shown == [("price", 2, 2, 1), ("trust", 1, 0, 0)]


def test_a_period_asks_about_the_deals_that_closed_in_it(stories: Stories) -> None:
    stories.story(opened(), ours("Q-1", "90"), DealWon(), deal="D-1")
    stories.story(opened(), ours("Q-1", "90"), deal="D-2")
    assert only(ask(stories)).with_offer == 2
    group = only(ask(stories, start=day(2), end=day(4)))
    assert (group.deals, group.open, group.with_offer) == (1, 0, 1)
    assert only(ask(stories, start=day(4))).deals == 0


def test_amounts_may_be_asked_for_in_one_currency(stories: Stories) -> None:
    stories.story(opened(), ours("Q-1", "100"), ours("Q-2", "75"), OfferAccepted(offer="Q-2"))
    stories.story(
        opened(),
        ConcessionMade(side="seller", term="price", value=Money(amount=Decimal(71), currency="CNY")),
        deal="D-2",
    )
    rate = Rate(date=date(2026, 1, 1), currency="USD", into="CNY", rate=Decimal("7.1"))
    answer = ask(stories, base=Base("CNY", date(2026, 3, 31), (rate,)), with_deals=True)
    group = only(answer)
    assert group.conceded.amounts == (Amount(amount="177.5", currency="CNY"),)
    assert group.concessions.given.values == (Amount(amount="71", currency="CNY"),)
    assert answer.base is not None
    assert [each.rate for each in answer.base.rates] == ["7.1"]
    assert [each.first_price for each in group.behind or ()] == [Amount(amount="710", currency="CNY"), None]


def test_groups_are_those_of_the_win_loss_figures(stories: Stories) -> None:
    stories.story(opened("anna"), ours("Q-1", "90"), deal="D-1")
    stories.story(opened("li.lei"), deal="D-2")
    stories.story(opened("li.lei"), deal="D-3")
    groups = ask(stories, "owner").groups
    assert [(group.by["owner"], group.deals, group.with_offer) for group in groups] == [
        ("li.lei", 2, 0),
        ("anna", 1, 1),
    ]
    with pytest.raises(BadInput, match="no grouping by 'colour'"):
        ask(stories, "colour")


def test_a_store_without_deals_has_one_group_of_nothing(stories: Stories) -> None:
    group = only(ask(stories))
    assert (group.deals, group.with_offer, group.by_offers, group.win_rate_count) == (0, 0, (), None)
    assert (group.rounds, group.too_few) == (Spread(n=0), True)
