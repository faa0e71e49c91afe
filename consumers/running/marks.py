"""The high-water marks of many deals at once: how far each has come, and which of them are parked."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from sqlalchemy import Connection

STREAMS_A_SELECT = 500
"""How many streams one SELECT of SQLite asks for; it bounds the number of parameters."""


MARKS = "SELECT stream, version FROM consumer_marks WHERE job = {} AND stream {}"
FIRST_PARKED = "SELECT stream, min(version) FROM consumer_parked WHERE job = {} AND stream {} GROUP BY stream"

INTO_SQLITE = """
INSERT INTO consumer_marks (job, stream, version) VALUES (?, ?, ?)
ON CONFLICT (job, stream) DO UPDATE SET version = excluded.version
"""
INTO_POSTGRES = """
INSERT INTO consumer_marks (job, stream, version)
SELECT %s::text, stream, version FROM unnest(%s::bytea[], %s::bigint[]) AS given (stream, version)
ON CONFLICT (job, stream) DO UPDATE SET version = excluded.version
"""

# All of this goes straight to the driver: a page has hundreds of deals, and naming every parameter
# takes SQLAlchemy longer than the database takes to answer.


def marks_of(connection: Connection, job: str, streams: Sequence[bytes]) -> dict[bytes, int]:
    """The marks of those of these deals that have one."""
    return _by_stream(connection, MARKS, job, streams)


def first_parked(connection: Connection, job: str, streams: Sequence[bytes]) -> dict[bytes, int]:
    """The lowest version that is parked of those of these deals that are."""
    return _by_stream(connection, FIRST_PARKED, job, streams)


def write_marks(connection: Connection, job: str, marks: Mapping[bytes, int]) -> None:
    """Set the marks of these deals."""
    if not marks:
        return
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(INTO_POSTGRES, (job, list(marks), list(marks.values())))
    else:
        rows = [(job, stream, version) for stream, version in marks.items()]
        connection.exec_driver_sql(INTO_SQLITE, rows)


def _by_stream(connection: Connection, question: str, job: str, streams: Sequence[bytes]) -> dict[bytes, int]:
    found: dict[bytes, int] = {}
    if connection.dialect.name == "postgresql":
        asked = question.format("%s", "= ANY(%s)")
        found.update(_answer(connection, asked, (job, list(streams))))
        return found
    waiting = iter(streams)
    while some := list(islice(waiting, STREAMS_A_SELECT)):
        asked = question.format("?", f"IN ({', '.join('?' * len(some))})")
        found.update(_answer(connection, asked, (job, *some)))
    return found


def _answer(connection: Connection, asked: str, values: tuple[object, ...]) -> Iterator[tuple[bytes, int]]:
    return ((bytes(stream), version) for stream, version in connection.exec_driver_sql(asked, values))
