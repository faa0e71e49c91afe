"""The folder of an export: which of its files tell about what, read row by row."""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from domain.errors import BadInput
from interfaces.importing.crm.rows import Row, RowRefused
from interfaces.importing.crm.sheets import Sheet, Subject, described, missing_from, plain
from interfaces.importing.report import ImportReport, Refusal, RefusedRows
from interfaces.importing.source import Progress, Source, opened
from interfaces.importing.table.reading import Table

_NOISE = frozenset({"sf", "salesforce", "hubspot", "data", "crm", "exports", "export", "all", "tmp"})
_TELL_EVERY = 500


@dataclass(frozen=True, slots=True)
class Found:
    """The files of a folder by what they are about, and the names of those that are about nothing known."""

    sheets: Mapping[str, Sheet]
    passed_over: tuple[str, ...]


def find(folder: Path | str, subjects: Sequence[Subject], first: str) -> Found:
    """The files of an export. BadInput where there is no folder, two files of one kind, or none about `first`."""
    folder = Path(folder)
    if not folder.is_dir():
        raise BadInput(f"{folder} is no folder. Name the folder that the files of the export are in.")
    sheets: dict[str, Sheet] = {}
    passed_over: list[str] = []
    for path in sorted(folder.iterdir()):
        name = _plain_name(path)
        likely = [subject for subject in subjects if name in subject.files]
        if not likely:
            if name:
                passed_over.append(path.name)
            continue
        sheet = _sheet(path, likely)
        before = sheets.setdefault(sheet.subject.name, sheet)
        if before is not sheet:
            raise BadInput(
                f"{before.name} and {sheet.name} are both about {sheet.subject.name}. Nothing was recorded: "
                "leave one of them out of the folder."
            )
    if first not in sheets:
        wanted = " or ".join(sorted(next(each.files for each in subjects if each.name == first)))
        raise BadInput(
            f"There is no file of {first} in {folder} (a CSV file whose name is {wanted}, in any spelling; "
            f"there {'are ' + ', '.join(passed_over[:8]) if passed_over else 'is no file of a known name'})."
        )
    return Found(sheets, tuple(passed_over))


def rows(sheet: Sheet, progress: Progress | None, told: str) -> Iterator[tuple[Row, RowRefused | None]]:
    """Each row of a file, and why it cannot be taken where it has too many or too few cells."""
    with _table(sheet.path) as (source, table):
        for row in table.rows():
            if progress is not None and not row.number % _TELL_EVERY:
                progress(f"{told} {sheet.name}", source.consumed, source.size)
            if len(row.cells) != len(table.columns):
                wrong = Row(sheet, row.line, {})
                reason = f"The row has {len(row.cells)} cells, and the header {len(table.columns)}."
                yield wrong, wrong.refused(None, reason)
                continue
            texts = ((name, row.cells[place].strip()) for name, place in sheet.places.items())
            yield Row(sheet, row.line, {name: text for name, text in texts if text}), None


def leave_out(sheet: Sheet, refusals: Iterator[Refusal], report: ImportReport) -> None:
    """Tell the refused rows of a file (by line), and write them out as they stood there."""
    refusal = next(refusals, None)
    if refusal is None:
        return
    refused_path = sheet.path.with_name(f"{sheet.path.name}.refused.csv")
    with _table(sheet.path) as (_, table), RefusedRows(report, refused_path, table.columns) as out:
        for row in table.rows():
            if refusal is not None and row.line == refusal.line:
                out.refuse(refusal, row.cells)
                refusal = next(refusals, None)


def _sheet(path: Path, likely: Sequence[Subject]) -> Sheet:
    with _table(path) as (_, table):
        fits = (subject for subject in likely if not missing_from(subject, table.columns))
        return described(next(fits, likely[0]), path, table.columns)


@contextmanager
def _table(path: Path) -> Iterator[tuple[Source, Table]]:
    with opened(path) as source:
        yield source, Table(source.lines(), source.path.name, delimiter=None, wanted=())


def _plain_name(path: Path) -> str:
    """`sf_opportunity_history_data.csv` and `OpportunityHistory.csv.gz` are both `opportunityhistory`."""
    found = re.fullmatch(r"(.+?)\.(csv|tsv|txt)(\.gz)?", path.name, re.IGNORECASE)
    if found is None or path.name.endswith(".refused.csv"):
        return ""
    words = re.split(r"[\W_]+", found[1])
    return plain("".join(word for word in words if word.casefold() not in _NOISE and not word.isdigit()))
