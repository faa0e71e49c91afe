"""The Pipeline: the stages of a kind of sale, revised as the selling changes; old deals keep their revision."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import assert_never, cast, get_args

from domain.errors import NotFound, RuleBroken
from domain.event import Command, Event, Facts, Recorded, recorded_as
from domain.stages import Stage, check_stages, plain_name
from domain.values import Code, Labels, Text, Value


class OutcomeLabels(Value):
    """What people call winning and losing here."""

    won: Labels
    lost: Labels


class Definition(Facts):
    """What a pipeline is called and made of. `criteria` are the questions that it asks about a deal."""

    pipeline: Code
    labels: Labels
    stages: tuple[Stage, ...]
    criteria: tuple[Code, ...] | None = None
    outcome_labels: OutcomeLabels | None = None


class PipelineDefined(Definition, Event):
    """A pipeline came to be; this is its first revision."""


class DefinePipeline(Definition, Command):
    """Define a pipeline. Defining it again with the same words is already so."""

    becomes = PipelineDefined


class Revision(Facts):
    """The whole list of stages; criteria and outcome labels stay as they are where they are not given."""

    stages: tuple[Stage, ...]
    criteria: tuple[Code, ...] | None = None
    outcome_labels: OutcomeLabels | None = None
    note: Text | None = None


class PipelineRevised(Revision, Event):
    """The stages became others; deals that lived under an earlier revision are read under it."""


class RevisePipeline(Revision, Command):
    """Change the stages of a pipeline."""

    becomes = PipelineRevised


class Retirement(Facts):
    """Why a pipeline is no longer used."""

    note: Text | None = None


class PipelineRetired(Retirement, Event):
    """No deal is opened in this pipeline from here on."""


class RetirePipeline(Retirement, Command):
    """Retire a pipeline; its deals stay."""

    becomes = PipelineRetired


PipelineEvent = PipelineDefined | PipelineRevised | PipelineRetired
PIPELINE_EVENTS: tuple[type[Event], ...] = get_args(PipelineEvent)
PipelineCommand = DefinePipeline | RevisePipeline | RetirePipeline
PIPELINE_COMMANDS: tuple[type[Command], ...] = get_args(PipelineCommand)


@dataclass(frozen=True, slots=True)
class Pipeline:
    """One revision of a pipeline: its stages in their order."""

    slug: str
    revision: int
    labels: Labels
    stages: tuple[Stage, ...]
    criteria: tuple[str, ...] = ()
    outcome_labels: OutcomeLabels | None = None
    retired: bool = False

    def stage(self, slug: str) -> Stage | None:
        """The stage with this slug, or None."""
        return next((stage for stage in self.stages if stage.stage == slug), None)

    def place(self, slug: str) -> int:
        """Where the stage stands in the order, from 0; a stage of another revision stands before all, at -1."""
        return next((place for place, stage in enumerate(self.stages) if stage.stage == slug), -1)

    def find(self, name: str) -> Stage | None:
        """The stage that a file calls `name`: by slug, label or alias, whatever its case and width."""
        wanted = plain_name(name)
        return next((stage for stage in self.stages if wanted in map(plain_name, stage.names)), None)


class PipelineNotDefined(NotFound):
    """There is no such pipeline yet."""

    def __init__(self) -> None:
        super().__init__("There is no such pipeline. Define it first: `dealtrail stages define FILE`.")


class PipelineAlreadyDefined(RuleBroken):
    """The pipeline is there, with other words."""

    def __init__(self, pipeline: str, revision: int) -> None:
        self.pipeline, self.revision = pipeline, revision
        super().__init__(
            f"The pipeline {pipeline!r} is already defined (revision {revision}), and not like this. "
            "Use `dealtrail stages revise` to change it."
        )


class PipelineNoLongerUsed(RuleBroken):
    """The pipeline was retired."""

    def __init__(self, pipeline: str) -> None:
        self.pipeline = pipeline
        super().__init__(f"The pipeline {pipeline!r} is retired. Define one under another name.")


def decide_pipeline(command: PipelineCommand, pipeline: Pipeline | None) -> Sequence[Event]:
    """What `command` makes happen: nothing where it is already so. RuleBroken or NotFound where it may not be."""
    match command:
        case DefinePipeline():
            return _define(command, pipeline)
        case RevisePipeline():
            return _revise(command, pipeline)
        case RetirePipeline():
            if _defined(pipeline).retired:
                return []
            return [recorded_as(command)]
        case _:
            assert_never(command)


def evolve_pipeline(pipeline: Pipeline | None, recorded: Recorded) -> Pipeline:
    """The pipeline after an event of its stream. A definition that comes twice is one more revision."""
    event = cast(PipelineEvent, recorded.event)  # a pipeline's stream holds nothing else
    revision = pipeline.revision + 1 if pipeline else 1
    match event:
        case PipelineDefined():
            return Pipeline(
                slug=event.pipeline,
                revision=revision,
                labels=event.labels,
                stages=event.stages,
                criteria=event.criteria or (),
                outcome_labels=event.outcome_labels,
            )
        case PipelineRevised():
            before = pipeline or _nameless(recorded)
            criteria, outcome_labels = event.criteria, event.outcome_labels
            return replace(
                before,
                revision=revision,
                stages=event.stages,
                criteria=before.criteria if criteria is None else criteria,
                outcome_labels=before.outcome_labels if outcome_labels is None else outcome_labels,
            )
        case PipelineRetired():
            return replace(pipeline or _nameless(recorded), retired=True)
        case _:
            assert_never(event)


def _define(command: DefinePipeline, pipeline: Pipeline | None) -> Sequence[Event]:
    if pipeline is None:
        check_stages(command.stages, command.criteria or ())
        return [recorded_as(command)]
    if pipeline.retired:
        raise PipelineNoLongerUsed(pipeline.slug)
    holds = (pipeline.labels, pipeline.stages, pipeline.criteria, pipeline.outcome_labels)
    if holds == (command.labels, command.stages, command.criteria or (), command.outcome_labels):
        return []
    raise PipelineAlreadyDefined(pipeline.slug, pipeline.revision)


def _revise(command: RevisePipeline, pipeline: Pipeline | None) -> Sequence[Event]:
    before = _defined(pipeline)
    if before.retired:
        raise PipelineNoLongerUsed(before.slug)
    criteria = before.criteria if command.criteria is None else command.criteria
    outcome_labels = before.outcome_labels if command.outcome_labels is None else command.outcome_labels
    if (command.stages, criteria, outcome_labels) == (before.stages, before.criteria, before.outcome_labels):
        return []
    check_stages(command.stages, criteria)
    return [recorded_as(command)]


def _defined(pipeline: Pipeline | None) -> Pipeline:
    if pipeline is None:
        raise PipelineNotDefined
    return pipeline


def _nameless(recorded: Recorded) -> Pipeline:
    # Only a history that was cut before it was imported begins without a definition.
    name = str(recorded.stream_id)
    return Pipeline(slug=name, revision=0, labels=Labels(en=name), stages=())
