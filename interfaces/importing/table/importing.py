"""A table with one row per deal, read under a mapping: what its deals do not say yet is recorded."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from domain.errors import BadInput
from domain.event import Actor, Precision
from engine.deals import Deals
from engine.stores import zone
from engine.timing import check_not_ahead
from interfaces.importing.recording import Recording
from interfaces.importing.report import Findings, ImportReport, Refusal, RefusedRows
from interfaces.importing.source import Progress, Source, opened
from interfaces.importing.table.adding import added, ready, tell
from interfaces.importing.table.cells import Formats
from interfaces.importing.table.facts import RowFacts, RowRefused
from interfaces.importing.table.joins import Joined, read_join
from interfaces.importing.table.mapping import ROW, TableMapping
from interfaces.importing.table.missing_deals import missing_deals
from interfaces.importing.table.named_columns import check_columns, named_columns
from interfaces.importing.table.reading import Table, TableRow
from interfaces.importing.table.rows import Rows
from interfaces.importing.table.seen import Seen, nothing_seen
from interfaces.importing.table.stage_names import StageNames
from interfaces.importing.table.when import Export

LEFT_OUT = ("line", "column", "value", "reason")
"""How the header of a file of rows begins that an import left out."""
_TELL_EVERY = 500
_SHOWN = 5


def import_csv(
    path: Path | str,
    deals: Deals,
    mapping: TableMapping,
    *,
    check: bool = False,
    currency: str | None = None,
    exported_at: datetime | None = None,
    exported_precision: Precision = "instant",
    by: Actor | None = None,
    progress: Progress | None = None,
) -> ImportReport:
    """Record what the table says and the store does not have yet; with `check` only say what that is.

    A deal that is there already gets the differences from how it stood as of `exported_at` (None: now;
    precision `day`: the end of that day in the file's zone). `path` may be `-` and gzip; `currency` is
    that of amounts without one; `by` is who did it (None: the import of the mapping's source).
    Importing the same file again adds nothing. A row that cannot be held is left out, told in the report
    and written to FILE.refused.csv. BadInput, and nothing recorded, where the file cannot be read to its
    end, or lacks a column that the mapping names.
    """
    now = deals.clock()
    at = zone(mapping.timezone) if mapping.timezone else deals.zone
    formats = Formats(
        zone=at,
        dates=mapping.dates,
        now=now,
        currency=_currency(mapping, currency),
        decimal=mapping.decimal,
        thousands=mapping.thousands,
        currency_sign=mapping.currency_sign,
    )
    export = Export.at(exported_at, exported_precision, now, at)
    check_not_ahead(export.when.at, now, "The time of the export")
    with opened(path) as source:
        beside = Path() if str(path) == "-" else Path(path).parent
        joins = tuple(read_join(join, beside) for join in mapping.join)
        names = StageNames(mapping.stage, deals)
        run = _Run(source, deals, mapping, joins, names, formats, export, by, progress)
        if not check:
            run.look()
        return run.record(checked=check)


@dataclass(frozen=True, slots=True)
class _Run:
    """One import of one file: looked through from the beginning to the end first, then recorded."""

    source: Source
    deals: Deals
    mapping: TableMapping
    joins: tuple[Joined, ...]
    names: StageNames
    formats: Formats
    export: Export
    by: Actor | None
    progress: Progress | None

    def look(self) -> None:
        """Read the whole file without recording anything. BadInput where that is not possible."""
        with nothing_seen() as seen:
            for _ in self._read(self._table(), seen, "Reading"):
                pass

    def record(self, *, checked: bool) -> ImportReport:
        """Record row by row, and say what was done; checked: say what would be."""
        report = ImportReport(checked=checked)
        told = "Checking" if checked else "Recording"
        source = self.mapping.source
        by = self.by or Actor(id=source, kind="import")
        table = self._table()
        with (
            nothing_seen() as seen,
            RefusedRows(report, self.source.refused_path, table.columns) as refused,
            Recording(self.deals, report) as recording,
        ):
            before = self.deals.head().position
            for row, read in self._read(table, seen, told):
                report.read += 1
                if isinstance(read, Refusal):
                    refused.refuse(read, row.cells)
                    continue
                story = self.deals.story(read.deal) if before else []
                news = added(read, story, self.names.pipeline, self.export)
                if news:
                    defined = self.names.define(self.deals, by, f"import:{source}", checked=checked)
                    report.recorded += defined
                tell(report, read, source, news, self.export)
                recording.add(ready(news, read.deal, len(story), by, source))
            if table.columns[: len(LEFT_OUT)] != LEFT_OUT:
                for missing in missing_deals(self.deals, source, seen, self.export, upto=before):
                    report.missing.add(missing)
        return report

    def _table(self) -> Table:
        mapping = self.mapping
        wanted = {column for _, column in named_columns(mapping)}
        table = Table(self.source.lines(), self.source.name, delimiter=mapping.delimiter, wanted=wanted)
        check_columns(mapping, table.columns, self.source.name)
        if mapping.deal.key == ROW and table.columns[: len(LEFT_OUT)] == LEFT_OUT:
            raise BadInput(
                f"{self.source.name} holds rows that were left out, and they have lost their numbers, which "
                "are the keys of their deals. Mend the rows in the file that they come from, and import that."
            )
        return table

    def _read(self, table: Table, seen: Seen, told: str) -> Iterator[tuple[TableRow, RowFacts | Refusal]]:
        """Each row with its facts, or why it is refused."""
        rows = Rows(self.mapping, table.columns, self.joins, self.names, self.formats)
        refusals = Findings[Refusal](_SHOWN)
        try:
            for row in table.rows():
                if self.progress is not None and not row.number % _TELL_EVERY:
                    self.progress(told, self.source.consumed, self.source.size)
                read = self._read_row(rows, row, seen)
                if isinstance(read, Refusal):
                    refusals.add(read)
                yield row, read
        except BadInput as error:
            raise BadInput("\n".join((str(error), *_also(refusals)))) from None

    def _read_row(self, rows: Rows, row: TableRow, seen: Seen) -> RowFacts | Refusal:
        try:
            facts = rows.read(row)
        except RowRefused as refused:
            if refused.deal is not None:
                seen.add(refused.deal, row.line)
            return refused.told(row.line)
        before = seen.add(facts.deal, row.line)
        if before is None:
            return facts
        told = f"This key came before, on line {before}; a deal has one row. Leave one of them out."
        return Refusal(row.line, self.mapping.deal.key, facts.key, told)


def _also(refusals: Findings[Refusal]) -> Iterator[str]:
    """What would have been refused before the place at which the file cannot be read any further."""
    if refusals:
        yield f"Before that place, {len(refusals)} rows would be left out; the first of them:"
        for each in refusals:
            yield f"  line {each.line}, {each.column or 'the row'}: {each.reason}"


def _currency(mapping: TableMapping, given: str | None) -> str | None:
    """The currency of amounts that have none of their own: what was given, else what the mapping says."""
    currency = given.strip().upper() if given is not None else mapping.currency
    if currency is not None and not re.fullmatch("[A-Z]{3}", currency):
        raise BadInput(f"{given!r} is no currency. Give its three letters, such as EUR.")
    amounts = {"deal.amount", "stage.won.amount", "stage.lost.amount"}
    named = amounts.intersection(key for key, _ in named_columns(mapping))
    if named and currency is None and mapping.deal.currency is None:
        raise BadInput(
            "The mapping names amounts, and nobody says in which currency. Give --currency EUR, or put "
            'currency = "EUR" into the mapping (or the column that holds it: deal.currency).'
        )
    return currency
