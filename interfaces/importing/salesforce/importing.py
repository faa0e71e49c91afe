"""`import salesforce DIR`: the folder of a Salesforce export becomes histories of deals."""

from collections.abc import Iterable, Sequence
from datetime import tzinfo
from pathlib import Path

from interfaces.importing.crm.dates import Dates
from interfaces.importing.crm.facts import DealFacts
from interfaces.importing.crm.importing import Importing, Places, import_folder, no_key
from interfaces.importing.crm.rows import Reader, Row
from interfaces.importing.crm.sheets import Subject
from interfaces.importing.crm.shelf import Shelf
from interfaces.importing.crm.stages import SourcePipeline, pipeline_slug
from interfaces.importing.history.course import DEFAULT_PIPELINE
from interfaces.importing.report import ImportReport
from interfaces.importing.salesforce.deals import opportunity
from interfaces.importing.salesforce.ids import OPPORTUNITY, full_id
from interfaces.importing.salesforce.moments import Histories
from interfaces.importing.salesforce.stages import sales_process
from interfaces.importing.salesforce.subjects import ABOUT_DEALS, EVENTS, OPPORTUNITIES, SUBJECTS, TASKS

SOURCE = "salesforce"


class Salesforce:
    """How the rows of its files hang together. Its deals live in one pipeline, which is called as the source is."""

    subjects: Sequence[Subject] = SUBJECTS
    deals = OPPORTUNITIES.name
    children = ABOUT_DEALS

    def __init__(self, reader: Reader, source: str) -> None:
        self.source = source
        self._reader = reader
        self._slug = pipeline_slug(source, "", {})

    def keys(self, row: Row) -> Iterable[str]:
        text = row.text(row.sheet.subject.key)
        if row.sheet.subject in (TASKS, EVENTS):
            # Most are about accounts, leads or cases.
            return [full_id(text)] if text is not None and text.startswith(OPPORTUNITY) else []
        if text is None:
            raise no_key(row, row.sheet)
        return [full_id(text)]

    def pipelines(self, shelf: Shelf) -> Sequence[SourcePipeline]:
        return [sales_process(shelf, self._slug, self.source.capitalize())]

    def facts(self, key: str, row: Row, shelf: Shelf, places: Places) -> DealFacts:
        here = places[self._slug]
        slug = next((place.pipeline for place in here.values()), DEFAULT_PIPELINE)
        return opportunity(key, row, shelf, self._reader, Histories(shelf, self._reader, here, slug), slug)


def import_salesforce(
    folder: Path | str,
    importing: Importing,
    *,
    zone: tzinfo,
    dates: tuple[str, ...] = (),
    currency: str | None = None,
    source: str = SOURCE,
) -> ImportReport:
    """Record what a folder of Salesforce's files tells and the store does not have yet.

    Times without an offset are of `zone`; `dates` are formats for those that are not ISO 8601; `currency` is
    that of amounts without one; `source` is part of the deals' identity. BadInput, and nothing recorded,
    where a file cannot be read to its end or a date or currency must be asked for.
    """
    reader = Reader(Dates(zone, dates), importing.deals.clock(), currency)
    return import_folder(folder, Salesforce(reader, source), importing)
