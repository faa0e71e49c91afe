"""What a store promises: one log of events, appended to in whole commands and never changed."""

from abc import abstractmethod
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from time import monotonic, sleep
from typing import NamedTuple
from uuid import UUID

from eventsourcing.persistence import (
    ApplicationRecorder,
    Notification,
    NotSupportedError,
    StoredEvent,
    Subscription,
)

from domain.errors import CommandReused, DealtrailError, VersionConflict
from engine.clock import Clock, to_micros
from engine.digest import next_digest
from engine.group_commit import GroupCommit
from engine.relay_mark import RelayMark

POLL = 0.02
"""Seconds between two looks at the end of a log that cannot call out when it grows."""


@dataclass(frozen=True)
class LogEntry(StoredEvent):
    """A stored event with the command that it belongs to.

    `nth` is its place among the events of its command, from 0; `fingerprint` the SHA-256 of that
    command as it came. `position` and `recorded_at` (µs) are 0 until the store has taken it.
    """

    originator_id: UUID
    command_id: str
    nth: int
    fingerprint: bytes
    position: int = 0
    recorded_at: int = 0


class Row(NamedTuple):
    """One row of the event table, as it lies there."""

    position: int
    stream_id: bytes
    version: int
    type: str
    state: bytes
    recorded_at: int
    digest: bytes
    command_id: str
    nth: int
    fingerprint: bytes


Stored = tuple[str, bytes, int, int]
"""What reading an event takes: its type, state, position and recorded_at (µs)."""


class Appended(NamedTuple):
    """What the store says of a batch that it took: its positions follow each other from `first`."""

    first: int
    recorded_at: int


@dataclass(frozen=True, slots=True)
class Head:
    """The end of the log: its last position (0: empty), digest, and when that was recorded."""

    position: int
    digest: bytes
    recorded_at: datetime | None


@dataclass(frozen=True, slots=True)
class StoreInfo:
    """What a store is from its creation on."""

    store_id: UUID
    timezone: str
    created_at: datetime
    schema_version: int
    url: str


