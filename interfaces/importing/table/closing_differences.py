"""How a later export tells the outcome of a deal otherwise than it stood."""

from typing import Any

from domain.deal.outcome import Closing, DealLost, DealReopened, DealWon
from domain.deal.story import Deal
from interfaces.importing.table.exported import Exported
from interfaces.importing.table.facts import RowFacts
from interfaces.importing.table.first_seen import Happened
from interfaces.importing.table.source_changed import source_changed
from interfaces.importing.table.when import Export, When


def closing_differences(row: RowFacts, exported: Exported, export: Export) -> list[Happened]:
    """A win, a loss or a reopening; or the outcome that stands, with what the source says of it now.

    Another outcome at another time is one more outcome; on the same day, or the same outcome
    with another date, amount or cause, it is a correction.
    """
    deal = exported.deal
    standing = deal.outcome.standing
    if row.closing is None:
        if row.standing == "open" and standing in ("won", "lost"):
            return [Happened(_reopened_at(row, deal, export), DealReopened())]
        return []
    event = _at_its_amount(row.closing, row, deal)
    if standing == "open":
        return [Happened(row.closed or export.when, event)]
    closing = deal.outcome.closings[-1]
    recorded = next(line.recorded for line in exported.lines if line.recorded.version == closing.version)
    when = When.of(recorded)
    if type(closing.event) is not type(event):
        if row.closed is None or not row.closed.same(when, export.zone):
            return [Happened(row.closed or export.when, event)]
        told = event.model_dump(mode="json", exclude_unset=True)
        return [source_changed(recorded, export, told=told, kind=type(event))]
    moved = row.closed if row.closed and not row.closed.same(when, export.zone) else None
    told = _told_otherwise(event, closing, deal)
    return [source_changed(recorded, export, told=told, when=moved)] if told or moved else []


def _reopened_at(row: RowFacts, deal: Deal, export: Export) -> When:
    since, closed = row.changed.get("stage"), deal.outcome.changed_at
    return since if since and closed and since.at >= closed else export.when


def _at_its_amount(event: DealWon | DealLost, row: RowFacts, deal: Deal) -> DealWon | DealLost:
    """The outcome at the amount that the row has for the deal, where it has none for the outcome."""
    amount = row.opening.amount
    if event.amount is not None or amount is None or amount == deal.life.amount:
        return event
    return event.model_copy(update={"amount": amount})


def _told_otherwise(event: DealWon | DealLost, closing: Closing, deal: Deal) -> dict[str, Any]:
    """The fields of the outcome that the row gives another value. Saying `unknown` says nothing."""
    others = {name for name in event.model_fields_set if getattr(event, name) != getattr(closing.event, name)}
    if closing.event.amount is None and event.amount == deal.life.amount:
        others.discard("amount")
    if getattr(event, "kind", None) == "unknown":
        others.discard("kind")
    return event.model_dump(mode="json", include=others)
