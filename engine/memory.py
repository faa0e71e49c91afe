"""The store in memory: the same promises as a file, until the process ends."""

from collections.abc import Collection, Sequence
from threading import Lock
from uuid import UUID, uuid4

from domain.errors import Conflict, DealtrailError, Unavailable
from engine.clock import Clock, from_micros, now
from engine.digest import first_digest
from engine.log import (
    Appended,
    Head,
    Log,
    LogEntry,
    Row,
    Stored,
    StoreInfo,
    as_entry,
    command_taken,
    link,
    time_after,
    version_taken,
)
from engine.relay_mark import RelayMark

SCHEMA_VERSION = 2
"""Of the promises that it keeps, as in the stores that last."""


class MemoryLog(Log):
    """A log of rows in a list. Each has a store id of its own."""

    def __init__(self, *, timezone: str = "UTC", clock: Clock = now) -> None:
        super().__init__()
        self._clock = clock
        self._lock = Lock()
        self._rows: list[Row] = []
        self._streams: dict[bytes, list[Row]] = {}
        self._commands: dict[str, list[Row]] = {}
        self._marks: list[RelayMark] = []
        self._closed = False
        self.info = StoreInfo(uuid4(), timezone, clock(), SCHEMA_VERSION, "memory:")
        self._first = first_digest(self.info.store_id)

    def append_all(self, batches: Sequence[Sequence[LogEntry]]) -> Sequence[Appended | DealtrailError]:
        self._open()
        with self._lock:
            last = self._rows[-1].recorded_at if self._rows else None
            recorded_at = time_after(self._clock, last)
            return [self._append(entries, recorded_at) for entries in batches]

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[LogEntry]:
        self._open()
        stream_id = originator_id if isinstance(originator_id, UUID) else UUID(originator_id)
        rows = self._streams.get(stream_id.bytes, [])[gt or 0 : lte]
        return [as_entry(row) for row in (reversed(rows) if desc else rows)][:limit]

    def stream(self, stream_id: UUID) -> Sequence[Stored]:
        self._open()
        return [_stored(row) for row in self._streams.get(stream_id.bytes, ())]

    def page(self, after: int, limit: int, types: Collection[str] = ()) -> Sequence[Stored]:
        return [_stored(row) for row in self.rows(after, limit, types)]

    def command(self, command_id: str) -> Sequence[LogEntry]:
        self._open()
        return [as_entry(row) for row in self._commands.get(command_id, ())]

    def rows(
        self, after: int, limit: int, types: Collection[str] = (), *, upto: int | None = None
    ) -> Sequence[Row]:
        self._open()
        rows = self._rows[max(after, 0) : upto]
        return [row for row in rows if not types or row.type in types][:limit]

    def head(self) -> Head:
        self._open()
        with self._lock:
            if not self._rows:
                return Head(0, self._first, None)
            last = self._rows[-1]
        return Head(last.position, last.digest, from_micros(last.recorded_at))

    def mark_relayed(self, position: int, digest: bytes) -> None:
        self._open()
        self._marks.append(RelayMark(position, digest, self._clock()))

    def relay_marks(self, limit: int = 10) -> Sequence[RelayMark]:
        self._open()
        return self._marks[::-1][:limit]

    def close(self) -> None:
        self._closed = True

    def _open(self) -> None:
        if self._closed:
            raise Unavailable("The store in memory was closed, and its events with it.")

    def _append(self, entries: Sequence[LogEntry], recorded_at: int) -> Appended | Conflict:
        refusal = self._conflict(entries)
        if refusal is not None:
            return refusal
        digest = self._rows[-1].digest if self._rows else self._first
        rows = link(digest, len(self._rows), recorded_at, entries)
        for row in rows:
            self._streams.setdefault(row.stream_id, []).append(row)
            self._commands.setdefault(row.command_id, []).append(row)
        # Last, so that who reads the log meanwhile finds nothing that its stream does not hold.
        self._rows.extend(rows)
        return Appended(rows[0].position, recorded_at)

    def _conflict(self, entries: Sequence[LogEntry]) -> Conflict | None:
        commands: set[tuple[str, int]] = set()
        for entry in entries:
            command = entry.command_id, entry.nth
            if entry.command_id in self._commands or command in commands:
                return command_taken(entry.command_id)
            commands.add(command)
        current: dict[UUID, int] = {}
        for entry in entries:
            stream_id, version = entry.originator_id, entry.originator_version
            held = current.get(stream_id, len(self._streams.get(stream_id.bytes, ())))
            if version != held + 1:
                return version_taken(stream_id, version, held)
            current[stream_id] = version
        return None


def _stored(row: Row) -> Stored:
    return row.type, row.state, row.position, row.recorded_at
