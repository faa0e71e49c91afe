"""What follows an outcome: contract, payments, delivery, retrospectives; and two deals that become one."""

import pytest
from pydantic import ValidationError

from domain.deal.after_the_win import (
    CompleteDelivery,
    ContractSigned,
    DeliveryCompleted,
    PaymentReceived,
    RecordPayment,
    SignContract,
)
from domain.deal.aftermath import DealNotClosed, DealNotWon
from domain.deal.closing import DealNotOpen, NothingClosed
from domain.deal.deciding import DealCommand
from domain.deal.evidence import EvidenceNotThere
from domain.deal.life import DealOpened
from domain.deal.merging import CannotAbsorb, MergedIntoItself, WouldMakeACircle, absorbed
from domain.deal.outcome import (
    DealAbsorbed,
    DealDiscarded,
    DealLost,
    DealMerged,
    DealReopened,
    DealWon,
    MergeInto,
)
from domain.deal.references import AlreadyFinished, IdTaken, NotThere
from domain.deal.retrospective import (
    Action,
    FinishAction,
    HoldRetrospective,
    Lesson,
    Observation,
    RetrospectiveActionFinished,
    RetrospectiveHeld,
)
from domain.event import Event
from tests.domain.telling import DEAL, cny, deal_of, given

OPENED = DealOpened(title="Crane", owner="li.lei", pipeline="standard", pipeline_revision=1, stage="proposal")
WON = DealWon(amount=cny("800"))
LOST = DealLost(kind="declined")
REOPENED = DealReopened(reason="new-budget")
SIGNED = ContractSigned(amount=cny("800"))
CALL = Action(action="call", text="Call every week")
LOOK_BACK = HoldRetrospective(
    retrospective="q1",
    participants=("li.lei",),
    blocked=(Observation(text="We were slow", evidence=(1,)),),
    lessons=(Lesson(text="Answer within a day", area="process"),),
    actions=(CALL,),
)
LOOKED_BACK = RetrospectiveHeld(
    retrospective="q1",
    outcome=2,
    participants=("li.lei",),
    pushed=(),
    blocked=(Observation(text="We were slow", evidence=(1,)),),
    lessons=(Lesson(text="Answer within a day", area="process"),),
    actions=(CALL,),
)
OTHER = "018f0000-0000-7000-8000-000000000002"


def test_a_contract_is_signed_once_in_a_win() -> None:
    order = SignContract(amount=cny("800"))
    given(OPENED, WON).when(order).then(SIGNED)
    given(OPENED, WON, SIGNED).when(order).then_nothing()
    given(OPENED, WON, SIGNED).when(SignContract()).then_nothing()
    given(OPENED, WON, SIGNED).when(SignContract(amount=cny("900"))).then(ContractSigned(amount=cny("900")))
    given(OPENED, WON, SIGNED, REOPENED, WON).when(order).then(SIGNED)


def test_what_was_sold_is_delivered_once() -> None:
    order, delivered = CompleteDelivery(note="on time"), DeliveryCompleted(note="on time")
    given(OPENED, WON).when(order).then(delivered)
    given(OPENED, WON, delivered).when(order).then_nothing()


def test_every_payment_is_a_new_one() -> None:
    order, paid = RecordPayment(amount=cny("400")), PaymentReceived(amount=cny("400"))
    given(OPENED, WON).when(order).then(paid)
    given(OPENED, WON, paid).when(order).then(paid)


@pytest.mark.parametrize("order", [SignContract(), RecordPayment(amount=cny("1")), CompleteDelivery()])
def test_contract_money_and_delivery_follow_a_win(order: DealCommand) -> None:
    given(OPENED).when(order).then_refused(DealNotWon, standing="open")
    given(OPENED, LOST).when(order).then_refused(DealNotWon, standing="lost")
    given(OPENED, WON, REOPENED).when(order).then_refused(DealNotWon, standing="open")
    given(OPENED, DealDiscarded()).when(order).then_refused(DealNotOpen, standing="discarded")


@pytest.mark.parametrize("end", [WON, LOST])
def test_people_look_back_on_a_closed_deal_once(end: Event) -> None:
    given(OPENED, end).when(LOOK_BACK).then(LOOKED_BACK)
    given(OPENED, end, LOOKED_BACK).when(LOOK_BACK).then_nothing()
    other = HoldRetrospective(retrospective="q1", participants=("wu",))
    given(OPENED, end, LOOKED_BACK).when(other).then_refused(IdTaken, kind="retrospective", name="q1")


