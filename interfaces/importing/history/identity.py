"""Which lines are known already, which are new, and which changed since they were last imported."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.deal.corrections import EventCorrected, Replacement
from domain.deal.reading import replacement_event
from domain.event import Event, Recorded
from domain.events import EVENTS
from engine.clock import to_micros
from interfaces.importing.history.lines import Line
from interfaces.importing.history.wording import LineRefused, shown

SOURCE_CHANGED = "source-changed"
"""The reason of corrections that an import records; by it the next import knows what was last imported."""


class News:
    """A line that adds something: a new event, or where `replaces` is given, another content for that one."""

    __slots__ = ("_event", "at", "changed", "key", "line", "replaces")

    def __init__(self, line: Line, key: str, at: datetime, replaces: Recorded | None = None) -> None:
        self.line = line
        self.key = key
        self.at = at
        self.replaces = replaces
        self.changed = False
        """Whether the event is another than the line's `data` now."""
        self._event: Event | None = None

    @property
    def event(self) -> Event:
        """The event, built when it is first asked for: of most nothing more is asked than their bytes."""
        if self._event is None:
            self._event = event_of(self.line)
        return self._event

    @event.setter
    def event(self, event: Event) -> None:
        self.changed = self.changed or event is not self._event
        self._event = event


@dataclass(slots=True)
class Met:
    """A line that adds nothing, and the event that it is known as (None: an equal line stands before it)."""

    line: Line
    recorded: Recorded | None


class Identities:
    """Compares the lines of one stream, in order, with its story and with each other.

    Those that tell a correction which an earlier import recorded (an export does) tell its original as it was
    first recorded; all others tell what was last imported.
    """

    def __init__(self, story: Sequence[Recorded], lines: Sequence[Line], instant: datetime) -> None:
        told = {line.key for line in lines}
        self._known = {recorded.line_key or recorded.event_id: recorded for recorded in story}
        self._imported = {
            recorded.event.corrects: recorded.event.replacement
            for recorded in story
            if isinstance(recorded.event, EventCorrected)
            and recorded.event.reason == SOURCE_CHANGED
            and (recorded.line_key or recorded.event_id) not in told
        }
        self._instant = instant
        self._equal: Counter[str] = Counter()
        self._seen: dict[str, Line] = {}

    def met(self, line: Line) -> News | Met:
        """What the line is. LineRefused where its key stands for something else already."""
        key = line.key or self._counted(line.content)
        first = self._seen.setdefault(key, line)
        if first is not line:
            return self._again(line, key, first)
        known = self._known.get(key)
        if known is not None and line.key is None:
            return Met(line, known)
        if known is None:
            return News(line, key, self._at(line))
        if known.type != line.type:
            raise LineRefused("type", line.type, f"the line of this key was imported as {known.type} before")
        if _says(line, known, self._imported.get(known.version)):
            return Met(line, known)
        if known.line_key is None:
            raise LineRefused("key", shown(key), "the store recorded another event of this name itself")
        return News(line, key, self._at(line), replaces=known)

    def _at(self, line: Line) -> datetime:
        return self._instant if line.at is None else datetime.fromisoformat(line.at)

    def _counted(self, content: str) -> str:
        before = self._equal[content]
        self._equal[content] += 1
        return f"{content}:{before}" if before else content

    def _again(self, line: Line, key: str, first: Line) -> Met:
        if _content(line) == _content(first):
            return Met(line, self._known.get(key))
        raise LineRefused("key", shown(key), f"line {first.number} has the same key and says something else")


def event_of(line: Line) -> Event:
    """The event that a line tells, without what follows from its deal."""
    return EVENTS[line.type].model_validate_json(line.data)


def dumped(event: Event, left_out: Iterable[str] = ()) -> dict[str, object]:
    """The event's fields as they are stored, but for those left out."""
    return event.model_dump(mode="json", exclude_unset=True, exclude=set(left_out))


def _content(line: Line) -> tuple[object, ...]:
    return line.type, line.at and line.micros, line.precision, line.data


def _says(line: Line, known: Recorded, replacement: Replacement | None) -> bool:
    """Whether the line says what it said when it was last imported."""
    before, at, precision = known.event, known.occurred_at, known.precision
    if replacement is not None:
        before = replacement_event(before, replacement.type, replacement.data)
        if replacement.occurred_at is not None:
            at, precision = replacement.occurred_at, "instant"
        precision = replacement.precision or precision
    if dumped(before, line.left_out) != dumped(event_of(line), line.left_out):
        return False
    return line.precision == precision and (line.at is None or line.micros == to_micros(at))
