"""How deals end: won, lost, reopened, discarded, and who says why."""

from domain.deal.after_the_win import ContractSigned, DeliveryCompleted, PaymentReceived
from domain.deal.backdating import Earliest, not_before, reads_whole_story
from domain.deal.closing import DealNotOpen, NothingClosed
from domain.deal.evidence import EvidenceNotThere
from domain.deal.life import DealOpened, ReviseAmount
from domain.deal.matters import Matter
from domain.deal.negotiation import OfferAccepted, OfferMade
from domain.deal.outcome import (
    CausesRecorded,
    DealAbsorbed,
    DealDiscarded,
    DealLost,
    DealMerged,
    DealReopened,
    DealWon,
    DiscardDeal,
    LoseDeal,
    RecordCauses,
    ReopenDeal,
    WinDeal,
)
from domain.deal.references import NotThere
from domain.deal.retrospective import RetrospectiveActionFinished, RetrospectiveHeld
from domain.deal.stage_moves import StageNotDefined
from domain.deal.story import fold
from domain.values import Cause
from tests.domain.telling import cny, day, deal_of, given, recorded

OPENED = DealOpened(
    title="Crane",
    owner="li.lei",
    pipeline="standard",
    pipeline_revision=1,
    stage="proposal",
    amount=cny("820000"),
)
OFFER = OfferMade(offer="o1", side="seller", price=cny("790000"))
ACCEPTED = OfferAccepted(offer="o1")
WON = DealWon(amount=cny("820000"))
LOST = DealLost(kind="competitor", competitor="Acme")
REOPENED = DealReopened(reason="new-budget")
PRICE = Cause(reason="price", effect="blocked")


def test_a_deal_is_won_at_the_amount_that_is_named() -> None:
    given(OPENED, OFFER, ACCEPTED).when(WinDeal(amount=cny("800000"))).then(
        DealWon(amount=cny("800000"), offer="o1")
    )


def test_a_deal_is_won_at_its_last_accepted_offer() -> None:
    given(OPENED, OFFER, ACCEPTED).when(WinDeal()).then(DealWon(amount=cny("790000"), offer="o1"))


def test_a_deal_without_an_offer_is_won_at_its_amount() -> None:
    given(OPENED).when(WinDeal()).then(DealWon(amount=cny("820000")))


def test_a_deal_is_won_by_the_offer_that_is_named_if_it_was_made() -> None:
    given(OPENED, OFFER).when(WinDeal(offer="o1")).then(DealWon(amount=cny("790000"), offer="o1"))
    given(OPENED, OFFER).when(WinDeal(offer="o2")).then_refused(NotThere, kind="offer", name="o2")


def test_a_won_deal_is_not_won_again() -> None:
    given(OPENED, WON).when(WinDeal()).then_nothing()
    given(OPENED, WON).when(WinDeal(amount=cny("1"))).then_refused(DealNotOpen, standing="won")
    given(OPENED, LOST).when(WinDeal()).then_refused(DealNotOpen, standing="lost")


def test_a_deal_is_lost_once() -> None:
    order = LoseDeal(kind="competitor", competitor="Acme")
    given(OPENED).when(order).then(LOST)
    given(OPENED, LOST).when(order).then_nothing()
    given(OPENED, LOST).when(LoseDeal(kind="declined")).then_refused(DealNotOpen)
    given(OPENED, WON).when(order).then_refused(DealNotOpen, standing="won")


def test_winning_settles_the_amount_and_losing_without_one_leaves_it() -> None:
    assert deal_of(OPENED, DealWon(amount=cny("1"))).life.amount == cny("1")
    assert deal_of(OPENED, LOST).life.amount == cny("820000")


def test_reopening_keeps_the_first_outcome_and_its_causes() -> None:
    causes = CausesRecorded(told_by="rep", causes=(PRICE,), outcome=2)
    deal = deal_of(OPENED, LOST, causes, REOPENED, WON)
    assert deal.outcome.standing == "won"
    assert [closing.event for closing in deal.outcome.closings] == [LOST, WON]
    assert deal.outcome.told == {(2, "rep"): causes}


def test_causes_that_are_dated_before_their_outcome_belong_to_it() -> None:
    causes = CausesRecorded(told_by="rep", causes=(PRICE,), outcome=2)
    story = [recorded(OPENED, 1), recorded(LOST, 2), recorded(causes, 3, occurred_at=day(1))]
    deal = fold(story)
    assert deal is not None
    assert deal.outcome.told == {(2, "rep"): causes}


