"""What may be said while a deal is negotiated: each order applies, is already so, or is refused."""

import pytest
from pydantic import ValidationError

from domain.deal.approvals import ApprovalDecided, ApprovalRequested, DecideApproval, RequestApproval
from domain.deal.closing import DealNotOpen
from domain.deal.deciding import DealCommand
from domain.deal.life import DealOpened
from domain.deal.needs import SolutionProposed
from domain.deal.negotiation import (
    AcceptOffer,
    ConcessionMade,
    DealPriceRangeSet,
    ExpireOffer,
    MakeOffer,
    OfferAccepted,
    OfferAnswer,
    OfferExpired,
    OfferMade,
    OfferRejected,
    OfferWithdrawn,
    RecordConcession,
    RejectOffer,
    SetPriceRange,
    WithdrawOffer,
)
from domain.deal.objections import (
    AnswerObjection,
    ObjectionAnswered,
    ObjectionRaised,
    ObjectionSettled,
    RaiseObjection,
    SettleObjection,
)
from domain.deal.offer_rules import AlreadyDecided, OfferNotStanding, WrongSide
from domain.deal.outcome import DealLost, DealMerged, DealWon
from domain.deal.people import ContactAdded
from domain.deal.references import IdTaken, NotThere, SpeaksOfItself
from domain.event import Event
from domain.values import Terms
from tests.domain.telling import cny, deal_of, given

OPENED = DealOpened(title="Crane", owner="li.lei", pipeline="standard", pipeline_revision=1, stage="proposal")
OURS = OfferMade(offer="ours", side="seller", price=cny("800"))
THEIRS = OfferMade(offer="theirs", side="buyer", price=cny("700"), in_reply_to="ours")
LATE = ObjectionRaised(objection="late", topic="delivery", text="Eight weeks?")
ASKED = ApprovalRequested(approval="ten", for_offer="ours")

ANSWERS: dict[str, tuple[DealCommand, Event]] = {
    "accepted": (AcceptOffer(offer="ours"), OfferAccepted(offer="ours")),
    "rejected": (RejectOffer(offer="ours"), OfferRejected(offer="ours")),
    "withdrawn": (WithdrawOffer(offer="ours"), OfferWithdrawn(offer="ours")),
    "expired": (ExpireOffer(offer="ours"), OfferExpired(offer="ours")),
}


def test_an_offer_is_made_once() -> None:
    order = MakeOffer(offer="ours", side="seller", price=cny("800"))
    given(OPENED).when(order).then(OURS)
    given(OPENED, OURS).when(order).then_nothing()
    given(OPENED, OURS, OfferRejected(offer="ours")).when(order).then_nothing()


def test_the_id_of_an_offer_stands_for_one_offer() -> None:
    cheaper = MakeOffer(offer="ours", side="seller", price=cny("790"))
    refused = given(OPENED, OURS).when(cheaper).then_refused(IdTaken, kind="offer", name="ours")
    assert "id of its own" in str(refused)


def test_an_offer_has_a_price() -> None:
    with pytest.raises(ValidationError, match="price"):
        MakeOffer.model_validate({"offer": "ours", "side": "seller"})


def test_an_offer_keeps_its_terms_its_solution_and_what_it_replies_to() -> None:
    terms = Terms(payment="60 days")
    solution = SolutionProposed(solution="one-line", summary="One line")
    order = MakeOffer(
        offer="second",
        side="seller",
        price=cny("780"),
        terms=terms,
        solution="one-line",
        in_reply_to="theirs",
    )
    given(OPENED, solution, OURS, THEIRS).when(order).then(
        OfferMade(
            offer="second",
            side="seller",
            price=cny("780"),
            terms=terms,
            solution="one-line",
            in_reply_to="theirs",
        )
    )
    given(OPENED, OURS, THEIRS).when(order).then_refused(NotThere, kind="solution", name="one-line")
    given(OPENED, solution, OURS).when(order).then_refused(NotThere, kind="offer", name="theirs")


def test_an_offer_does_not_reply_to_itself() -> None:
    order = MakeOffer(offer="ours", side="seller", price=cny("800"), in_reply_to="ours")
    given(OPENED).when(order).then_refused(SpeaksOfItself, kind="offer", field="in_reply_to")


