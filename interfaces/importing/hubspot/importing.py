"""`import hubspot DIR`: the folder of a HubSpot export becomes histories of deals."""

from collections.abc import Iterable, Sequence
from datetime import tzinfo
from pathlib import Path

from interfaces.importing.crm.dates import Dates
from interfaces.importing.crm.facts import DealFacts
from interfaces.importing.crm.importing import Importing, Places, import_folder, no_key
from interfaces.importing.crm.rows import Reader, Row
from interfaces.importing.crm.sheets import Subject
from interfaces.importing.crm.shelf import Shelf
from interfaces.importing.crm.stages import SourcePipeline
from interfaces.importing.hubspot.deals import deal_facts
from interfaces.importing.hubspot.moments import Histories
from interfaces.importing.hubspot.stages import Pipelines, account_pipelines
from interfaces.importing.hubspot.subjects import ABOUT_DEALS, DEALS, MERGES, SUBJECTS
from interfaces.importing.report import ImportReport

SOURCE = "hubspot"


class HubSpot:
    """How the rows of its files hang together. Each of its pipelines is one here, called by source and id."""

    subjects: Sequence[Subject] = SUBJECTS
    deals = DEALS.name
    children: Sequence[str] = ABOUT_DEALS

    def __init__(self, reader: Reader, source: str) -> None:
        self.source = source
        self._reader = reader
        self._pipelines = Pipelines(source)

    def keys(self, row: Row) -> Iterable[str]:
        text = row.text(row.sheet.subject.key)
        if text is None:
            raise no_key(row, row.sheet)
        merged = row.text("merged") if row.sheet.subject is MERGES else None
        return [text] if merged is None else [text, merged]

    def pipelines(self, shelf: Shelf) -> Sequence[SourcePipeline]:
        self._pipelines = account_pipelines(shelf, self.source)
        return list(self._pipelines.by_id.values())

    def facts(self, key: str, row: Row, shelf: Shelf, places: Places) -> DealFacts:
        histories = Histories(shelf, self._reader, self._pipelines, places)
        return deal_facts(key, row, shelf, self._reader, histories, self.source)


def import_hubspot(
    folder: Path | str,
    importing: Importing,
    *,
    zone: tzinfo,
    dates: tuple[str, ...] = (),
    currency: str | None = None,
    source: str = SOURCE,
) -> ImportReport:
    """Record what a folder of HubSpot's files tells and the store does not have yet.

    Times without an offset are of `zone`; `dates` are formats for those that are not ISO 8601; `currency` is
    that of amounts without one; `source` is part of the deals' identity. BadInput, and nothing recorded,
    where a file cannot be read to its end or a date or currency must be asked for.
    """
    reader = Reader(Dates(zone, dates), importing.deals.clock(), currency)
    return import_folder(folder, HubSpot(reader, source), importing)
