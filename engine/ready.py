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
    """

    def __init__(self, stream_id: UUID, channel: str) -> None:
        self._stream_id = stream_id
        self._opening = f'{{"stream_id":"{stream_id}","version":'
        self._channel = f',"channel":{_json(channel)},"command_id":'

    def entry(
        self,
        version: int,
        type_name: str,
        occurred_at: datetime,
        precision: Precision,
        by: str,
        command_id: str,
        source_recorded_at: datetime | None,
        line_key: str | None,
        data: bytes,
    ) -> LogEntry:
        """The entry of an event with this envelope; `by` is what `written_actor` says, `data` the event's JSON."""
        exact = "" if precision == "instant" else f',"precision":"{precision}"'
        known = (
            ""
            if source_recorded_at is None
            else f',"source_recorded_at":{_json(writable(source_recorded_at))}'
        )
        key = "" if line_key is None else f',"line_key":{_json(line_key)}'
        envelope = (
            f'{self._opening}{version},"type":"{type_name}","occurred_at":{_json(writable(occurred_at))}{exact}'
            f',"by":{by}{self._channel}{_json(command_id)}{known}{key},"data":'
        )
        state = envelope.encode() + data + b"}"
        fingerprint = sha256(state).digest()
        return LogEntry(self._stream_id, version, type_name, state, command_id, 0, fingerprint)


def written_actor(actor: Actor) -> str:
    """The JSON of who did it."""
    return _json(whole(actor))


def _json(value: object) -> str:
    return to_json(value, exclude_none=True).decode()
