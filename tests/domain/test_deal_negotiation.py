"""Negotiation: where each offer stands, and at which accepted one a deal is won, in whatever order it was told."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from domain.deal.approvals import ApprovalDecided, ApprovalRequested
from domain.deal.matters import Matter
from domain.deal.negotiation import (
    ConcessionMade,
    DealPriceRangeSet,
    Negotiation,
    NegotiationEvent,
    Offer,
    OfferAccepted,
    OfferExpired,
    OfferMade,
    OfferRejected,
    OfferWithdrawn,
    evolve_negotiation,
)
from domain.deal.objections import ObjectionAnswered, ObjectionRaised, ObjectionSettled
from domain.values import Money
from tests.domain.telling import cny, day


def after(*events: NegotiationEvent) -> Negotiation:
    negotiation = Negotiation()
    for version, event in enumerate(events, start=1):
        negotiation = evolve_negotiation(negotiation, event, version, day(version))
    return negotiation


def made(offer: str, price: str = "800") -> OfferMade:
    return OfferMade(offer=offer, side="seller", price=cny(price))


def price_of(negotiation: Negotiation) -> Money | None:
    assert negotiation.accepted_offer is not None
    return negotiation.accepted_offer.price


def test_an_offer_stands_as_made_until_it_is_answered() -> None:
    negotiation = after(made("first"))
    assert negotiation.offers == {
        "first": Offer("seller", cny("800"), "made", last_at=day(1), facts=made("first"))
    }
    assert negotiation.accepted_offer is None


@pytest.mark.parametrize(
    ("answer", "standing"),
    [
        (OfferAccepted(offer="first"), "accepted"),
        (OfferRejected(offer="first"), "rejected"),
        (OfferWithdrawn(offer="first"), "withdrawn"),
        (OfferExpired(offer="first"), "expired"),
    ],
)
def test_an_answer_says_where_an_offer_stands(answer: NegotiationEvent, standing: str) -> None:
    offer = after(made("first"), answer).offers["first"]
    assert (offer.standing, offer.price, offer.last_at) == (standing, cny("800"), day(2))


def test_offers_stand_side_by_side_in_the_order_of_their_making() -> None:
    negotiation = after(made("first"), made("second", "750"), OfferRejected(offer="first"))
    assert {name: offer.standing for name, offer in negotiation.offers.items()} == {
        "first": "rejected",
        "second": "made",
    }
    assert list(negotiation.offers) == ["first", "second"]


def test_an_older_offer_may_be_the_one_that_is_accepted() -> None:
    negotiation = after(made("first"), made("second", "750"), OfferAccepted(offer="first"))
    assert price_of(negotiation) == cny("800")


def test_the_offer_accepted_last_counts() -> None:
    story = (
        made("first"),
        made("second", "750"),
        OfferAccepted(offer="second"),
        OfferAccepted(offer="first"),
    )
    assert price_of(after(*story)) == cny("800")
    assert price_of(after(*story, OfferAccepted(offer="second"))) == cny("750")


def test_an_accepted_offer_that_an_import_takes_back_counts_no_longer() -> None:
    story = (
        made("first"),
        OfferAccepted(offer="first"),
        made("second", "750"),
        OfferAccepted(offer="second"),
    )
    assert price_of(after(*story, OfferWithdrawn(offer="second"))) == cny("800")
    assert after(*story, OfferWithdrawn(offer="second"), OfferExpired(offer="first")).accepted_offer is None


def test_an_answer_to_an_offer_that_was_never_made_is_kept() -> None:
    accepted = OfferAccepted(offer="ghost")
    offer = after(accepted).accepted_offer
    assert offer == Offer(side=None, price=None, standing="accepted", last_at=day(1), said=accepted)
    assert not offer.made


def test_an_offer_that_turns_up_after_its_answer_brings_its_price_and_keeps_the_answer() -> None:
    accepted, late = OfferAccepted(offer="late"), made("late", "640")
    negotiation = after(accepted, late)
    assert negotiation.offers["late"] == Offer(
        "seller", cny("640"), "accepted", last_at=day(2), facts=late, said=accepted
    )
    assert price_of(negotiation) == cny("640")


def test_an_offer_that_is_made_again_waits_for_a_new_answer() -> None:
    negotiation = after(made("first"), OfferAccepted(offer="first"), made("first", "700"))
    assert negotiation.offers["first"].standing == "made"
    assert negotiation.accepted_offer is None


def test_an_objection_is_open_until_it_is_settled() -> None:
    raised = ObjectionRaised(objection="late", topic="delivery", text="Eight weeks?")
    answered = ObjectionAnswered(objection="late", text="Five")
    settled = ObjectionSettled(objection="late", resolved=True)
    assert after(raised, answered).objections == {"late": Matter(False, day(2), raised, answered)}
    assert after(raised, answered, settled).objections == {"late": Matter(True, day(3), raised, settled)}
    assert after(settled, answered).objections == {"late": Matter(True, day(2), None, answered)}
    assert after(settled, raised).objections == {"late": Matter(False, day(2), raised)}


def test_an_answer_to_an_objection_that_nobody_raised_leaves_it_open() -> None:
    answered = ObjectionAnswered(objection="ghost", text="Five")
    assert after(answered).objections == {"ghost": Matter(False, day(1), None, answered)}


def test_an_approval_waits_until_it_is_decided() -> None:
    asked = ApprovalRequested(approval="ten", for_offer="first")
    decided = ApprovalDecided(approval="ten", granted=False)
    assert after(asked).approvals == {"ten": Matter(False, day(1), asked)}
    assert after(asked, decided).approvals == {"ten": Matter(True, day(2), asked, decided)}


def test_a_price_range_and_a_concession_move_no_offer() -> None:
    before = after(made("first"))
    story = (made("first"), DealPriceRangeSet(floor=cny("700")), ConcessionMade(side="seller", term="gift"))
    assert after(*story).offers == before.offers
    assert after(*story).price_range == DealPriceRangeSet(floor=cny("700"))


@pytest.mark.parametrize("discount", ["1.0001", "-0.1", "0.12345"])
def test_a_discount_is_a_share_of_at_most_four_decimals(discount: str) -> None:
    with pytest.raises(ValidationError):
        ApprovalRequested.model_validate({"approval": "ten", "for_offer": "first", "discount": discount})


offers = st.sampled_from(["first", "second", "third"])
words = st.one_of(
    st.builds(made, offers, st.sampled_from(["1", "2", "3"])),
    *(
        st.builds(answer, offer=offers)
        for answer in (OfferAccepted, OfferRejected, OfferWithdrawn, OfferExpired)
    ),
)
STANDING = {
    OfferMade: "made",
    OfferAccepted: "accepted",
    OfferRejected: "rejected",
    OfferWithdrawn: "withdrawn",
    OfferExpired: "expired",
}


@given(st.lists(words, max_size=12))
def test_in_any_order_the_last_word_about_an_offer_says_where_it_stands(
    story: list[OfferMade | OfferAccepted],
) -> None:
    standing: dict[str, str] = {}
    accepted_at: dict[str, int] = {}
    ever_made: set[str] = set()
    for number, word in enumerate(story):
        answered_before_made = word.offer in standing and word.offer not in ever_made
        if isinstance(word, OfferMade):
            ever_made.add(word.offer)
            if answered_before_made:
                continue
        standing[word.offer] = STANDING[type(word)]
        accepted_at[word.offer] = number
    agreed = [name for name in standing if standing[name] == "accepted"]

    negotiation = after(*story)
    assert {name: offer.standing for name, offer in negotiation.offers.items()} == standing
    assert list(negotiation.accepted) == sorted(agreed, key=lambda name: accepted_at[name])
    assert {name for name, offer in negotiation.offers.items() if offer.made} == ever_made
