"""What happens to records of one partition inside one transaction: dropped, set aside, or done, each deal in order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import Connection

from consumers.job import Job
from consumers.running.parking import Aside, Kind
from consumers.running.savepoints import Away, Savepoints, reason
from consumers.wire import Delivered, Head, decoded
from domain.errors import StoreNewer, Tampered, Unavailable

CORRECTING = frozenset({"EventCorrected", "EventRetracted"})
"""Types of events that are about events of other types."""


class Came(NamedTuple):
    """A record with the head of its event."""

    head: Head
    offset: int
    value: bytes


class Tried(NamedTuple):
    """How often the event at an offset was tried, and failed."""

    offset: int
    times: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the state knew of the deals of a page before it.

    `parked` holds the lowest parked version of those that are. A deal without a mark begins with
    version 1, unless it may begin with `any_version`.
    """

    marks: Mapping[bytes, int]
    parked: Mapping[bytes, int]
    any_version: bool


class Undone(Exception):
    """A batch failed: what the pass did is to be rolled back, and its events to be done one by one."""


class Pass:
    """The way of records through one transaction, in order of their offsets. It writes nothing but the job's effects.

    `marks` are those to be written, `aside` the events to be parked, `healed` the parked deals whose
    missing events have come. `failed` is the event that is to be tried again, with all that is after it;
    `away` says that what the job needs is away, and the event in hand is none the worse for it.
    """

    def __init__(
        self,
        job: Job,
        connection: Connection,
        partition: int,
        known: Known,
        *,
        attempts: int,
        tried: Tried | None,
    ) -> None:
        self._job, self._connection, self._partition, self._known = job, connection, partition, known
        self._attempts, self._tried = attempts, tried
        self._savepoints = Savepoints(connection)
        self._together: list[Delivered] = []
        self.marks: dict[bytes, int] = {}
        self.aside: list[Aside] = []
        self.healed: set[bytes] = set()
        self.failed: Tried | None = None
        self.away: Unavailable | None = None
        self._parked = dict(known.parked)

    def see(self, came: Came, *, together: bool = False) -> bool:
        """Do what is to be done with the next record; False where it is to be tried again: see `failed` and `away`.

        With `together` an event waits in the batch until `flush`.
        """
        head = came.head
        mark = self._mark(head)
        if head.version <= mark:
            return True
        if head.stream_id in self._parked:
            self._join(came, mark)
            return True
        if head.version > mark + 1:
            self._park(
                came, mark, "gap", f"after version {mark} comes {head.version}: what is between did not come"
            )
            return True
        if not self._passes_by(head) and not self._do(came, mark, together=together):
            return False
        if head.stream_id not in self._parked:
            self.marks[head.stream_id] = head.version
        return True

    def flush(self) -> None:
        """Do the batch. Undone where it fails (nobody knows which of its events was wrong), or Unavailable."""
        batch, self._together = self._together, []
        try:
            why = self._savepoints.call(self._call, batch) if batch else None
        except Away as away:
            raise away.error from None
        if why is not None:
            raise Undone

    def _mark(self, head: Head) -> int:
        mark = self.marks.get(head.stream_id)
        if mark is None:
            mark = self._known.marks.get(head.stream_id)
        if mark is None:
            return head.version - 1 if self._known.any_version else 0
        return mark

    def _passes_by(self, head: Head) -> bool:
        """Whether the job is not about it; of an event of another type nothing more is read than its head."""
        types = self._job.types
        return bool(types) and head.type not in types and head.type not in CORRECTING

    def _do(self, came: Came, mark: int, *, together: bool) -> bool:
        try:
            event = decoded(came.head, came.value)
        except (StoreNewer, Tampered) as error:
            self._park(came, mark, "unreadable", reason(error))
            return True
        if not self._job.wants(event):
            return True
        delivered = Delivered(event, self._partition, came.offset, came.value)
        if together:
            self._together.append(delivered)
            return True
        try:
            why = self._savepoints.call(self._call, [delivered])
        except Away as away:
            self.away = away.error
            return False
        return why is None or self._failed(came, mark, why)

    def _call(self, batch: Sequence[Delivered]) -> None:
        if self._job.on_batch is not None:
            self._job.on_batch(batch, self._connection)
        elif self._job.on_event is not None:
            for each in batch:
                self._job.on_event(each.event, self._connection)

    def _failed(self, came: Came, mark: int, why: str) -> bool:
        """Whether that was the last attempt, and the deal is parked now."""
        again = self._tried is not None and self._tried.offset == came.offset
        times = 1 + (self._tried.times if again and self._tried is not None else 0)
        if times < self._attempts:
            self.failed = Tried(came.offset, times, why)
            return False
        self._park(came, mark, "failed", why)
        return True

    def _park(self, came: Came, mark: int, kind: Kind, why: str) -> None:
        self.marks[came.head.stream_id] = mark
        self._parked[came.head.stream_id] = came.head.version
        self.aside.append(Aside(came.head, came.offset, came.value, kind, why))

    def _join(self, came: Came, mark: int) -> None:
        first = self._parked[came.head.stream_id]
        self.aside.append(Aside(came.head, came.offset, came.value, "behind", f"version {first} is parked"))
        if mark + 1 == came.head.version < first:
            self.healed.add(came.head.stream_id)
