"""An event whose id a standing event refers to is not retracted, and keeps that id when it is corrected."""

from typing import Any

import pytest

from domain.deal.approvals import ApprovalDecided, ApprovalRequested
from domain.deal.correction_rules import StillReferredTo
from domain.deal.corrections import CorrectEvent, EventCorrected, EventRetracted, Replacement, RetractEvent
from domain.deal.life import DealOpened
from domain.deal.needs import NeedRecorded, NeedSettled, SolutionProposed
from domain.deal.negotiation import OfferAccepted, OfferMade
from domain.deal.objections import ObjectionRaised, ObjectionSettled
from domain.deal.outcome import DealWon
from domain.deal.people import ContactAdded, ContactAssessed, ContactRemoved
from domain.deal.retrospective import Action, Observation, RetrospectiveActionFinished, RetrospectiveHeld
from domain.deal.touchpoints import (
    QuestionAnswered,
    QuestionRaised,
    TaskAdded,
    TaskFinished,
    TouchpointHeld,
    TouchpointPlanned,
)
from domain.event import Event
from tests.domain.telling import MONDAY, given

OPENED = DealOpened(title="Crane", owner="li.lei", pipeline="standard", pipeline_revision=1)
OFFER = OfferMade(offer="o", side="seller")
ZHANG = ContactAdded(contact="zhang")
PLANNED = TouchpointPlanned(touchpoint="v", kind="visit", planned_for=MONDAY)
HELD = RetrospectiveHeld(
    retrospective="r",
    participants=("wu",),
    pushed=(),
    blocked=(Observation(text="Slow", evidence=(1,)),),
    lessons=(),
    actions=(Action(action="call", text="Call"), Action(action="train", text="Train")),
)

REFERRING: list[tuple[Event, Event]] = [
    (OFFER, OfferAccepted(offer="o")),
    (OFFER, OfferMade(offer="counter", side="buyer", in_reply_to="o")),
    (OFFER, ApprovalRequested(approval="a", for_offer="o")),
    (OFFER, NeedSettled(need="n", met="yes", offer="o")),
    (OFFER, DealWon(offer="o")),
    (ApprovalRequested(approval="a", for_offer="o"), ApprovalDecided(approval="a", granted=True)),
    (NeedRecorded(need="n", kind="need", text="x"), NeedSettled(need="n", met="yes")),
    (
        NeedRecorded(need="n", kind="need", text="x"),
        SolutionProposed(solution="s", summary="x", needs=("n",)),
    ),
    (
        SolutionProposed(solution="s", summary="x"),
        SolutionProposed(solution="t", summary="x", revises="s"),
    ),
    (SolutionProposed(solution="s", summary="x"), OfferMade(offer="o", side="seller", solution="s")),
    (ZHANG, ContactAssessed(contact="zhang", roles=())),
    (ZHANG, ContactAssessed(contact="chen", roles=(), reports_to="zhang")),
    (ZHANG, ContactRemoved(contact="chen", replaced_by="zhang")),
    (ZHANG, TouchpointHeld(touchpoint="v", kind="call", contacts=("zhang",))),
    (PLANNED, TouchpointHeld(touchpoint="v", kind="visit")),
    (QuestionRaised(question="q", text="x"), QuestionAnswered(question="q", answer="x")),
    (TaskAdded(task="t", text="x"), TaskFinished(task="t")),
    (ObjectionRaised(objection="b", topic="price", text="x"), ObjectionSettled(objection="b", resolved=True)),
    (HELD, RetrospectiveActionFinished(action="train")),
]


def retract(version: int) -> RetractEvent:
    return RetractEvent(retracts=version, reason="typo")


@pytest.mark.parametrize(("first", "second"), REFERRING, ids=lambda each: type(each).__name__)
def test_an_event_that_another_speaks_of_is_not_retracted(first: Event, second: Event) -> None:
    taken_back = EventRetracted(retracts=3, reason="typo", type=type(second).__name__)
    given(OPENED, first, second).when(retract(2)).then_refused(StillReferredTo, version=2, by=3)
    given(OPENED, first, second, taken_back).when(retract(2)).then(
        EventRetracted(retracts=2, reason="typo", type=type(first).__name__)
    )
    given(OPENED, first).when(retract(2)).then(
        EventRetracted(retracts=2, reason="typo", type=type(first).__name__)
    )


def corrected(data: dict[str, Any]) -> CorrectEvent:
    return CorrectEvent(corrects=2, replacement=Replacement(data=data), reason="typo")


def test_a_correction_keeps_the_ids_that_others_speak_of() -> None:
    accepted = OfferAccepted(offer="o")
    given(OPENED, OFFER, accepted).when(corrected({"offer": "p", "side": "seller"})).then_refused(
        StillReferredTo, by=3
    )
    finished = RetrospectiveActionFinished(action="train")
    kept = HELD.model_dump(mode="json", exclude_unset=True)
    without_training = {**kept, "actions": kept["actions"][:1]}
    without_calls = {**kept, "actions": kept["actions"][1:]}
    given(OPENED, HELD, finished).when(corrected(without_training)).then_refused(StillReferredTo, by=3)
    order = corrected(without_calls)
    given(OPENED, HELD, finished).when(order).then(
        EventCorrected(corrects=2, replacement=order.replacement, reason="typo", type="RetrospectiveHeld")
    )


def test_an_event_that_a_retrospective_names_as_evidence_stays() -> None:
    note = QuestionRaised(question="q", text="When?")
    shown = HELD.model_copy(update={"blocked": (Observation(text="Slow", evidence=(2,)),)})
    given(OPENED, note, shown).when(retract(2)).then_refused(StillReferredTo, by=3)


def test_an_offer_of_another_id_is_in_nobodys_way() -> None:
    given(OPENED, OFFER, OfferMade(offer="p", side="seller")).when(retract(2)).then(
        EventRetracted(retracts=2, reason="typo", type="OfferMade")
    )
