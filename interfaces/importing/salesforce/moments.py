"""What the history of an opportunity says from when on: rows of its history, versions, and changes of fields."""

from collections.abc import Collection, Mapping, Sequence

from domain.values import Money
from interfaces.importing.crm.facts import Known, Moment, Place, known_from
from interfaces.importing.crm.importing import readable
from interfaces.importing.crm.rows import Reader, Row
from interfaces.importing.crm.shelf import Shelf
from interfaces.importing.salesforce.ids import USER, full_id
from interfaces.importing.salesforce.people import user
from interfaces.importing.salesforce.stages import standing
from interfaces.importing.salesforce.subjects import FIELDS, HISTORY, VERSIONS

_FIELDS = {
    "stagename": "place",
    "amount": "amount",
    "closedate": "expected_close",
    "owner": "owner",
    "ownerid": "owner",
    "name": "title",
    "nextstep": "next_step",
}
"""Which fields' histories are read, and what each says of the deal."""


class Histories:
    """Reads them for one deal after the other. `places` says where a deal of each stage stands."""

    def __init__(self, shelf: Shelf, reader: Reader, places: Mapping[str, Place], slug: str) -> None:
        self._shelf = shelf
        self._reader = reader
        self._places = places
        self._slug = slug
        self._currency: str | None = None

    def place(self, row: Row) -> Place | None:
        """Where a row says that its deal stands; its own flags count before what its stage usually is."""
        name = row.text("stage")
        said = standing(row)
        if said in ("won", "lost"):
            return Place(self._slug, None, said)
        return None if name is None else self._places.get(name, Place(self._slug, None))

    def says(self, row: Row) -> dict[str, Known]:
        """Stage, amount and close date of a row, as far as its file has those columns."""
        known: dict[str, Known] = {"place": self.place(row)} if row.text("stage") else {}
        if "amount" in row.sheet.places:
            known["amount"] = self._reader.money(row, "amount", row.text("currency"))
        if "closes" in row.sheet.places:
            known["expected_close"] = self._reader.day(row, "closes")
        return known

    def snapshots(self, deal: str) -> list[Moment]:
        """The rows of OpportunityHistory."""
        found = readable(self._shelf.of(HISTORY.name, deal), self._snapshot, self._shelf)
        return _in_order(list(found))

    def versions(self, deal: str) -> list[Moment]:
        """The versions that Fivetran saw; of the first nobody knows how long it had been so."""
        return _in_order(list(readable(self._shelf.of(VERSIONS.name, deal), self._version, self._shelf)))

    def changes(
        self, deal: str, currency: str | None, *, without: Collection[str]
    ) -> tuple[dict[str, Known], list[Moment]]:
        """What single fields were before their first change, and their changes; amounts are in the currency."""
        self._currency = currency
        rows = [
            row
            for row in self._shelf.of(FIELDS.name, deal)
            if (row.text("field") or "").casefold() in _FIELDS
        ]
        ids = any(_is_user(row) for row in rows)
        kept = [
            row
            for row in rows
            if _means(row) not in without and (not ids or _means(row) != "owner" or _is_user(row))
        ]
        found = _in_order(list(readable(kept, self._change, self._shelf)))
        # A deal is won at its new amount.
        found.sort(key=lambda each: (each.when.at, "place" in each.says) if each.when else ())
        before: dict[str, Known] = {}
        for moment in found:
            name = _means(moment.row)
            if name not in before:
                before[name] = self._value(moment.row, "old", name)
        return before, found

    def _snapshot(self, row: Row) -> Moment | None:
        if row.flag("deleted"):
            return None
        when = self._reader.when(row, "at")
        if when is None:
            raise row.refused("at", "There is no time here: since when was it so?")
        key = row.text("id") or when.at.isoformat()
        return Moment(when, self.says(row), row, key, user(self._shelf, row.text("by")), known_from(when))

    def _version(self, row: Row) -> Moment:
        when = self._reader.when(row, "at")
        if when is None:
            raise row.refused("at", "There is no time here: since when was it so?")
        return Moment(when, self.says(row), row, f"version {when.at.isoformat()}", None, known_from(when))

    def _change(self, row: Row) -> Moment:
        when = self._reader.when(row, "at")
        if when is None:
            raise row.refused("at", "There is no time here: when did it change?")
        name = _means(row)
        self._value(row, "old", name)
        key = row.text("id") or f"{when.at.isoformat()} {name}"
        says = {name: self._value(row, "new", name)}
        return Moment(when, says, row, key, user(self._shelf, row.text("by")), known_from(when))

    def _value(self, row: Row, column: str, name: str) -> Known | Money:
        text = row.text(column)
        if name == "place":
            return (
                Place(self._slug, None) if text is None else self._places.get(text, Place(self._slug, None))
            )
        if name == "amount":
            return self._reader.money(row, column, self._currency)
        if name == "expected_close":
            return self._reader.day(row, column)
        return user(self._shelf, text) if name == "owner" else text


def _means(row: Row) -> str:
    return _FIELDS[(row.text("field") or "").casefold()]


def _is_user(row: Row) -> bool:
    text = row.text("new") or row.text("old") or ""
    return _means(row) == "owner" and text.startswith(USER) and len(full_id(text)) == 18


def _in_order(moments: Sequence[Moment]) -> list[Moment]:
    """By time; Salesforce's ids grow, and order what happened within a minute."""
    return sorted(moments, key=lambda moment: (moment.when.at, moment.key or "") if moment.when else ())
