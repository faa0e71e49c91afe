"""The five told stories of the demo are told by their events."""

from datetime import timedelta
from decimal import Decimal
from itertools import pairwise
from typing import TypeVar

from domain.deal.life import DealExpectedCloseMoved
from domain.deal.negotiation import ConcessionMade, OfferMade
from domain.deal.objections import ObjectionRaised
from domain.deal.outcome import CausesRecorded, DealLost, DealReopened, DealWon
from domain.deal.outlook import DealCompetitorNoted
from domain.deal.people import ContactRemoved
from domain.deal.reading import Standing, standing
from domain.deal.touchpoints import TouchpointHeld
from domain.event import Event
from engine.deals import Deals
from engine.ids import deal_id
from interfaces.demo.script import SOURCE
from interfaces.demo.stories.told import LATE_COMPETITOR, LOST_FOR_PRICE, PUSHED, REOPENED, SAVED_WIN

E = TypeVar("E", bound=Event)


def story(deals: Deals, key: str) -> list[Standing]:
    return standing(deals.story(deal_id(SOURCE, key)))


def told(lines: list[Standing], kind: type[E]) -> list[E]:
    return [line.recorded.event for line in lines if isinstance(line.recorded.event, kind)]


def reasons(event: DealWon | DealLost | CausesRecorded) -> list[str]:
    return [cause.reason for cause in event.causes or ()]


def test_one_was_lost_and_declared_as_price_though_nobody_spoke_of_the_price(demo_deals: Deals) -> None:
    lines = story(demo_deals, LOST_FOR_PRICE)
    [lost] = told(lines, DealLost)
    [buyer] = told(lines, CausesRecorded)
    assert reasons(lost) == ["price"]
    assert (buyer.told_by, reasons(buyer)) == ("buyer", ["champion-left", "no-follow-up"])
    assert told(lines, ObjectionRaised) == []
    assert {offer.side for offer in told(lines, OfferMade)} == {"seller"}


def test_its_champion_left_and_thirteen_days_of_silence_followed(demo_deals: Deals) -> None:
    lines = story(demo_deals, LOST_FOR_PRICE)
    [gone] = [line for line in lines if isinstance(line.recorded.event, ContactRemoved)]
    late = gone.recorded.source_recorded_at
    assert late is not None
    assert late - gone.at > timedelta(days=18)
    talks = [line.at for line in lines if isinstance(line.recorded.event, TouchpointHeld)]
    silences = [after - before for before, after in pairwise(talks) if before > gone.at]
    assert max(silences) == timedelta(days=13)


def test_one_was_won_by_giving_way_on_payment_instead_of_price(demo_deals: Deals) -> None:
    lines = story(demo_deals, SAVED_WIN)
    offers = told(lines, OfferMade)
    assert [offer.side for offer in offers] == ["seller", "buyer", "seller", "buyer", "seller"]
    given = told(lines, ConcessionMade)
    assert [(each.side, each.term) for each in given] == [("seller", "payment"), ("buyer", "quantity")]
    assert all(each.in_return_for for each in given)
    [won] = told(lines, DealWon)
    assert won.amount == offers[-1].price
    first, last = offers[0].price, offers[-1].price
    assert first is not None
    assert last is not None
    assert 1 - last.amount / first.amount < Decimal("0.06")


def test_one_was_pushed_four_times(demo_deals: Deals) -> None:
    moves = told(story(demo_deals, PUSHED), DealExpectedCloseMoved)
    assert len(moves) == 4
    assert all(
        each.expected_close and each.previous and each.expected_close > each.previous for each in moves
    )


def test_one_was_lost_reopened_and_won(demo_deals: Deals) -> None:
    kinds = (DealLost, DealReopened, DealWon)
    lines = [type(line.recorded.event) for line in story(demo_deals, REOPENED)]
    assert [each for each in lines if each in kinds] == list(kinds)


def test_in_one_a_competitor_came_in_the_last_month(demo_deals: Deals) -> None:
    lines = story(demo_deals, LATE_COMPETITOR)
    first = next(line for line in lines if isinstance(line.recorded.event, DealCompetitorNoted))
    lost = next(line for line in lines if isinstance(line.recorded.event, DealLost))
    assert lost.at - first.at < timedelta(days=31)
    assert first.at - lines[0].at > timedelta(days=120)
