"""What the flow of a Pipedrive deal says from when on: each change of a field that is read here."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

from interfaces.importing.crm.facts import Known, Moment, Place, known_from
from interfaces.importing.crm.importing import Places, readable
from interfaces.importing.crm.rows import Reader, Row
from interfaces.importing.crm.shelf import Shelf
from interfaces.importing.pipedrive.stages import Pipelines
from interfaces.importing.pipedrive.subjects import CHANGES, USERS
from interfaces.importing.table.when import When

FIELDS: Mapping[str, str] = {
    "title": "title",
    "user_id": "owner",
    "value": "amount",
    "currency": "amount",
    "stage_id": "place",
    "pipeline_id": "place",
    "status": "place",
    "expected_close_date": "expected_close",
    "person_id": "person",
}
"""The fields whose changes are read, and what each says of the deal."""


@dataclass(frozen=True, slots=True)
class Change:
    """One change that can be read: when, of what, and the row that says so."""

    when: When
    field: str
    row: Row
    by: str | None


@dataclass(slots=True)
class Flow:
    """Reads it for one deal after the other."""

    shelf: Shelf
    reader: Reader
    pipelines: Pipelines
    places: Places

    def changes(self, deal: str) -> list[Change]:
        """Those of a deal, in order."""
        rows = (row for row in self.shelf.of(CHANGES.name, deal) if row.text("field") in FIELDS)
        found = list(readable(rows, self._change, self.shelf))
        return sorted(found, key=lambda each: (each.when.at, FIELDS[each.field], _number(each.row)))

    def says(self, fields: Mapping[str, str | None], row: Row) -> dict[str, Known]:
        """What texts of a deal's fields say of it. `row` is refused where they cannot be read."""
        known: dict[str, Known] = {"place": self._place(fields)}
        if "title" in fields:
            known["title"] = fields["title"]
        if "user_id" in fields:
            known["owner"] = self.user(fields["user_id"])
        if "value" in fields:
            told = Row(row.sheet, row.line, {"value": fields["value"]} if fields["value"] else {})
            known["amount"] = self.reader.money(told, "value", fields.get("currency"))
        if "expected_close_date" in fields and fields.get("status") not in ("won", "lost"):
            closes = fields["expected_close_date"]
            told = Row(row.sheet, row.line, {"closes": closes} if closes else {})
            known["expected_close"] = self.reader.day(told, "closes")
        return known

    def moments(self, fields: dict[str, str | None], changes: list[Change]) -> Iterator[Moment]:
        """What was so from each change on, beginning with `fields`, which change along.

        What changed at one time and belongs together (value and currency, stage and status) is one moment.
        """
        for (_, subject), together in groupby(changes, key=lambda each: (each.when.at, FIELDS[each.field])):
            found = list(together)
            for change in found:
                fields[change.field] = change.row.text("new")
            last = found[-1]
            says = {name: value for name, value in self.says(fields, last.row).items() if name == subject}
            if says:
                key = f"change {last.row.text('id') or last.when.at.isoformat()}"
                yield Moment(last.when, says, last.row, key, last.by, known_from(last.when))

    def user(self, text: str | None) -> str | None:
        """The name of a user where the file has it, else the id."""
        row = self.shelf.one(USERS.name, text)
        return text if row is None else row.text("name") or text

    def _change(self, row: Row) -> Change:
        when = self.reader.when(row, "at")
        if when is None:
            raise row.refused("at", "There is no time here: when did it change?")
        for column in ("old", "new"):
            self._check(row, column)
        return Change(when, row.values["field"], row, self.user(row.text("by")))

    def _check(self, row: Row, column: str) -> None:
        """Whether what stands there can be held; RowRefused where it cannot."""
        match row.text("field"):
            case "value":
                self.reader.money(row, column, "XXX")
            case "expected_close_date":
                self.reader.day(row, column)
            case "currency" if not re.fullmatch("[A-Z]{3}", row.text(column) or "XXX", re.ASCII):
                raise row.refused(column, "This is no currency of three letters.")
            case _:
                pass

    def _place(self, fields: Mapping[str, str | None]) -> Place:
        place = self.pipelines.place(fields.get("pipeline_id"), fields.get("stage_id"), self.places)
        match fields.get("status"):
            case "won":
                return Place(place.pipeline, None, "won")
            case "lost":
                return Place(place.pipeline, None, "lost")
            case _:
                return place


def _number(row: Row) -> int:
    """The ids of changes grow."""
    text = row.text("id") or ""
    return int(text) if text.isdecimal() else 0
