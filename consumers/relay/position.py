"""Where the relay has come to: the position and digest of the last event that was relayed, kept in Kafka itself."""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, cast

from kafka.structs import OffsetAndMetadata, TopicPartition

from consumers.kafka_client import new_consumer, reaching
from consumers.relay.names import Names
from domain.errors import BadInput, StoreForeign, Tampered
from engine.digest import first_digest, next_digest
from engine.log import Log, Row
from engine.settings import Settings

ANSWER = 20_000
"""Milliseconds after which Kafka is asked no longer."""


@dataclass(frozen=True, slots=True)
class Position:
    """A place in the log: a position (0: its beginning) and the digest of the event there."""

    position: int
    digest: bytes

    def committed(self) -> OffsetAndMetadata:
        """As it is committed: the position as the offset, the digest beside it."""
        return OffsetAndMetadata(self.position, self.digest.hex(), -1)


def beginning(log: Log) -> Position:
    """Before the first event of a store."""
    return Position(0, first_digest(log.info.store_id))


def saved_position(settings: Settings, names: Names, *, settled: bool = True) -> Position | None:
    """The position that was committed last; None where there is none (any more).

    A `settled` one waits for transactions that are being ended. BadInput for one that no relay committed.
    """
    isolation = "read_committed" if settled else "read_uncommitted"
    # It never joins the group, whose only purpose is to keep this offset.
    consumer = new_consumer(settings, names.group, isolation_level=isolation)
    with reaching(settings):
        try:
            found = cast("_Positions", consumer).committed(names.source, metadata=True, timeout_ms=ANSWER)
        finally:
            consumer.close(autocommit=False, timeout_ms=1_000)
    if found is None:
        return None
    try:
        return Position(found.offset, bytes.fromhex(found.metadata))
    except ValueError:
        digest = b""
    return Position(found.offset, digest)


def check_store(log: Log, saved: Position, names: Names) -> None:
    """StoreForeign where the store does not hold the event that was relayed last.

    BadInput for a position that no relay committed.
    """
    if not saved.digest:
        raise BadInput(
            f"The position {saved.position} of the group {names.group} was not committed by a relay: its digest is "
            "missing. Delete it (kafka-consumer-groups.sh --delete-offsets "
            f"--group {names.group} --topic {names.topics.deals}) and go on with `dealtrail relay run --from-mark`."
        )
    if saved == beginning(log):
        return
    digest = log.digest_at(saved.position)
    if digest == saved.digest:
        return
    seen = (
        f"it ends at position {log.head().position}"
        if digest is None
        else f"its digest there is {digest.hex()[:16]}…, the relayed one {saved.digest.hex()[:16]}…"
    )
    raise StoreForeign(
        f"The relay has sent the events of {log.info.url} up to position {saved.position}, and the store does not "
        f"hold that event: {seen}. It was restored from a backup, is a copy that others wrote to, or a server has "
        "taken over that did not have every event yet. Nothing more was sent. Put back a store that holds all that "
        "was relayed; where there is none, relay this one to new topics under another DEALTRAIL_TOPIC_PREFIX "
        "(docs/relay.md)."
    )


def check_follows(log: Log, rows: Sequence[Row], at: Position, names: Names) -> None:
    """StoreForeign where the log does not hold the event any more that was relayed last, and `rows` follow another.

    A log goes back under whoever follows it where a server takes over that did not have every event yet, or a
    backup is put back. Tampered where only the first of the rows is not what was written.
    """
    if rows and _follows(rows[0], at):
        return
    check_store(log, at, names)
    if rows:
        raise Tampered(
            f"The event at position {rows[0].position} of {log.info.url} does not follow the one before it. "
            "Nothing more was sent. Run `dealtrail store verify` to find out which rows were changed."
        )


class _Positions(Protocol):
    """Of kafka-python's consumer, what is used here."""

    def committed(
        self,
        partition: TopicPartition,
        metadata: bool = False,  # noqa: FBT001, FBT002 - kafka-python's
        timeout_ms: int | None = None,
    ) -> OffsetAndMetadata | None: ...


def _follows(row: Row, at: Position) -> bool:
    content = (row.position, row.stream_id, row.version, row.recorded_at, row.type, row.state)
    try:
        return row.digest == next_digest(at.digest, *content)
    except (struct.error, TypeError, AttributeError):
        return False  # a column holds what was never written there
