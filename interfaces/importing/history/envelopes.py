"""Who, when and through what: the envelope of an imported event, as an event or as the bytes that are stored."""

from datetime import datetime
from functools import lru_cache
from uuid import UUID

from domain.event import Actor, Event, Recorded
from engine.log import LogEntry
from engine.ready import ReadyStream, written_actor
from interfaces.importing.history.fields import By
from interfaces.importing.history.identity import News
from interfaces.importing.history.lines import Owner, actor
from interfaces.importing.recording import own_command_id


class Envelopes:
    """The envelopes of one deal's events: `by` is who did what no line says anybody did (None: the import)."""

    def __init__(self, owner: Owner, stream_id: UUID, instant: datetime, by: Actor | None) -> None:
        self._stream_id = stream_id
        self._commands = own_command_id(f"{stream_id}:")
        self._channel = f"import:{owner.source}"
        self._ready = ReadyStream(stream_id, self._channel, self._commands)
        self._instant = instant
        self._by = by or Actor(id=owner.source, kind="import")
        self._written_by = written_actor(self._by)

    def entry(self, item: News, version: int) -> LogEntry:
        """What is stored of a new event, without building it where the line's bytes are its bytes."""
        line = item.line
        data = line.data
        if item.changed:
            event = item.event
            data = event.__pydantic_serializer__.to_json(event, exclude_unset=True)
        return self._ready.entry(
            version,
            line.type,
            item.at,
            line.precision,
            _written(line.by) if line.by else self._written_by,
            _known(item) if line.source_recorded_at else None,
            item.key,
            data,
        )

    def recorded(self, item: News, event: Event, version: int) -> Recorded:
        """A new event, or the correction that another content of an earlier one amounts to."""
        line, replaces = item.line, item.replaces
        known = _known(item)
        if replaces is not None and known == replaces.source_recorded_at:
            known = None  # That is when the source took in what it says no longer.
        return Recorded(
            stream_id=self._stream_id,
            version=version,
            occurred_at=item.at if replaces is None else self._instant,
            event=event,
            by=actor(line.by) if line.by else self._by,
            channel=self._channel,
            command_id=f"{self._commands}{version}",
            precision=line.precision if replaces is None else "instant",
            source_recorded_at=known,
            line_key=item.key if replaces is None else None,
        )


@lru_cache(maxsize=4096)
def _written(by: By) -> str:
    return written_actor(actor(by))


def _known(item: News) -> datetime | None:
    text = item.line.source_recorded_at
    return None if text is None else datetime.fromisoformat(text)
