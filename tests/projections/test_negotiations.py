from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from domain.deal.corrections import EventCorrected, EventRetracted, Replacement
from domain.deal.life import DealOpened
from domain.deal.negotiation import (
    ConcessionMade,
    OfferAccepted,
    OfferExpired,
    OfferMade,
    OfferRejected,
    OfferWithdrawn,
)
from domain.deal.objections import ObjectionAnswered, ObjectionRaised, ObjectionSettled
from projections.negotiation.negotiations import (
    concessions,
    objection_settlements,
    objections,
    offer_answers,
    offers,
)
from projections.running.reading_on import FOREVER
from tests.projections.closing_stories import Stories, day, micros, usd

OPENED = DealOpened(title="Pumps", pipeline="standard", pipeline_revision=1)


@pytest.fixture
def stories() -> Iterator[Stories]:
    stories = Stories()
    yield stories
    stories.close()


def ours(name: str, price: str, reply_to: str | None = None) -> OfferMade:
    return OfferMade(offer=name, side="seller", price=usd(price), in_reply_to=reply_to)


def theirs(name: str, price: str, reply_to: str | None = None) -> OfferMade:
    return OfferMade(offer=name, side="buyer", price=usd(price), in_reply_to=reply_to)


def answers(stories: Stories) -> list[tuple[Any, ...]]:
    rows = stories.rows(offer_answers, "offer", "answer", "read_at", "until")
    return [tuple(row.values()) for row in rows]


def first_answers(stories: Stories) -> list[tuple[Any, ...]]:
    rows = stories.rows(offers, "offer", "answered_by", "answered_at")
    return [tuple(row.values()) for row in rows]


def test_an_offer_is_kept_with_all_that_a_ladder_and_a_reminder_need(stories: Stories) -> None:
    offer = OfferMade(
        offer="Q-1",
        side="seller",
        price=usd("90"),
        list_price=usd("100.5"),
        valid_until=date(2026, 4, 1),
    )
    stories.story(OPENED, offer)
    (row,) = stories.rows(offers)
    del row["deal"]
    assert row == {
        "version": 2,
        "offer": "Q-1",
        "side": "seller",
        "price": 900_000,
        "currency": "USD",
        "list_price": 1_005_000,
        "list_currency": "USD",
        "in_reply_to": None,
        "valid_until": "2026-04-01",
        "read_at": micros(2),
        "precision": "instant",
        "until": FOREVER,
        "answered_by": None,
        "answered_at": None,
        "answered_precision": None,
    }


def test_the_last_answer_to_an_offer_is_what_has_become_of_it(stories: Stories) -> None:
    stories.story(OPENED, ours("Q-1", "90"), OfferRejected(offer="Q-1"), OfferAccepted(offer="Q-1"))
    assert answers(stories) == [
        ("Q-1", "rejected", micros(3), micros(4)),
        ("Q-1", "accepted", micros(4), FOREVER),
    ]


def test_an_offer_is_answered_when_it_is_first_accepted_rejected_or_countered(stories: Stories) -> None:
    stories.story(
        OPENED,
        ours("Q-1", "90"),
        theirs("C-1", "80", reply_to="Q-1"),
        OfferRejected(offer="Q-1"),
        OfferAccepted(offer="C-1"),
    )
    assert first_answers(stories) == [("Q-1", "countered", micros(3)), ("C-1", "accepted", micros(5))]


def test_a_counter_offer_that_names_none_answers_the_other_sides_last_offer(stories: Stories) -> None:
    stories.story(OPENED, ours("Q-1", "90"), ours("Q-2", "88"), theirs("C-1", "70"), theirs("C-2", "75"))
    assert first_answers(stories) == [
        ("Q-1", None, None),
        ("Q-2", "countered", micros(4)),
        ("C-1", None, None),
        ("C-2", None, None),
    ]


def test_what_was_taken_back_or_ran_out_was_never_answered(stories: Stories) -> None:
    stories.story(
        OPENED,
        ours("Q-1", "90"),
        OfferWithdrawn(offer="Q-1"),
        ours("Q-2", "85"),
        OfferExpired(offer="Q-2"),
    )
    assert first_answers(stories) == [("Q-1", None, None), ("Q-2", None, None)]
    assert [answer[1] for answer in answers(stories)] == ["withdrawn", "expired"]


def test_an_answer_to_an_offer_that_was_never_made_is_history_too(stories: Stories) -> None:
    stories.story(OPENED, OfferAccepted(offer="Q-7"))
    assert answers(stories) == [("Q-7", "accepted", micros(2), FOREVER)]
    assert stories.rows(offers) == []


