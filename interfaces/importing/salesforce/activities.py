"""Tasks and events of Salesforce: what was held becomes a touchpoint, what is to be done a task."""

from datetime import datetime
from typing import Any

from domain.labels.catalogue import LABELS
from interfaces.importing.crm.facts import Further, known_from
from interfaces.importing.crm.rows import Reader, Row
from interfaces.importing.crm.shelf import Shelf
from interfaces.importing.salesforce.ids import CONTACT, full_id
from interfaces.importing.salesforce.people import user
from interfaces.importing.table.slugs import code
from interfaces.importing.table.when import When

_SUBTYPES = {"call": "call", "email": "email", "listemail": "email", "linkedin": "social"}
_DIRECTIONS = {"inbound": "in", "outbound": "out"}


def task(row: Row, shelf: Shelf, reader: Reader) -> list[Further]:
    """A logged call or mail is a touchpoint; anything else is a task, with its end if it is done."""
    if row.flag("deleted"):
        return []
    created, due = reader.when(row, "created"), reader.planned(row, "due")
    completed = reader.when(row, "completed")
    closed = row.flag("closed")
    if closed is None:
        closed = (row.text("status") or "").casefold() == "completed"
    ended = completed or (due if due is not None and due.at <= reader.now else None)
    kind, identity = _kind(row), _identity(row)
    by = user(shelf, row.text("by"))
    if kind is not None and closed:
        seconds = row.number("seconds")
        direction = _DIRECTIONS.get((row.text("call") or "").casefold())
        data = _held(row, shelf, identity, kind) | _given(
            direction=direction, minutes=None if seconds is None else round(seconds / 60)
        )
        return [Further("TouchpointHeld", data, row, f"task:{identity}:held", ended, by, known_from(ended))]
    text = row.text("subject") or row.text("kind") or row.text("type") or "Task"
    added = {"task": identity, "text": text}
    added |= _given(due=None if due is None else _day(due, reader), owner=user(shelf, row.text("owner")))
    lines = [Further("TaskAdded", added, row, f"task:{identity}:added", created, by, known_from(created))]
    if closed:
        done = {"task": identity}
        lines.append(
            Further("TaskFinished", done, row, f"task:{identity}:done", ended, None, known_from(ended))
        )
    return lines


def event(row: Row, shelf: Shelf, reader: Reader) -> list[Further]:
    """An entry of the calendar: planned when it was made before its time, held when its time has come."""
    if row.flag("deleted") or row.flag("child"):
        return []
    created, start = reader.when(row, "created"), reader.planned(row, "start")
    kind, identity = _kind(row) or "meeting", _identity(row)
    held = _held(row, shelf, identity, kind)
    by = user(shelf, row.text("by"))
    lines: list[Further] = []
    if start is not None and created is not None and created.at < start.at:
        named = {"touchpoint", "kind", "contacts", "hosts"}
        planned = {name: value for name, value in held.items() if name in named}
        planned |= {"planned_for": start.at.isoformat()} | _given(agenda=row.text("subject"))
        key = f"event:{identity}:planned"
        lines.append(Further("TouchpointPlanned", planned, row, key, created, by, known_from(created)))
    if start is None or start.at <= reader.now:
        minutes = row.number("minutes")
        held |= _given(minutes=None if minutes is None else round(minutes))
        known = _later(known_from(created), known_from(start))
        lines.append(Further("TouchpointHeld", held, row, f"event:{identity}:held", start, by, known))
    return lines


def _held(row: Row, shelf: Shelf, identity: str, kind: str) -> dict[str, Any]:
    who = row.text("who")
    owner = user(shelf, row.text("owner"))
    return {"touchpoint": identity, "kind": kind} | _given(
        contacts=[full_id(who)] if who is not None and who.startswith(CONTACT) else None,
        hosts=None if owner is None else [owner],
        summary=row.text("subject"),
    )


def _kind(row: Row) -> str | None:
    """What kind of touchpoint it is; None for something that is to be done."""
    known = _SUBTYPES.get((row.text("kind") or "").casefold())
    if known is not None:
        return known
    said = row.text("type")
    found = None if said is None else code("touchpoint_kind", said)
    return found if found in LABELS["touchpoint_kind"] else None


def _identity(row: Row) -> str:
    text = row.text("id")
    if text is None:
        raise row.refused("id", "There is no id here.")
    return full_id(text)


def _day(when: When, reader: Reader) -> str:
    return when.at.astimezone(reader.dates.zone).date().isoformat()


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    return max(one, other) if one is not None and other is not None else one or other


def _given(**fields: object) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}
