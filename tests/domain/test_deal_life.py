"""A deal's life: opened, moved, revised, assigned; each order applies, is already so, or is refused."""

from datetime import date

import pytest
from pydantic import ValidationError

from domain.deal.closing import DealNotOpen
from domain.deal.deciding import NotOpened
from domain.deal.evidence import EvidenceNotThere
from domain.deal.life import (
    ChangeDetails,
    ChangePipeline,
    ChangeStage,
    DealAmountRevised,
    DealDetailsChanged,
    DealExpectedCloseMoved,
    DealOpened,
    DealPipelineChanged,
    DealStageChanged,
    MoveExpectedClose,
    OpenDeal,
    Override,
    ReviseAmount,
)
from domain.deal.moving import AlreadyOpened
from domain.deal.outcome import DealDiscarded, DealLost, DealWon
from domain.deal.outlook import DealCriterionAnswered
from domain.deal.stage_moves import (
    CriteriaNotConfirmed,
    EvidenceMissing,
    PipelineIsRetired,
    StageNotDefined,
    StageNotReachable,
)
from domain.deal.story import evolve
from domain.deal.team import (
    AssignOwner,
    AssignTeammate,
    DealOwnerAssigned,
    DealTeammateAssigned,
    DealTeammateReleased,
    ReleaseTeammate,
)
from domain.pipeline import PipelineRetired
from tests.domain.telling import PLAIN, cny, deal_of, given, pipeline, recorded, stage

OPENED = DealOpened(
    title="Harbour crane",
    owner="li.lei",
    pipeline="standard",
    pipeline_revision=1,
    stage="prospecting",
    amount=cny("820000.00"),
)
LOST = DealLost(kind="declined")


def moved(to_stage: str, from_stage: str = "prospecting", **facts: object) -> DealStageChanged:
    return DealStageChanged.model_validate(
        {"to_stage": to_stage, "from_stage": from_stage, "pipeline_revision": 1, **facts}
    )


def test_a_deal_starts_in_the_first_stage_of_its_pipeline() -> None:
    given().when(OpenDeal(title="Crane", owner="li.lei")).then(
        DealOpened(
            title="Crane", owner="li.lei", pipeline="standard", stage="prospecting", pipeline_revision=1
        )
    )


def test_a_deal_may_start_later_in_the_pipeline() -> None:
    given().when(OpenDeal(title="Crane", owner="li.lei", stage="proposal")).then(
        DealOpened(title="Crane", owner="li.lei", pipeline="standard", stage="proposal", pipeline_revision=1)
    )


def test_opening_the_same_deal_again_changes_nothing() -> None:
    given(OPENED).when(OpenDeal(title="Harbour crane", owner="li.lei")).then_nothing()


def test_a_deal_is_not_opened_twice_with_other_facts() -> None:
    given(OPENED).when(OpenDeal(title="Another", owner="li.lei")).then_refused(AlreadyOpened)


def test_a_live_deal_has_an_owner() -> None:
    with pytest.raises(ValidationError, match="owner"):
        OpenDeal.model_validate({"title": "Crane"})


@pytest.mark.parametrize(("wanted", "kind"), [("care", StageNotReachable), ("closing", StageNotDefined)])
def test_a_deal_does_not_start_after_the_win_or_in_a_stage_that_is_not_there(
    wanted: str, kind: type[StageNotReachable]
) -> None:
    given().when(OpenDeal(title="Crane", owner="li.lei", stage=wanted)).then_refused(kind)


def test_no_deal_enters_a_retired_pipeline() -> None:
    retired = pipeline(stage("prospecting"), retired=True)
    order = OpenDeal(title="Crane", owner="li.lei")
    given().under(retired).when(order).then_refused(PipelineIsRetired, pipeline="standard")


def test_what_was_never_opened_takes_no_orders() -> None:
    given().when(ChangeStage(to_stage="meeting")).then_refused(NotOpened)


def test_a_deal_moves_to_another_stage_and_remembers_what_the_decider_saw() -> None:
    given(OPENED).when(ChangeStage(to_stage="meeting")).then(moved("meeting"))


def test_a_deal_that_is_there_already_does_not_move() -> None:
    given(OPENED, moved("meeting")).when(ChangeStage(to_stage="meeting")).then_nothing()


