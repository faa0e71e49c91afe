"""`dealtrail import`: deals from a CSV export with a mapping, or from a history."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from interfaces.cli.command import declared
from interfaces.cli.output import Column, show, table, write
from interfaces.cli.progress import Progress
from interfaces.cli.session import Session
from interfaces.cli.times import when
from interfaces.cli.writing import actor

if TYPE_CHECKING:  # the importers are imported when a command uses them
    from interfaces.importing.report import Contradiction, Findings, ImportReport, LateLine

REFUSED = 5
SHOWN = 20
"""Findings of a kind that are shown to people; the others are counted, programs get them all."""

File = Annotated[Path, typer.Argument(metavar="FILE", help="The file, gzip too; - for standard input.")]
Check = Annotated[bool, typer.Option("--check", help="Record nothing: say what would be, and what is wrong.")]
By = Annotated[
    str | None, typer.Option("--by", metavar="WHO", help="Who did it; else the import of its source.")
]

app = typer.Typer(no_args_is_help=True, add_completion=False)


@app.callback()
def import_() -> None:
    """Bring deals in: a CSV export with a mapping, or a history. Importing again adds only what is new."""


@declared(app, "csv")
def csv(
    session: Session,
    file: File,
    *,
    mapping: Annotated[
        Path, typer.Option(metavar="M.toml", help="Which column means what; see docs/examples.")
    ],
    check: Check = False,
    currency: Annotated[
        str | None,
        typer.Option(metavar="CUR", help="The currency of amounts, where file and mapping name none."),
    ] = None,
    exported_at: Annotated[
        str | None,
        typer.Option(metavar="TIME", help="When the file was exported: a day or an instant; else now."),
    ] = None,
    by: By = None,
) -> None:
    """A table with a row for each deal, as it stood when it was exported. A later export adds the differences."""
    from interfaces.importing.table.importing import import_csv
    from interfaces.importing.table.mapping_file import read_mapping

    columns = read_mapping(mapping)
    session.creating(check=check)
    exported, precision = session.time(when, exported_at, "--exported-at") or (None, "instant")
    with Progress(session.say("importing")) as progress:
        report = import_csv(
            file,
            session.deals,
            columns,
            check=check,
            currency=currency,
            exported_at=exported,
            exported_precision=precision,
            by=None if by is None else actor(by),
            progress=progress,
        )
    _tell(session, report)


@declared(app, "history")
def history(session: Session, file: File, *, check: Check = False, by: By = None) -> None:
    """Events one by one, as `export history` writes them: NDJSON, any order of deals."""
    from interfaces.importing.history.importing import import_history

    session.creating(check=check)
    with Progress(session.say("importing")) as progress:
        report = import_history(
            file,
            session.deals,
            check=check,
            by=None if by is None else actor(by),
            progress=progress,
        )
    _tell(session, report)


def _tell(session: Session, report: "ImportReport") -> None:
    """Say what was done; rows that were left out make the exit code 5."""
    if session.output == "table":
        _show(session, report)
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
        "refused": [asdict(each) for each in report.refused],
        "contradictions": [asdict(each) for each in report.contradictions],
        "late": [asdict(each) for each in report.late],
        "missing": list(report.missing),
        "refused_file": None if report.refused_file is None else str(report.refused_file),
    }


def _show(session: Session, report: "ImportReport") -> None:
    number = session.formats.number
    done = session.say("import-checked" if report.checked else "import-done")
    counts = ("read", "opened", "recorded", "corrected", "unchanged", "undated")
    rows = [(session.say(f"import-{each}"), number(getattr(report, each))) for each in counts]
    rows.append((session.say("import-refused"), number(report.refused.count)))
    show(table([Column(done), Column("", right=True)], rows))
    if report.refused.count:
        titles = [
            Column(session.say(each), right=each == "line") for each in ("line", "column", "found", "reason")
        ]
        refused = [
            (str(each.line), each.column or "–", each.value or "–", each.reason)
            for each in islice(report.refused, SHOWN)
        ]
        show(table(titles, refused, title=session.say("import-refused-rows")))
    for line in _findings(session, report):
        show(line)
    if report.refused_file is not None:
        show(session.say("import-refused-file", file=report.refused_file))
    if not report.checked and report.recorded:
        show(session.say("import-next"))


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
        yield session.say("import-finding", line=each.line, deal=each.deal, told=each.told)
