"""How early a backdated command may lie: what is said of something follows the last that was said of it."""

import pytest

from domain.deal.approvals import ApprovalRequested, DecideApproval, RequestApproval
from domain.deal.backdating import Earliest, not_before, reads_whole_story
from domain.deal.deciding import DealCommand
from domain.deal.life import DealOpened
from domain.deal.needs import NeedRecorded, ProposeSolution, RecordNeed, SettleNeed, SolutionProposed
from domain.deal.negotiation import (
    AcceptOffer,
    ExpireOffer,
    MakeOffer,
    OfferAccepted,
    OfferMade,
    RejectOffer,
    WithdrawOffer,
)
from domain.deal.objections import (
    AnswerObjection,
    ObjectionAnswered,
    ObjectionRaised,
    RaiseObjection,
    SettleObjection,
)
from domain.deal.outcome import DealWon, MergeInto
from domain.deal.retrospective import (
    Action,
    FinishAction,
    HoldRetrospective,
    RetrospectiveHeld,
)
from domain.deal.touchpoints import (
    AddTask,
    AnswerQuestion,
    FinishTask,
    LogTouchpoint,
    MissTouchpoint,
    PlanTouchpoint,
    QuestionRaised,
    RaiseQuestion,
    RescheduleTouchpoint,
    TaskAdded,
    TouchpointHeld,
    TouchpointPlanned,
)
from tests.domain.telling import MONDAY, cny, day, deal_of

OPENED = DealOpened(title="Crane", owner="li.lei", pipeline="standard", pipeline_revision=1, stage="proposal")
STORY = deal_of(
    OPENED,
    OfferMade(offer="o", side="seller", price=cny("1")),
    ObjectionRaised(objection="b", topic="price", text="Dear"),
    ApprovalRequested(approval="a", for_offer="o"),
    QuestionRaised(question="q", text="When?"),
    TaskAdded(task="t", text="Call"),
    NeedRecorded(need="n", kind="pain", text="It stops"),
    SolutionProposed(solution="s", summary="One line"),
    TouchpointPlanned(touchpoint="p", kind="call", planned_for=MONDAY),
    TouchpointHeld(touchpoint="h", kind="call"),
    DealWon(amount=cny("1")),
    RetrospectiveHeld(
        retrospective="r",
        participants=("wu",),
        pushed=(),
        blocked=(),
        lessons=(),
        actions=(Action(action="c", text="Call"),),
    ),
    ObjectionAnswered(objection="b", text="Cheap"),
)

FOLLOWS = [
    (AcceptOffer(offer="o"), 2, "the offer 'o' was last spoken of"),
    (RejectOffer(offer="o"), 2, "the offer 'o' was last spoken of"),
    (WithdrawOffer(offer="o"), 2, "the offer 'o' was last spoken of"),
    (ExpireOffer(offer="o"), 2, "the offer 'o' was last spoken of"),
    (AnswerObjection(objection="b", text="x"), 13, "the objection 'b' was last spoken of"),
    (SettleObjection(objection="b", resolved=True), 13, "the objection 'b' was last spoken of"),
    (DecideApproval(approval="a", granted=True), 4, "the approval 'a' was last spoken of"),
    (AnswerQuestion(question="q", answer="x"), 5, "the question 'q' was last spoken of"),
    (FinishTask(task="t"), 6, "the task 't' was last spoken of"),
    (FinishAction(action="c"), 12, "the action 'c' was last spoken of"),
    (MergeInto(into="x"), 11, "the deal's outcome last changed"),
]

ONE_ID = [
    (MakeOffer(offer="o", side="buyer", price=cny("2")), 2),
    (RaiseObjection(objection="b", topic="trust", text="x"), 13),
    (RequestApproval(approval="a", for_offer="o"), 4),
    (RaiseQuestion(question="q", text="x"), 5),
    (AddTask(task="t", text="x"), 6),
    (RecordNeed(need="n", kind="need", text="x"), 7),
    (ProposeSolution(solution="s", summary="x"), 8),
    (PlanTouchpoint(touchpoint="p", kind="call", planned_for=MONDAY), 9),
    (HoldRetrospective(retrospective="r", participants=("wu",)), 12),
]

FREE = [
    MakeOffer(offer="new", side="seller", price=cny("1")),
    AcceptOffer(offer="new"),
    SettleNeed(need="n", met="yes"),
    RescheduleTouchpoint(touchpoint="p", planned_for=MONDAY),
    LogTouchpoint(touchpoint="p", kind="call"),
    LogTouchpoint(touchpoint="new", kind="call"),
]


@pytest.mark.parametrize(("command", "number", "what"), FOLLOWS)
def test_what_is_said_of_something_follows_the_last_that_was_said_of_it(
    command: DealCommand, number: int, what: str
) -> None:
    assert not_before(command, STORY) == Earliest(day(number), what)


@pytest.mark.parametrize(("command", "number"), ONE_ID)
def test_an_id_is_not_given_again_before_it_was_given(command: DealCommand, number: int) -> None:
    earliest = not_before(command, STORY)
    assert earliest is not None
    assert earliest.at == day(number)


@pytest.mark.parametrize("command", FREE)
def test_everything_else_may_have_happened_at_any_time(command: DealCommand) -> None:
    assert not_before(command, STORY) is None


@pytest.mark.parametrize(
    "command", [LogTouchpoint(touchpoint="h", kind="visit"), MissTouchpoint(touchpoint="h")]
)
def test_an_appointment_that_is_over_was_not_held_or_missed_before(command: DealCommand) -> None:
    assert not_before(command, STORY) == Earliest(day(10), "the touchpoint 'h' was held")


def test_an_offer_of_which_only_the_answer_is_known_may_be_told_with_its_own_time() -> None:
    deal = deal_of(OPENED, OfferAccepted(offer="o"))
    assert not_before(MakeOffer(offer="o", side="seller", price=cny("1")), deal) is None
    assert not_before(RejectOffer(offer="o"), deal) is not None


def test_a_merger_is_decided_against_all_that_is_known_and_an_answer_as_of_its_time() -> None:
    assert reads_whole_story(MergeInto(into="x"))
    assert not reads_whole_story(AcceptOffer(offer="o"))