def test_a_stage_that_the_pipeline_does_not_have_is_named_in_the_refusal() -> None:
    refusal = given(OPENED).when(ChangeStage(to_stage="demo")).then_refused(StageNotDefined, stage="demo")
    assert "prospecting, meeting, proposal" in str(refusal)


def test_a_lost_deal_does_not_move() -> None:
    given(OPENED, LOST).when(ChangeStage(to_stage="meeting")).then_refused(DealNotOpen, standing="lost")


def test_a_won_deal_moves_only_to_a_stage_after_the_win() -> None:
    won = given(OPENED, DealWon())
    won.when(ChangeStage(to_stage="care")).then(moved("care"))
    won.when(ChangeStage(to_stage="meeting")).then_refused(StageNotReachable)
    given(OPENED).when(ChangeStage(to_stage="care")).then_refused(StageNotReachable)


def test_a_stage_that_may_not_be_skipped_is_passed_only_by_setting_the_rule_aside() -> None:
    strict = pipeline(stage("prospecting"), stage("meeting", may_skip=False), stage("proposal"))
    story = given(OPENED).under(strict)
    story.when(ChangeStage(to_stage="proposal")).then_refused(StageNotReachable, rule="skip")
    aside = Override(rule="skip", reason="urgent")
    story.when(ChangeStage(to_stage="proposal", override=aside)).then(moved("proposal", override=aside))


def test_a_stage_without_return_is_not_entered_from_behind() -> None:
    strict = pipeline(stage("prospecting", may_return=False), stage("meeting"))
    story = given(OPENED, moved("meeting")).under(strict)
    story.when(ChangeStage(to_stage="prospecting")).then_refused(StageNotReachable, rule="return")
    aside = Override(rule="return", reason="mistake")
    story.when(ChangeStage(to_stage="prospecting", override=aside)).then(
        moved("prospecting", "meeting", override=aside)
    )


def test_a_stage_is_left_forward_only_when_its_criteria_are_confirmed() -> None:
    strict = pipeline(stage("prospecting", exit_criteria=("need", "budget")), stage("meeting"))
    need = DealCriterionAnswered(criterion="need", answer="confirmed")
    denied = DealCriterionAnswered(criterion="budget", answer="denied")
    budget = DealCriterionAnswered(criterion="budget", answer="confirmed")
    order = ChangeStage(to_stage="meeting")
    given(OPENED, need, denied).under(strict).when(order).then_refused(
        CriteriaNotConfirmed, missing=("budget",)
    )
    given(OPENED, need, denied, budget).under(strict).when(order).then(moved("meeting"))
    aside = Override(rule="exit-criteria", reason="urgent")
    given(OPENED).under(strict).when(ChangeStage(to_stage="meeting", override=aside)).then(
        moved("meeting", override=aside)
    )


def test_a_stage_that_wants_evidence_is_left_only_with_events_that_are_there() -> None:
    strict = pipeline(stage("prospecting", needs_evidence=True), stage("meeting"))
    story = given(OPENED).under(strict)
    story.when(ChangeStage(to_stage="meeting")).then_refused(EvidenceMissing)
    story.when(ChangeStage(to_stage="meeting", evidence=(1,))).then(moved("meeting", evidence=(1,)))
    story.when(ChangeStage(to_stage="meeting", evidence=(1, 7))).then_refused(EvidenceNotThere, versions=(7,))


def test_a_stage_that_a_revision_dropped_is_left_freely() -> None:
    revised = pipeline(stage("contact"), stage("offer"), revision=2)
    given(OPENED).under(revised).when(ChangeStage(to_stage="offer")).then(moved("offer", pipeline_revision=2))


def test_a_deal_moves_to_another_pipeline() -> None:
    order = ChangePipeline(to_pipeline="path", to_stage="meeting")
    changed = DealPipelineChanged(
        to_pipeline="path",
        to_stage="meeting",
        from_pipeline="standard",
        from_stage="prospecting",
        pipeline_revision=1,
    )
    given(OPENED).when(order).then(changed)
    given(OPENED, changed).when(order).then_nothing()
    given(OPENED).when(ChangePipeline(to_pipeline="path", to_stage="nowhere")).then_refused(StageNotDefined)
    assert deal_of(OPENED, changed).life.pipeline == "path"


