"""Whatever is ordered for whatever time: what is read keeps the order that the rules promise."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.deal.approvals import DecideApproval, RequestApproval
from domain.deal.deciding import DealCommand
from domain.deal.negotiation import AcceptOffer, ExpireOffer, MakeOffer, RejectOffer, WithdrawOffer
from domain.deal.objections import AnswerObjection, RaiseObjection, SettleObjection
from domain.deal.outcome import LoseDeal, ReopenDeal, WinDeal
from domain.deal.reading import standing
from domain.deal.touchpoints import AddTask, AnswerQuestion, FinishTask, RaiseQuestion
from domain.errors import Refused
from domain.event import Event
from engine.deals import Deals
from engine.settings import Settings
from tests.domain.random_orders import ORDERS
from tests.engine.appending import FIRST, ME, NOON, OPEN, SetClock

Order = tuple[DealCommand, int | None]
"""What is ordered, and for which day; None: now."""

START = NOON - timedelta(days=30)
FOLLOWS = {
    "OfferAccepted": ("offer", "OfferMade"),
    "OfferRejected": ("offer", "OfferMade"),
    "OfferWithdrawn": ("offer", "OfferMade"),
    "OfferExpired": ("offer", "OfferMade"),
    "ObjectionAnswered": ("objection", "ObjectionRaised"),
    "ObjectionSettled": ("objection", "ObjectionRaised"),
    "ApprovalDecided": ("approval", "ApprovalRequested"),
    "QuestionAnswered": ("question", "QuestionRaised"),
    "TaskFinished": ("task", "TaskAdded"),
}
"""What an event follows, and under which id."""

ONCE = ("OfferAccepted", "OfferRejected", "OfferWithdrawn", "OfferExpired", "TaskFinished", "ApprovalDecided")

SUBJECTS = (
    (MakeOffer, AcceptOffer, RejectOffer, WithdrawOffer, ExpireOffer),
    (MakeOffer, RequestApproval, DecideApproval),
    (RaiseObjection, AnswerObjection, SettleObjection),
    (RaiseQuestion, AnswerQuestion),
    (AddTask, FinishTask),
)
OUTCOMES = (WinDeal, LoseDeal, ReopenDeal)


def orders(kinds: tuple[type[DealCommand], ...]) -> st.SearchStrategy[list[Order]]:
    """Orders of these kinds, each for a day of the same week or for now."""
    order = st.one_of(*(ORDERS[kind] for kind in kinds))
    return st.lists(st.tuples(order, st.none() | st.integers(0, 6)), max_size=20)


def told(orders: list[Order]) -> list[Event]:
    """What stands after these orders for these days, in reading order."""
    with Deals(Settings(store="memory:"), clock=SetClock()) as deals:
        deals.handle(FIRST, OPEN, by=ME, at=START)
        for command, number in orders:
            at = None if number is None else START + timedelta(days=number)
            try:
                deals.handle(FIRST, command, by=ME, at=at)
            except Refused:
                continue
        return [line.recorded.event for line in standing(deals.story(FIRST))]


def of_one_id(events: list[Event], kind: str, types: set[str]) -> Iterable[list[str]]:
    """The types of these events, for each id that they speak of."""
    found: dict[str, list[str]] = defaultdict(list)
    for event in events:
        if type(event).__name__ in types:
            found[getattr(event, kind)].append(type(event).__name__)
    return found.values()


@settings(max_examples=80)
@given(st.sampled_from(SUBJECTS).flatmap(orders))
def test_nothing_is_read_before_what_it_follows(week: list[Order]) -> None:
    events = told(week)
    for kind in {kind for kind, _ in FOLLOWS.values()}:
        opening = {first for of, first in FOLLOWS.values() if of == kind}
        later = {name for name, (of, _) in FOLLOWS.items() if of == kind}
        for types in of_one_id(events, kind, opening | later):
            assert types[0] in opening
            assert sum(name in opening for name in types) == 1
            assert sum(name in ONCE for name in types) <= 1


@settings(max_examples=80)
@given(orders(OUTCOMES))
def test_outcomes_and_reopenings_take_turns(week: list[Order]) -> None:
    closings = ("DealWon", "DealLost")
    turns = [type(event).__name__ for event in told(week)]
    turns = [name for name in turns if name in (*closings, "DealReopened")]
    assert all((before in closings) is (after == "DealReopened") for before, after in pairwise(turns))
