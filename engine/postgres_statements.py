"""What an append to a PostgreSQL log says to the database, and what it asks it."""

from collections.abc import Sequence
from typing import Any

import psycopg

from domain.errors import Tampered
from engine.log import Appended, LogEntry
from engine.postgres_database import Connection
from engine.postgres_rows import written
from engine.postgres_schema import COLUMNS, SCHEMA

HEAD = f"SELECT position, digest, recorded_at FROM {SCHEMA}.log_head FOR UPDATE"

KNOWN = f"""
    BEGIN;
    {HEAD};
    SELECT s, (SELECT max(version) FROM {SCHEMA}.events WHERE stream_id = s) FROM unnest(%s) s;
    SELECT DISTINCT command_id FROM {SCHEMA}.events WHERE command_id = ANY(%s)
"""
"""Take the lock; the log's end, the versions of streams, and which command ids are taken."""

MOVE = f"UPDATE {SCHEMA}.log_head SET position = %b, digest = %b, recorded_at = %b"

SETTLE = f"{MOVE}; COMMIT"

_ROWS = ", ".join(["%b"] * 10)

INSERT_MANY = f"INSERT INTO {SCHEMA}.events ({COLUMNS}) SELECT * FROM unnest({_ROWS})"
"""Rows given as arrays."""

ALONE = f"""
    WITH moved AS ({MOVE}
        WHERE position = %b AND digest = %b
            AND %b = (SELECT coalesce(max(version), 0) FROM {SCHEMA}.events WHERE stream_id = %b)
        RETURNING 1)
    INSERT INTO {SCHEMA}.events ({COLUMNS}) SELECT {_ROWS} FROM moved
"""
"""One event and the head in one statement: nothing happens if the head or the stream stands elsewhere."""

_MOVED = f"""
    WITH moved AS ({MOVE}
        WHERE position = %b AND digest = %b AND NOT EXISTS (
            SELECT FROM unnest(%b, %b) AS stream (id, version) WHERE stream.version <> (
                SELECT coalesce(max(e.version), 0) FROM {SCHEMA}.events e WHERE e.stream_id = stream.id))
        RETURNING 1)
    INSERT INTO {SCHEMA}.events ({COLUMNS})
"""

TOGETHER = f"{_MOVED} SELECT rows.* FROM moved, unnest({_ROWS}) AS rows"
"""The same for several events, given as arrays, and their streams."""

INCOMING = "pg_temp.dealtrail_incoming"

MAKE_INCOMING = f"""
    BEGIN;
    CREATE TEMPORARY TABLE IF NOT EXISTS dealtrail_incoming ON COMMIT DELETE ROWS
    AS SELECT {COLUMNS} FROM {SCHEMA}.events WITH NO DATA
"""
"""Begin with the connection's own table that many events are copied to; it is empty when the transaction ends."""

COPY = f"COPY {INCOMING} ({COLUMNS}) FROM STDIN (FORMAT BINARY)"

TAKE = f"{_MOVED} SELECT rows.* FROM moved, {INCOMING} AS rows; COMMIT"
"""The same for the events that were copied, and the end of the transaction."""

End = tuple[int, bytes, int | None]
"""Position, digest and time (µs) of the last event."""


def locked_head(connection: psycopg.Connection[tuple[Any, ...]]) -> psycopg.Cursor[tuple[Any, ...]]:
    """The end of the log, which is ours until the transaction ends."""
    return connection.execute(HEAD, binary=True)


def one_head(row: tuple[Any, ...] | None) -> End:
    if row is None:
        raise Tampered("The log has lost its head, which only tampering can do. Restore it from a backup.")
    position, digest, recorded_at = row
    return position, digest, recorded_at


def recorded(connection: Connection, entries: Sequence[LogEntry]) -> Appended | None:
    """Where exactly these entries are in the log, if they are."""
    found = connection.execute(
        f"SELECT nth, stream_id, version, state, position, recorded_at FROM {SCHEMA}.events "
        "WHERE command_id = ANY(%b) ORDER BY position",
        (list({written(entry.command_id) for entry in entries}),),
        binary=True,
    ).fetchall()
    wanted = [(each.nth, each.originator_id.bytes, each.originator_version, each.state) for each in entries]
    if [tuple(row[:4]) for row in found] != wanted:
        return None
    return Appended(found[0][4], found[0][5])
