"""What an import tells people and programs: what was recorded, what was left out and why, what looks odd."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from itertools import islice
from typing import TYPE_CHECKING, Any

import typer

from interfaces.cli.grid import Column, table
from interfaces.cli.output import show, write
from interfaces.cli.session import Session

if TYPE_CHECKING:  # the importers are imported when a command uses them
    from interfaces.importing.report import Contradiction, Findings, ImportReport, LateLine, Refusal

REFUSED = 5
SHOWN = 20
"""Findings of a kind that are shown to people; the others are counted, programs get them all."""


def tell(session: Session, report: "ImportReport", *, counted: str = "unchanged") -> None:
    """Say what was done; rows that were left out make the exit code 5.

    `counted` names what the report counts as unchanged: rows (`unchanged`), or `unchanged-events`.
    """
    if session.output == "table":
        _show(session, report, counted)
    else:
        document = _document(report)
        write(session.output, document, document["refused"] if session.output == "csv" else [document])
    if report.refused.count:
        raise typer.Exit(REFUSED)


def _document(report: "ImportReport") -> dict[str, Any]:
    return {
        "checked": report.checked,
        "read": report.read,
        "recorded": report.recorded,
        "unchanged": report.unchanged,
        "opened": report.opened,
        "corrected": report.corrected,
        "undated": report.undated,
        "refused_rows": report.refused.count,
        "refused": [_told(each) for each in report.refused],
        "contradictions": [_told(each) for each in report.contradictions],
        "late": [_told(each) for each in report.late],
        "missing": list(report.missing),
        "refused_file": None if report.refused_file is None else str(report.refused_file),
        "refused_files": [str(each) for each in report.refused_files],
        "passed_over": report.passed_over,
    }


def _told(finding: "Refusal | Contradiction | LateLine") -> dict[str, Any]:
    """Its fields; the file, where there are several, comes first."""
    fields = asdict(finding)
    file = fields.pop("file")
    return fields if file is None else {"file": file, **fields}


def _show(session: Session, report: "ImportReport", counted: str) -> None:
    number = session.formats.number
    done = session.say("import-checked" if report.checked else "import-done")
    counts = ("read", "opened", "recorded", "corrected", "unchanged", "undated")
    named = {"unchanged": counted}
    rows = [
        (session.say(f"import-{named.get(each, each)}"), number(getattr(report, each))) for each in counts
    ]
    rows.append((session.say("import-refused"), number(report.refused.count)))
    show(table([Column(done), Column("", right=True)], rows))
    if report.refused.count:
        _show_refused(session, list(islice(report.refused, SHOWN)))
    for line in _findings(session, report):
        show(line)
    if report.refused_files:
        files = session.formats.listed([str(each) for each in report.refused_files])
        show(session.say("import-refused-file", file=files))
    if report.passed_over:
        show(session.say("import-passed-over", files=session.formats.listed(report.passed_over)))
    if not report.checked and report.recorded:
        show(session.say("import-next"))


def _show_refused(session: Session, refused: "list[Refusal]") -> None:
    """The rows; with their files, where there are several."""
    cells = {
        "file": [each.file or "" for each in refused],
        "line": [str(each.line) for each in refused],
        "column": [each.column or "–" for each in refused],
        "found": [each.value or "–" for each in refused],
        "reason": [each.reason for each in refused],
    }
    if not any(cells["file"]):
        del cells["file"]
    titles = [Column(session.say(each), right=each == "line") for each in cells]
    show(table(titles, list(zip(*cells.values(), strict=True)), title=session.say("import-refused-rows")))


def _findings(session: Session, report: "ImportReport") -> Iterator[str]:
    """What is worth a look although it was taken."""
    yield from _found(session, "contradictions", report.contradictions)
    yield from _found(session, "late", report.late)
    if report.missing.count:
        first = list(islice(report.missing, SHOWN))
        number = session.formats.number(report.missing.count)
        yield session.say("import-missing", number=number, deals=session.formats.listed(first))
    hidden = max(report.refused.count, report.contradictions.count, report.late.count) > SHOWN
    if hidden:
        yield session.say("import-more", shown=SHOWN)


def _found(
    session: Session, kind: str, findings: "Findings[Contradiction] | Findings[LateLine]"
) -> Iterator[str]:
    if findings.count:
        yield session.say(f"import-{kind}", number=session.formats.number(findings.count))
    found: Iterable[Contradiction | LateLine] = findings
    for each in islice(found, SHOWN):
        sentence = "import-finding" if each.file is None else "import-finding-in-file"
        yield session.say(sentence, file=each.file, line=each.line, deal=each.deal, told=each.told)