@pytest.mark.parametrize("standing", ANSWERS)
def test_an_offer_is_answered_once(standing: str) -> None:
    order, event = ANSWERS[standing]
    given(OPENED, OURS).when(order).then(event)
    given(OPENED, OURS, event).when(order).then_nothing()
    given(OPENED).when(order).then_refused(NotThere, kind="offer", name="ours")


@pytest.mark.parametrize("standing", ANSWERS)
@pytest.mark.parametrize("other", ANSWERS)
def test_only_an_offer_that_stands_is_answered(standing: str, other: str) -> None:
    _, event = ANSWERS[standing]
    order, _ = ANSWERS[other]
    if standing != other:
        given(OPENED, OURS, event).when(order).then_refused(OfferNotStanding, offer="ours", standing=standing)


def test_an_answer_with_another_reason_is_no_repetition() -> None:
    rejected = OfferRejected(offer="ours", reason="price")
    given(OPENED, OURS, rejected).when(RejectOffer(offer="ours")).then_nothing()
    given(OPENED, OURS, rejected).when(RejectOffer(offer="ours", reason="delivery")).then_refused(
        OfferNotStanding, standing="rejected"
    )


def test_an_older_offer_beside_others_may_be_accepted() -> None:
    cheaper = OfferMade(offer="cheaper", side="seller", price=cny("750"))
    order = AcceptOffer(offer="ours", side="buyer")
    given(OPENED, OURS, THEIRS, cheaper).when(order).then(OfferAccepted(offer="ours", side="buyer"))
    accepted = OfferAccepted(offer="cheaper")
    given(OPENED, OURS, cheaper, accepted).when(order).then(OfferAccepted(offer="ours", side="buyer"))


@pytest.mark.parametrize(
    ("order", "event"),
    [
        (AcceptOffer(offer="ours", side="buyer"), OfferAccepted(offer="ours", side="buyer")),
        (RejectOffer(offer="ours", side="buyer"), OfferRejected(offer="ours", side="buyer")),
        (WithdrawOffer(offer="ours", side="seller"), OfferWithdrawn(offer="ours", side="seller")),
        (AcceptOffer(offer="theirs", side="seller"), OfferAccepted(offer="theirs", side="seller")),
        (ExpireOffer(offer="ours", side="seller"), OfferExpired(offer="ours", side="seller")),
        (ExpireOffer(offer="ours", side="buyer"), OfferExpired(offer="ours", side="buyer")),
    ],
)
def test_the_side_that_may_answers_an_offer(order: DealCommand, event: OfferAnswer) -> None:
    assert isinstance(event, Event)
    given(OPENED, OURS, THEIRS).when(order).then(event)


@pytest.mark.parametrize(
    "order",
    [
        AcceptOffer(offer="ours", side="seller"),
        RejectOffer(offer="ours", side="seller"),
        WithdrawOffer(offer="theirs", side="seller"),
    ],
)
def test_nobody_accepts_their_own_offer_or_withdraws_that_of_the_others(order: DealCommand) -> None:
    given(OPENED, OURS, THEIRS).when(order).then_refused(WrongSide, side="seller")


def test_an_offer_of_which_an_import_knows_only_the_answer_has_no_side_to_offend() -> None:
    accepted = OfferAccepted(offer="ours")
    given(OPENED, accepted).when(AcceptOffer(offer="ours", side="seller")).then_refused(OfferNotStanding)
    given(OPENED, accepted).when(MakeOffer(offer="ours", side="seller", price=cny("800"))).then(OURS)


def test_how_low_we_would_go_is_set_again_when_it_changes() -> None:
    order = SetPriceRange(floor=cny("700"), target=cny("800"))
    event = DealPriceRangeSet(floor=cny("700"), target=cny("800"))
    given(OPENED).when(order).then(event)
    given(OPENED, event).when(order).then_nothing()
    given(OPENED, event).when(SetPriceRange(floor=cny("650"))).then(DealPriceRangeSet(floor=cny("650")))
    with pytest.raises(ValidationError, match="give a floor or a target"):
        SetPriceRange(note="later")


def test_a_concession_is_a_new_fact_each_time() -> None:
    order = RecordConcession(side="seller", term="payment", after="60 days", in_return_for="a decision")
    event = ConcessionMade(side="seller", term="payment", after="60 days", in_return_for="a decision")
    given(OPENED).when(order).then(event)
    given(OPENED, event).when(order).then(event)


