"""The chain: every row's digest covers the row and the digest before it (architecture.md, *The store*)."""

from hashlib import sha256
from struct import Struct
from uuid import UUID

_FIXED = Struct(">32sQ16sQqQ")
"""Previous digest, position, stream id, version, recorded_at in µs, length of the type."""


def first_digest(store_id: UUID) -> bytes:
    """What stands before the first row of a store: SHA-256 of the store id's 16 bytes."""
    return sha256(store_id.bytes).digest()


def next_digest(
    previous: bytes,
    position: int,
    stream_id: bytes,
    version: int,
    recorded_at: int,
    type_name: str,
    state: bytes,
) -> bytes:
    """SHA-256(previous ‖ position ‖ stream_id ‖ version ‖ recorded_at ‖ length and bytes of type ‖ state).

    Integers are 8 bytes big-endian, `recorded_at` in microseconds with a sign, `stream_id` 16 bytes.
    Values of another shape raise struct.error, TypeError or AttributeError.
    """
    name = type_name.encode()
    fixed = _FIXED.pack(previous, position, stream_id, version, recorded_at, len(name))
    return sha256(fixed + name + state).digest()
