"""What an event leaves out is filled in from the deal's course; its pipeline and stage must be defined."""

from collections.abc import Collection, Iterable
from datetime import datetime

from domain.deal.corrections import EventCorrected
from domain.deal.life import DealOpened, DealPipelineChanged, DealStageChanged
from domain.deal.outcome import DealReopened
from domain.event import Event
from domain.values import External
from interfaces.importing.history.course import DEFAULT_PIPELINE, Course
from interfaces.importing.history.definitions import Definitions
from interfaces.importing.history.wording import LineRefused


def completed(
    event: Event,
    left_out: Collection[str],
    at: datetime,
    course: Course,
    definitions: Definitions,
    *,
    external: External | None,
    lives_in: Iterable[str],
) -> Event:
    """`event`, which happened at `at`, with what it leaves out. `external` is the deal's name in its source.

    `lives_in`: every pipeline that the deal is ever said to be in. Which it was in when the event happened
    depends on what else the source told so far, so a stage of any of them is defined. LineRefused where the
    pipeline or stage is not.
    """
    match event:
        case DealOpened():
            where = (_defined(event.pipeline, "data.pipeline", definitions), event.stage, "data.stage")
        case DealStageChanged():
            where = (course.pipeline, event.to_stage, "data.to_stage")
        case DealPipelineChanged():
            to_pipeline = _defined(event.to_pipeline, "data.to_pipeline", definitions)
            where = (to_pipeline, event.to_stage, "data.to_stage")
        case DealReopened() if event.stage is not None:
            everywhere = {course.pipeline, *lives_in}
            if not any(definitions.has_stage(slug, event.stage) for slug in everywhere):
                raise LineRefused("data.stage", event.stage, f"{course.pipeline!r} defines no such stage")
            return event
        case _:
            previous = course.previous(event) if "previous" in left_out else None
            return event if previous is None else event.model_copy(update={"previous": previous})
    follows = {
        "pipeline_revision": _revision(event, left_out, at, where, definitions, lives_in),
        "from_stage": course.stage,
        "from_pipeline": course.pipeline,
        "pipeline": DEFAULT_PIPELINE,
        "external": external,
    }
    added = {name: follows[name] for name in left_out if follows[name] is not None}
    return event.model_copy(update=added) if added else event


def pipelines_named(event: Event) -> frozenset[str]:
    """The pipelines that an event, or the replacement in it, says a deal is in."""
    match event:
        case DealOpened():
            return frozenset({event.pipeline})
        case DealPipelineChanged():
            return frozenset({event.from_pipeline, event.to_pipeline})
        case EventCorrected():
            fields = ("pipeline", "from_pipeline", "to_pipeline")
            named = (event.replacement.data.get(field) for field in fields)
            return frozenset(slug for slug in named if isinstance(slug, str))
        case _:
            return frozenset()


def _defined(slug: str, column: str, definitions: Definitions) -> str:
    if not definitions.revisions(slug):
        raise LineRefused(
            column, slug, "there is no such pipeline: define it in the file, or in the store first"
        )
    return slug


def _revision(
    event: DealOpened | DealStageChanged | DealPipelineChanged,
    left_out: Collection[str],
    at: datetime,
    where: tuple[str, str | None, str],
    definitions: Definitions,
    lives_in: Iterable[str],
) -> int:
    """The revision that defines the stage: the one that the event names, else the one in force, else the nearest."""
    pipeline, stage, column = where
    number = None if "pipeline_revision" in left_out else event.pipeline_revision
    for slug in (pipeline, *lives_in):
        found = (
            definitions.in_force(slug, at, stage) if number is None else definitions.revision(slug, number)
        )
        if found is not None and (stage is None or found.stage(stage) is not None):
            return found.revision
    which = f"the pipeline {pipeline!r}" if number is None else f"revision {number} of {pipeline!r}"
    if number is not None and definitions.revision(pipeline, number) is None:
        raise LineRefused("data.pipeline_revision", str(number), f"there is no {which}")
    raise LineRefused(column, stage, f"{which} defines no such stage")
