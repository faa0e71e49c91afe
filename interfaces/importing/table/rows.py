"""One row of a table as the facts of one deal, or why it is refused."""

import re
from collections.abc import Mapping
from typing import Any, TypeVar
from uuid import UUID

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from domain.deal.life import Opening
from domain.deal.outcome import DealLost, DealWon
from domain.errors import BadInput
from domain.event import Facts
from engine.ids import OWN_SOURCE, deal_id
from interfaces.importing.table.cells import Cells, Formats, Trouble
from interfaces.importing.table.facts import RowFacts, RowRefused
from interfaces.importing.table.joins import Joined, fixed_cells
from interfaces.importing.table.mapping import ROW, Lost, Part, TableMapping, Won
from interfaces.importing.table.reading import TableRow
from interfaces.importing.table.slugs import code
from interfaces.importing.table.stage_names import Meaning, StageNames
from interfaces.importing.table.when import When

PLACE = re.compile(r"\{([^{}]+)\}")
"""A column in a title: `{account} – {product}`."""
NO_KEY = "–"
"""Stands for the missing key of a row that is refused."""
Told = TypeVar("Told", bound=Facts)
_LOOSE = " \t–—-/|,;:·"


class Rows:
    """Reads the rows of one file under its mapping."""

    def __init__(
        self,
        mapping: TableMapping,
        columns: tuple[str, ...],
        joins: tuple[Joined, ...],
        names: StageNames,
        formats: Formats,
    ) -> None:
        self._mapping = mapping
        self._columns = columns
        self._joins = joins
        self._names = names
        self._formats = formats
        self._named = frozenset(name for name, column in mapping.deal if column)
        self._changed = tuple((name, column) for name, column in mapping.changed if column)
        self._places = {stage.stage: place for place, stage in enumerate(names.pipeline.stages)}

    def read(self, row: TableRow) -> RowFacts:
        """The facts of the row; RowRefused with everything that is wrong in it."""
        cells = self._cells(row)
        mapping = self._mapping
        key = str(row.number) if mapping.deal.key == ROW else cells.text(mapping.deal.key)
        if key is None:
            cells.refuse(
                mapping.deal.key, "The deal has no key here. Without one it is not recognised again."
            )
        meaning = self._meaning(cells)
        outcome = meaning.outcome if meaning else None
        closing, closed = self._closing(cells, outcome)
        changed = {name: when for name, column in self._changed if (when := cells.when(column))}
        facts = RowFacts(
            line=row.line,
            key=key or NO_KEY,
            deal=self._deal(cells, key),
            opening=self._opening(cells, key or NO_KEY, outcome),
            opened=cells.when(mapping.deal.opened_at),
            standing=meaning.standing if meaning else None,
            stage=meaning.stage if meaning else None,
            entered=self._entered(cells),
            closing=closing,
            closed=closed or (changed.get("stage") if closing else None),
            changed=changed,
            says=self._says(outcome),
            labels={name: cells.text(column) for name, column in mapping.deal.segment.items()},
            datable=self._datable(meaning),
        )
        if cells.troubles:
            raise RowRefused(*cells.troubles, deal=facts.deal if key is not None else None)
        return facts

    def _cells(self, row: TableRow) -> Cells:
        if len(row.cells) != len(self._columns):
            raise RowRefused(
                Trouble(
                    None,
                    None,
                    f"The row has {len(row.cells)} cells, and the header {len(self._columns)}. "
                    "A text that holds the delimiter must stand in quotes.",
                )
            )
        values = dict(zip(self._columns, (cell.strip() for cell in row.cells), strict=True))
        fixed_cells(values, self._mapping.fix)
        cells = Cells(values, self._formats)
        cells.troubles.extend(trouble for joined in self._joins if (trouble := joined.add_to(values)))
        return cells

    def _meaning(self, cells: Cells) -> Meaning | None:
        word = cells.text(self._mapping.stage.column)
        if word is None:
            return None
        meaning = self._names.meaning(word)
        if meaning is None:
            cells.refuse(self._mapping.stage.column, self._names.unknown(word))
        return meaning

    def _deal(self, cells: Cells, key: str | None) -> UUID:
        try:
            return deal_id(self._mapping.source, key or NO_KEY)
        except BadInput as error:
            if key is not None:
                cells.refuse(self._mapping.deal.key, str(error))
            return UUID(int=0)

    def _says(self, outcome: Won | Lost | None) -> frozenset[str]:
        if outcome is not None and outcome.at == self._mapping.deal.expected_close:
            return self._named - {"expected_close"}  # the column holds the day of closing now
        return self._named

    def _datable(self, meaning: Meaning | None) -> frozenset[str]:
        mapping = self._mapping
        columns = {"opened": mapping.deal.opened_at, "stage": mapping.changed.stage}
        if meaning is not None and meaning.stage is not None:
            columns["stage"] = self._names.entered.get(meaning.stage) or columns["stage"]
        columns["closed"] = (
            meaning.outcome.at if meaning and meaning.outcome else None
        ) or mapping.changed.stage
        return frozenset(name for name, column in columns.items() if column)

    def _opening(self, cells: Cells, key: str, outcome: Won | Lost | None) -> Opening:
        columns = self._mapping.deal
        closes = columns.expected_close if "expected_close" in self._says(outcome) else None
        given: dict[str, Any] = {
            "title": self._title(cells, key),
            "account": cells.text(columns.account),
            "account_name": cells.text(columns.account_name),
            "owner": cells.text(columns.owner),
            "amount": cells.money(columns.amount, columns.currency),
            "expected_close": cells.day(closes),
            "campaign": cells.text(columns.campaign),
        }
        given["lead_source"] = _coded(cells, "lead_source", columns.lead_source)
        labels = {name: cells.text(column) for name, column in columns.segment.items()}
        given["segment"] = {name: label for name, label in labels.items() if label} or None
        if self._mapping.source != OWN_SOURCE:
            given["external"] = {"source": self._mapping.source, "key": key}
        return _validated(Opening, given, cells, columns, external="key") or Opening(title=NO_KEY)

    def _title(self, cells: Cells, key: str) -> str:
        title = self._mapping.deal.title
        if title is None:
            return key
        if not PLACE.search(title):
            return cells.text(title) or key
        filled = PLACE.sub(lambda found: cells.text(found[1].strip()) or "", title)
        return filled.strip(_LOOSE) or key

    def _closing(
        self, cells: Cells, outcome: Won | Lost | None
    ) -> tuple[DealWon | DealLost | None, When | None]:
        if outcome is None:
            return None, None
        given: dict[str, Any] = {"amount": cells.money(outcome.amount, self._mapping.deal.currency)}
        reason = _coded(cells, "reason", outcome.reason)
        given["causes"] = [{"reason": reason}] if reason else None
        if isinstance(outcome, Lost):
            given |= {
                "kind": outcome.kind,
                "competitor": cells.text(outcome.competitor),
                "note": cells.text(outcome.note),
            }
        kind: type[DealWon | DealLost] = DealWon if isinstance(outcome, Won) else DealLost
        return _validated(kind, given, cells, outcome, causes="reason"), cells.when(outcome.at)

    def _entered(self, cells: Cells) -> tuple[tuple[str, When], ...]:
        dated = [
            (stage, when)
            for stage, column in self._names.entered.items()
            if (when := cells.when(column)) is not None
        ]
        return tuple(sorted(dated, key=lambda each: (each[1].at, self._places[each[0]])))


def _coded(cells: Cells, list_name: str, column: str | None) -> str | None:
    """The code that a cell stands for."""
    text = cells.text(column)
    if text is None:
        return None
    made = code(list_name, text)
    if not made:
        cells.refuse(column, "This has no letter or digit to make a code of.")
    return made or None


def _validated(
    kind: type[Told], fields: Mapping[str, Any], cells: Cells, columns: Part, **others: str
) -> Told | None:
    """The facts, or None after noting for each wrong field the column that it is from.

    `columns` has a key for each field; `others` says which, for fields that it calls otherwise.
    """
    given = {name: value for name, value in fields.items() if value is not None}
    try:
        return kind.model_validate(given, extra="forbid")
    except ValidationError as error:
        for each in error.errors(include_url=False):
            field = str(each["loc"][0])
            column = getattr(columns, others.get(field, field))
            if isinstance(column, Mapping):
                column = column.get(each["loc"][1])
            elif field == "title" and (places := PLACE.findall(column)):
                column = places[0].strip()
            cells.refuse(column, _plainly(each))
        return None


def _plainly(error: ErrorDetails) -> str:
    if error["type"] == "string_too_long":
        return f"This is longer than {error['ctx']['max_length']} letters. Shorten it."
    return f"{error['msg']}."