def test_an_amount_is_revised_cleared_and_not_revised_twice_or_after_the_close() -> None:
    order = ReviseAmount(amount=cny("900000"), reason="scope")
    revised = DealAmountRevised(amount=cny("900000"), reason="scope", previous=cny("820000.00"))
    given(OPENED).when(order).then(revised)
    given(OPENED, revised).when(order).then_nothing()
    given(OPENED).when(ReviseAmount(amount=None)).then(
        DealAmountRevised(amount=None, previous=cny("820000.00"))
    )
    given(OPENED, LOST).when(order).then_refused(DealNotOpen)


def test_an_expected_close_moves() -> None:
    order = MoveExpectedClose(expected_close=date(2026, 6, 30))
    june = DealExpectedCloseMoved(expected_close=date(2026, 6, 30))
    given(OPENED).when(order).then(june)
    given(OPENED, june).when(order).then_nothing()
    given(OPENED, june).when(MoveExpectedClose(expected_close=date(2026, 9, 30))).then(
        DealExpectedCloseMoved(expected_close=date(2026, 9, 30), previous=date(2026, 6, 30))
    )
    given(OPENED, LOST).when(order).then_refused(DealNotOpen)


def test_assigning_an_owner_touches_nothing_else() -> None:
    assigned = DealOwnerAssigned(owner="han.mei", previous="li.lei")
    given(OPENED).when(AssignOwner(owner="han.mei")).then(assigned)
    given(OPENED, assigned).when(AssignOwner(owner="han.mei")).then_nothing()
    given(OPENED, DealDiscarded()).when(AssignOwner(owner="han.mei")).then_refused(DealNotOpen)
    before, after = deal_of(OPENED), deal_of(OPENED, assigned)
    assert (before.life, before.outlook, before.outcome) == (after.life, after.outlook, after.outcome)


def test_teammates_come_and_go() -> None:
    joined = DealTeammateAssigned(person="wu", duty="presales")
    left = DealTeammateReleased(person="wu", duty="presales")
    given(OPENED).when(AssignTeammate(person="wu", duty="presales")).then(joined)
    given(OPENED, joined).when(AssignTeammate(person="wu", duty="presales")).then_nothing()
    given(OPENED, joined).when(ReleaseTeammate(person="wu", duty="presales")).then(left)
    given(OPENED, joined, left).when(ReleaseTeammate(person="wu", duty="presales")).then_nothing()
    given(OPENED, DealDiscarded()).when(AssignTeammate(person="wu", duty="ae")).then_refused(DealNotOpen)
    given(OPENED, DealDiscarded()).when(ReleaseTeammate(person="wu", duty="ae")).then_refused(DealNotOpen)


def test_details_change_and_labels_merge_by_name() -> None:
    labelled = DealDetailsChanged(segment={"region": "East", "size": "large"})
    order = ChangeDetails(segment={"size": None, "product": "crane"}, campaign="spring")
    changed = DealDetailsChanged(segment={"size": None, "product": "crane"}, campaign="spring")
    given(OPENED, labelled).when(order).then(changed)
    given(OPENED, labelled, changed).when(order).then_nothing()
    given(OPENED, DealDiscarded()).when(order).then_refused(DealNotOpen)
    deal = deal_of(OPENED, labelled, changed)
    assert deal.life.segment == {"region": "East", "product": "crane"}
    assert deal.life.title == "Harbour crane"


def test_a_change_of_details_names_something_and_keeps_a_title() -> None:
    with pytest.raises(ValidationError, match="name at least one"):
        ChangeDetails.model_validate({})
    with pytest.raises(ValidationError, match="keeps a title"):
        ChangeDetails.model_validate({"title": None})


def test_going_to_a_stage_and_back_within_a_minute_is_two_moves() -> None:
    there, back = moved("meeting"), moved("prospecting", "meeting")
    given(OPENED, there).when(ChangeStage(to_stage="prospecting")).then(back)
    assert PLAIN.place("meeting") == 1
    assert deal_of(OPENED, there, back).life.stage == "prospecting"


def test_a_story_begins_with_its_opening_and_holds_nothing_of_a_pipeline() -> None:
    with pytest.raises(ValueError, match="does not begin with its opening"):
        evolve(None, recorded(moved("meeting"), 1))
    with pytest.raises(ValueError, match="does not belong to a deal"):
        evolve(deal_of(OPENED), recorded(PipelineRetired(), 2))
