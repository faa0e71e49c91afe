"""What a row adds to its deal: the first story, or differences; ready to be recorded, and told in the report."""

from collections.abc import Sequence
from uuid import UUID

from domain.deal.corrections import EventCorrected
from domain.deal.life import DealOpened
from domain.event import Actor, Recorded
from domain.pipeline import Pipeline
from interfaces.importing.recording import own_command_id
from interfaces.importing.report import Contradiction, ImportReport
from interfaces.importing.table.differences import differences
from interfaces.importing.table.facts import RowFacts
from interfaces.importing.table.first_seen import Happened, contradictions, first_seen
from interfaces.importing.table.when import Export


def added(row: RowFacts, story: Sequence[Recorded], pipeline: Pipeline, export: Export) -> list[Happened]:
    """What the row says that the deal's story does not."""
    return differences(row, story, pipeline, export) if story else first_seen(row, pipeline, export)


def ready(told: Sequence[Happened], deal: UUID, version: int, by: Actor, source: str) -> list[Recorded]:
    """The events of a row as they are recorded, behind `version`."""
    return [
        Recorded(
            stream_id=deal,
            version=place,
            occurred_at=happened.when.at,
            precision=happened.when.precision,
            event=happened.event,
            by=by,
            channel=f"import:{source}",
            command_id=own_command_id(f"{deal}:{place}"),
        )
        for place, happened in enumerate(told, start=version + 1)
    ]


def tell(report: ImportReport, row: RowFacts, source: str, told: Sequence[Happened], export: Export) -> None:
    """Count what a row adds, and what in it cannot well have been so."""
    report.unchanged += not told
    report.opened += any(isinstance(each.event, DealOpened) for each in told)
    report.corrected += sum(isinstance(each.event, EventCorrected) for each in told)
    report.undated += sum(each.when.precision == "unknown" for each in told)
    for contradiction in contradictions(row, export):
        report.contradictions.add(Contradiction(row.line, f"{source}:{row.key}", contradiction))
