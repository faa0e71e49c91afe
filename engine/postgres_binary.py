"""Many rows in PostgreSQL's binary formats, put together faster than value by value: arrays, and what COPY reads."""

from collections.abc import Sequence
from struct import Struct, pack
from typing import Any

import psycopg
from psycopg.abc import Buffer
from psycopg.adapt import Dumper
from psycopg.pq import Format

from engine.log import Row
from engine.postgres_rows import written

COPY_BEGINS, COPY_ENDS = b"PGCOPY\n\xff\r\n\0" + bytes(8), b"\xff\xff"
"""What stands before and behind the rows in `COPY … (FORMAT BINARY)`."""

_LENGTH = Struct(">i")
_PLACE = Struct(">hiqi16siqi")
_TAKEN = Struct(">iqi32si")
_COMMAND = Struct(">iii")
_BIGINT = Struct(">iq")
_INTEGER = Struct(">ii")


class Array(bytes):
    """A column of many rows, as PostgreSQL reads an array."""


class Bigints(Array): ...


class Integers(Array): ...


class Uuids(Array): ...


class Texts(Array): ...


class Bytes(Array): ...


class _AsItIs(Dumper):
    format = Format.BINARY

    def dump(self, obj: Array) -> Buffer:
        return obj


_DUMPERS = {
    kind: type(f"_{kind.__name__}", (_AsItIs,), {"oid": psycopg.adapters.types[element].array_oid})
    for kind, element in (
        (Bigints, "int8"),
        (Integers, "int4"),
        (Uuids, "uuid"),
        (Texts, "text"),
        (Bytes, "bytea"),
    )
}


def adapted_to_arrays(connection: psycopg.Connection[tuple[Any, ...]]) -> None:
    """Let a connection take arrays as they are."""
    for kind, dumper in _DUMPERS.items():
        connection.adapters.register_dumper(kind, dumper)


def arrays(rows: Sequence[Row]) -> tuple[Array, ...]:
    """The columns of the rows, each an array, in the order of the event table."""
    positions, streams, versions, topics, states, times, digests, commands, nths, fingerprints = zip(
        *rows, strict=True
    )
    return (
        bigints(positions),
        uuids(streams),
        bigints(versions),
        Texts(_array(25, [topic.encode() for topic in topics])),
        Bytes(_array(17, states)),
        bigints(times),
        Bytes(_array(17, digests)),
        Texts(_array(25, [written(command_id).encode() for command_id in commands])),
        Integers(_header(23, len(nths)) + b"".join([_INTEGER.pack(4, nth) for nth in nths])),
        Bytes(_array(17, fingerprints)),
    )


def bigints(numbers: Sequence[int]) -> Bigints:
    """The numbers as an array."""
    return Bigints(_header(20, len(numbers)) + b"".join([_BIGINT.pack(8, number) for number in numbers]))


def uuids(streams: Sequence[bytes]) -> Uuids:
    """Stream ids of 16 bytes each as an array."""
    return Uuids(_array(2950, streams))


def copied(rows: Sequence[Row]) -> bytes:
    """What `COPY … FROM STDIN (FORMAT BINARY)` reads of the rows, between its beginning and its end."""
    return b"".join([part for row in rows for part in _fields(row)])


def _fields(row: Row) -> tuple[bytes, ...]:
    position, stream_id, version, topic, state, recorded_at, digest, command_id, nth, fingerprint = row
    name, command = topic.encode(), written(command_id).encode()
    return (
        _PLACE.pack(10, 8, position, 16, stream_id, 8, version, len(name)),
        name,
        _LENGTH.pack(len(state)),
        state,
        _TAKEN.pack(8, recorded_at, 32, digest, len(command)),
        command,
        _COMMAND.pack(4, nth, len(fingerprint)),
        fingerprint,
    )


def _array(element: int, values: Sequence[bytes]) -> bytes:
    return _header(element, len(values)) + b"".join(
        [part for value in values for part in (_LENGTH.pack(len(value)), value)]
    )


def _header(element: int, count: int) -> bytes:
    # One dimension, no nulls, counted from 1.
    return pack(">iiiii", 1, 0, element, count, 1)
