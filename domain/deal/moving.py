"""The rules of opening a deal, of moving it, and of opening it again: in which stage of which pipeline."""

from collections.abc import Sequence

from domain.deal.closing import check_open
from domain.deal.corrections import CorrectEvent
from domain.deal.life import (
    ChangePipeline,
    ChangeStage,
    DealOpened,
    DealPipelineChanged,
    DealStageChanged,
    OpenDeal,
)
from domain.deal.outcome import DealReopened, ReopenDeal
from domain.deal.stage_moves import check_move, defined_stage, entry_stage
from domain.deal.story import Deal
from domain.errors import RuleBroken
from domain.event import Event, recorded_as
from domain.pipeline import Pipeline


class AlreadyOpened(RuleBroken):
    """The deal was opened before, with other facts."""

    def __init__(self, deal: Deal) -> None:
        super().__init__(
            f"The deal was opened before, as {deal.life.title!r}. "
            "Change its details, amount or stage instead."
        )


def opened(command: OpenDeal, deal: Deal | None, pipeline: Pipeline) -> Sequence[Event]:
    """The opening, in the stage that is named, else the pipeline's first; once."""
    if deal is not None:
        first = deal.recorded[0].event
        if all(getattr(first, name) == getattr(command, name) for name in command.model_fields_set):
            return []
        raise AlreadyOpened(deal)
    stage = entry_stage(pipeline, command.stage)
    return [recorded_as(command, pipeline=command.pipeline, pipeline_revision=pipeline.revision, stage=stage)]


def stage_changed(command: ChangeStage, deal: Deal, pipeline: Pipeline) -> Sequence[Event]:
    """The move to another stage: of an open deal, or of a won one to a stage after the win."""
    if deal.outcome.standing != "won":
        check_open(deal.outcome)
    if command.to_stage == deal.life.stage:
        return []
    check_move(
        pipeline,
        deal.life,
        deal.outlook,
        command.to_stage,
        won=deal.outcome.standing == "won",
        has_evidence=bool(command.evidence),
        override=command.override,
    )
    return [recorded_as(command, from_stage=deal.life.stage, pipeline_revision=pipeline.revision)]


def pipeline_changed(command: ChangePipeline, deal: Deal, pipeline: Pipeline) -> Sequence[Event]:
    """The move of an open deal to a stage of another pipeline."""
    check_open(deal.outcome)
    if (command.to_pipeline, command.to_stage) == (deal.life.pipeline, deal.life.stage):
        return []
    entry_stage(pipeline, command.to_stage)
    return [
        recorded_as(
            command,
            from_pipeline=deal.life.pipeline,
            from_stage=deal.life.stage,
            pipeline_revision=pipeline.revision,
        )
    ]


def reopened(command: ReopenDeal, deal: Deal, pipeline: Pipeline) -> Sequence[Event]:
    """The reopening of a closed deal, in a stage that is there."""
    if deal.outcome.standing == "open":
        return []
    if command.stage is not None:
        defined_stage(pipeline, command.stage)
    return [recorded_as(command)]


def check_stages(command: CorrectEvent, deal: Deal, pipeline: Pipeline) -> None:
    """A replacement names only stages that are there; those of an earlier pipeline are not looked at."""
    if any(isinstance(recorded.event, DealPipelineChanged) for recorded in deal.recorded):
        return
    for name in ("stage", "to_stage"):
        stage = command.replacement.data.get(name)
        original = deal.recorded[command.corrects - 1].event
        if stage is not None and isinstance(original, DealOpened | DealStageChanged | DealReopened):
            defined_stage(pipeline, stage)
