"""Entries of events whose JSON is there already: an import records what it read without building it again."""

from datetime import datetime
from hashlib import sha256
from uuid import UUID

from pydantic_core import to_json

from domain.event import Actor, Precision
from engine.entries import whole, writable
from engine.log import LogEntry


class ReadyStream:
    """Puts together the entries of one stream's events, each the only one of its command.

    They are byte for byte those that `mapper.ready_entries` makes of the same events; nothing is checked.
    A command is called `commands` and the version of its event.
    """

    def __init__(self, stream_id: UUID, channel: str, commands: str) -> None:
        self._stream_id = stream_id
        self._commands = commands
        self._opening = f'{{"stream_id":"{stream_id}","version":'
        self._channel = f',"channel":{_json(channel)},"command_id":{_json(commands)[:-1]}'

    def entry(
        self,
        version: int,
        type_name: str,
        occurred_at: datetime,
        precision: Precision,
        by: str,
        source_recorded_at: datetime | None,
        line_key: str | None,
        data: bytes,
    ) -> LogEntry:
        """The entry of an event with this envelope; `by` is what `written_actor` says, `data` the event's JSON."""
        at = to_json(writable(occurred_at)).decode()
        exact = "" if precision == "instant" else f',"precision":"{precision}"'
        rest = ""
        if source_recorded_at is not None:
            rest = f',"source_recorded_at":{_json(writable(source_recorded_at))}'
        if line_key is not None:
            rest += f',"line_key":{to_json(line_key).decode()}'
        envelope = (
            f'{self._opening}{version},"type":"{type_name}","occurred_at":{at}{exact},"by":{by}'
            f'{self._channel}{version}"{rest},"data":'
        )
        state = b"%b%b}" % (envelope.encode(), data)
        command_id = f"{self._commands}{version}"
        return LogEntry(self._stream_id, version, type_name, state, command_id, 0, sha256(state).digest())


def written_actor(actor: Actor) -> str:
    """The JSON of who did it."""
    return _json(whole(actor))


def _json(value: object) -> str:
    return to_json(value, exclude_none=True).decode()
