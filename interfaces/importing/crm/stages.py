"""The pipelines of an export: their stages become a pipeline here, won and lost become outcomes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Literal

from domain.pipeline import Pipeline
from domain.stages import Phase, Stage, plain_name
from domain.values import Labels
from interfaces.importing.crm.facts import Place
from interfaces.importing.history.course import DEFAULT_PIPELINE
from interfaces.importing.table.slugs import slug

_LONGEST = 200
"""Letters of a name; nobody reads longer ones."""

Standing = Literal["open", "won", "lost"]


@dataclass(frozen=True, slots=True)
class SourceStage:
    """A stage as the source has it; `probability` from 0 to 1."""

    id: str
    label: str
    standing: Standing
    probability: float | None = None
    rots_after_days: int | None = None


@dataclass(slots=True)
class SourcePipeline:
    """A pipeline of the source, under the slug that it has here, its stages in their order."""

    slug: str
    label: str
    stages: list[SourceStage] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Defined:
    """The lines that define a pipeline, and where a deal stands that the source says to be in a stage (its id)."""

    lines: Sequence[dict[str, Any]]
    places: Mapping[str, Place]


def defined(pipeline: SourcePipeline, source: str, known: Pipeline | None, at: str) -> Defined:
    """What `pipeline` is here; where it is there already, only what is new in it is told, from `at` on.

    A stage that is there stays as it is. Without any open stage nothing is defined, for no deal could live in
    it: its deals, all closed, are in the pipeline that deals are in here by default.
    """
    told = [stage for stage in pipeline.stages if stage.standing == "open"]
    stages, names = _merged(told, source, known)
    if not stages:
        closed = {stage.id: Place(DEFAULT_PIPELINE, None, stage.standing) for stage in pipeline.stages}
        return Defined((), closed)
    places = {
        stage.id: Place(pipeline.slug, names.get(stage.id), stage.standing) for stage in pipeline.stages
    }
    if known is not None and len(stages) == len(known.stages):
        return Defined((), places)
    written = [stage.model_dump(mode="json", by_alias=True, exclude_unset=True) for stage in stages]
    if known is None:
        data = {"labels": {"en": pipeline.label[:_LONGEST]}, "stages": written}
        return Defined([{"pipeline": pipeline.slug, "type": "PipelineDefined", "data": data}], places)
    revised = {"pipeline": pipeline.slug, "type": "PipelineRevised", "at": at, "data": {"stages": written}}
    return Defined([revised], places)


def pipeline_slug(source: str, pipeline: str, taken: Mapping[str, str]) -> str:
    """The slug of the pipeline that the source calls `pipeline`: of source and id, so a new label changes nothing.

    `taken` holds those given so far, by id: two ids that differ in signs alone are told apart.
    """
    made = slug(f"{source} {pipeline}")[:150].strip("-")
    return made if made not in taken.values() else f"{made}-{sha256(pipeline.encode()).hexdigest()[:6]}"


def _merged(
    told: Sequence[SourceStage], source: str, known: Pipeline | None
) -> tuple[list[Stage], dict[str, str]]:
    """The stages that are there and those that are new, in the order of the source; what it lacks comes last.

    And the slug of each stage of the source, by its id.
    """
    there = {stage.stage: stage for stage in known.stages} if known is not None else {}
    taken = {plain_name(name) for stage in there.values() for name in stage.names}
    stages: list[Stage] = []
    names: dict[str, str] = {}
    for place, stage in enumerate(told):
        found = _known_as(stage, source, known)
        if found is None:
            stages.append(_stage(stage, source, taken, _phase(place, len(told))))
            found = stages[-1].stage
        elif found in there:
            stages.append(there.pop(found))
        names[stage.id] = found
    return [*stages, *there.values()], names


def _known_as(stage: SourceStage, source: str, known: Pipeline | None) -> str | None:
    """The stage that it was imported as, else one of its name that no import made."""
    if known is None:
        return None
    found = known.find(_alias(source, stage))
    if found is None:
        found = known.find(stage.label)
        if found is not None and any(name.startswith(f"{source}:") for name in found.aliases or ()):
            return None
    return None if found is None else found.stage


def _stage(stage: SourceStage, source: str, taken: set[str], phase: Phase) -> Stage:
    """A new stage, under names that no other stage has."""
    label = stage.label[:_LONGEST]
    name = (slug(label) or slug(stage.id) or "stage")[:150].strip("-")
    if taken & {plain_name(name), plain_name(label)}:
        name = f"{name}-{sha256(stage.id.encode()).hexdigest()[:6]}"
        label = f"{label} ({stage.id[:_LONGEST]})"
    alias = _alias(source, stage)
    taken |= {plain_name(name), plain_name(label), plain_name(alias)}
    given: dict[str, Any] = {"probability": stage.probability, "rots_after_days": stage.rots_after_days}
    kept = {field: value for field, value in given.items() if value is not None}
    return Stage(stage=name, labels=Labels(en=label), aliases=(alias,), phase=phase, **kept)


def _alias(source: str, stage: SourceStage) -> str:
    return f"{source}:{stage.id}"[:_LONGEST]


def _phase(place: int, stages: int) -> Phase:
    thirds: tuple[Phase, Phase, Phase] = ("early", "middle", "late")
    return thirds[place * 3 // stages]
