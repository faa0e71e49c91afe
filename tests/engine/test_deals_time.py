"""When things happen: now, earlier, hardly ever later, and as it was known."""

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from domain.deal.closing import DealNotOpen
from domain.deal.corrections import CorrectEvent, Replacement
from domain.deal.deciding import NotOpened
from domain.deal.life import (
    DealAmountRevised,
    OpenDeal,
    ReviseAmount,
)
from domain.deal.moving import AlreadyOpened
from domain.deal.negotiation import AcceptOffer, MakeOffer, OfferRejected, RejectOffer
from domain.deal.outcome import DealLost, DealReopened, DealWon, LoseDeal, ReopenDeal, WinDeal
from domain.deal.outlook import AddNote
from domain.deal.people import AddContact
from domain.errors import BadInput, NotFound
from engine.deals import Deals
from engine.timing import TooEarly, TooFarAhead
from tests.engine.appending import FIRST, ME, NOON, OPEN, SECOND, SetClock, note, told, usd


def test_without_a_time_it_happens_now_but_not_before_the_last_event(deals: Deals, clock: SetClock) -> None:
    deals.handle(FIRST, OPEN, by=ME)
    clock.pass_time(minutes=-3)
    (noted,) = deals.handle(FIRST, AddNote(text="the clock was set back"), by=ME)
    assert noted.occurred_at == NOON
    clock.pass_time(minutes=13)
    (later,) = deals.handle(FIRST, AddNote(text="ten minutes later"), by=ME)
    assert later.occurred_at == NOON + timedelta(minutes=10)


@pytest.mark.parametrize("ahead", [0, 1, 300])
def test_another_clock_may_be_a_little_ahead(deals: Deals, ahead: int) -> None:
    (opened,) = deals.handle(FIRST, OPEN, by=ME, at=NOON + timedelta(seconds=ahead))
    assert opened.occurred_at == NOON + timedelta(seconds=ahead)


def test_what_has_not_happened_cannot_be_recorded(deals: Deals) -> None:
    future = NOON + timedelta(minutes=5, microseconds=1)
    with pytest.raises(TooFarAhead, match="lies in the future"):
        deals.handle(FIRST, OPEN, by=ME, at=future)
    deals.handle(FIRST, OPEN, by=ME)
    correction = CorrectEvent(
        corrects=1, reason="other", replacement=Replacement(data={"title": "T"}, occurred_at=future)
    )
    with pytest.raises(TooFarAhead, match="time of the replacement"):
        deals.handle(FIRST, correction, by=ME)
    with pytest.raises(TooFarAhead, match="DealNoteAdded"):
        deals.record([replace(note(SECOND, 1), occurred_at=future)])
    assert len(deals.story(FIRST)) == 1


@pytest.mark.parametrize(
    "at",
    [
        datetime(2026, 4, 1, 9),  # noqa: DTZ001 - naive on purpose
        datetime(1, 1, 1, tzinfo=ZoneInfo("Asia/Shanghai")),
    ],
)
def test_a_time_that_is_no_instant_is_refused(deals: Deals, at: datetime) -> None:
    with pytest.raises(BadInput, match="The time"):
        deals.handle(FIRST, OPEN, by=ME, at=at)


def test_the_hour_that_comes_twice_is_kept_apart(deals: Deals) -> None:
    berlin = ZoneInfo("Europe/Berlin")
    deals.handle(FIRST, OPEN, by=ME, at=datetime(2025, 10, 26, 2, 30, tzinfo=berlin))
    (again,) = deals.handle(
        FIRST, AddNote(text="an hour later"), by=ME, at=datetime(2025, 10, 26, 2, 30, fold=1, tzinfo=berlin)
    )
    first, second = deals.story(FIRST)
    assert second == again
    assert second.occurred_at - first.occurred_at == timedelta(hours=1)


def test_a_forgotten_fact_is_decided_as_of_its_own_time(deals: Deals) -> None:
    monday = NOON - timedelta(days=10)
    deals.handle(FIRST, OPEN, by=ME, at=monday)
    deals.handle(FIRST, ReviseAmount(amount=usd("100")), by=ME, at=monday + timedelta(days=4))
    (revised,) = deals.handle(FIRST, ReviseAmount(amount=usd("50")), by=ME, at=monday + timedelta(days=2))
    assert revised.event == DealAmountRevised(amount=usd("50"))
    assert deals.deal(FIRST).life.amount == usd("100")
    assert deals.deal(FIRST, as_of=monday + timedelta(days=3)).life.amount == usd("50")
    assert deals.deal(FIRST, as_of=monday + timedelta(days=1)).life.amount is None


