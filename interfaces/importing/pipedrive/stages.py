"""Pipedrive's pipelines and stages: from its tables, else from what the deals and their flow name."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from interfaces.importing.crm.facts import Place
from interfaces.importing.crm.importing import Places
from interfaces.importing.crm.rows import Row
from interfaces.importing.crm.shelf import Shelf
from interfaces.importing.crm.stages import SourcePipeline, SourceStage, pipeline_slug
from interfaces.importing.history.course import DEFAULT_PIPELINE
from interfaces.importing.pipedrive.subjects import CHANGES, DEALS, PIPELINES, STAGES

_UNKNOWN = "1"
"""The pipeline of a stage of which nobody says to which it belongs: the one that a company begins with."""


@dataclass(slots=True)
class Pipelines:
    """The pipelines of a company by id, and the one that each stage belongs to."""

    source: str
    by_id: dict[str, SourcePipeline] = field(default_factory=dict)
    _slugs: dict[str, str] = field(default_factory=dict)
    _owners: dict[str, SourcePipeline] = field(default_factory=dict)

    def add(self, pipeline: str, name: str | None) -> SourcePipeline:
        """The pipeline of this id."""
        if pipeline not in self.by_id:
            self._slugs[pipeline] = pipeline_slug(self.source, pipeline, self._slugs)
            self.by_id[pipeline] = SourcePipeline(self._slugs[pipeline], name or f"{self.source} {pipeline}")
        return self.by_id[pipeline]

    def stage(self, pipeline: str, stage: SourceStage) -> None:
        """Take note of a stage."""
        if stage.id not in self._owners:
            self._owners[stage.id] = self.add(pipeline, None)
            self._owners[stage.id].stages.append(stage)

    def knows(self, stage: str) -> bool:
        """Whether a stage of this id is there."""
        return stage in self._owners

    def place(self, pipeline: str | None, stage: str | None, places: Places) -> Place:
        """Where an open deal stands."""
        if stage is not None and stage in self._owners:
            return places[self._owners[stage].slug][stage]
        where = self.by_id.get(pipeline or "")
        return Place(where.slug if where is not None and where.stages else DEFAULT_PIPELINE, None)


def company_pipelines(shelf: Shelf, source: str) -> Pipelines:
    """Every pipeline: those of the tables in their order, then stages that only deals and flow name, as met."""
    pipelines = Pipelines(source)
    for row in _ordered(shelf, PIPELINES.name):
        if (name := row.text("id")) is not None:
            pipelines.add(name, row.text("name"))
    for row in _ordered(shelf, STAGES.name):
        if (stage := row.text("id")) is not None:
            pipelines.stage(row.text("pipeline") or _UNKNOWN, _told(stage, row))
    for _, row in shelf.all(DEALS.name):
        _meet(pipelines, row.text("pipeline"), row.text("stage"), None)
    for key, row in shelf.all(CHANGES.name):
        if row.text("field") == "stage_id" and not _known(pipelines, row):
            deal = shelf.one(DEALS.name, key)
            pipeline = None if deal is None else deal.text("pipeline")
            _meet(pipelines, pipeline, row.text("old"), row.text("old_label"))
            _meet(pipelines, pipeline, row.text("new"), row.text("new_label"))
    return pipelines


def _meet(pipelines: Pipelines, pipeline: str | None, stage: str | None, label: str | None) -> None:
    if stage is not None and not pipelines.knows(stage):
        pipelines.stage(pipeline or _UNKNOWN, SourceStage(stage, label or f"Stage {stage}", "open"))


def _known(pipelines: Pipelines, row: Row) -> bool:
    stages = (row.text("old"), row.text("new"))
    return all(stage is None or pipelines.knows(stage) for stage in stages)


def _told(stage: str, row: Row) -> SourceStage:
    """Whether a deal is won says its status: a stage of 100 % is a stage."""
    probability, days = row.number("probability"), row.number("days")
    share = None if probability is None or not 0 <= probability <= 100 else float(probability / 100)
    rots = int(days) if days is not None and days >= 1 and row.flag("rots") else None
    return SourceStage(stage, row.text("name") or f"Stage {stage}", "open", share, rots)


def _ordered(shelf: Shelf, subject: str) -> Iterable[Row]:
    """Rows in the order that they give, those that are no longer used last."""
    rows = [row for _, row in shelf.all(subject)]
    return sorted(rows, key=lambda row: (_is_gone(row), row.number("order") or Decimal(0)))


def _is_gone(row: Row) -> bool:
    return row.flag("deleted") is True or row.flag("active") is False
