"""The records of a Pipedrive file, one at a time: whatever the order of its parts, and without holding it in memory."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import ijson
from ijson.common import ObjectBuilder

from domain.errors import BadInput
from interfaces.importing.source import Progress, Source

PARTS = {
    "deals": "deal",
    "flow": "flow",
    "stages": "stage",
    "pipelines": "pipeline",
    "activities": "activity",
    "notes": "note",
    "persons": "person",
    "organizations": "organization",
    "users": "user",
}
"""The lists of a file, and what each of their items is."""

_OBJECTS = frozenset({*PARTS.values(), "dealChange"})
_TELL_EVERY = 500

Event = tuple[str, Any]
Record = tuple[str, dict[str, Any]]
"""What it is, and its fields; of an item of a flow, as the API wraps it: `object`, `timestamp`, `data`."""


def records(source: Source, progress: Progress | None) -> Iterator[Record]:
    """Every record of the file. BadInput where it is no JSON that can be read to its end, or holds nothing known."""
    with source.stream() as (stream, told):
        found = 0
        with _told_as_bad(source):
            for record in _documents(iter(ijson.basic_parse(stream, multiple_values=True))):
                found += 1
                if progress is not None and not found % _TELL_EVERY:
                    source.consumed = told()
                    progress("Reading", source.consumed, source.size)
                yield record
        if not found:
            raise BadInput(
                f"{source.name} holds no deals. It is one JSON object with the lists {', '.join(PARTS)}, or a "
                'line for each record: {"object": "deal", "data": {…}}.'
            )


def _documents(events: Iterator[Event]) -> Iterator[Record]:
    """The file has one value, or one on each line."""
    for event, value in events:
        if event == "start_map":
            yield from _document(events)
        elif event == "start_array":
            for item in _items(events):
                yield from _wrapped(item, "deal")
        else:
            raise BadInput(f"The file holds {value!r} where an object with deals was expected.")


def _document(events: Iterator[Event]) -> Iterator[Record]:
    record: dict[str, Any] = {}
    for key, event, value in _pairs(events):
        kind = "deal" if key == "data" else PARTS.get(key)
        if kind is not None and event == "start_array":
            for item in _items(events):
                yield from _wrapped(item, kind)
        elif key in PARTS and event == "start_map":
            yield from _answer(events, PARTS[key])
        elif key in ("object", "timestamp", "data"):
            record[key] = _built(events, event, value)
        else:
            _pass_over(events, event)
    if record.get("object") in _OBJECTS and isinstance(record.get("data"), dict):
        yield from _wrapped(record, "deal")


def _answer(events: Iterator[Event], kind: str) -> Iterator[Record]:
    """A list as the API's whole answer, or flows by the id of their deal."""
    for key, event, _ in _pairs(events):
        if event == "start_array":
            for item in _items(events):
                deal = None if key == "data" else key
                yield from _wrapped(item, kind, deal)
        else:
            _pass_over(events, event)


def _wrapped(item: object, kind: str, deal: str | None = None) -> Iterator[Record]:
    """The record of an item, taken out of `{"object": …, "data": …}`; then the flow that a deal brings along."""
    if not isinstance(item, dict):
        raise BadInput(
            f"A {kind} of the file is no JSON object, but {str(item)[:40]!r}. Nothing was recorded."
        )
    record: dict[str, Any] = item
    if "object" in record and isinstance(record.get("data"), dict):
        kind = str(record["object"])
        if kind != "dealChange":
            record = record["data"]
    if kind == "flow":  # a change without its wrapping
        kind, record = "dealChange", {"data": record}
    if deal is not None:
        (record["data"] if kind == "dealChange" else record).setdefault("deal_id", deal)
    flow = record.pop("flow", None) if kind == "deal" else None
    yield kind, record
    for each in flow if isinstance(flow, list) else ():
        yield from _wrapped(each, "flow", str(record.get("id")))


def _pairs(events: Iterator[Event]) -> Iterator[tuple[str, str, Any]]:
    """Each key of an object whose beginning was read, and how its value begins; whoever takes it reads it on."""
    for event, key in events:
        if event == "end_map":
            return
        yield key, *next(events)


def _items(events: Iterator[Event]) -> Iterator[object]:
    """The values of an array whose beginning was read."""
    for event, value in events:
        if event == "end_array":
            return
        yield _built(events, event, value)


def _pass_over(events: Iterator[Event], event: str) -> None:
    """Read a value to its end without keeping it."""
    depth = _deeper(event)
    while depth:
        depth += _deeper(next(events)[0])


def _deeper(event: str) -> int:
    return (event in ("start_map", "start_array")) - (event in ("end_map", "end_array"))


def _built(events: Iterator[Event], event: str, value: object) -> object:
    """The whole value that begins with an event."""
    builder = ObjectBuilder()
    depth = 0
    while True:
        builder.event(event, value)
        depth += _deeper(event)
        if not depth:
            return builder.value
        event, value = next(events)


@contextmanager
def _told_as_bad(source: Source) -> Iterator[None]:
    try:
        yield
    except (ijson.JSONError, UnicodeDecodeError) as error:
        why = str(error).partition("\n")[0].strip() or "it ends too early"
        raise BadInput(
            f"{source.name} is no JSON that can be read to its end ({why}). Nothing was recorded: get a whole "
            "copy, in UTF-8, and try again."
        ) from None
