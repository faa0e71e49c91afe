"""How events travel to PostgreSQL and back: stream ids as 16 bytes, texts without NUL, conflicts found in advance."""

import re
from collections.abc import Sequence
from typing import Any

import psycopg
from psycopg.abc import Buffer
from psycopg.adapt import Dumper, Loader
from psycopg.pq import Format

from domain.errors import Conflict
from engine.log import LogEntry, Row, command_taken, version_taken

_ESCAPED = re.compile(r"\\[\\0]")
_MEANT = {"\\\\": "\\", "\\0": "\0"}


class StreamId(bytes):
    """A stream id on its way to the database."""


class _StreamIdDumper(Dumper):
    format = Format.BINARY
    oid = psycopg.adapters.types["uuid"].oid

    def dump(self, obj: bytes) -> Buffer:
        return obj


class _StreamIdLoader(Loader):
    format = Format.BINARY

    def load(self, data: Buffer) -> bytes:
        return bytes(data)


def adapted(connection: psycopg.Connection[tuple[Any, ...]]) -> None:
    """Let a connection take StreamId for a uuid, and give the bytes of one."""
    connection.adapters.register_dumper(StreamId, _StreamIdDumper)
    connection.adapters.register_loader("uuid", _StreamIdLoader)


def values_of(row: Row) -> tuple[object, ...]:
    position, stream_id, version, topic, state, recorded_at, digest, command_id, nth, fingerprint = row
    command_id = written(command_id)
    return (
        position,
        StreamId(stream_id),
        version,
        topic,
        state,
        recorded_at,
        digest,
        command_id,
        nth,
        fingerprint,
    )


def conflict(entries: Sequence[LogEntry], current: dict[bytes, int], commands: set[str]) -> Conflict | None:
    """Why the store does not take these entries; if it does, `current` and `commands` say so from here on.

    A stream that is not in `current` is taken to stand where its entries begin.
    """
    used = {entry.command_id for entry in entries}
    if not commands.isdisjoint(used) or len({(entry.command_id, entry.nth) for entry in entries}) < len(
        entries
    ):
        return command_taken(_twice(entries, commands))
    versions: dict[bytes, int] = {}
    for entry in entries:
        stream, version = entry.originator_id.bytes, entry.originator_version
        held = versions.get(stream)
        if held is None:
            held = current.get(stream, version - 1)
        if version != held + 1:
            return version_taken(entry.originator_id, version, held)
        versions[stream] = version
    current |= versions
    commands |= used
    return None


def _twice(entries: Sequence[LogEntry], commands: set[str]) -> str:
    """The first command id that is taken, or that the entries themselves use twice."""
    own: set[tuple[str, int]] = set()
    for entry in entries:
        if entry.command_id in commands or (entry.command_id, entry.nth) in own:
            break
        own.add((entry.command_id, entry.nth))
    return entry.command_id


def written(text: str) -> str:
    """The text without NUL, which PostgreSQL's text cannot hold; `read` gives it back."""
    return text.replace("\\", "\\\\").replace("\0", "\\0") if "\0" in text or "\\" in text else text


def read(text: str) -> str:
    """The text that `written` was given."""
    return _ESCAPED.sub(lambda found: _MEANT[found[0]], text) if "\\" in text else text
