"""One deal of Pipedrive with its flow, its person, activities and notes."""

from collections.abc import Iterator
from datetime import tzinfo
from functools import partial
from typing import Any

from interfaces.importing.crm.causes import causes
from interfaces.importing.crm.facts import DealFacts, Further, Known, Moment, Place, known_from
from interfaces.importing.crm.importing import readable
from interfaces.importing.crm.rows import Reader, Row
from interfaces.importing.crm.shelf import Shelf
from interfaces.importing.pipedrive.activities import activity, note
from interfaces.importing.pipedrive.flow import FIELDS, Change, Flow
from interfaces.importing.pipedrive.subjects import ACTIVITIES, CHANGES, NOTES, ORGANIZATIONS, PERSONS
from interfaces.importing.table.when import When

_COLUMNS = {
    "title": "title",
    "user_id": "owner",
    "value": "value",
    "currency": "currency",
    "stage_id": "stage",
    "pipeline_id": "pipeline",
    "status": "status",
    "expected_close_date": "closes",
    "person_id": "person",
}
"""Where a deal's own record holds the fields whose changes are read."""


def deal_facts(key: str, row: Row, shelf: Shelf, reader: Reader, flow: Flow, zone: tzinfo) -> DealFacts:
    """What is told of it. RowRefused where its own record cannot be held."""
    current = {field: row.text(column) for field, column in _COLUMNS.items()}
    now = flow.says(current, row) | _account(row, shelf)
    if current["title"] is None:
        del now["title"]
    place = now["place"]
    assert isinstance(place, Place)  # noqa: S101 - what `place` is
    opened, changed = reader.when(row, "added"), reader.when(row, "changed")
    facts = DealFacts(key, row, place.pipeline, opened, {}, now, changed=changed)
    facts.opened_by = flow.user(row.text("creator"))
    facts.placed = _placed(row, reader, place)
    changes = flow.changes(key)
    first = current | {"status": "open"} | _before(changes)
    facts.moments = list(flow.moments(dict(first), changes))
    if not facts.moments and place.standing != "open":
        facts.moments = _left_in(current, row, reader, flow)
    known = flow.says(first, row) | {name: now[name] for name in _DETAILS & now.keys()}
    told = bool(shelf.of(CHANGES.name, key)) or _never_moved(row)
    facts.first = {name: value for name, value in known.items() if name != "place" or told}
    facts.causes = causes(row.text("reason"), won=False) if place.standing == "lost" else ()
    if row.flag("deleted") or row.text("status") == "deleted":
        facts.discarded = changed or True
    facts.further = [*_people(first, changes, facts, shelf, known_since=told)]
    for subject, read in (
        (ACTIVITIES, partial(activity, flow=flow, reader=reader, zone=zone)),
        (NOTES, partial(note, flow=flow, reader=reader)),
    ):
        for lines in readable(shelf.of(subject.name, key), read, shelf):
            facts.further += lines
    return facts


_DETAILS = frozenset({"account", "account_name"})


def _before(changes: list[Change]) -> dict[str, str | None]:
    """What each field was before its first change."""
    before: dict[str, str | None] = {}
    for change in changes:
        before.setdefault(change.field, change.row.text("old"))
    return before


def _account(row: Row, shelf: Shelf) -> dict[str, Known]:
    org = row.text("org")
    if org is None:
        return {}
    found = shelf.one(ORGANIZATIONS.name, org)
    name = row.text("org_name") if found is None else found.text("name")
    known: dict[str, Known] = {"account": org}
    return known if name is None else known | {"account_name": name}


def _placed(row: Row, reader: Reader, place: Place) -> When | None:
    """Since when it stands where it does."""
    match place.standing:
        case "won":
            return reader.when(row, "won") or reader.when(row, "closed")
        case "lost":
            return reader.when(row, "lost") or reader.when(row, "closed")
        case "open":
            return reader.when(row, "staged")


def _left_in(current: dict[str, str | None], row: Row, reader: Reader, flow: Flow) -> list[Moment]:
    """Without a flow: the stage in which a closed deal was left, if its record says since when it was there."""
    staged = reader.when(row, "staged")
    if staged is None:
        return []
    place = flow.says({**current, "status": "open"}, row)["place"]
    return [Moment(staged, {"place": place}, row, "staged", known=known_from(staged))]


def _never_moved(row: Row) -> bool:
    """Whether the deal is in the stage that it was made in: it was never changed at all."""
    return row.text("added") is not None and row.text("added") == row.text("changed")


def _people(
    first: dict[str, str | None], changes: list[Change], facts: DealFacts, shelf: Shelf, *, known_since: bool
) -> Iterator[Further]:
    """The person of the deal from its beginning on, and those who took their place."""
    person = first["person_id"]
    if person is not None:
        when = facts.opened if known_since else None
        data = _person(person, shelf)
        yield Further("ContactAdded", data, facts.row, f"person:{person}", when, None, known_from(when))
    for change in changes:
        if FIELDS[change.field] != "person":
            continue
        new, key = change.row.text("new"), f"change {change.row.text('id') or change.when.at.isoformat()}"
        known = known_from(change.when)
        if person is not None:
            gone = {"contact": person} | ({} if new is None else {"replaced_by": new})
            yield Further("ContactRemoved", gone, change.row, f"{key}:left", change.when, change.by, known)
        if new is not None:
            joined = _person(new, shelf)
            yield Further("ContactAdded", joined, change.row, f"{key}:joined", change.when, change.by, known)
        person = new


def _person(person: str, shelf: Shelf) -> dict[str, Any]:
    found = shelf.one(PERSONS.name, person)
    kept = {} if found is None else {name: found.text(name) for name in ("name", "email", "phone", "title")}
    if found is not None:
        kept["account"] = found.text("org")
    return {"contact": person} | {name: text for name, text in kept.items() if text is not None}
