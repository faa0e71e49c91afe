"""The deals of a source that an export leaves out. They are reported, never closed."""

from collections.abc import Iterator

from domain.deal.life import DealOpened
from engine.deals import Deals
from interfaces.importing.table.exported import as_exported
from interfaces.importing.table.seen import Seen
from interfaces.importing.table.when import Export

_PAGE = 5_000


def missing_deals(deals: Deals, source: str, seen: Seen, export: Export, *, upto: int) -> Iterator[str]:
    """SOURCE:KEY of each deal recorded up to a position, there by the time of the export, and not in its file.

    A deal that was merged or discarded here is not missed, nor one that was opened later.
    """
    position = 0
    while position < upto and (page := deals.feed(position, limit=_PAGE, types={"DealOpened"})):
        position = page[-1].position
        for recorded in page:
            event = recorded.event
            if not isinstance(event, DealOpened) or event.external is None:
                continue
            if event.external.source != source or seen.line(recorded.stream_id) is not None:
                continue
            if recorded.precision != "unknown" and recorded.occurred_at > export.as_of:
                continue
            deal = as_exported(deals.story(recorded.stream_id), export).deal
            if deal.outcome.standing not in ("merged", "discarded"):
                yield f"{source}:{event.external.key}"
