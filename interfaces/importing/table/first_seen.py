"""The story of a deal that an export shows for the first time, as far as its row tells it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from domain.deal.life import DealOpened, DealStageChanged
from domain.event import Event
from domain.pipeline import Pipeline
from interfaces.importing.table.facts import RowFacts
from interfaces.importing.table.when import Export, When


@dataclass(frozen=True, slots=True)
class Happened:
    """An event and when it happened."""

    when: When
    event: Event


def first_seen(row: RowFacts, pipeline: Pipeline, export: Export) -> list[Happened]:
    """The opening, the stages entered, the outcome. What the row does not date is not given a date.

    A stage that was entered when the deal was opened is the stage that it was opened in. What the file
    has no column of dates for was there at the export, if somebody said when that was.
    """

    def dated(what: str, when: When | None) -> When:
        if when is not None:
            return when
        return export.when if export.told and what not in row.datable else export.undated

    opened = dated("opened", row.opened)
    moves = list(row.entered)
    if row.stage is not None and (not moves or moves[-1][0] != row.stage):
        moves.append((row.stage, dated("stage", row.changed.get("stage"))))
    opening: dict[str, Any] = {"pipeline": pipeline.slug, "pipeline_revision": pipeline.revision}
    if moves and moves[0][1].same(opened, export.zone):
        opening["stage"] = moves.pop(0)[0]
    given = {name: getattr(row.opening, name) for name in row.opening.model_fields_set}
    told = [Happened(opened, DealOpened.model_validate({**given, **opening}))]
    stage = opening.get("stage")
    for to_stage, when in moves:
        told.append(Happened(when, moved(stage, to_stage, pipeline)))
        stage = to_stage
    if row.closing is not None:
        told.append(Happened(dated("closed", row.closed), row.closing))
    return told


def moved(from_stage: str | None, to_stage: str, pipeline: Pipeline) -> DealStageChanged:
    """A move to another stage."""
    known = {} if from_stage is None else {"from_stage": from_stage}
    return DealStageChanged.model_validate(
        {**known, "to_stage": to_stage, "pipeline_revision": pipeline.revision}
    )


def contradictions(row: RowFacts, export: Export) -> Iterator[str]:
    """What the row's dates say that cannot well have been so."""
    for stage, when in row.entered:
        if row.opened and when.at < row.opened.at and not when.same(row.opened, export.zone):
            yield f"entered {stage!r} on {when.at.date()}, before it was opened on {row.opened.at.date()}"
        if row.closed and when.at > row.closed.at and not when.same(row.closed, export.zone):
            yield f"entered {stage!r} on {when.at.date()}, after it was closed on {row.closed.at.date()}"
    if (
        row.opened
        and row.closed
        and row.closed.at < row.opened.at
        and not row.closed.same(row.opened, export.zone)
    ):
        yield f"closed on {row.closed.at.date()}, before it was opened on {row.opened.at.date()}"
    for what, late in (("opened", row.opened), ("closed", row.closed)):
        if late and late.at > export.as_of:
            yield f"{what} on {late.at.date()}, after the export"
