"""Whether the log is what was written: every row against the chain of digests, the end against the head."""

import struct
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from pydantic import BaseModel, ValidationError

from domain.errors import Tampered
from engine.clock import from_micros
from engine.digest import first_digest, next_digest
from engine.log import Head, Log, Row

PAGE = 1_000
BEFORE_ALL = -(2**63) - 1
"""Below every integer that a database holds: rows put in front of the first one are read too."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """A position and its digest, kept outside the store (`dealtrail store anchor`)."""

    position: int
    digest: bytes


def verify(log: Log, anchor: Anchor | None = None, *, progress: Callable[[int], None] | None = None) -> Head:
    """Read the whole log in bounded memory and return its verified head.

    Tampered names the first row that was changed, removed, inserted or moved, rows cut off the
    end, and a log that does not hold the anchor. `progress` is told each page's last position.
    """
    chain = _Chain(log.info.store_id)
    if anchor is not None and anchor.position == 0:
        _check_anchor(anchor, chain.digest)
    for page in _pages(log, chain):
        for row in page:
            chain.take(row)
            if anchor is not None and row.position == anchor.position:
                _check_anchor(anchor, row.digest)
        if progress is not None:
            progress(chain.position)
    if anchor is not None and anchor.position > chain.position:
        raise Tampered(
            f"The log ends at position {chain.position}, before the anchor at {anchor.position}: "
            "rows were cut off its end together with the head."
        )
    return chain.head()


class _Chain:
    """The chain as far as it was read."""

    __slots__ = ("command_id", "digest", "nth", "position", "recorded_at")

    def __init__(self, store_id: UUID) -> None:
        self.digest = first_digest(store_id)
        self.position = 0
        self.recorded_at: int | None = None
        self.command_id: str | None = None
        self.nth = 0

    def head(self) -> Head:
        """The head that a log has that ends here."""
        recorded_at = None if self.recorded_at is None else from_micros(self.recorded_at)
        return Head(self.position, self.digest, recorded_at)

    def take(self, row: Row) -> None:
        """Take the next row, or raise Tampered with what is wrong with it."""
        position, stream_id, version, type_name, state, recorded_at, digest = row[:7]
        expected = self.position + 1
        if position != expected:
            raise _gap(position, expected)
        try:
            right = next_digest(self.digest, position, stream_id, version, recorded_at, type_name, state)
        except (struct.error, TypeError, AttributeError) as error:
            raise _changed(position, f"a column holds what was never written there ({error})") from None
        if right != digest or len(stream_id) != 16:
            raise _changed(position, "its digest does not follow from the row before and its content")
        if self.recorded_at is not None and recorded_at < self.recorded_at:
            raise _changed(position, "it was recorded before the row in front of it")
        nth = self.nth + 1 if row.command_id == self.command_id else 0
        if row.nth != nth:
            raise _changed(position, f"it is event {nth} of its command, its column says {row.nth!r}")
        _check_columns(row)
        self.digest, self.position, self.recorded_at = digest, position, recorded_at
        self.command_id, self.nth = row.command_id, nth


class _Columns(BaseModel):
    """The part of a state that stands in columns too."""

    stream_id: UUID
    version: int
    type: str
    command_id: str


def _check_columns(row: Row) -> None:
    """What stands in columns and in the state is the same."""
    start = f'{_start(row.stream_id)}{row.version},"type":"{row.type}",'.encode()
    # The usual spelling is compared as bytes, anything else is read as JSON.
    if row.state.startswith(start) and f',"command_id":"{row.command_id}",'.encode() in row.state:
        return
    try:
        state = _Columns.model_validate_json(row.state)
    except ValidationError:
        raise _changed(row.position, "its state is no event") from None
    columns = (UUID(bytes=row.stream_id), row.version, row.type, row.command_id)
    told = (state.stream_id, state.version, state.type, state.command_id)
    if told != columns:
        raise _changed(row.position, f"its columns say {columns}, its state says {told}")


def _pages(log: Log, chain: _Chain) -> Iterator[Sequence[Row]]:
    """All rows, also those appended while they are read; then the end of the chain is checked."""
    page = _page(log, BEFORE_ALL)
    while True:
        while page:
            yield page
            page = _page(log, chain.position)
        head = log.head()
        page = _page(log, chain.position)
        if not page:
            _check_end(head, chain.head())
            return


@lru_cache(maxsize=4_096)
def _start(stream_id: bytes) -> str:
    """What the states of a stream begin with, up to the version."""
    return f'{{"stream_id":"{UUID(bytes=stream_id)}","version":'


def _page(log: Log, after: int) -> Sequence[Row]:
    try:
        return log.rows(after, PAGE)
    except Tampered:
        pass
    # Something in this page cannot be read at all. One by one shows at which row.
    try:
        return log.rows(after, 1)
    except Tampered as error:
        raise Tampered(f"The row at position {max(after, 0) + 1} cannot be read: {error}") from error


def _check_end(head: Head, last: Head) -> None:
    if head.position > last.position:
        raise Tampered(
            f"The rows from position {last.position + 1} to {head.position} were removed: "
            "the head remembers them."
        )
    if head.position < last.position:
        raise Tampered(f"The row at position {head.position + 1} was inserted: the head ends before it.")
    if head != last:
        raise Tampered(f"The head at position {head.position} was changed: it is not that of the last row.")


def _check_anchor(anchor: Anchor, digest: bytes) -> None:
    if digest != anchor.digest:
        raise Tampered(
            f"The log is another one than the anchor was taken of: at position {anchor.position} "
            f"its digest is {digest.hex()}, the anchor says {anchor.digest.hex()}. "
            "Rows up to there were changed together with the digests after them."
        )


def _gap(position: int, expected: int) -> Tampered:
    if position < 1:
        return Tampered(f"The row at position {position} was inserted: the log begins at 1.")
    gone = f"rows {expected} to {position - 1} were" if position > expected + 1 else f"row {expected} was"
    return Tampered(f"The {gone} removed: position {position} follows {expected - 1}.")


def _changed(position: int, why: str) -> Tampered:
    return Tampered(f"The row at position {position} was changed, inserted or moved there: {why}.")
