"""Pipelines: defined once, revised and retired; each command applies, is already so, is refused."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given as for_any
from hypothesis import strategies as st

from domain.errors import DealtrailError, NotFound, RuleBroken
from domain.event import Actor, Event, Recorded
from domain.pipeline import (
    PIPELINE_COMMANDS,
    PIPELINE_EVENTS,
    DefinePipeline,
    OutcomeLabels,
    Pipeline,
    PipelineAlreadyDefined,
    PipelineCommand,
    PipelineDefined,
    PipelineNoLongerUsed,
    PipelineNotDefined,
    PipelineRetired,
    PipelineRevised,
    RetirePipeline,
    RevisePipeline,
    decide_pipeline,
    evolve_pipeline,
)
from domain.stages import (
    CriterionNotAsked,
    NoStageToStartIn,
    Stage,
    StageNameTaken,
    StageTask,
    TaskTwice,
)
from domain.values import Labels

STREAM = UUID(int=7)
LOANS = Labels(en="Loans", zh_cn="贷款")
ASKED = Stage(stage="asked", labels=Labels(en="Asked", zh_cn="申请"), aliases=("A_SUBMITTED",), phase="early")
OFFERED = Stage(stage="offered", labels=Labels(en="Offered", zh_cn="报价"), phase="late", probability=0.5)
PAID_OUT = Stage(stage="paid-out", labels=Labels(en="Paid out"), phase="late", after_win=True)
WORDS = OutcomeLabels(won=Labels(en="Won", zh_cn="签单"), lost=Labels(en="Lost", zh_cn="丢单"))
BOTH = (ASKED, OFFERED)


def defined(**changed: object) -> PipelineDefined:
    return PipelineDefined.model_validate({"pipeline": "loan", "labels": LOANS, "stages": BOTH, **changed})


def define(**changed: object) -> DefinePipeline:
    return DefinePipeline.model_validate({"pipeline": "loan", "labels": LOANS, "stages": BOTH, **changed})


def told(*events: Event) -> Pipeline | None:
    pipeline: Pipeline | None = None
    for version, event in enumerate(events, start=1):
        recorded = Recorded(
            stream_id=STREAM,
            version=version,
            occurred_at=datetime(2026, 4, 1, tzinfo=UTC),
            event=event,
            by=Actor(id="li.lei"),
            channel="python",
            command_id=str(version),
        )
        pipeline = evolve_pipeline(pipeline, recorded)
    return pipeline


@dataclass(frozen=True)
class Story:
    """What happened before, and the command that comes now."""

    before: tuple[Event, ...]
    command: PipelineCommand | None = None

    def when(self, command: PipelineCommand) -> "Story":
        return Story(self.before, command)

    def happens(self) -> Sequence[Event]:
        assert self.command is not None
        return decide_pipeline(self.command, told(*self.before))

    def then(self, *events: Event) -> None:
        happened = self.happens()
        assert list(happened) == list(events)
        assert [each.model_fields_set for each in happened] == [each.model_fields_set for each in events]

    def then_refused(self, error: type[DealtrailError], **facts: object) -> None:
        with pytest.raises(error) as refused:
            self.happens()
        assert {name: getattr(refused.value, name) for name in facts} == facts


def given(*events: Event) -> Story:
    return Story(events)


def test_a_pipeline_is_defined() -> None:
    given().when(define(criteria=("need",))).then(defined(criteria=("need",)))


def test_a_pipeline_defined_again_with_the_same_words_is_already_so() -> None:
    given(defined()).when(define()).then()
    given(defined()).when(define(criteria=())).then()
    given(defined()).when(define(stages=(ASKED.model_copy(update={"may_skip": True}), OFFERED))).then()
    given(defined(outcome_labels=WORDS)).when(define(outcome_labels=WORDS)).then()


@pytest.mark.parametrize(
    "other",
    [
        {"labels": Labels(en="Credit")},
        {"stages": (ASKED,)},
        {"stages": (OFFERED, ASKED)},
        {"criteria": ("need",)},
        {"outcome_labels": WORDS},
    ],
)
def test_a_pipeline_defined_again_with_other_words_is_refused(other: dict[str, object]) -> None:
    given(defined()).when(define(**other)).then_refused(PipelineAlreadyDefined, pipeline="loan", revision=1)


def test_who_defines_a_pipeline_again_is_told_to_revise_it() -> None:
    with pytest.raises(PipelineAlreadyDefined, match="stages revise"):
        decide_pipeline(define(stages=(ASKED,)), told(defined()))


def test_a_retired_pipeline_is_not_defined_again() -> None:
    given(defined(), PipelineRetired()).when(define()).then_refused(PipelineNoLongerUsed, pipeline="loan")


def test_a_pipeline_is_revised() -> None:
    given(defined()).when(RevisePipeline(stages=(*BOTH, PAID_OUT), note="We pay ourselves now")).then(
        PipelineRevised(stages=(*BOTH, PAID_OUT), note="We pay ourselves now")
    )


def test_a_revision_that_changes_nothing_is_already_so() -> None:
    story = given(defined(criteria=("need",), outcome_labels=WORDS))
    story.when(RevisePipeline(stages=BOTH)).then()
    story.when(RevisePipeline(stages=BOTH, criteria=("need",), outcome_labels=WORDS, note="again")).then()


def test_a_revision_may_change_the_criteria_or_the_words_alone() -> None:
    story = given(defined(criteria=("need",)))
    story.when(RevisePipeline(stages=BOTH, criteria=())).then(PipelineRevised(stages=BOTH, criteria=()))
    story.when(RevisePipeline(stages=BOTH, outcome_labels=WORDS)).then(
        PipelineRevised(stages=BOTH, outcome_labels=WORDS)
    )


def test_a_pipeline_that_is_not_there_is_not_revised() -> None:
    given().when(RevisePipeline(stages=BOTH)).then_refused(PipelineNotDefined)


def test_a_retired_pipeline_is_not_revised() -> None:
    given(defined(), PipelineRetired()).when(RevisePipeline(stages=(ASKED,))).then_refused(
        PipelineNoLongerUsed, pipeline="loan"
    )


def test_a_revision_goes_by_the_same_rules_as_a_definition() -> None:
    given(defined()).when(RevisePipeline(stages=())).then_refused(NoStageToStartIn)


def test_a_pipeline_is_retired() -> None:
    given(defined()).when(RetirePipeline(note="Sold to a bank")).then(PipelineRetired(note="Sold to a bank"))


def test_a_retired_pipeline_is_already_retired() -> None:
    given(defined(), PipelineRetired()).when(RetirePipeline(note="Twice")).then()


def test_a_pipeline_that_is_not_there_is_not_retired() -> None:
    given().when(RetirePipeline()).then_refused(PipelineNotDefined)
    assert issubclass(PipelineNotDefined, NotFound)


def test_a_pipeline_without_a_stage_is_refused() -> None:
    given().when(define(stages=())).then_refused(NoStageToStartIn, first=None)


def test_a_pipeline_that_begins_after_the_win_is_refused() -> None:
    given().when(define(stages=(PAID_OUT, ASKED))).then_refused(NoStageToStartIn, first="paid-out")


@pytest.mark.parametrize(
    ("second", "name"),
    [
        (ASKED, "asked"),
        (Stage(stage="received", labels=Labels(en="ASKED"), phase="early"), "ASKED"),
        (Stage(stage="received", labels=Labels(en="In", zh_cn="申请"), phase="early"), "申请"),
        (
            Stage(stage="received", labels=Labels(en="In"), aliases=("a_submitted",), phase="early"),
            "a_submitted",
        ),
    ],
)
def test_a_name_that_stands_for_two_stages_is_refused(second: Stage, name: str) -> None:
    given().when(define(stages=(ASKED, second))).then_refused(
        StageNameTaken, name=name, stages=("asked", second.stage)
    )


def test_a_stage_may_be_called_by_its_own_name_twice() -> None:
    stage = Stage(stage="offered", labels=Labels(en="Offered", zh_cn="Offered"), phase="late")
    given().when(define(stages=(stage,))).then(defined(stages=(stage,)))


def test_a_task_that_a_stage_lists_twice_is_refused() -> None:
    call = StageTask(task="call", labels=Labels(en="Call"))
    stage = Stage(stage="asked", labels=Labels(en="Asked"), phase="early", tasks=(call, call))
    given().when(define(stages=(stage,))).then_refused(TaskTwice, stage="asked", task="call")


def test_a_stage_that_waits_for_what_is_never_asked_is_refused() -> None:
    stage = Stage(stage="asked", labels=Labels(en="Asked"), phase="early", exit_criteria=("income",))
    asks = define(stages=(stage,), criteria=("need",))
    given().when(asks).then_refused(CriterionNotAsked, stage="asked", criterion="income", asked=("need",))
    given().when(define(stages=(stage,))).then_refused(CriterionNotAsked, asked=())
    given().when(define(stages=(stage,), criteria=("income",))).then(
        defined(stages=(stage,), criteria=("income",))
    )


def test_every_refusal_of_a_rule_is_a_broken_rule() -> None:
    for error in (CriterionNotAsked, NoStageToStartIn, PipelineAlreadyDefined, PipelineNoLongerUsed):
        assert issubclass(error, RuleBroken)
    assert issubclass(StageNameTaken, RuleBroken)
    assert issubclass(TaskTwice, RuleBroken)


def test_a_revised_pipeline_keeps_what_the_revision_does_not_name() -> None:
    pipeline = told(
        defined(criteria=("need",), outcome_labels=WORDS),
        PipelineRevised(stages=(ASKED,)),
        PipelineRetired(),
    )
    assert pipeline == Pipeline(
        slug="loan",
        revision=2,
        labels=LOANS,
        stages=(ASKED,),
        criteria=("need",),
        outcome_labels=WORDS,
        retired=True,
    )


def test_a_revision_may_leave_no_criteria() -> None:
    pipeline = told(defined(criteria=("need",)), PipelineRevised(stages=(ASKED,), criteria=()))
    assert pipeline is not None
    assert pipeline.criteria == ()


def test_an_imported_definition_that_comes_twice_is_one_more_revision() -> None:
    pipeline = told(defined(), PipelineRetired(), defined(stages=(ASKED,)))
    assert pipeline == Pipeline(slug="loan", revision=2, labels=LOANS, stages=(ASKED,))


def test_an_imported_history_may_begin_without_a_definition() -> None:
    name = str(STREAM)
    assert told(PipelineRevised(stages=BOTH)) == Pipeline(
        slug=name, revision=1, labels=Labels(en=name), stages=BOTH
    )
    assert told(PipelineRetired()) == Pipeline(
        slug=name, revision=0, labels=Labels(en=name), stages=(), retired=True
    )


def test_a_stage_is_found_by_its_slug_and_has_its_place() -> None:
    pipeline = told(defined())
    assert pipeline is not None
    assert (pipeline.stage("offered"), pipeline.place("offered")) == (OFFERED, 1)
    assert (pipeline.stage("paid-out"), pipeline.place("paid-out")) == (None, -1)


@pytest.mark.parametrize("name", ["asked", " Asked ", "ASKED", "申请", "a_Submitted", "Ａｓｋｅｄ"])
def test_a_file_may_call_a_stage_by_any_of_its_names(name: str) -> None:
    pipeline = told(defined())
    assert pipeline is not None
    assert pipeline.find(name) == ASKED
    assert pipeline.find("nowhere") is None


def test_every_command_of_a_pipeline_becomes_one_of_its_events() -> None:
    assert tuple(command.becomes for command in PIPELINE_COMMANDS) == PIPELINE_EVENTS


stages = st.lists(st.sampled_from([ASKED, OFFERED, PAID_OUT]), max_size=3).map(tuple)
events = st.one_of(
    stages.map(lambda them: defined(stages=them)),
    stages.map(lambda them: PipelineRevised(stages=them)),
    st.builds(PipelineRetired),
)
commands = st.one_of(
    stages.map(lambda them: define(stages=them)),
    stages.map(lambda them: RevisePipeline(stages=them)),
    st.builds(RetirePipeline),
)


@for_any(st.lists(events, max_size=6), commands)
def test_any_story_can_be_told_and_what_was_decided_is_then_so(
    before: list[Event], command: PipelineCommand
) -> None:
    try:
        happened = decide_pipeline(command, told(*before))
    except (RuleBroken, NotFound):
        return
    assert decide_pipeline(command, told(*before, *happened)) == []
