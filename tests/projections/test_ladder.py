from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from uuid import uuid5

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.deal.approvals import ApprovalDecided, ApprovalRequested
from domain.deal.corrections import EventCorrected, Replacement
from domain.deal.life import DealOpened
from domain.deal.negotiation import (
    ConcessionMade,
    DealPriceRangeSet,
    OfferAccepted,
    OfferMade,
    OfferRejected,
)
from domain.deal.objections import ObjectionAnswered, ObjectionRaised, ObjectionSettled
from domain.deal.outcome import DealLost, DealWon
from domain.values import Terms
from engine.ids import DEALTRAIL
from projections.asking.amounts import Amount
from projections.asking.asked import Asked
from projections.asking.question import Question
from projections.closings.outcomes import Outcomes
from projections.negotiation.discounts import discounts
from projections.negotiation.ladder import ladder
from projections.negotiation.ladder_answer import AnswerStep, AnyStep, Ladder, OfferStep
from projections.negotiation.negotiations import Negotiations
from projections.running.runner import catch_up
from projections.states.deal_states import DealStates
from tests.projections.bargaining_histories import bargaining_histories
from tests.projections.closing_histories import QUARTER_DAYS, History, instant, store_of
from tests.projections.closing_stories import Stories, day, usd
from tests.projections.count_by_hand import BERLIN
from tests.projections.spare_views import views_of