def test_an_open_deal_has_nothing_to_look_back_on() -> None:
    given(OPENED).when(LOOK_BACK).then_refused(DealNotClosed)
    given(OPENED, LOST, REOPENED).when(LOOK_BACK).then_refused(DealNotClosed)


def test_people_may_look_back_on_an_earlier_outcome() -> None:
    first = LOOK_BACK.model_copy(update={"outcome": 2})
    order = HoldRetrospective.model_validate(first.model_dump(exclude_unset=True))
    given(OPENED, LOST, REOPENED).when(order).then(LOOKED_BACK)
    wrong = HoldRetrospective(retrospective="q1", participants=("wu",), outcome=3)
    given(OPENED, LOST, REOPENED).when(wrong).then_refused(NothingClosed, version=3)


def test_what_people_saw_is_shown_by_events_that_are_there() -> None:
    seen = HoldRetrospective(
        retrospective="q1", participants=("wu",), pushed=(Observation(text="Price", evidence=(9,)),)
    )
    given(OPENED, WON).when(seen).then_refused(EvidenceNotThere, versions=(9,))


def test_an_action_has_an_id_of_its_own_in_all_retrospectives() -> None:
    second = HoldRetrospective(retrospective="q2", participants=("wu",), actions=(CALL,))
    given(OPENED, WON, LOOKED_BACK).when(second).then_refused(IdTaken, kind="action", name="call")
    twice = HoldRetrospective(retrospective="q1", participants=("wu",), actions=(CALL, CALL))
    given(OPENED, WON).when(twice).then_refused(IdTaken, kind="action", name="call")


def test_somebody_takes_part_in_a_retrospective() -> None:
    with pytest.raises(ValidationError, match="participants"):
        HoldRetrospective.model_validate({"retrospective": "q1"})
    with pytest.raises(ValidationError, match="participants"):
        HoldRetrospective(retrospective="q1", participants=())


def test_an_action_is_finished_once() -> None:
    order = FinishAction(action="call", note="weekly now")
    done = RetrospectiveActionFinished(action="call", note="weekly now")
    given(OPENED, WON, LOOKED_BACK).when(order).then(done)
    given(OPENED, WON, LOOKED_BACK, done).when(order).then_nothing()
    given(OPENED, WON, LOOKED_BACK, done).when(FinishAction(action="call", note="no")).then_refused(
        AlreadyFinished, kind="action", name="call"
    )
    given(OPENED, WON).when(order).then_refused(NotThere, kind="action", name="call")
    given(OPENED, WON, LOOKED_BACK, REOPENED).when(order).then(done)


@pytest.mark.parametrize("story", [(OPENED,), (OPENED, WON), (OPENED, LOST)])
def test_a_deal_is_merged_into_another_once_open_or_closed(story: tuple[Event, ...]) -> None:
    order = MergeInto(into=OTHER, reason="duplicate")
    merged = DealMerged(into=OTHER, reason="duplicate")
    given(*story).when(order).then(merged)
    given(*story, merged).when(order).then_nothing()
    given(*story, merged).when(MergeInto(into=OTHER)).then_nothing()
    elsewhere = MergeInto(into="018f0000-0000-7000-8000-000000000003")
    given(*story, merged).when(elsewhere).then_refused(DealNotOpen, standing="merged")
    given(*story, DealDiscarded()).when(order).then_refused(DealNotOpen, standing="discarded")


def test_a_deal_is_not_merged_into_itself_or_into_one_that_it_absorbed() -> None:
    given(OPENED).when(MergeInto(into=str(DEAL))).then_refused(MergedIntoItself, deal=str(DEAL))
    given(OPENED, DealAbsorbed(absorbed=OTHER)).when(MergeInto(into=OTHER)).then_refused(
        WouldMakeACircle, into=OTHER
    )


def test_the_other_deal_absorbs_it_if_it_counts() -> None:
    order = MergeInto(into=str(DEAL), reason="duplicate", note="entered twice")
    told = DealAbsorbed(absorbed=OTHER, reason="duplicate", note="entered twice")
    assert absorbed(order, OTHER, deal_of(OPENED)) == [told]
    assert absorbed(order, OTHER, deal_of(OPENED, WON)) == [told]
    with pytest.raises(CannotAbsorb, match="is discarded"):
        absorbed(order, OTHER, deal_of(OPENED, DealDiscarded()))
    with pytest.raises(CannotAbsorb, match="is merged"):
        absorbed(order, OTHER, deal_of(OPENED, DealMerged(into="018f0000-0000-7000-8000-000000000003")))
    with pytest.raises(WouldMakeACircle):
        absorbed(order, OTHER, deal_of(OPENED, DealMerged(into=OTHER)))