def test_a_deal_is_read_as_it_was_known(deals: Deals, clock: SetClock) -> None:
    deals.handle(FIRST, OPEN, by=ME)
    clock.pass_time(days=1)
    deals.handle(FIRST, ReviseAmount(amount=usd("7")), by=ME, at=NOON)
    assert deals.deal(FIRST, as_of=NOON).life.amount == usd("7")
    assert deals.deal(FIRST, as_of=NOON, known_at=NOON).life.amount is None
    with pytest.raises(NotFound, match="at that time"):
        deals.deal(FIRST, as_of=NOON - timedelta(seconds=1))


def test_nothing_is_told_of_a_deal_before_its_opening(deals: Deals) -> None:
    deals.handle(FIRST, OPEN, by=ME)
    with pytest.raises(NotOpened):
        deals.handle(FIRST, AddNote(text="early"), by=ME, at=NOON - timedelta(seconds=1))
    with pytest.raises(AlreadyOpened):
        deals.handle(FIRST, OpenDeal(title="B", owner="x"), by=ME, at=NOON - timedelta(days=1))


def test_a_day_reaches_to_an_opening_on_it(deals: Deals) -> None:
    midnight = NOON.replace(hour=0)
    deals.handle(FIRST, OPEN, by=ME)
    (noted,) = deals.handle(FIRST, AddNote(text="that day"), by=ME, at=midnight, precision="day")
    assert (noted.occurred_at, noted.precision) == (midnight, "day")
    with pytest.raises(NotOpened):
        deals.handle(
            FIRST, AddNote(text="the day before"), by=ME, at=midnight - timedelta(days=1), precision="day"
        )


def test_an_outcome_does_not_precede_the_last_one(deals: Deals, clock: SetClock) -> None:
    deals.handle(FIRST, OPEN, by=ME, at=NOON - timedelta(days=9))
    deals.handle(FIRST, LoseDeal(kind="declined"), by=ME, at=NOON - timedelta(days=3))
    with pytest.raises(TooEarly, match="outcome last changed"):
        deals.handle(FIRST, ReopenDeal(reason="timing"), by=ME, at=NOON - timedelta(days=4))
    deals.handle(FIRST, ReopenDeal(reason="timing"), by=ME, at=NOON - timedelta(days=2))
    deals.handle(FIRST, WinDeal(), by=ME)
    assert [type(event) for event in told(deals.story(FIRST))[1:]] == [DealLost, DealReopened, DealWon]


def test_a_deal_does_not_end_before_it_was_opened(deals: Deals) -> None:
    deals.handle(FIRST, OPEN, by=ME)
    with pytest.raises(TooEarly, match="was opened"):
        deals.handle(FIRST, LoseDeal(kind="declined"), by=ME, at=NOON - timedelta(days=20))
    midnight = NOON.replace(hour=0)
    (lost,) = deals.handle(FIRST, LoseDeal(kind="declined"), by=ME, at=midnight, precision="day")
    assert (lost.occurred_at, lost.version) == (midnight, 2)


def test_what_is_said_of_an_offer_follows_the_last_that_was_said_of_it(deals: Deals) -> None:
    monday, tuesday, friday = NOON - timedelta(days=6), NOON - timedelta(days=5), NOON - timedelta(days=2)
    deals.handle(FIRST, OPEN, by=ME, at=NOON - timedelta(days=9))
    offer = MakeOffer(offer="ours", side="seller", price=usd("800"))
    deals.handle(FIRST, offer, by=ME, at=tuesday)
    with pytest.raises(TooEarly, match="the offer 'ours' was last spoken of"):
        deals.handle(FIRST, AcceptOffer(offer="ours"), by=ME, at=monday)
    with pytest.raises(TooEarly, match="the offer 'ours' was last spoken of"):
        deals.handle(FIRST, offer, by=ME, at=monday)
    deals.handle(FIRST, LoseDeal(kind="declined"), by=ME, at=NOON - timedelta(days=1))
    (late,) = deals.handle(FIRST, RejectOffer(offer="ours"), by=ME, at=friday)
    assert told([late]) == [OfferRejected(offer="ours")]
    with pytest.raises(DealNotOpen):
        deals.handle(FIRST, MakeOffer(offer="second", side="seller", price=usd("700")), by=ME)


def test_a_contact_may_have_been_met_earlier_than_we_thought(deals: Deals) -> None:
    deals.handle(FIRST, OPEN, by=ME, at=NOON - timedelta(days=9))
    zhang = AddContact(contact="zhang", name="Zhang Wei")
    deals.handle(FIRST, zhang, by=ME, at=NOON - timedelta(days=2))
    assert len(deals.handle(FIRST, zhang, by=ME, at=NOON - timedelta(days=4))) == 1
    assert deals.handle(FIRST, zhang, by=ME, at=NOON - timedelta(days=1)) == []