OPENED = DealOpened(title="Pumps", pipeline="standard", pipeline_revision=1)
FEW = settings(max_examples=settings().max_examples // 4)


@pytest.fixture
def stories() -> Iterator[Stories]:
    stories = Stories()
    yield stories
    stories.close()


def climbed(stories: Stories, as_of: datetime | None = None, known_at: datetime | None = None) -> Ladder:
    deal = uuid5(DEALTRAIL, "D-1")
    return ladder(deal, stories.deals.story(deal), stories.zone, as_of, known_at)


def ours(name: str, price: str, **more: Any) -> OfferMade:  # noqa: ANN401 - the fields of an offer
    return OfferMade(offer=name, side="seller", price=usd(price), **more)


def theirs(name: str, price: str, **more: Any) -> OfferMade:  # noqa: ANN401 - the fields of an offer
    return OfferMade(offer=name, side="buyer", price=usd(price), **more)


def offers(found: Ladder) -> list[OfferStep]:
    return [step for step in found.steps if isinstance(step, OfferStep)]


def only(steps: tuple[AnyStep, ...], kind: str) -> Any:  # noqa: ANN401 - whichever kind of step
    (step,) = [step for step in steps if step.kind == kind]
    return step


def money(amount: str) -> Amount:
    return Amount(amount=amount, currency="USD")


def test_each_offer_tells_its_round_its_discount_and_how_far_its_side_moved(stories: Stories) -> None:
    stories.story(
        OPENED,
        ours("Q-1", "100", list_price=usd("125")),
        theirs("C-1", "70", in_reply_to="Q-1"),
        ours("Q-2", "95"),
        ours("Q-3", "90"),
        theirs("C-2", "80"),
    )
    shown = [
        (each.offer, each.round, each.discount, each.change and each.change.amount)
        for each in offers(climbed(stories))
    ]
    assert shown == [
        ("Q-1", 1, 0.2, None),
        ("C-1", 2, 0.44, None),
        ("Q-2", 3, 0.24, "-5"),
        ("Q-3", 3, 0.28, "-5"),
        ("C-2", 4, 0.36, "10"),
    ]


def test_an_offer_tells_which_terms_are_not_as_they_were(stories: Stories) -> None:
    stories.story(
        OPENED,
        ours("Q-1", "100", terms=Terms(payment="30 days", delivery="May")),
        theirs("C-1", "70", terms=Terms(payment="60 days", delivery="May")),
        ours("Q-2", "95"),
        ours("Q-3", "95", terms=Terms(payment="60 days", warranty="2 years")),
    )
    shown = [
        [(term.term, term.before, term.after) for term in each.terms] for each in offers(climbed(stories))
    ]
    assert shown == [
        [("delivery", None, "May"), ("payment", None, "30 days")],
        [("payment", "30 days", "60 days")],
        [],
        [("warranty", None, "2 years")],
    ]


def test_answers_and_counter_offers_tell_how_long_they_took(stories: Stories) -> None:
    stories.story(OPENED, ours("Q-1", "100"), theirs("C-1", "90", in_reply_to="Q-1"))
    stories.tell(OfferAccepted(offer="C-1", side="seller"), day(5.5))
    found = climbed(stories)
    assert [each.took_days for each in offers(found)] == [None, 1.0]
    accepted = only(found.steps, "answer")
    assert (accepted.answer, accepted.made_by, accepted.price, accepted.took_days) == (
        "accepted",
        "buyer",
        money("90"),
        2.5,
    )


def test_an_answer_to_an_offer_that_nobody_made_is_told_without_a_price(stories: Stories) -> None:
    stories.story(OPENED, OfferRejected(offer="Q-7", reason="price"))
    answer = only(climbed(stories).steps, "answer")
    assert isinstance(answer, AnswerStep)
    assert (answer.made_by, answer.price, answer.took_days, answer.reason) == (None, None, None, "price")


def test_what_was_conceded_objected_and_allowed_stands_between_the_offers(stories: Stories) -> None:
    stories.story(
        OPENED,
        DealPriceRangeSet(floor=usd("85"), target=usd("95")),
        ours("Q-1", "100"),
        ObjectionRaised(objection="O-1", topic="price", text="Too dear"),
        ObjectionAnswered(objection="O-1", text="It pays back in a year"),
        ApprovalRequested.model_validate({"approval": "A-1", "for_offer": "Q-2", "discount": "0.2"}),
        ApprovalDecided(approval="A-1", granted=True),
        ConcessionMade(side="seller", term="payment", after="60 days", in_return_for="a reference"),
        ours("Q-2", "80"),
        ObjectionSettled(objection="O-1", resolved=True, note="Fine"),
        OfferAccepted(offer="Q-2"),
        DealWon(amount=usd("80")),
    )
    found = climbed(stories)
    assert [step.kind for step in found.steps] == [
        "price-range",
        "offer",
        "objection",
        "objection",
        "approval",
        "approval",
        "concession",
        "offer",
        "objection",
        "answer",
        "outcome",
    ]
    objections = [step for step in found.steps if step.kind == "objection"]
    assert [(each.what, each.topic, each.text, each.took_days) for each in objections] == [
        ("raised", "price", "Too dear", None),
        ("answered", "price", "It pays back in a year", 1.0),
        ("settled", "price", "Fine", 6.0),
    ]
    approvals = [step for step in found.steps if step.kind == "approval"]
    assert [(each.for_offer, each.discount, each.granted, each.took_days) for each in approvals] == [
        ("Q-2", 0.2, None, None),
        ("Q-2", 0.2, True, 1.0),
    ]


def test_the_end_tells_first_last_and_accepted_price_and_what_was_given_up(stories: Stories) -> None:
    stories.story(
        OPENED,
        DealPriceRangeSet(floor=usd("85")),
        ours("Q-1", "100", list_price=usd("125")),
        theirs("C-1", "70"),
        ours("Q-2", "80"),
        OfferAccepted(offer="Q-2"),
    )
    stands = climbed(stories).stands
    assert (stands.rounds, stands.first_price, stands.last_price, stands.their_price) == (
        3,
        money("100"),
        money("80"),
        money("70"),
    )
    assert (stands.accepted_price, stands.discount, stands.conceded, stands.conceded_share) == (
        money("80"),
        0.36,
        money("20"),
        0.2,
    )
    assert (stands.below_floor, stands.gap, stands.offers) == (True, None, ())


def test_a_floor_stands_until_another_is_set(stories: Stories) -> None:
    stories.story(
        OPENED, DealPriceRangeSet(floor=usd("85")), DealPriceRangeSet(target=usd("95")), ours("Q-1", "90")
    )
    stands = climbed(stories).stands
    assert (stands.floor, stands.target, stands.below_floor) == (money("85"), money("95"), False)


def test_the_end_tells_what_waits_for_somebody(stories: Stories) -> None:
    stories.story(
        OPENED,
        ours("Q-1", "100"),
        theirs("C-1", "70", in_reply_to="Q-1", valid_until=date(2026, 4, 1)),
        ObjectionRaised(objection="O-1", topic="trust", text="Who are you?"),
        ApprovalRequested(approval="A-1", for_offer="Q-2"),
    )
    stands = climbed(stories).stands
    assert [(each.name, each.side, each.valid_until) for each in stands.offers] == [
        ("C-1", "buyer", date(2026, 4, 1))
    ]
    assert [(each.name, each.topic, each.text) for each in stands.objections] == [
        ("O-1", "trust", "Who are you?")
    ]
    assert [(each.name, each.text) for each in stands.approvals] == [("A-1", "Q-2")]
    assert stands.gap == money("30")


def test_an_earlier_day_knows_nothing_of_what_came_later(stories: Stories) -> None:
    stories.story(OPENED, ours("Q-1", "100"), OfferAccepted(offer="Q-1"), DealLost(kind="declined"))
    found = climbed(stories, as_of=day(2.5))
    assert [step.kind for step in found.steps] == ["offer"]
    assert (found.stands.accepted_price, len(found.stands.offers)) == (None, 1)
    before = climbed(stories, as_of=day(0.5))
    assert (before.title, before.steps, before.stands.rounds) == (None, (), 0)


def test_a_corrected_price_is_told_as_it_should_have_been_unless_the_past_is_asked(stories: Stories) -> None:
    stories.tell(OPENED, day(1), known=day(1))
    stories.tell(ours("Q-1", "1000"), day(2), known=day(2))
    data = {"offer": "Q-1", "side": "seller", "price": {"amount": "100", "currency": "USD"}}
    fix = EventCorrected(
        corrects=2, type="OfferMade", replacement=Replacement(data=data), reason="by-mistake"
    )
    stories.tell(fix, day(5), known=day(5))
    assert [each.price for each in offers(climbed(stories))] == [money("100")]
    assert [each.price for each in offers(climbed(stories, known_at=day(3)))] == [money("1000")]


@FEW
@given(bargaining_histories(), st.data())
def test_the_ladder_of_a_deal_ends_where_the_report_on_discounts_has_it(
    history: History, data: st.DataObject
) -> None:
    instants = st.none() | st.integers(0, 2 * QUARTER_DAYS)
    with store_of(history, BERLIN) as deals, views_of(deals) as views:
        catch_up(views, deals, (DealStates(), Outcomes(), Negotiations()))
        for _ in range(3):
            as_of, known_at = (
                None if quarter is None else instant(quarter)
                for quarter in (data.draw(instants), data.draw(instants))
            )
            question = Question(asked=Asked(as_of, known_at), with_deals=True)
            (group,) = discounts(views, deals, question).groups
            for each in group.behind or ():
                stands = ladder(each.deal, deals.story(each.deal), deals.zone, as_of, known_at).stands
                prices = ("list_price", "first_price", "last_price", "accepted_price", "conceded", "discount")
                assert [getattr(stands, name) for name in prices] == [getattr(each, name) for name in prices]
                assert (stands.rounds, stands.given, stands.received) == (
                    each.rounds,
                    each.given,
                    each.received,
                )
                assert len(stands.objections) <= each.raised
