"""Random orders of every kind: few names, so that one order often speaks of what another told."""

from datetime import UTC, date, datetime
from typing import Any

from hypothesis import strategies as st

from domain.deal.after_the_win import CompleteDelivery, RecordPayment, SignContract
from domain.deal.approvals import DecideApproval, RequestApproval
from domain.deal.corrections import CorrectEvent, Replacement, RetractEvent
from domain.deal.deciding import DealCommand
from domain.deal.life import (
    ChangeDetails,
    ChangePipeline,
    ChangeStage,
    MoveExpectedClose,
    OpenDeal,
    ReviseAmount,
)
from domain.deal.needs import ProposeSolution, RecordNeed, ReviseNeed, SettleNeed
from domain.deal.negotiation import (
    AcceptOffer,
    ExpireOffer,
    MakeOffer,
    RecordConcession,
    RejectOffer,
    SetPriceRange,
    WithdrawOffer,
)
from domain.deal.objections import AnswerObjection, RaiseObjection, SettleObjection
from domain.deal.outcome import DiscardDeal, LoseDeal, MergeInto, RecordCauses, ReopenDeal, WinDeal
from domain.deal.outlook import (
    AcceptLead,
    AddNote,
    AnswerCriterion,
    NoteBuyerStage,
    NoteCompetitor,
    NoteSignal,
    PauseDeal,
    ResumeDeal,
    ScoreDeal,
    SetForecast,
    SetNextStep,
)
from domain.deal.people import AddContact, AssessContact, ChangeContact, RemoveContact
from domain.deal.retrospective import FinishAction, HoldRetrospective
from domain.deal.team import AssignOwner, AssignTeammate, ReleaseTeammate
from domain.deal.touchpoints import (
    AddTask,
    AnswerQuestion,
    FinishTask,
    LogTouchpoint,
    MissTouchpoint,
    PlanTouchpoint,
    RaiseQuestion,
    RecordFeedback,
    RescheduleTouchpoint,
)
from domain.values import Cause, Money

Orders = dict[type[DealCommand], st.SearchStrategy[DealCommand]]

prices = st.integers(0, 3).map(lambda n: Money.model_validate({"amount": n, "currency": "EUR"}))
amounts = st.none() | prices
stages = st.sampled_from(["prospecting", "meeting", "proposal", "negotiation", "care", "nowhere"])
people = st.sampled_from(["li.lei", "han.mei", "wu"])
versions = st.integers(1, 12)
days = st.sampled_from([date(2026, 6, 30), date(2026, 9, 30)])
times = st.sampled_from([datetime(2026, 6, 30, 9, tzinfo=UTC), datetime(2026, 9, 30, 9, tzinfo=UTC)])
ids = st.sampled_from(["one", "two"])
sides = st.none() | st.sampled_from(["seller", "buyer"])
words = st.sampled_from(["this", "that"])
maybe = st.none() | ids


def order(command: type[DealCommand], **fields: Any) -> st.SearchStrategy[DealCommand]:  # noqa: ANN401
    """Orders of this kind; a field that is drawn as None is left out."""
    strategies = {
        name: each if isinstance(each, st.SearchStrategy) else st.just(each) for name, each in fields.items()
    }
    return st.fixed_dictionaries(strategies).map(
        lambda given: command.model_validate({k: v for k, v in given.items() if v is not None})
    )