def test_an_answer_from_before_its_offer_keeps_its_word(stories: Stories) -> None:
    stories.story(OPENED, OfferAccepted(offer="Q-1"), ours("Q-1", "90"))
    assert answers(stories) == [("Q-1", "accepted", micros(2), FOREVER)]
    assert first_answers(stories) == [("Q-1", None, None)]


def test_an_offer_that_is_made_once_more_waits_for_an_answer_again(stories: Stories) -> None:
    stories.story(OPENED, ours("Q-1", "90"), OfferRejected(offer="Q-1"), ours("Q-1", "80"))
    assert answers(stories) == [("Q-1", "rejected", micros(3), micros(4))]
    rows = stories.rows(offers, "price", "until", "answered_by")
    assert [tuple(row.values()) for row in rows] == [
        (900_000, micros(4), "rejected"),
        (800_000, FOREVER, None),
    ]


def test_an_offer_is_no_answer_to_what_it_replaces(stories: Stories) -> None:
    stories.story(OPENED, ours("Q-1", "90"), ours("Q-1", "85", reply_to="Q-1"))
    assert first_answers(stories) == [("Q-1", None, None), ("Q-1", None, None)]


def test_a_concession_says_whether_it_was_for_something_in_return(stories: Stories) -> None:
    stories.story(
        OPENED,
        ConcessionMade(side="seller", term="payment", value=usd("12"), in_return_for="a longer contract"),
        ConcessionMade(side="buyer", term="quantity"),
    )
    rows = stories.rows(concessions, "side", "term", "value", "in_return")
    assert [tuple(row.values()) for row in rows] == [
        ("seller", "payment", 120_000, True),
        ("buyer", "quantity", None, False),
    ]


def test_an_objection_is_answered_settled_and_may_come_up_again(stories: Stories) -> None:
    stories.story(
        OPENED,
        ObjectionRaised(objection="O-1", topic="price", text="Too dear"),
        ObjectionAnswered(objection="O-1", text="It saves a shift"),
        ObjectionSettled(objection="O-1", resolved=True),
        ObjectionRaised(objection="O-1", topic="price", text="Still too dear"),
    )
    rows = stories.rows(objections, "read_at", "until", "answered_at")
    assert [tuple(row.values()) for row in rows] == [
        (micros(2), micros(5), micros(3)),
        (micros(5), FOREVER, None),
    ]
    rows = stories.rows(objection_settlements, "resolved", "read_at", "until")
    assert [tuple(row.values()) for row in rows] == [(True, micros(4), micros(5))]


def test_an_objection_that_is_settled_without_a_word_was_answered_so(stories: Stories) -> None:
    stories.story(
        OPENED,
        ObjectionRaised(objection="O-1", topic="price", text="Too dear"),
        ObjectionSettled(objection="O-1", resolved=False),
        ObjectionSettled(objection="O-2", resolved=True),
    )
    assert [row["answered_at"] for row in stories.rows(objections)] == [micros(3)]
    rows = stories.rows(objection_settlements, "objection", "resolved")
    assert [tuple(row.values()) for row in rows] == [("O-1", False), ("O-2", True)]


def test_an_offer_that_was_forgotten_stands_where_it_was_made(stories: Stories) -> None:
    stories.tell(OPENED, day(1))
    stories.tell(ours("Q-2", "80"), day(5))
    stories.tell(OfferAccepted(offer="Q-1"), day(6))
    stories.caught_up()
    stories.tell(ours("Q-1", "90"), day(3))
    assert first_answers(stories) == [("Q-2", None, None), ("Q-1", "accepted", micros(6))]


def test_a_corrected_price_and_a_retracted_answer_leave_nothing_of_the_mistake(stories: Stories) -> None:
    stories.story(OPENED, ours("Q-1", "900"), OfferAccepted(offer="Q-1"))
    stories.caught_up()
    data = {"offer": "Q-1", "side": "seller", "price": {"amount": "90", "currency": "USD"}}
    replacement = Replacement(data=data)
    fix = EventCorrected(corrects=2, type="OfferMade", replacement=replacement, reason="other")
    stories.tell(fix, day(4))
    stories.tell(EventRetracted(retracts=3, type="OfferAccepted", reason="other"), day(4))
    assert answers(stories) == []
    rows = stories.rows(offers, "price", "answered_by")
    assert [tuple(row.values()) for row in rows] == [(900_000, None)]
