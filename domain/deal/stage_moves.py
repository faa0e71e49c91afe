"""The rules of opening a deal and of moving it through the stages of its pipeline."""

from collections.abc import Collection

from domain.deal.life import Life, Override
from domain.deal.outlook import Outlook
from domain.errors import RuleBroken
from domain.pipeline import Pipeline
from domain.stages import Stage


class StageNotDefined(RuleBroken):
    """The pipeline has no such stage."""

    def __init__(self, stage: str, pipeline: Pipeline) -> None:
        self.stage, self.pipeline = stage, pipeline.slug
        defined = ", ".join(each.stage for each in pipeline.stages)
        super().__init__(
            f"The pipeline {pipeline.slug!r} (revision {pipeline.revision}) has no stage {stage!r}. "
            f"Its stages are: {defined}."
        )


class PipelineIsRetired(RuleBroken):
    """No deal enters a pipeline that was retired."""

    def __init__(self, pipeline: str) -> None:
        self.pipeline = pipeline
        super().__init__(f"The pipeline {pipeline!r} is retired. Choose another one for the deal.")


class StageNotReachable(RuleBroken):
    """The deal may not move from where it is to where it should go."""

    def __init__(self, from_stage: str | None, to_stage: str, rule: str, why: str) -> None:
        self.from_stage, self.to_stage, self.rule = from_stage, to_stage, rule
        origin = f"from {from_stage!r} " if from_stage is not None else ""
        aside = f" To set this aside, override the rule {rule!r} with a reason." if rule else ""
        super().__init__(f"The deal cannot move {origin}to {to_stage!r}: {why}.{aside}")


class CriteriaNotConfirmed(StageNotReachable):
    """Criteria that must be confirmed before leaving the stage are not."""

    def __init__(self, from_stage: str, to_stage: str, missing: Collection[str]) -> None:
        self.missing = tuple(missing)
        names = ", ".join(self.missing)
        super().__init__(from_stage, to_stage, "exit-criteria", f"not confirmed yet: {names}")


class EvidenceMissing(StageNotReachable):
    """A move forward out of the stage must name the events that show it."""

    def __init__(self, from_stage: str, to_stage: str) -> None:
        why = "a move forward must name its evidence (versions of the deal's events)"
        super().__init__(from_stage, to_stage, "evidence", why)


def entry_stage(pipeline: Pipeline, wanted: str | None) -> str:
    """The stage that a deal enters `pipeline` in: the wanted one, else the first."""
    if pipeline.retired:
        raise PipelineIsRetired(pipeline.slug)
    stage = defined_stage(pipeline, wanted) if wanted is not None else pipeline.stages[0]
    if stage.after_win:
        raise StageNotReachable(None, stage.stage, "", "only won deals move there")
    return stage.stage


def defined_stage(pipeline: Pipeline, slug: str) -> Stage:
    """The stage of that name; raises StageNotDefined."""
    stage = pipeline.stage(slug)
    if stage is None:
        raise StageNotDefined(slug, pipeline)
    return stage


def check_move(
    pipeline: Pipeline,
    life: Life,
    outlook: Outlook,
    to_stage: str,
    *,
    won: bool,
    has_evidence: bool,
    override: Override | None,
) -> None:
    """Raise unless the deal may move to `to_stage`; an override sets the rule that it names aside."""
    target = defined_stage(pipeline, to_stage)
    source = pipeline.stage(life.stage) if life.stage is not None else None
    if won and not target.after_win:
        raise StageNotReachable(life.stage, to_stage, "", "the deal is won: reopen it first")
    if not won and target.after_win:
        raise StageNotReachable(life.stage, to_stage, "", "only won deals move there")
    if source is None:
        return
    aside = override.rule if override is not None else None
    here, there = pipeline.place(source.stage), pipeline.place(target.stage)
    if there < here:
        if not target.may_return and aside != "return":
            raise StageNotReachable(life.stage, to_stage, "return", "no deal goes back to it")
        return
    between = [each.stage for each in pipeline.stages[here + 1 : there] if not each.may_skip]
    if between and aside != "skip":
        names = ", ".join(between)
        raise StageNotReachable(life.stage, to_stage, "skip", f"it may not pass over {names}")
    missing = [each for each in source.exit_criteria or () if not outlook.confirmed(each)]
    if missing and aside != "exit-criteria":
        raise CriteriaNotConfirmed(source.stage, to_stage, missing)
    if source.needs_evidence and not has_evidence and aside != "evidence":
        raise EvidenceMissing(source.stage, to_stage)