def test_a_closed_deal_is_reopened_in_a_stage_that_is_there() -> None:
    order = ReopenDeal(reason="new-budget", stage="meeting")
    reopened = DealReopened(reason="new-budget", stage="meeting")
    given(OPENED, LOST).when(order).then(reopened)
    given(OPENED, LOST, reopened).when(order).then_nothing()
    given(OPENED, LOST).when(ReopenDeal(reason="x", stage="nowhere")).then_refused(StageNotDefined)
    given(OPENED, DealDiscarded()).when(order).then_refused(DealNotOpen, standing="discarded")
    given(OPENED, LOST).when(ReopenDeal(reason="new-budget")).then(REOPENED)
    assert deal_of(OPENED, LOST, reopened).life.stage == "meeting"


def test_causes_belong_to_the_last_outcome_unless_another_is_named() -> None:
    order = RecordCauses(told_by="buyer", causes=(PRICE,), confidence=0.8)
    told = CausesRecorded(told_by="buyer", causes=(PRICE,), confidence=0.8, outcome=4)
    given(OPENED, LOST, REOPENED, WON).when(order).then(told)
    given(OPENED, LOST, REOPENED, WON, told).when(order).then_nothing()
    first = RecordCauses(told_by="buyer", causes=(PRICE,), outcome=2)
    given(OPENED, LOST, REOPENED, WON).when(first).then(
        CausesRecorded(told_by="buyer", causes=(PRICE,), outcome=2)
    )


def test_causes_need_an_outcome_and_evidence_that_is_there() -> None:
    given(OPENED).when(RecordCauses(told_by="rep", causes=(PRICE,))).then_refused(NothingClosed)
    given(OPENED, LOST).when(RecordCauses(told_by="rep", causes=(PRICE,), outcome=1)).then_refused(
        NothingClosed, version=1
    )
    shown = Cause(reason="price", evidence=(9,))
    given(OPENED, LOST).when(RecordCauses(told_by="rep", causes=(shown,))).then_refused(
        EvidenceNotThere, versions=(9,)
    )


def test_a_discarded_deal_counts_nowhere_and_takes_no_more_orders() -> None:
    order = DiscardDeal(reason="duplicate")
    given(OPENED).when(order).then(DealDiscarded(reason="duplicate"))
    given(OPENED, DealDiscarded(reason="test")).when(order).then_nothing()
    given(OPENED, DealDiscarded()).when(ReviseAmount(amount=None)).then_refused(DealNotOpen)
    given(OPENED, DealMerged(into="other")).when(WinDeal()).then_refused(DealNotOpen, standing="merged")
    given(OPENED, DealMerged(into="other")).when(order).then(DealDiscarded(reason="duplicate"))


def test_the_later_of_two_imported_outcomes_stands() -> None:
    deal = deal_of(OPENED, WON, LOST)
    assert deal.outcome.standing == "lost"
    assert len(deal.outcome.closings) == 2


def test_what_comes_after_the_win_is_remembered() -> None:
    held = RetrospectiveHeld.model_validate(
        {
            "retrospective": "r1",
            "participants": ["li.lei"],
            "pushed": [],
            "blocked": [],
            "lessons": [],
            "actions": [{"action": "a1", "text": "Call earlier"}, {"action": "a2", "text": "Train"}],
        }
    )
    signed, delivered = ContractSigned(), DeliveryCompleted()
    done = RetrospectiveActionFinished(action="a1")
    after_the_win = (signed, PaymentReceived(amount=cny("1")), delivered, held, done)
    deal = deal_of(OPENED, WON, *after_the_win, DealAbsorbed(absorbed="other"))
    assert (deal.outcome.signed, deal.outcome.delivered) == (signed, delivered)
    assert deal.outcome.retrospectives == {"r1": Matter(False, day(6), held)}
    assert deal.outcome.actions == {
        "a1": Matter(True, day(7), held, done),
        "a2": Matter(False, day(6), held),
    }
    assert deal.outcome.absorbed == {"other"}
    assert deal.outcome.standing == "won"


def test_an_outcome_is_not_recorded_before_the_last_one_or_the_opening() -> None:
    deal = deal_of(OPENED, LOST, REOPENED)
    assert not_before(WinDeal(), deal) == Earliest(day(3), "the deal's outcome last changed")
    assert not_before(ReviseAmount(amount=None), deal) is None
    assert not_before(WinDeal(), deal_of(OPENED)) == Earliest(day(1), "the deal was opened")
    assert not_before(WinDeal(), None) is None
    assert reads_whole_story(WinDeal())
    assert not reads_whole_story(ReviseAmount(amount=None))
