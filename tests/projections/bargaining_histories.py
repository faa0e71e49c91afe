"""Random histories of deals that are bargained over, as plain facts that hypothesis draws."""

from typing import Any

from hypothesis import strategies as st

from tests.projections.closing_histories import (
    LOST,
    OPENING,
    PEOPLE,
    WON,
    Fact,
    History,
)
from tests.projections.drawn_facts import in_any_order, put_right

OFFERS = st.sampled_from(["Q-1", "Q-2", "C-1"])
OBJECTIONS = st.sampled_from(["O-1", "O-2"])
SIDES = st.sampled_from(["seller", "seller", "buyer"])
PRICES = st.none() | st.builds(
    lambda amount, currency: {"amount": amount, "currency": currency},
    st.sampled_from(["0", "70", "82.5", "100", "101.25"]),
    st.sampled_from(["USD", "USD", "CNY"]),
)
ANSWER = st.fixed_dictionaries({"offer": OFFERS, "side": st.none() | SIDES})
OTHERS: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    "OfferMade": st.fixed_dictionaries(
        {
            "offer": OFFERS,
            "side": SIDES,
            "price": PRICES,
            "list_price": PRICES,
            "in_reply_to": st.none() | OFFERS,
        }
    ),
    "OfferAccepted": ANSWER,
    "OfferRejected": ANSWER,
    "OfferWithdrawn": ANSWER,
    "OfferExpired": ANSWER,
    "ConcessionMade": st.fixed_dictionaries(
        {
            "side": SIDES,
            "term": st.sampled_from(["price", "payment"]),
            "value": PRICES,
            "in_return_for": st.none() | st.just("a reference"),
        }
    ),
    "ObjectionRaised": st.fixed_dictionaries(
        {"objection": OBJECTIONS, "topic": st.sampled_from(["price", "trust"]), "text": st.just("Hm.")}
    ),
    "ObjectionAnswered": st.fixed_dictionaries({"objection": OBJECTIONS, "text": st.just("Well.")}),
    "ObjectionSettled": st.fixed_dictionaries({"objection": OBJECTIONS, "resolved": st.booleans()}),
    "DealWon": WON,
    "DealLost": LOST,
    "DealReopened": st.just({"stage": None}),
    "DealOwnerAssigned": st.fixed_dictionaries({"owner": st.none() | PEOPLE}),
    "DealNoteAdded": st.just({"text": "Called."}),
    "DealDiscarded": st.just({}),
}
KINDS = st.sampled_from(
    [*OTHERS, *["OfferMade", "OfferAccepted"] * 4, *["EventCorrected", "EventRetracted"] * 2]
)


@st.composite
def bargaining_histories(draw: st.DrawFn, deals: int = 3, length: int = 10) -> History:
    """Up to `deals` deals of up to `length` events each, in any order of recording."""
    return in_any_order(draw, (1, deals), (1, length), _next)


def _next(draw: st.DrawFn, before: list[Fact]) -> tuple[str, dict[str, Any]]:
    if not before:
        return "DealOpened", draw(OPENING)
    kind = draw(KINDS)
    if kind not in ("EventCorrected", "EventRetracted"):
        return kind, draw(OTHERS[kind])
    return put_right(draw, kind, before, lambda into: OPENING if into == "DealOpened" else OTHERS[into])
