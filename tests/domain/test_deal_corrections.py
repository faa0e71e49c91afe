"""Corrections: the log keeps both, today's reading has the replacement, yesterday's the original."""

from datetime import timedelta
from typing import Any

from domain.deal.correction_rules import NoSuchEvent, NotCorrectable, StillReferredTo
from domain.deal.corrections import (
    CorrectEvent,
    EventCorrected,
    EventRetracted,
    Replacement,
    RetractEvent,
    replaced_at,
)
from domain.deal.life import DealAmountRevised, DealOpened, DealStageChanged
from domain.deal.negotiation import OfferAccepted, OfferMade
from domain.deal.outcome import CausesRecorded, DealLost, DealWon
from domain.deal.outlook import DealNoteAdded
from domain.deal.reading import known_times, standing
from domain.deal.stage_moves import StageNotDefined
from domain.deal.story import fold
from domain.errors import BadInput
from domain.values import Cause
from tests.domain.telling import cny, day, deal_of, given, recorded, told

OPENED = DealOpened(
    title="Crane", owner="li.lei", pipeline="standard", pipeline_revision=1, stage="prospecting"
)
MOVED = DealStageChanged(to_stage="meeting", from_stage="prospecting", pipeline_revision=1)
REVISED = DealAmountRevised(amount=cny("90000"))
LOST = DealLost(kind="declined")
TO_PROPOSAL = {"to_stage": "proposal", "from_stage": "prospecting", "pipeline_revision": 1}


def correct(version: int, data: dict[str, Any], **more: object) -> CorrectEvent:
    replacement = Replacement.model_validate({"data": data, **more})
    return CorrectEvent(corrects=version, replacement=replacement, reason="typo")


def corrected(version: int, type_name: str, data: dict[str, Any], **more: object) -> EventCorrected:
    replacement = Replacement.model_validate({"data": data, **more})
    return EventCorrected(corrects=version, replacement=replacement, reason="typo", type=type_name)


def retracted(version: int, type_name: str) -> EventRetracted:
    return EventRetracted(retracts=version, reason="typo", type=type_name)


def test_a_wrong_event_is_replaced_and_what_followed_from_history_stays() -> None:
    fixed = corrected(2, "DealStageChanged", TO_PROPOSAL)
    given(OPENED, MOVED).when(correct(2, {"to_stage": "proposal"})).then(fixed)
    given(OPENED, MOVED, fixed).when(correct(2, {"to_stage": "proposal"})).then_nothing()
    assert deal_of(OPENED, MOVED, fixed).life.stage == "proposal"


def test_before_the_correction_was_known_the_original_stands() -> None:
    story = told(OPENED, MOVED, corrected(2, "DealStageChanged", TO_PROPOSAL))
    known_before = fold(story, known_at=day(2))
    assert known_before is not None
    assert known_before.life.stage == "meeting"
    assert fold(story, known_at=day(1) - timedelta(days=1)) is None


def test_the_last_word_about_an_event_counts() -> None:
    story = [OPENED, REVISED, corrected(2, "DealAmountRevised", {"amount": None})]
    assert deal_of(*story).life.amount is None
    again = {"amount": {"amount": "9", "currency": "CNY"}}
    assert deal_of(*story, corrected(2, "DealAmountRevised", again)).life.amount == cny("9")


def test_a_retracted_event_never_happened_until_it_is_corrected_back() -> None:
    gone = retracted(2, "DealStageChanged")
    given(OPENED, MOVED).when(RetractEvent(retracts=2, reason="typo")).then(gone)
    given(OPENED, MOVED, gone).when(RetractEvent(retracts=2, reason="typo")).then_nothing()
    assert deal_of(OPENED, MOVED, gone).life.stage == "prospecting"
    back = corrected(2, "DealStageChanged", TO_PROPOSAL)
    given(OPENED, MOVED, gone).when(correct(2, TO_PROPOSAL)).then(back)
    assert deal_of(OPENED, MOVED, gone, back).life.stage == "proposal"


def test_a_correction_may_move_an_event_in_time() -> None:
    moved = corrected(2, "DealAmountRevised", {"amount": None}, occurred_at=day(9))
    lines = standing(told(OPENED, REVISED, MOVED, moved))
    assert [(line.at, line.recorded.version) for line in lines] == [(day(1), 1), (day(3), 3), (day(9), 2)]
    assert lines[-1].recorded.precision == "instant"


def test_a_replacement_without_a_time_keeps_the_originals_time_and_precision() -> None:
    story = [
        recorded(OPENED, 1),
        recorded(REVISED, 2, precision="day"),
        recorded(corrected(2, "DealAmountRevised", {"amount": None}), 3),
    ]
    line = standing(story)[-1].recorded
    assert (line.occurred_at, line.precision, line.version) == (day(2), "day", 2)


def test_a_win_that_was_a_loss_is_corrected_into_one() -> None:
    fixed = corrected(2, "DealWon", {"kind": "declined"}, type="DealLost")
    given(OPENED, DealWon()).when(correct(2, {"kind": "declined"}, type="DealLost")).then(fixed)
    assert deal_of(OPENED, DealWon(), fixed).outcome.standing == "lost"


