"""Between events with their envelope and what eventsourcing stores: plain type names, validated JSON."""

from collections.abc import Iterator, Sequence
from hashlib import sha256
from itertools import groupby
from operator import attrgetter
from typing import cast
from uuid import UUID

from eventsourcing.domain import DomainEventProtocol
from eventsourcing.persistence import EventStore, JSONTranscoder, Mapper, StoredEvent

from domain.event import Recorded
from engine.clock import from_micros
from engine.entries import decode, decode_all, encode
from engine.log import Log, LogEntry


class EventMapper(Mapper[UUID]):
    """eventsourcing's mapper for `Recorded`: the state of an entry is the whole stored event."""

    def __init__(self) -> None:
        super().__init__(JSONTranscoder())

    def to_stored_event(self, domain_event: DomainEventProtocol[UUID]) -> LogEntry:
        """The log entry of a `Recorded` that is the only event of its command."""
        return ready_entries([cast("Recorded", domain_event)])[0]

    def to_domain_event(self, stored_event: StoredEvent) -> DomainEventProtocol[UUID]:
        """The `Recorded` of a log entry; eventsourcing never looks into it."""
        return cast("DomainEventProtocol[UUID]", from_entry(cast("LogEntry", stored_event)))


class EventStream(EventStore[UUID]):
    """eventsourcing's event store: hands a repository whole streams, read in the shortest way."""

    def __init__(self, mapper: EventMapper, log: Log) -> None:
        super().__init__(mapper, log)
        self._log = log

    def get(
        self,
        originator_id: UUID,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Iterator[DomainEventProtocol[UUID]]:
        """The `Recorded` of a stream; parts of it go by way of log entries."""
        if (gt, lte, desc, limit) == (None, None, False, None):
            events = iter(decode_all(self._log.stream(originator_id)))
            return cast("Iterator[DomainEventProtocol[UUID]]", events)
        return super().get(originator_id, gt=gt, lte=lte, desc=desc, limit=limit)


def entries_of(events: Sequence[Recorded], fingerprint: bytes) -> list[LogEntry]:
    """What is stored of the events of one command with this fingerprint."""
    return [_entry(recorded, encode(recorded), nth, fingerprint) for nth, recorded in enumerate(events)]


def ready_entries(events: Sequence[Recorded]) -> list[LogEntry]:
    """What is stored of ready events: those with one command id follow each other and are one command.

    Its fingerprint is the SHA-256 of their states.
    """
    entries: list[LogEntry] = []
    for _, command in groupby(events, attrgetter("command_id")):
        stored = [(recorded, encode(recorded)) for recorded in command]
        fingerprint = sha256(b"".join(state for _, state in stored)).digest()
        entries.extend(
            _entry(recorded, state, nth, fingerprint) for nth, (recorded, state) in enumerate(stored)
        )
    return entries


def from_entry(entry: LogEntry) -> Recorded:
    """The event that an entry of the log holds."""
    return decode(entry.topic, entry.state, entry.position, from_micros(entry.recorded_at))


def _entry(recorded: Recorded, state: bytes, nth: int, fingerprint: bytes) -> LogEntry:
    return LogEntry(
        recorded.stream_id,
        recorded.version,
        recorded.type,
        state,
        recorded.command_id,
        nth,
        fingerprint,
    )