def test_an_objection_is_raised_answered_and_settled() -> None:
    raising = RaiseObjection(objection="late", topic="delivery", text="Eight weeks?")
    given(OPENED).when(raising).then(LATE)
    given(OPENED, LATE).when(raising).then_nothing()
    given(OPENED, LATE).when(RaiseObjection(objection="late", topic="price", text="Dear")).then_refused(
        IdTaken, kind="objection", name="late"
    )
    answering, answered = (
        AnswerObjection(objection="late", text="Five"),
        ObjectionAnswered(objection="late", text="Five"),
    )
    given(OPENED, LATE).when(answering).then(answered)
    given(OPENED, LATE, answered).when(answering).then_nothing()
    given(OPENED).when(answering).then_refused(NotThere, kind="objection", name="late")
    settling, settled = (
        SettleObjection(objection="late", resolved=True),
        ObjectionSettled(objection="late", resolved=True),
    )
    given(OPENED, LATE, answered).when(settling).then(settled)
    given(OPENED, LATE, answered, settled).when(settling).then_nothing()
    given(OPENED).when(settling).then_refused(NotThere, kind="objection", name="late")


def test_an_objection_that_stays_may_still_be_resolved() -> None:
    stays = ObjectionSettled(objection="late", resolved=False)
    order = SettleObjection(objection="late", resolved=True)
    given(OPENED, LATE, stays).when(order).then(ObjectionSettled(objection="late", resolved=True))


def test_an_objection_is_that_of_somebody_who_was_met() -> None:
    order = RaiseObjection(objection="late", topic="delivery", text="Eight weeks?", contact="zhang")
    given(OPENED).when(order).then_refused(NotThere, kind="contact", name="zhang")
    given(OPENED, ContactAdded(contact="zhang")).when(order).then(
        ObjectionRaised(objection="late", topic="delivery", text="Eight weeks?", contact="zhang")
    )


def test_an_approval_is_asked_for_an_offer_that_was_made() -> None:
    order = RequestApproval(approval="ten", for_offer="ours")
    given(OPENED, OURS).when(order).then(ASKED)
    given(OPENED, OURS, ASKED).when(order).then_nothing()
    given(OPENED).when(order).then_refused(NotThere, kind="offer", name="ours")
    other = RequestApproval(approval="ten", for_offer="theirs")
    given(OPENED, OURS, THEIRS, ASKED).when(other).then_refused(IdTaken, kind="approval", name="ten")


def test_an_approval_is_decided_once() -> None:
    order = DecideApproval(approval="ten", granted=True)
    decided = ApprovalDecided(approval="ten", granted=True)
    given(OPENED, OURS, ASKED).when(order).then(decided)
    given(OPENED, OURS, ASKED, decided).when(order).then_nothing()
    given(OPENED, OURS, ASKED, decided).when(DecideApproval(approval="ten", granted=False)).then_refused(
        AlreadyDecided, approval="ten"
    )
    given(OPENED, OURS).when(order).then_refused(NotThere, kind="approval", name="ten")


@pytest.mark.parametrize("end", [DealWon(), DealLost(kind="declined"), DealMerged(into="other")])
@pytest.mark.parametrize(
    "order",
    [
        MakeOffer(offer="new", side="seller", price=cny("1")),
        AcceptOffer(offer="ours"),
        RejectOffer(offer="ours"),
        WithdrawOffer(offer="ours"),
        ExpireOffer(offer="ours"),
        SetPriceRange(floor=cny("1")),
        RecordConcession(side="seller", term="gift"),
        RaiseObjection(objection="new", topic="price", text="Dear"),
        AnswerObjection(objection="late", text="Five"),
        SettleObjection(objection="late", resolved=True),
        RequestApproval(approval="new", for_offer="ours"),
        DecideApproval(approval="ten", granted=True),
    ],
    ids=lambda each: type(each).__name__,
)
def test_a_deal_that_is_not_open_is_not_negotiated(order: DealCommand, end: Event) -> None:
    given(OPENED, OURS, LATE, ASKED, end).when(order).then_refused(DealNotOpen)


def test_what_is_already_so_may_be_said_again_of_a_closed_deal() -> None:
    accepted = OfferAccepted(offer="ours")
    given(OPENED, OURS, accepted, DealWon()).when(AcceptOffer(offer="ours")).then_nothing()
    assert deal_of(OPENED, OURS, accepted, DealWon()).negotiation.accepted == ("ours",)
