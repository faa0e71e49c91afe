"""The stages that a later export says a deal went through, as far as the deal does not say so yet."""

from datetime import datetime, timedelta

from domain.deal.life import DealPipelineChanged
from domain.pipeline import Pipeline
from engine.timing import ALWAYS
from interfaces.importing.table.exported import Exported, stage_entered
from interfaces.importing.table.facts import RowFacts
from interfaces.importing.table.first_seen import Happened, moved
from interfaces.importing.table.when import Export, When

_REST_OF_DAY = timedelta(days=1, microseconds=-1)


def stage_differences(
    row: RowFacts, exported: Exported, pipeline: Pipeline, export: Export
) -> list[Happened]:
    """The dated entries that are missing, then a move to the row's stage where they do not end in it."""
    missing = [
        (stage, when) for stage, when in row.entered if not _was_entered(stage, when, row, exported, export)
    ]
    told = []
    for stage, when in missing:
        before = exported.stage_at(when.at)
        told.append(Happened(when, moved(before if before != stage else None, stage, pipeline)))
    if row.stage is None:
        return told
    ends_in, since = _ends_in(missing, exported, export)
    life = exported.deal.life
    if life.pipeline != pipeline.slug:
        changed = DealPipelineChanged.model_validate(
            {
                "from_pipeline": life.pipeline,
                **({"from_stage": life.stage} if life.stage else {}),
                "to_pipeline": pipeline.slug,
                "to_stage": row.stage,
                "pipeline_revision": pipeline.revision,
            }
        )
        told.append(Happened(_moved_at(row, since, export), changed))
    elif ends_in != row.stage:
        told.append(Happened(_moved_at(row, since, export), moved(ends_in, row.stage, pipeline)))
    return told


def _was_entered(stage: str, when: When, row: RowFacts, exported: Exported, export: Export) -> bool:
    """Whether the deal went into the stage then, or was in it already."""
    for line in exported.lines:
        at = When.of(line.recorded)
        if line.recorded is exported.opening and row.opened is not None:
            at = row.opened
        if stage_entered(line.recorded.event) == stage and at.same(when, export.zone):
            return True
    until = when.at + _REST_OF_DAY if when.precision == "day" else when.at
    return exported.stage_at(until) == stage


def _ends_in(
    missing: list[tuple[str, When]], exported: Exported, export: Export
) -> tuple[str | None, datetime]:
    """The stage that the deal is in at the export once the missing entries are recorded, and since when."""
    entered = [(line.at, stage) for line in exported.lines if (stage := stage_entered(line.recorded.event))]
    entered += [(when.at, stage) for stage, when in missing if when.at <= export.as_of]
    entered.sort(key=lambda each: each[0])
    return (entered[-1][1], entered[-1][0]) if entered else (None, ALWAYS)


def _moved_at(row: RowFacts, last: datetime, export: Export) -> When:
    since = row.changed.get("stage")
    return since if since is not None and since.at >= last else export.when
