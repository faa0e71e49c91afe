"""HubSpot's pipelines: from its tables, else from the words that stand with the deals."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from domain.errors import BadInput
from interfaces.importing.crm.facts import Place
from interfaces.importing.crm.importing import Places
from interfaces.importing.crm.rows import Row
from interfaces.importing.crm.sheets import plain
from interfaces.importing.crm.shelf import Shelf
from interfaces.importing.crm.stages import SourcePipeline, SourceStage, Standing, pipeline_slug
from interfaces.importing.history.course import DEFAULT_PIPELINE
from interfaces.importing.hubspot.subjects import DEALS, HISTORY, PIPELINES, STAGE_HISTORY, STAGES

_DEFAULT = "default"
"""The id of the pipeline that every account begins with."""

_CLOSED: dict[str, Standing] = {"closedwon": "won", "closedlost": "lost"}
"""The stages that HubSpot ships as closed, by their plain names."""

_MOST = 2_000
"""More stages than this are no stages: the column holds something else."""


@dataclass(slots=True)
class Pipelines:
    """The pipelines of an account by id, and where each stage is found by its id or its label."""

    source: str
    by_id: dict[str, SourcePipeline] = field(default_factory=dict)
    _slugs: dict[str, str] = field(default_factory=dict)
    _labels: dict[str, str] = field(default_factory=dict)
    _owners: dict[str, SourcePipeline] = field(default_factory=dict)

    def add(self, pipeline: str, label: str | None) -> SourcePipeline:
        """The pipeline of this id or, if there is none, label; a new one where neither is known."""
        known = self.by_id.get(pipeline) or self.by_id.get(self._labels.get(plain(pipeline), ""))
        if known is not None:
            return known
        self._slugs[pipeline] = pipeline_slug(self.source, pipeline, self._slugs)
        made = SourcePipeline(self._slugs[pipeline], label or pipeline)
        self.by_id[pipeline] = made
        self._labels.setdefault(plain(label or pipeline), pipeline)
        return made

    def stage(self, pipeline: str, stage: SourceStage) -> None:
        """Take note of a stage."""
        where = self.add(pipeline, None)
        if _named(where, stage.id) is None:
            where.stages.append(stage)
            self._owners.setdefault(stage.id, where)
        if len(self._owners) > _MOST:
            raise BadInput(
                f"The export names more than {_MOST} stages: that is no column of stages. Nothing was recorded."
            )

    def place(self, pipeline: str | None, stage: str | None, places: Places) -> Place:
        """Where a deal stands that is said to be in `stage` of `pipeline`, by their ids or labels.

        A deal of which neither is known is in the account's first pipeline or, if that is not in the export
        with a stage to be in, in the one that deals are in here by default.
        """
        where = self._found(pipeline)
        if stage is not None and (where is None or _named(where, stage) is None):
            where = self._owners.get(stage, where)
        if where is None or not any(each.standing == "open" for each in where.stages):
            return Place(DEFAULT_PIPELINE, None)
        known = _named(where, stage)
        return Place(where.slug, None) if known is None else places[where.slug][known]

    def entered(self) -> Iterator[tuple[str, str, str]]:
        """Each stage with its pipeline, and the ends of the names of columns that say when it was entered."""
        for pipeline, where in self.by_id.items():
            for stage in where.stages:
                for name in (stage.id, f"{stage.label}{where.label}", stage.label):
                    yield plain(name), pipeline, stage.id

    def knows(self, stage: str) -> bool:
        """Whether a stage of this id is there."""
        return stage in self._owners

    def _found(self, pipeline: str | None) -> SourcePipeline | None:
        name = pipeline or _DEFAULT
        return self.by_id.get(name) or self.by_id.get(self._labels.get(plain(name), ""))


def account_pipelines(shelf: Shelf, source: str) -> Pipelines:
    """Every pipeline: those of the tables in their order, then what only the deals name, as it is met."""
    pipelines = Pipelines(source)
    for row in _ordered(shelf, PIPELINES.name):
        if (name := row.text("id")) is not None:
            pipelines.add(name, row.text("label"))
    for row in _ordered(shelf, STAGES.name):
        pipeline, stage = row.text("pipeline"), row.text("id")
        if pipeline is not None and stage is not None:
            told = SourceStage(
                stage, row.text("label") or stage, _standing(row), _share(row.number("probability"))
            )
            pipelines.stage(pipeline, told)
    if next(shelf.all(STAGES.name), None) is None:
        _meet(shelf, pipelines)
    return pipelines


def _named(where: SourcePipeline, stage: str | None) -> str | None:
    """The id of the stage that is called so."""
    return next((each.id for each in where.stages if stage in (each.id, each.label)), None)


def _meet(shelf: Shelf, pipelines: Pipelines) -> None:
    """Without a table of stages: those that the deals and their history name."""
    for _, row in shelf.all(DEALS.name):
        stage = row.text("stage")
        if stage is not None:
            said: Standing = "won" if row.flag("won") else "lost" if row.flag("lost") else "open"
            stands = _CLOSED.get(plain(stage), said)
            pipelines.stage(row.text("pipeline") or _DEFAULT, SourceStage(stage, stage, stands))
    for subject in (HISTORY, STAGE_HISTORY):
        for key, row in shelf.all(subject.name):
            stage = row.text("value")
            named = subject is STAGE_HISTORY or plain(row.text("name") or "") == "dealstage"
            if named and stage is not None and not pipelines.knows(stage):
                deal = shelf.one(DEALS.name, key)
                pipeline = None if deal is None else deal.text("pipeline")
                stands = _CLOSED.get(plain(stage), "open")
                pipelines.stage(pipeline or _DEFAULT, SourceStage(stage, stage, stands))


def _ordered(shelf: Shelf, subject: str) -> Iterable[Row]:
    """Rows in the order that they give, deleted ones last."""
    rows = [row for _, row in shelf.all(subject)]
    return sorted(rows, key=lambda row: (row.flag("deleted") or False, row.number("order") or Decimal(0)))


def _standing(row: Row) -> Standing:
    """As its flags say; where there are none, 100 % is won and 0 % is lost."""
    won, closed = row.flag("won"), row.flag("closed")
    probability = row.number("probability")
    if won or (closed and probability == 1) or (won is None and closed is None and probability == 1):
        return "won"
    if closed is None:
        return "lost" if probability == 0 else "open"
    return "lost" if closed else "open"


def _share(probability: Decimal | None) -> float | None:
    return None if probability is None or not 0 <= probability <= 1 else float(probability)
