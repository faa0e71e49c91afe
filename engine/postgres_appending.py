"""How events get into a PostgreSQL log: as if nobody else recorded meanwhile, or under the lock of its head."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from psycopg import errors

from domain.errors import DealtrailError
from engine.log import Appended, LogEntry, Row, link
from engine.postgres_binary import COPY_BEGINS, COPY_ENDS, arrays, bigints, copied, uuids
from engine.postgres_database import Connection
from engine.postgres_rows import StreamId, conflict, read, values_of, written
from engine.postgres_statements import (
    ALONE,
    COPY,
    INSERT_MANY,
    KNOWN,
    MAKE_INCOMING,
    SETTLE,
    TAKE,
    TOGETHER,
    End,
    one_head,
)

MANY = 500
"""Events from which COPY is faster than a statement that brings them along."""

SLICE = 250
"""Rows that COPY is given at once: the server reads them while the next are put together."""

Outcomes = list[Appended | DealtrailError]


def unrivalled(
    connection: Connection, entries: Sequence[LogEntry], before: End, recorded_at: int
) -> End | None:
    """Record `entries` as if nobody had appended since the log stood at `before`, and only then: where it stands now.

    If somebody has, the head stands elsewhere and nothing happens; nor if a stream does, or a command id is
    taken: why is then found out under the lock. The events are at the server before it takes the lock, and
    what ends the transaction comes with what takes it: nobody waits for a caller who stands still.
    """
    try:
        if len(entries) >= MANY:
            return _copied(connection, entries, before, recorded_at)
        position, digest, _ = before
        rows = link(digest, position, recorded_at, entries)
        taken = (_one if len(rows) == 1 else _together)(connection, rows, before)
        return _end(rows[-1]) if taken else None
    except (errors.IntegrityError, errors.InsufficientPrivilege):
        # Without the right to make temporary tables COPY has no place; a role that may not record is told later.
        connection.execute("ROLLBACK")
        return None


def chained(
    batches: Iterable[Sequence[LogEntry]],
    end: End,
    recorded_at: int,
    current: dict[bytes, int],
    commands: set[str],
) -> tuple[Outcomes, list[Row]]:
    """The rows of the batches that can follow the log's end, and for each batch its place or why it cannot.

    `current` are the versions of the streams (of one that is not there: where its entries begin), `commands`
    the ids that are taken.
    """
    position, digest, _ = end
    outcomes: Outcomes = []
    accepted: list[Row] = []
    for entries in batches:
        refusal = conflict(entries, current, commands)
        if refusal is not None:
            outcomes.append(refusal)
            continue
        rows = link(digest, position, recorded_at, entries)
        outcomes.append(Appended(position + 1, recorded_at))
        position, digest = rows[-1].position, rows[-1].digest
        accepted += rows
    return outcomes, accepted


def known(connection: Connection, entries: Sequence[LogEntry]) -> tuple[End, dict[bytes, int], set[str]]:
    """Begin a transaction and take the lock: the log's end, the versions of the streams, the ids that are taken."""
    streams = list({entry.originator_id for entry in entries})
    found = connection.in_one_message(
        KNOWN, (streams, list({written(entry.command_id) for entry in entries}))
    )
    found.nextset()
    end = one_head(found.fetchone())
    found.nextset()
    current = {stream.bytes: version or 0 for stream, version in found}
    found.nextset()
    commands = {read(command_id) for (command_id,) in found}
    return end, current, commands


def record(connection: Connection, rows: Sequence[Row]) -> None:
    """Write the rows, move the head to the last of them, and commit; the lock is let go either way."""
    if not rows:
        connection.execute("ROLLBACK")
        return
    # Prepared beforehand: behind the words the server would wait for the values without a limit of time.
    connection.execute(INSERT_MANY, arrays(rows), prepare=True)
    connection.in_one_message(SETTLE, _end(rows[-1]))


def _one(connection: Connection, rows: Sequence[Row], before: End) -> bool:
    (row,), (position, digest, _) = rows, before
    follows = (row.version - 1, StreamId(row.stream_id))
    given = (*_end(row), position, digest, *follows, *values_of(row))
    return connection.execute(ALONE, given).rowcount == 1


def _together(connection: Connection, rows: Sequence[Row], before: End) -> bool:
    (position, digest, _), starts = before, _starts(rows)
    standing = (position, digest, uuids(list(starts)), bigints(list(starts.values())))
    given = (*_end(rows[-1]), *standing, *arrays(rows))
    return connection.execute(TOGETHER, given).rowcount > 0


def _copied(connection: Connection, entries: Sequence[LogEntry], before: End, recorded_at: int) -> End | None:
    """The server reads a slice of the rows while the next is chained and put together."""
    end, starts = before, dict[bytes, int]()
    connection.in_one_message(MAKE_INCOMING)
    with connection.cursor() as cursor, cursor.copy(COPY) as copy:
        copy.write(COPY_BEGINS)
        for first in range(0, len(entries), SLICE):
            rows = link(end[1], end[0], recorded_at, entries[first : first + SLICE])
            copy.write(copied(rows))
            end, starts = _end(rows[-1]), _starts(rows) | starts
        copy.write(COPY_ENDS)
    position, digest, _ = before
    standing = (position, digest, [UUID(bytes=stream) for stream in starts], list(starts.values()))
    taken = connection.in_one_message(TAKE, (*end, *standing))
    return end if taken.rowcount > 0 else None


def _starts(rows: Sequence[Row]) -> dict[bytes, int]:
    """Behind which version of each stream the rows begin."""
    # Of several rows of a stream the first is set last.
    return {row.stream_id: row.version - 1 for row in reversed(rows)}


def _end(row: Row) -> tuple[int, bytes, int]:
    """Where the log stands after the row."""
    return row.position, row.digest, row.recorded_at
