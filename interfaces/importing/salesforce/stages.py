"""The stages of Salesforce: from the table of stages where it is exported, else from the rows that name them."""

from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal

from domain.errors import BadInput
from interfaces.importing.crm.rows import Row, RowRefused
from interfaces.importing.crm.shelf import Shelf
from interfaces.importing.crm.stages import SourcePipeline, SourceStage, Standing
from interfaces.importing.salesforce.subjects import FIELDS, HISTORY, OPPORTUNITIES, STAGES, VERSIONS

_MOST = 500
"""More stages than this are no stages: the column holds something else."""


@dataclass(slots=True)
class _Met:
    """What the rows say of a stage: closed and won (a count for each), and its probabilities."""

    flags: Counter[Standing] = field(default_factory=Counter)
    probabilities: Counter[Decimal] = field(default_factory=Counter)


def sales_process(shelf: Shelf, slug: str, label: str) -> SourcePipeline:
    """The one pipeline of an org: every stage that is in use.

    The table of stages gives the order. Without it, stages are ordered by their probability, those of one
    probability (or where a stage has none) as they are met.
    """
    listed = _listed(shelf)
    met = _met(shelf)
    stages = list(listed.values())
    unlisted = [_stage(name, said) for name, said in met.items() if name not in listed]
    if not listed and all(stage.probability is not None for stage in unlisted):
        unlisted.sort(key=lambda stage: stage.probability or 0.0)
    return SourcePipeline(slug, label, stages + unlisted)


def standing(row: Row) -> Standing | None:
    """How a row itself says that its deal stands; None where it does not."""
    closed, won = row.flag("closed"), row.flag("won")
    if won:
        return "won"
    if closed is None:
        return None
    return "lost" if closed else "open"


def _listed(shelf: Shelf) -> dict[str, SourceStage]:
    rows = [row for _, row in shelf.all(STAGES.name)]
    rows.sort(key=lambda row: row.number("order") or 0)
    return {
        name: SourceStage(name, name, standing(row) or "open", _share(row.number("probability")))
        for row in rows
        if (name := row.text("api") or row.text("name")) is not None
    }


def _met(shelf: Shelf) -> dict[str, _Met]:
    """Every stage that a row names, in the order in which they are met."""
    met: dict[str, _Met] = {}
    for subject in (HISTORY, VERSIONS, OPPORTUNITIES):
        for _, row in shelf.all(subject.name):
            if (name := row.text("stage")) is not None:
                _count(row, _meet(met, name, row, "stage"))
    for _, row in shelf.all(FIELDS.name):
        if (row.text("field") or "").casefold() == "stagename":
            for column in ("old", "new"):
                if (name := row.text(column)) is not None:
                    _meet(met, name, row, column)
    return met


def _meet(met: dict[str, _Met], name: str, row: Row, column: str) -> _Met:
    stage = met.setdefault(name, _Met())
    if len(met) > _MOST:
        raise BadInput(
            f"{row.sheet.name} names more than {_MOST} stages in {row.sheet.title(column)}: that is no column "
            "of stages. Nothing was recorded."
        )
    return stage


def _count(row: Row, stage: _Met) -> None:
    if (said := standing(row)) is not None:
        stage.flags[said] += 1
    try:
        probability = row.number("probability")
    except RowRefused:
        return  # Whoever reads the row's own fields refuses it.
    if probability is not None:
        stage.probabilities[probability] += 1


def _stage(name: str, met: _Met) -> SourceStage:
    """What most rows say of it; where none says whether it is closed, 100 % is won and 0 % is lost."""
    usual = met.probabilities.most_common(1)
    probability = usual[0][0] if usual else None
    stands: Standing = "won" if probability == 100 else "lost" if probability == 0 else "open"
    said = met.flags.most_common(1)
    return SourceStage(name, name, said[0][0] if said else stands, _share(probability))


def _share(percent: Decimal | None) -> float | None:
    return None if percent is None or not 0 <= percent <= 100 else float(percent / 100)