class Log(ApplicationRecorder):
    """A store. Appends of many threads share transactions; reads may come from any thread.

    Positions have no gaps and are the order of commits: whoever goes on from the last position
    that was read misses nothing. `recorded_at` never goes back along positions.
    """

    info: StoreInfo

    def __init__(self) -> None:
        self._commits = GroupCommit(self.append_all)

    def append(self, entries: Sequence[LogEntry]) -> Appended:
        """Record `entries`, one or more, all or none, durably when this returns.

        VersionConflict where a stream is not at the version before its first entry, CommandReused
        where a command id is taken, Unavailable where the store cannot take anything now.
        """
        return self._commits.append(entries)

    def insert_events(self, stored_events: Sequence[StoredEvent], **_: object) -> Sequence[int]:
        """`append` for eventsourcing: takes LogEntry objects, returns their positions."""
        entries = [entry for entry in stored_events if isinstance(entry, LogEntry)]
        if len(entries) < len(stored_events):
            raise TypeError("A log takes LogEntry objects: its own mapper makes them.")
        if not entries:
            return []
        first = self.append(entries).first
        return range(first, first + len(entries))

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        """The log as eventsourcing's notifications; `start` is included unless told otherwise."""
        after = 0 if start is None else start - inclusive_of_start
        return [
            Notification(
                id=row.position,
                originator_id=UUID(bytes=row.stream_id),
                originator_version=row.version,
                topic=row.type,
                state=row.state,
            )
            for row in self.rows(after, limit, topics, upto=stop)
        ]

    def wait(self, after: int, timeout: float) -> None:
        """Return when there may be an event behind `after`, or when so many seconds have passed.

        Unavailable where the store cannot be asked.
        """
        deadline = monotonic() + timeout
        while self.head().position <= after and (left := deadline - monotonic()) > 0:
            sleep(min(POLL, left))

    def row_at(self, position: int) -> Row | None:
        """The row at a position; None where there is none, and before the first."""
        return next(iter(self.rows(position - 1, 1, upto=position)), None) if position else None

    def digest_at(self, position: int) -> bytes | None:
        """The digest of the row at a position; None where there is none, and before the first."""
        row = self.row_at(position)
        return None if row is None else row.digest

    def max_notification_id(self) -> int | None:
        """The last position, None for an empty log."""
        return self.head().position or None

    def subscribe(
        self,
        gt: int | None = None,  # noqa: ARG002 - eventsourcing's signature
        topics: Sequence[str] = (),  # noqa: ARG002 - eventsourcing's signature
    ) -> Subscription[ApplicationRecorder]:
        """Not supported: a reader follows `rows` from its own last position."""
        raise NotSupportedError(
            "A dealtrail log has no subscriptions. Read on from your last position with Deals.feed()."
        )

    @abstractmethod
    def append_all(self, batches: Sequence[Sequence[LogEntry]]) -> Sequence[Appended | DealtrailError]:
        """Record every batch that can be, in order, in one transaction: for each its place or why not.

        An error that hits the transaction itself is raised, and then nothing is recorded.
        """

    @abstractmethod
    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[LogEntry]:
        """The events of one stream in the order of their versions, of versions > gt and <= lte."""

    @abstractmethod
    def stream(self, stream_id: UUID) -> Sequence[Stored]:
        """All events of one stream in the order of their versions."""

    @abstractmethod
    def page(self, after: int, limit: int, types: Collection[str] = ()) -> Sequence[Stored]:
        """At most `limit` events with positions > after, of these types (none: all), in order."""

    @abstractmethod
    def command(self, command_id: str) -> Sequence[LogEntry]:
        """The events recorded under a command id, in their order; none if it was never used."""

    @abstractmethod
    def rows(
        self, after: int, limit: int, types: Collection[str] = (), *, upto: int | None = None
    ) -> Sequence[Row]:
        """Whole rows, as `page` reads them, of positions <= upto."""

    @abstractmethod
    def head(self) -> Head:
        """The end of the log."""

    @abstractmethod
    def mark_relayed(self, position: int, digest: bytes) -> None:
        """Remember for ever that the relay has sent every event up to `position`, which has this digest."""

    @abstractmethod
    def relay_marks(self, limit: int = 10) -> Sequence[RelayMark]:
        """The last marks that `mark_relayed` left, the newest first."""

    @abstractmethod
    def close(self) -> None:
        """Let go of files and connections; closing twice is harmless."""


def time_after(clock: Clock, last: int | None) -> int:
    """Now in µs, but not before the row at the end."""
    instant = to_micros(clock())
    return instant if last is None else max(instant, last)


def link(digest: bytes, position: int, recorded_at: int, entries: Sequence[LogEntry]) -> list[Row]:
    """The rows of `entries` that follow the row at `position` with this digest."""
    rows = []
    for entry in entries:
        position += 1
        stream_id = entry.originator_id.bytes
        version, topic, state = entry.originator_version, entry.topic, entry.state
        digest = next_digest(digest, position, stream_id, version, recorded_at, topic, state)
        rows.append(
            Row(
                position,
                stream_id,
                version,
                topic,
                state,
                recorded_at,
                digest,
                entry.command_id,
                entry.nth,
                entry.fingerprint,
            )
        )
    return rows


def as_entry(row: Row) -> LogEntry:
    """The entry that a row was made of, with its place."""
    return LogEntry(
        UUID(bytes=row.stream_id),
        row.version,
        row.type,
        row.state,
        row.command_id,
        row.nth,
        row.fingerprint,
        row.position,
        row.recorded_at,
    )


def command_taken(command_id: str) -> CommandReused:
    """The refusal of a command id that has events already."""
    return CommandReused(
        f"The command id {command_id!r} was already used for another command. "
        "Give every command an id of its own, or leave it out."
    )


def version_taken(stream_id: UUID, version: int, current: int) -> VersionConflict:
    """The refusal of an event that does not follow its stream's last one."""
    return VersionConflict(
        f"{stream_id} is at version {current}, so its next event is version {current + 1}, not {version}. "
        "Somebody else recorded first: look at what is new and try again."
    )
