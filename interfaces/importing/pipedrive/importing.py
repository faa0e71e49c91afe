"""`import pipedrive FILE`: the JSON of Pipedrive's deals with their flow becomes histories of deals."""

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, tzinfo
from pathlib import Path
from typing import Any

from interfaces.importing.crm.dates import Dates
from interfaces.importing.crm.facts import DealFacts
from interfaces.importing.crm.importing import Importing, Places, no_key, record, shelve
from interfaces.importing.crm.rows import Reader, Row
from interfaces.importing.crm.sheets import Sheet, Subject
from interfaces.importing.crm.shelf import Shelf
from interfaces.importing.crm.stages import SourcePipeline
from interfaces.importing.pipedrive.deals import deal_facts
from interfaces.importing.pipedrive.flow import Flow
from interfaces.importing.pipedrive.reading import records
from interfaces.importing.pipedrive.stages import Pipelines, company_pipelines
from interfaces.importing.pipedrive.subjects import (
    ABOUT_DEALS,
    ACTIVITIES,
    DEALS,
    EMBEDDED,
    NOTES,
    SUBJECTS,
    sheet,
    texts,
)
from interfaces.importing.report import ImportReport, RefusedRows
from interfaces.importing.source import Progress, Source, opened

SOURCE = "pipedrive"

_OFTEN_ELSEWHERE = frozenset({ACTIVITIES.name, NOTES.name})
"""What may also be about no deal; and what both a list of its own and the flow may tell."""


_LAST = 2**62
"""The line of what is embedded in a deal: whoever has a record of their own is known by that."""


class Pipedrive:
    """How its records hang together. Each of its pipelines is one here, called by source and id."""

    subjects: Sequence[Subject] = SUBJECTS
    deals = DEALS.name
    children: Sequence[str] = ABOUT_DEALS

    def __init__(self, reader: Reader, source: str, zone: tzinfo) -> None:
        self.source = source
        self._reader = reader
        self._zone = zone
        self._pipelines = Pipelines(source)

    def keys(self, row: Row) -> Iterable[str]:
        text = row.text(row.sheet.subject.key)
        if text is not None:
            return [text]
        if row.sheet.subject.name in _OFTEN_ELSEWHERE:
            return []
        raise no_key(row, row.sheet)

    def pipelines(self, shelf: Shelf) -> Sequence[SourcePipeline]:
        self._pipelines = company_pipelines(shelf, self.source)
        return list(self._pipelines.by_id.values())

    def facts(self, key: str, row: Row, shelf: Shelf, places: Places) -> DealFacts:
        flow = Flow(shelf, self._reader, self._pipelines, places)
        return deal_facts(key, row, shelf, self._reader, flow, self._zone)


def import_pipedrive(
    path: Path | str,
    importing: Importing,
    *,
    zone: tzinfo,
    currency: str | None = None,
    source: str = SOURCE,
) -> ImportReport:
    """Record what a file of Pipedrive's records tells and the store does not have yet.

    Times are in UTC, as its API has them; days are days of `zone`. `currency` is that of amounts without one,
    `source` is part of the deals' identity. `path` may be `-` and gzip. BadInput, and nothing recorded,
    where the file is no JSON that can be read to its end.
    """
    report = ImportReport(checked=importing.check)
    reader = Reader(Dates(UTC), importing.deals.clock(), currency)
    system = Pipedrive(reader, source, zone)
    with opened(path) as file, Shelf() as shelf:
        sheets = {subject.name: sheet(subject, Path(file.name)) for subject in SUBJECTS}
        for each in sheets.values():
            shelf.add(each)
        for row, item in _rows(file, sheets, importing.progress):
            report.read += item is not None
            if _is_new(row, shelf, embedded=item is None):
                shelve(row, system, shelf)
        record(shelf, system, importing, report)
        _leave_out(file, sheets, shelf, report)
    return report


def _rows(
    file: Source, sheets: dict[str, Sheet], progress: Progress | None
) -> Iterator[tuple[Row, dict[str, Any] | None]]:
    """Each known record as a row, whose line is its place among those of its kind.

    Who is embedded in a deal comes before it, as a row without a record of its own.
    """
    places = dict.fromkeys(sheets, 0)
    for kind, item in records(file, progress):
        if (found := sheets.get(kind)) is None:
            continue
        for field, whose in EMBEDDED.items() if kind == DEALS.name else ():
            if isinstance(item.get(field), dict):
                yield Row(sheets[whose], _LAST, texts(sheets[whose].subject, item[field])), None
        places[kind] += 1
        yield Row(found, places[kind], texts(found.subject, item)), item


def _is_new(row: Row, shelf: Shelf, *, embedded: bool) -> bool:
    """Whether it is told for the first time: a flow tells activities again that a list has, deals their owners."""
    identity = row.text("id")
    if row.sheet.subject.name == DEALS.name or identity is None:
        return True
    return shelf.met(row, f"embedded {identity}" if embedded else identity) is None


def _leave_out(file: Source, sheets: dict[str, Sheet], shelf: Shelf, report: ImportReport) -> None:
    """Tell the refused records, and write them out as they stood in the file."""
    waiting = {kind: shelf.refused(each) for kind, each in sheets.items()}
    following = {kind: next(refusals, None) for kind, refusals in waiting.items()}
    if not any(following.values()):
        return
    with RefusedRows(report, file.refused_path, ("kind", "content")) as out:
        for row, item in _rows(file, sheets, None):
            kind = row.sheet.subject.name
            refusal = following[kind]
            if item is not None and refusal is not None and refusal.line == row.line:
                out.refuse(refusal, (kind, json.dumps(item, ensure_ascii=False, default=str)))
                following[kind] = next(waiting[kind], None)
