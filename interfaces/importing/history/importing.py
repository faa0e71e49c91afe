"""The canonical history, one event a line: read, gathered deal by deal, compared with the store, recorded."""

from pathlib import Path

from domain.event import Actor
from engine.clock import to_micros
from engine.deals import Deals
from engine.timing import AHEAD
from interfaces.importing.history.definitions import Definitions
from interfaces.importing.history.gathering import Gathering
from interfaces.importing.history.lines import read_line
from interfaces.importing.history.planning import Plan, Run
from interfaces.importing.history.recorded import recorded, seldom_collecting
from interfaces.importing.history.wording import LineRefused
from interfaces.importing.report import ImportReport, Refusal, RefusedRows
from interfaces.importing.source import Progress, Source, opened

_TELL_EVERY = 1_000


def import_history(
    path: Path | str,
    deals: Deals,
    *,
    check: bool = False,
    by: Actor | None = None,
    progress: Progress | None = None,
) -> ImportReport:
    """Record what the file tells and the store does not have yet; with `check` only say what that is.

    `path` may be `-` and gzip; `by` is who did what no line says anybody did (None: the import of its
    source). Importing the same file again adds nothing, whatever interrupted it before. A line that
    cannot be held is left out, told in the report and written to FILE.refused.csv. BadInput, and
    nothing recorded, where the file cannot be read to its end.
    """
    report = ImportReport(checked=check)
    instant = deals.clock()
    run = Run(instant, by, Definitions(deals, checked=check))
    with opened(path) as source, Gathering() as gathering, seldom_collecting():
        _read(source, gathering, report, to_micros(instant + AHEAD), progress)
        for plan in recorded(gathering, deals, run, report, progress):
            _tell(plan, gathering, report)
        _leave_out(source, gathering, report)
    return report


def _read(
    source: Source, gathering: Gathering, report: ImportReport, latest: int, progress: Progress | None
) -> None:
    for number, text in enumerate(source.lines(), start=1):
        if text.isspace():
            continue
        report.read += 1
        try:
            gathering.add(*read_line(number, text, latest))
        except LineRefused as refused:
            gathering.refuse(Refusal(number, refused.column, refused.value, refused.reason))
        if progress is not None and not number % _TELL_EVERY:
            progress("Reading", source.consumed, source.size)


def _tell(plan: Plan, gathering: Gathering, report: ImportReport) -> None:
    for refusal in plan.refused:
        gathering.refuse(refusal)
    for contradiction in plan.contradictions:
        report.contradictions.add(contradiction)
    for late in plan.late:
        report.late.add(late)


def _leave_out(source: Source, gathering: Gathering, report: ImportReport) -> None:
    """Tell the refused lines in their order, and write them out as they stood in the file."""
    refusals = gathering.refused()
    refusal = next(refusals, None)
    if refusal is None:
        return
    with RefusedRows(report, source.refused_path, ("content",)) as rows:
        for number, text in enumerate(source.lines(), start=1):
            if number == refusal.line:
                rows.refuse(refusal, (text.rstrip("\r\n"),))
                refusal = next(refusals, None)
                if refusal is None:
                    return