LIFE: Orders = {
    OpenDeal: st.builds(OpenDeal, title=st.just("Crane"), owner=people),
    ChangeStage: st.builds(ChangeStage, to_stage=stages),
    ChangePipeline: st.builds(ChangePipeline, to_pipeline=st.just("path"), to_stage=stages),
    ReviseAmount: st.builds(ReviseAmount, amount=amounts),
    MoveExpectedClose: st.builds(MoveExpectedClose, expected_close=st.none() | days),
    ChangeDetails: st.builds(ChangeDetails, segment=st.dictionaries(people, st.none() | people)),
    AssignOwner: st.builds(AssignOwner, owner=st.none() | people),
    AssignTeammate: st.builds(AssignTeammate, person=people, duty=st.just("ae")),
    ReleaseTeammate: st.builds(ReleaseTeammate, person=people, duty=st.just("ae")),
}
OUTLOOK: Orders = {
    AnswerCriterion: st.builds(AnswerCriterion, criterion=st.just("need"), answer=st.just("denied")),
    AcceptLead: st.builds(AcceptLead, level=st.sampled_from(["mql", "sql"])),
    ScoreDeal: st.builds(ScoreDeal, score=st.sampled_from([1.0, 2.0])),
    SetForecast: st.builds(SetForecast, category=st.sampled_from(["commit", "omitted"])),
    NoteCompetitor: st.builds(NoteCompetitor, competitor=people),
    NoteBuyerStage: st.builds(NoteBuyerStage, stage=stages),
    NoteSignal: st.just(NoteSignal(signal="pricing-visit")),
    SetNextStep: st.builds(SetNextStep, text=people),
    PauseDeal: st.just(PauseDeal(reason="holiday")),
    ResumeDeal: st.just(ResumeDeal()),
    AddNote: st.builds(AddNote, text=people),
}
NEEDS_AND_PEOPLE: Orders = {
    RecordNeed: order(RecordNeed, need=ids, kind="pain", text=words, contact=maybe),
    ReviseNeed: order(ReviseNeed, need=ids, text=words, importance=st.none() | st.integers(1, 2)),
    SettleNeed: order(SettleNeed, need=ids, met=st.sampled_from(["yes", "no"])),
    ProposeSolution: order(
        ProposeSolution, solution=ids, revises=maybe, summary="x", needs=st.lists(ids, max_size=1)
    ),
    AddContact: order(AddContact, contact=ids, name=words, title=st.none() | words),
    ChangeContact: order(ChangeContact, contact=ids, name=st.none() | words, title=st.none() | words),
    AssessContact: order(AssessContact, contact=ids, roles=st.just(["champion"]), reports_to=maybe),
    RemoveContact: order(RemoveContact, contact=ids, reason=st.none() | words, replaced_by=maybe),
}
TOUCHPOINTS: Orders = {
    PlanTouchpoint: order(PlanTouchpoint, touchpoint=ids, kind="call", planned_for=times),
    RescheduleTouchpoint: order(RescheduleTouchpoint, touchpoint=ids, planned_for=times),
    LogTouchpoint: order(LogTouchpoint, touchpoint=ids, kind="call", summary=st.none() | words),
    MissTouchpoint: order(MissTouchpoint, touchpoint=ids, reason=st.none() | words),
    RaiseQuestion: order(RaiseQuestion, question=ids, text=words),
    AnswerQuestion: order(AnswerQuestion, question=ids, answer=words),
    AddTask: order(AddTask, task=ids, text=words, stage=st.none() | stages),
    FinishTask: order(FinishTask, task=ids, note=st.none() | words),
    RecordFeedback: order(RecordFeedback, text=words, contact=maybe),
}
NEGOTIATION: Orders = {
    SetPriceRange: order(SetPriceRange, floor=prices, target=amounts),
    MakeOffer: order(
        MakeOffer, offer=ids, side=st.sampled_from(["seller", "buyer"]), price=prices, in_reply_to=maybe
    ),
    AcceptOffer: order(AcceptOffer, offer=ids, side=sides),
    RejectOffer: order(RejectOffer, offer=ids, side=sides, reason=st.none() | words),
    WithdrawOffer: order(WithdrawOffer, offer=ids, side=sides),
    ExpireOffer: order(ExpireOffer, offer=ids),
    RecordConcession: order(RecordConcession, side="seller", term="gift"),
    RaiseObjection: order(RaiseObjection, objection=ids, topic="price", text=words),
    AnswerObjection: order(AnswerObjection, objection=ids, text=words),
    SettleObjection: order(SettleObjection, objection=ids, resolved=st.booleans()),
    RequestApproval: order(RequestApproval, approval=ids, for_offer=ids),
    DecideApproval: order(DecideApproval, approval=ids, granted=st.booleans()),
}
OUTCOME: Orders = {
    WinDeal: st.builds(WinDeal, amount=amounts),
    LoseDeal: st.builds(LoseDeal, kind=st.sampled_from(["declined", "unknown"])),
    ReopenDeal: st.builds(ReopenDeal, reason=st.just("new"), stage=st.none() | stages),
    RecordCauses: st.builds(
        RecordCauses,
        told_by=st.just("rep"),
        causes=st.builds(lambda v: (Cause(reason="price", evidence=v),), st.tuples(versions)),
    ),
    SignContract: order(SignContract, amount=amounts),
    RecordPayment: order(RecordPayment, amount=prices),
    CompleteDelivery: order(CompleteDelivery, note=st.none() | words),
    HoldRetrospective: order(
        HoldRetrospective,
        retrospective=ids,
        outcome=st.none() | versions,
        participants=st.just(["wu"]),
        actions=st.lists(ids.map(lambda name: {"action": name, "text": "Call"}), max_size=2),
    ),
    FinishAction: order(FinishAction, action=ids, note=st.none() | words),
}
ENDS: Orders = {
    MergeInto: order(MergeInto, into=words),
    DiscardDeal: st.just(DiscardDeal(reason="test")),
}
CORRECTIONS: Orders = {
    CorrectEvent: st.builds(
        CorrectEvent,
        corrects=versions,
        replacement=st.builds(
            Replacement,
            data=st.sampled_from(
                [{"amount": None}, {"to_stage": "meeting"}, {"owner": "wu"}, {"offer": "two"}, {}]
            ),
        ),
        reason=st.just("typo"),
    ),
    RetractEvent: st.builds(RetractEvent, retracts=versions, reason=st.just("typo")),
}
SECTIONS = (LIFE, OUTLOOK, NEEDS_AND_PEOPLE, TOUCHPOINTS, NEGOTIATION, OUTCOME, ENDS, CORRECTIONS)
ORDERS: Orders = {kind: each for section in SECTIONS for kind, each in section.items()}
"""How each kind of order is drawn."""

REPEATABLE = AddNote | NoteSignal | RecordFeedback | RecordConcession | RecordPayment
"""Orders that are a new fact each time."""

any_orders = st.lists(st.one_of(*ORDERS.values()), max_size=25)
"""Orders of all kinds."""

orders_of_one_section = st.sampled_from(SECTIONS[2:6]).flatmap(
    lambda section: st.lists(
        st.one_of(*section.values(), *section.values(), *CORRECTIONS.values(), *ENDS.values()), max_size=30
    )
)
"""Orders about one subject, so that most of them speak of what others told."""