def test_an_event_does_not_become_another_kind_of_event() -> None:
    given(OPENED, MOVED).when(correct(2, {"text": "x"}, type="DealNoteAdded")).then_refused(
        NotCorrectable, version=2
    )


def test_a_replacement_must_be_what_the_original_was() -> None:
    refusal = given(OPENED, MOVED).when(correct(2, {"to": "proposal"})).then_refused(BadInput)
    assert "to_stage: Field required" in str(refusal)
    assert "to: Extra inputs" in str(refusal)


def test_an_event_that_is_not_there_or_is_a_correction_is_not_corrected() -> None:
    given(OPENED).when(correct(7, {})).then_refused(NoSuchEvent, version=7)
    given(OPENED, MOVED, retracted(2, "DealStageChanged")).when(
        RetractEvent(retracts=3, reason="typo")
    ).then_refused(NotCorrectable, version=3)


def test_the_opening_is_corrected_but_never_retracted_or_moved_behind_an_event() -> None:
    given(OPENED, MOVED).when(RetractEvent(retracts=1, reason="typo")).then_refused(NotCorrectable)
    data = {"title": "Big crane", "pipeline": "standard"}
    given(OPENED, MOVED).when(correct(1, data, occurred_at=day(9))).then_refused(NotCorrectable)
    kept = {"title": "Big crane", "pipeline": "standard", "pipeline_revision": 1}
    given(OPENED, MOVED).when(correct(1, data, occurred_at=day(1) - timedelta(days=3))).then(
        corrected(1, "DealOpened", kept, occurred_at=day(1) - timedelta(days=3))
    )


def test_an_offer_that_was_accepted_is_not_retracted_nor_renamed() -> None:
    made = OfferMade(offer="o1", side="seller", price=cny("5"))
    story = given(OPENED, made, OfferAccepted(offer="o1"))
    story.when(RetractEvent(retracts=2, reason="typo")).then_refused(StillReferredTo, by=3)
    renamed = {"offer": "o2", "side": "seller"}
    story.when(correct(2, renamed)).then_refused(StillReferredTo, by=3)
    given(OPENED, made).when(correct(2, renamed)).then(corrected(2, "OfferMade", renamed))
    given(OPENED, made).when(RetractEvent(retracts=2, reason="typo")).then(retracted(2, "OfferMade"))
    once_gone = given(OPENED, made, OfferAccepted(offer="o1"), retracted(3, "OfferAccepted"))
    once_gone.when(RetractEvent(retracts=2, reason="typo")).then(retracted(2, "OfferMade"))


def test_an_outcome_that_somebody_explained_is_not_retracted() -> None:
    told_causes = CausesRecorded(told_by="rep", causes=(Cause(reason="price"),), outcome=2)
    given(OPENED, LOST, told_causes).when(RetractEvent(retracts=2, reason="typo")).then_refused(
        StillReferredTo, by=3
    )


def test_a_replacement_does_not_name_a_stage_that_the_pipeline_does_not_have() -> None:
    given(OPENED, MOVED).when(correct(2, {"to_stage": "nowhere"})).then_refused(
        StageNotDefined, stage="nowhere"
    )


def test_what_serves_as_evidence_is_not_retracted() -> None:
    shown = DealLost(kind="declined", causes=(Cause(reason="price", evidence=(2,)),))
    given(OPENED, DealNoteAdded(text="Too dear"), shown).when(
        RetractEvent(retracts=2, reason="typo")
    ).then_refused(StillReferredTo, by=3)


def test_late_recorded_facts_are_read_where_they_happened() -> None:
    story = [
        recorded(OPENED, 1),
        recorded(DealStageChanged(to_stage="proposal", pipeline_revision=1), 2, occurred_at=day(5)),
        recorded(MOVED, 3, occurred_at=day(2)),
    ]
    deal = fold(story)
    assert deal is not None
    assert deal.life.stage == "proposal"
    on_day_three = fold(story, as_of=day(3))
    assert on_day_three is not None
    assert on_day_three.life.stage == "meeting"


def test_what_happened_before_the_opening_is_read_with_it() -> None:
    story = [recorded(OPENED, 1), recorded(MOVED, 2, occurred_at=day(1) - timedelta(days=40))]
    assert [line.at for line in standing(story)] == [day(1), day(1)]
    assert fold(story, as_of=day(1) - timedelta(seconds=1)) is None


def test_known_time_never_goes_back() -> None:
    story = [
        recorded(OPENED, 1, source_recorded_at=day(4)),
        recorded(MOVED, 2, source_recorded_at=day(2)),
        recorded(REVISED, 3),
        recorded(LOST, 4, source_recorded_at=day(8)),
    ]
    assert known_times(story) == [day(4), day(4), day(4), day(8)]


def test_the_time_of_a_replacement_is_the_commands_to_tell() -> None:
    assert replaced_at(correct(2, {}, occurred_at=day(3))) == day(3)
    assert replaced_at(RetractEvent(retracts=2, reason="typo")) is None
