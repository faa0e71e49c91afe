"""An export of any CRM, gathered on a shelf: each deal's rows become lines of its history, which are recorded."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol, TypeVar

from domain.errors import BadInput
from domain.event import Actor
from engine.clock import to_micros
from engine.deals import Deals
from engine.ids import deal_id
from engine.timing import AHEAD
from interfaces.importing.crm.facts import DealFacts, Place
from interfaces.importing.crm.folder import Found, find, leave_out, rows
from interfaces.importing.crm.moments import Told
from interfaces.importing.crm.rows import Row, RowRefused
from interfaces.importing.crm.sheets import Sheet, Subject
from interfaces.importing.crm.shelf import Shelf
from interfaces.importing.crm.stages import SourcePipeline, defined
from interfaces.importing.crm.telling import told
from interfaces.importing.history.definitions import Definitions
from interfaces.importing.history.gathering import Gathering
from interfaces.importing.history.lines import line_of
from interfaces.importing.history.planning import Plan, Run
from interfaces.importing.history.recorded import recorded, seldom_collecting
from interfaces.importing.history.wording import LineRefused
from interfaces.importing.report import Contradiction, ImportReport, LateLine, Refusal
from interfaces.importing.source import Progress

T = TypeVar("T")

_NO_STAGES = "The stages of this export cannot be held:"
_NO_DEAL = "There is no such deal in this export, and none is made up."


class System(Protocol):
    """What differs from CRM to CRM. `deals` is the subject whose rows are deals, `children` those about deals."""

    @property
    def source(self) -> str: ...

    @property
    def subjects(self) -> Sequence[Subject]: ...

    @property
    def deals(self) -> str: ...

    @property
    def children(self) -> Sequence[str]: ...

    def keys(self, row: Row) -> Iterable[str]:
        """Under what a row is looked up; nothing where it is about no deal. RowRefused where it lacks its key."""

    def pipelines(self, shelf: Shelf) -> Sequence[SourcePipeline]:
        """The pipelines, in the order in which they are defined. RowRefused where a stage cannot be read."""

    def facts(self, key: str, row: Row, shelf: Shelf, places: "Places") -> DealFacts:
        """What the rows on the shelf tell of one deal. RowRefused where its own row cannot be held."""


Places = Mapping[str, Mapping[str, Place]]
"""Pipeline's slug → stage's id in the source → where a deal stands that is said to be in it."""


@dataclass(frozen=True, slots=True)
class Importing:
    """One import: into which store, by whom, and whether it is only a check."""

    deals: Deals
    check: bool = False
    by: Actor | None = None
    progress: Progress | None = None


def import_folder(folder: Path | str, system: System, importing: Importing) -> ImportReport:
    """Record what the files of a folder tell and the store does not have yet; with a check only say what that is.

    BadInput, and nothing recorded, where a file cannot be read to its end, lacks a column, or a date or
    currency must be asked for.
    """
    found: Found = find(folder, system.subjects, system.deals)
    report = ImportReport(checked=importing.check, passed_over=list(found.passed_over))
    with Shelf() as shelf:
        for sheet in found.sheets.values():
            shelf.add(sheet)
        for sheet in found.sheets.values():
            for row, refused in rows(sheet, importing.progress, "Reading"):
                report.read += 1
                if refused is None:
                    shelve(row, system, shelf)
                else:
                    shelf.refuse(refused)
        record(shelf, system, importing, report)
        for sheet in found.sheets.values():
            leave_out(sheet, shelf.refused(sheet), report)
    return report


def shelve(row: Row, system: System, shelf: Shelf) -> None:
    """Put a row where its deal finds it."""
    try:
        keys = list(system.keys(row))
    except RowRefused as refused:
        shelf.refuse(refused)
        return
    for key in keys:
        before = shelf.met(row, key) if row.sheet.subject.name == system.deals else None
        if before is None:
            shelf.put(row, key)
        else:
            reason = f"This key came before, on line {before}; a deal has one row. Leave one of them out."
            shelf.refuse(row.refused(row.sheet.subject.key, reason))


def record(shelf: Shelf, system: System, importing: Importing, report: ImportReport) -> None:
    """Make lines of all that is on the shelf, then record them; what is refused is on the shelf afterwards."""
    instant = importing.deals.clock()
    run = Run(instant, importing.by, Definitions(importing.deals, checked=importing.check))
    with Gathering() as gathering, seldom_collecting():
        _tell_all(shelf, system, importing, gathering, instant)
        for subject in system.children:
            for row in shelf.orphans(subject, system.deals):
                shelf.refuse(row.refused(row.sheet.subject.key, _NO_DEAL))
        for plan in recorded(gathering, importing.deals, run, report, importing.progress):
            _check_pipelines(plan)
            _report(plan, shelf, report)
        for refusal in gathering.refused():
            _refuse(refusal, shelf)


def readable(rows: Iterable[Row], read: Callable[[Row], T | None], shelf: Shelf) -> Iterator[T]:
    """What each row says; one that cannot be held is left out alone."""
    for row in rows:
        try:
            says = read(row)
        except RowRefused as refused:
            shelf.refuse(refused)
            continue
        if says is not None:
            yield says


def _tell_all(
    shelf: Shelf, system: System, importing: Importing, gathering: Gathering, instant: datetime
) -> None:
    latest = to_micros(instant + AHEAD)
    places: dict[str, Mapping[str, Place]] = {}
    look = Definitions(importing.deals, checked=True)
    for pipeline in _pipelines(system, shelf):
        revisions = look.revisions(pipeline.slug)
        here = defined(
            pipeline, system.source, revisions[-1].pipeline if revisions else None, instant.isoformat()
        )
        places[pipeline.slug] = here.places
        for fields in here.lines:
            try:
                gathering.add(*line_of(0, fields, latest))
            except LineRefused as refused:
                raise BadInput(f"{_NO_STAGES} {refused.reason}. Nothing was recorded.") from None
    empty = not importing.deals.head().position
    for key, row in shelf.all(system.deals):
        try:
            facts = system.facts(key, row, shelf, places)
        except RowRefused as refused:
            shelf.refuse(refused)
            _leave_out_with(key, row, system, shelf)
            continue
        story = [] if empty else importing.deals.story(deal_id(system.source, key))
        for each in told(facts, story, instant):
            try:
                gathering.add(
                    *line_of(shelf.number(each.row), _fields(each, system.source, key, instant), latest)
                )
            except LineRefused as refused:
                refusal = Refusal(each.row.line, refused.column, refused.value, refused.reason)
                shelf.refuse_line(each.row.sheet, refusal)


def _pipelines(system: System, shelf: Shelf) -> Sequence[SourcePipeline]:
    """BadInput where a stage cannot be read: without it nobody knows where its deals stand."""
    try:
        return system.pipelines(shelf)
    except RowRefused as refused:
        row = refused.row
        raise BadInput(
            f"Line {row.line} of {row.sheet.name}, {refused.column}: {refused.value!r} cannot be read. "
            f"{refused.reason} Nothing was recorded."
        ) from None


def _leave_out_with(key: str, row: Row, system: System, shelf: Shelf) -> None:
    """A deal that cannot be held leaves out what is about it, too."""
    for subject in system.children:
        for child in shelf.of(subject, key):
            reason = f"Its deal is left out: see line {row.line} of {row.sheet.name}."
            shelf.refuse(child.refused(child.sheet.subject.key, reason))


def _fields(told: Told, source: str, key: str, instant: datetime) -> dict[str, Any]:
    fields: dict[str, Any] = {"source": source, "deal": key, "type": told.type, "data": told.data}
    if told.when is not None and told.when.precision != "unknown":
        fields |= {"at": told.when.at.isoformat(), "precision": told.when.precision}
    given = {"key": told.key, "by": told.by}
    if told.known is not None:
        given["source_recorded_at"] = min(told.known, instant).isoformat()
    return fields | {name: value for name, value in given.items() if value is not None}


def _check_pipelines(plan: Plan) -> None:
    """The lines of a pipeline come from no row. BadInput where one is refused: pipelines come before any deal."""
    for refusal in plan.refused:
        if not refusal.line:
            raise BadInput(f"{_NO_STAGES} {refusal.reason} Nothing was recorded.")


def _report(plan: Plan, shelf: Shelf, report: ImportReport) -> None:
    for refusal in plan.refused:
        _refuse(refusal, shelf)
    for odd in plan.contradictions:
        sheet, line = shelf.origin(odd.line)
        report.contradictions.add(Contradiction(line, odd.deal, odd.told, sheet.name))
    for late in plan.late:
        sheet, line = shelf.origin(late.line)
        report.late.add(LateLine(line, late.deal, late.told, sheet.name))


def _refuse(refusal: Refusal, shelf: Shelf) -> None:
    sheet, line = shelf.origin(refusal.line)
    shelf.refuse_line(sheet, Refusal(line, refusal.column, refusal.value, refusal.reason))


def no_key(row: Row, sheet: Sheet) -> RowRefused:
    """The refusal of a row that does not say which deal it is about."""
    return row.refused(sheet.subject.key, "There is no key here: which deal is it?")
