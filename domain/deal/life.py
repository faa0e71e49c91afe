"""Life: a deal is opened, moves through stages, changes its amount, expected close and details."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self, assert_never, get_args

from pydantic import model_validator

from domain.event import Command, Event, Explained, Facts
from domain.replacing import replace
from domain.values import (
    Code,
    Day,
    External,
    Follows,
    Money,
    Name,
    Text,
    Value,
    Version,
)


class Override(Value):
    """A rule that was knowingly set aside, and why."""

    rule: Code
    reason: Code
    note: Text | None = None


class Opening(Facts):
    """What is known of a deal when it is opened."""

    title: Name
    account: Name | None = None
    account_name: Name | None = None
    owner: Name | None = None
    pipeline: Code = "standard"
    stage: Code | None = None
    amount: Money | None = None
    expected_close: Day | None = None
    lead_source: Code | None = None
    campaign: Name | None = None
    segment: dict[Name, Name] | None = None
    external: External | None = None
    follows: Follows | None = None


class DealOpened(Opening, Event):
    """A deal came to be; an import may not know its stage or owner."""

    pipeline_revision: Version


class OpenDeal(Opening, Command):
    """Open a deal; live, it has an owner. Without a stage it starts in the pipeline's first."""

    becomes = DealOpened
    owner: Name


class StageMove(Explained):
    """Where a deal moves, on what evidence, and which rule is set aside for it."""

    to_stage: Code
    evidence: tuple[Version, ...] | None = None
    override: Override | None = None


class DealStageChanged(StageMove, Event):
    """A deal moved to another stage. `from_stage` is what the decider saw; nothing reads it."""

    from_stage: Code | None = None
    pipeline_revision: Version


class ChangeStage(StageMove, Command):
    """Move the deal to another stage of its pipeline."""

    becomes = DealStageChanged


class PipelineMove(Explained):
    """Which pipeline and stage a deal moves to."""

    to_pipeline: Code
    to_stage: Code


class DealPipelineChanged(PipelineMove, Event):
    """A deal moved to another pipeline."""

    from_pipeline: Code
    from_stage: Code | None = None
    pipeline_revision: Version


class ChangePipeline(PipelineMove, Command):
    """Move the deal to a stage of another pipeline."""

    becomes = DealPipelineChanged


class AmountRevision(Explained):
    """The new amount; null clears it."""

    amount: Money | None


class DealAmountRevised(AmountRevision, Event):
    """The deal's amount became another."""

    previous: Money | None = None


class ReviseAmount(AmountRevision, Command):
    """Set or clear the deal's amount."""

    becomes = DealAmountRevised


class CloseMove(Explained):
    """The new expected day of closing; null clears it."""

    expected_close: Day | None


class DealExpectedCloseMoved(CloseMove, Event):
    """The deal is expected to close on another day."""

    previous: Day | None = None


class MoveExpectedClose(CloseMove, Command):
    """Set or clear the day on which the deal is expected to close."""

    becomes = DealExpectedCloseMoved


class Details(Facts):
    """Any of these; what is not named stays. `segment` is merged by key, null removes one."""

    title: Name | None = None
    account: Name | None = None
    account_name: Name | None = None
    lead_source: Code | None = None
    campaign: Name | None = None
    segment: dict[Name, Name | None] | None = None
    follows: Follows | None = None

    @model_validator(mode="after")
    def _names_something(self) -> Self:
        if not self.model_fields_set:
            raise ValueError("nothing to change: name at least one detail")
        if "title" in self.model_fields_set and self.title is None:
            raise ValueError("a deal keeps a title: it cannot be cleared")
        return self


class DealDetailsChanged(Details, Event):
    """What the deal is called, whom it is with, where it came from, or its labels changed."""


class ChangeDetails(Details, Command):
    """Change details of the deal."""

    becomes = DealDetailsChanged


LifeEvent = (
    DealOpened
    | DealStageChanged
    | DealPipelineChanged
    | DealAmountRevised
    | DealExpectedCloseMoved
    | DealDetailsChanged
)
LIFE_EVENTS: tuple[type[Event], ...] = get_args(LifeEvent)
LifeCommand = OpenDeal | ChangeStage | ChangePipeline | ReviseAmount | MoveExpectedClose | ChangeDetails
LIFE_COMMANDS: tuple[type[Command], ...] = get_args(LifeCommand)


@dataclass(frozen=True, slots=True)
class Life:
    """What a deal is at an instant, as far as its own facts say."""

    title: str
    pipeline: str
    revision: int
    stage: str | None = None
    amount: Money | None = None
    expected_close: Day | None = None
    account: str | None = None
    account_name: str | None = None
    lead_source: str | None = None
    campaign: str | None = None
    segment: Mapping[str, str] = field(default_factory=dict)
    external: External | None = None
    follows: Follows | None = None


def begin(event: DealOpened) -> Life:
    """The life of a deal right after its opening."""
    return Life(
        title=event.title,
        pipeline=event.pipeline,
        revision=event.pipeline_revision,
        stage=event.stage,
        amount=event.amount,
        expected_close=event.expected_close,
        account=event.account,
        account_name=event.account_name,
        lead_source=event.lead_source,
        campaign=event.campaign,
        segment=event.segment or {},
        external=event.external,
        follows=event.follows,
    )


def evolve_life(life: Life, event: LifeEvent) -> Life:
    """The life after `event`. Never refuses: history is true."""
    match event:
        case DealStageChanged():
            return replace(life, stage=event.to_stage, revision=event.pipeline_revision)
        case DealAmountRevised():
            return replace(life, amount=event.amount)
        case DealExpectedCloseMoved():
            return replace(life, expected_close=event.expected_close)
        case DealDetailsChanged():
            return _changed(life, event)
        case DealPipelineChanged():
            return replace(
                life,
                pipeline=event.to_pipeline,
                stage=event.to_stage,
                revision=event.pipeline_revision,
            )
        case DealOpened():
            return begin(event)
        case _:
            assert_never(event)


def _changed(life: Life, event: DealDetailsChanged) -> Life:
    named = {name: getattr(event, name) for name in event.model_fields_set}
    if "segment" in named:
        merged = {**life.segment, **(event.segment or {})}
        named["segment"] = {name: value for name, value in merged.items() if value is not None}
    return replace(life, **named)
