"""What a later export of a deal says that the deal, as of that export, did not yet say."""

from collections.abc import Sequence
from typing import Any

from domain.deal.corrections import EventCorrected
from domain.deal.life import DealAmountRevised, DealDetailsChanged, DealExpectedCloseMoved
from domain.deal.reading import standing
from domain.deal.team import DealOwnerAssigned
from domain.event import Recorded
from domain.pipeline import Pipeline
from interfaces.importing.table.closing_differences import closing_differences
from interfaces.importing.table.exported import Exported, as_exported
from interfaces.importing.table.facts import RowFacts
from interfaces.importing.table.first_seen import Happened
from interfaces.importing.table.source_changed import source_changed
from interfaces.importing.table.stage_differences import stage_differences
from interfaces.importing.table.when import Export, When

_DETAILS = ("title", "account", "account_name", "lead_source", "campaign")
_DERIVED = {"from_stage", "from_pipeline", "previous", "pipeline_revision"}


def differences(
    row: RowFacts, events: Sequence[Recorded], pipeline: Pipeline, export: Export
) -> list[Happened]:
    """What to add to the deal so that, as of the export, it says what the row says; nothing if it does.

    Each difference is dated by the row, else by the export. A deal that was merged or discarded here
    stays so.
    """
    exported = as_exported(events, export)
    if exported.deal.outcome.standing in ("merged", "discarded"):
        return []
    closing = closing_differences(row, exported, export)
    reopens = (
        row.closing is None
    )  # what else changed happened to an open deal: behind a reopening, before a close
    told = [
        *_opened_otherwise(row, exported, export),
        *(closing if reopens else ()),
        *stage_differences(row, exported, pipeline, export),
        *_owner(row, exported, export),
        *_amount(row, exported, export),
        *_expected_close(row, exported, export),
        *_details(row, exported, export),
        *(() if reopens else closing),
    ]
    stood = [line.recorded for line in standing(events)]
    return [each for each in told if not any(_is_told_by(recorded, each, export) for recorded in stood)]


def _opened_otherwise(row: RowFacts, exported: Exported, export: Export) -> list[Happened]:
    if row.opened is None or row.opened.same(When.of(exported.opening), export.zone):
        return []
    return [source_changed(exported.opening, export, when=row.opened)]


def _owner(row: RowFacts, exported: Exported, export: Export) -> list[Happened]:
    owner, before = row.opening.owner, exported.deal.team.owner
    if "owner" not in row.says or owner == before:
        return []
    event = DealOwnerAssigned.model_validate({"owner": owner, **_known(previous=before)})
    return [Happened(row.changed.get("owner") or export.when, event)]


def _amount(row: RowFacts, exported: Exported, export: Export) -> list[Happened]:
    """Of a deal that is open in the row: what a closed one is worth stands in its outcome."""
    amount, before = row.opening.amount, exported.deal.life.amount
    closed = row.closing is not None or (row.standing is None and exported.deal.outcome.standing != "open")
    if "amount" not in row.says or closed or amount == before:
        return []
    event = DealAmountRevised.model_validate({"amount": amount, **_known(previous=before)})
    return [Happened(row.changed.get("amount") or export.when, event)]


def _expected_close(row: RowFacts, exported: Exported, export: Export) -> list[Happened]:
    expected, before = row.opening.expected_close, exported.deal.life.expected_close
    if "expected_close" not in row.says or expected == before:
        return []
    event = DealExpectedCloseMoved.model_validate({"expected_close": expected, **_known(previous=before)})
    return [Happened(row.changed.get("expected_close") or export.when, event)]


def _details(row: RowFacts, exported: Exported, export: Export) -> list[Happened]:
    life = exported.deal.life
    told: dict[str, Any] = {
        name: getattr(row.opening, name)
        for name in _DETAILS
        if name in row.says and getattr(row.opening, name) != getattr(life, name)
    }
    labels = {name: label for name, label in row.labels.items() if label != life.segment.get(name)}
    if labels:
        told["segment"] = labels
    if not told:
        return []
    event = DealDetailsChanged.model_validate(told)
    return [Happened(row.changed.get("details") or export.when, event)]


def _is_told_by(recorded: Recorded, told: Happened, export: Export) -> bool:
    """Whether an event says this already, at that time: dates of a row may lie behind its export."""
    if recorded.type != type(told.event).__name__ or isinstance(told.event, EventCorrected):
        return False
    if not told.when.same(When.of(recorded), export.zone):
        return False
    fields = set(type(told.event).model_fields) - _DERIVED
    return all(getattr(recorded.event, name) == getattr(told.event, name) for name in fields)


def _known(**fields: object) -> dict[str, object]:
    return {name: value for name, value in fields.items() if value is not None}
