"""An event that the source tells otherwise now: corrected, so that both stay known."""

from collections.abc import Mapping
from typing import Any

from domain.deal.corrections import EventCorrected
from domain.event import Event, Recorded
from interfaces.importing.table.first_seen import Happened
from interfaces.importing.table.when import Export, When


def source_changed(
    recorded: Recorded,
    export: Export,
    *,
    told: Mapping[str, Any] | None = None,
    when: When | None = None,
    kind: type[Event] | None = None,
) -> Happened:
    """The correction of an event: `told` over the fields that it had, another time, another outcome."""
    fields: dict[str, Any] = {} if kind else recorded.event.model_dump(mode="json", exclude_unset=True)
    replacement: dict[str, Any] = {"data": {**fields, **(told or {})}}
    if kind is not None:
        replacement["type"] = kind.__name__
    if when is not None:
        replacement |= {"occurred_at": when.at, "precision": when.precision}
    event = EventCorrected.model_validate(
        {
            "corrects": recorded.version,
            "type": recorded.type,
            "replacement": replacement,
            "reason": "source-changed",
        }
    )
    return Happened(export.when, event)
