"""Activities and notes of Pipedrive: calls and meetings are touchpoints, tasks and deadlines are tasks."""

from datetime import UTC, datetime, timedelta, tzinfo
from html.parser import HTMLParser
from typing import Any

from domain.labels.catalogue import LABELS
from interfaces.importing.crm.facts import Further, known_from
from interfaces.importing.crm.rows import Reader, Row
from interfaces.importing.pipedrive.flow import Flow
from interfaces.importing.table.slugs import code
from interfaces.importing.table.when import When, start_of_day

_KINDS = {"lunch": "meeting"}
"""Kinds that Pipedrive ships and we call otherwise."""

_BLOCKS = frozenset({"p", "div", "br", "li", "ul", "ol", "tr", "h1", "h2", "h3"})


def activity(row: Row, flow: Flow, reader: Reader, zone: tzinfo) -> list[Further]:
    """A touchpoint, planned and, when it is marked as done, held; or a task and its end."""
    identity = row.text("id")
    if identity is None:
        raise row.refused("id", "There is no id here.")
    added, finished = reader.when(row, "added"), reader.when(row, "finished")
    start = _start(row, reader, zone)
    done = row.flag("done") or False
    kind = _kind(row)
    owner = flow.user(row.text("owner"))
    if kind is None:
        return _task(row, identity, owner, (added, start, finished), done=done)
    told: dict[str, Any] = {"touchpoint": identity, "kind": kind} | _given(
        contacts=[row.text("person")] if row.text("person") else None,
        hosts=None if owner is None else [owner],
    )
    lines: list[Further] = []
    if start is not None and added is not None and (added.at < start.at or not done):
        planned = told | {"planned_for": start.at.isoformat()} | _given(agenda=row.text("subject"))
        key = f"activity:{identity}:planned"
        lines.append(Further("TouchpointPlanned", planned, row, key, added, None, known_from(added)))
    if done:
        held = told | _given(minutes=_minutes(row), summary=row.text("subject"))
        ended = start if start is not None and start.at <= (finished or start).at <= reader.now else finished
        known = known_from(finished or ended)
        lines.append(Further("TouchpointHeld", held, row, f"activity:{identity}:held", ended, None, known))
    return lines


def note(row: Row, flow: Flow, reader: Reader) -> list[Further]:
    """A note, without its markup."""
    text = _plain(row.text("content") or "")
    if not text:
        return []
    when = reader.when(row, "added")
    key = f"note:{row.text('id') or row.line}"
    return [
        Further("DealNoteAdded", {"text": text}, row, key, when, flow.user(row.text("by")), known_from(when))
    ]


def _task(
    row: Row,
    identity: str,
    owner: str | None,
    times: tuple[When | None, When | None, When | None],
    *,
    done: bool,
) -> list[Further]:
    added, start, finished = times
    told = {"task": identity, "text": row.text("subject") or row.text("type") or "Task"}
    told |= _given(due=None if start is None else start.at.date().isoformat(), owner=owner)
    lines = [Further("TaskAdded", told, row, f"activity:{identity}:added", added, None, known_from(added))]
    if done:
        key = f"activity:{identity}:done"
        lines.append(
            Further("TaskFinished", {"task": identity}, row, key, finished, None, known_from(finished))
        )
    return lines


def _start(row: Row, reader: Reader, zone: tzinfo) -> When | None:
    """When it is due: an instant (Pipedrive writes times in UTC), or a day."""
    day, time = reader.day(row, "due"), row.text("time")
    if day is None:
        return None
    if time is None:
        return When(start_of_day(day, zone), "day")
    try:
        hours = datetime.strptime(time[:5], "%H:%M").time()  # noqa: DTZ007 - only a time of day
    except ValueError:
        raise row.refused("time", "This is no time of day, such as 09:30.") from None
    return When.instant(datetime.combine(day, hours, UTC))


def _minutes(row: Row) -> int | None:
    hours, colon, minutes = (row.text("duration") or "").partition(":")
    if not colon or not hours.isdecimal() or not minutes[:2].isdecimal():
        return None
    return int(timedelta(hours=int(hours), minutes=int(minutes[:2])).total_seconds() // 60)


def _kind(row: Row) -> str | None:
    """What kind of touchpoint it is; None for something that is to be done."""
    said = row.text("type")
    found = None if said is None else code("touchpoint_kind", said)
    known = _KINDS.get(found or "", found)
    return known if known in LABELS["touchpoint_kind"] else None


def _given(**fields: object) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}


class _Words(HTMLParser):
    """Collects the text between the tags."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002 - the parser's own
        if tag in _BLOCKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        self.parts.append(data)


def _plain(content: str) -> str:
    words = _Words()
    words.feed(content)
    words.close()
    lines = (" ".join(line.split()) for line in "".join(words.parts).splitlines())
    return "\n".join(line for line in lines if line)
