"""What happens to records of one partition inside one transaction: dropped, set aside, or done, each deal in order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import NamedTuple

from sqlalchemy import Connection

from consumers.job import Job
from consumers.running.parking import Aside, Kind
from consumers.running.savepoints import Savepoints, reason
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


class Spoilt(Exception):
    """An event failed, `why` it did, and with it was undone what was done of the records `before` it.

    They are to be seen again, and then that event with `why`: it is not called again.
    """

    def __init__(self, why: str | Unavailable, before: Sequence[Came]) -> None:
        super().__init__(why)
        self.why, self.before = why, before


class Pass:
    """The way of records through one transaction, in order of their offsets. It writes nothing but the job's effects.

    `marks` are those to be written, `aside` the events to be parked, `healed` the parked deals whose
    missing events have come. `failed` is the event that is to be tried again, with all that is after it;
    `away` says that what the job needs is away, and the event in hand is none the worse for it.

    A savepoint of the database takes as long as a small effect. So one stands before all that the job does in
    `apart` seconds, and an event that fails undoes the effects of others too, for a moment: see Spoilt.
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
        apart: float,
    ) -> None:
        self._job, self._connection, self._partition, self._known = job, connection, partition, known
        self._attempts, self._tried, self._apart = attempts, tried, apart
        self._savepoints = Savepoints(connection)
        self._together: list[Delivered] = []
        self.marks: dict[bytes, int] = {}
        self.aside: list[Aside] = []
        self.healed: set[bytes] = set()
        self.failed: Tried | None = None
        self.away: Unavailable | None = None
        self._parked = dict(known.parked)
        self.keep()

    def keep(self) -> None:
        """Let stand what was done so far, whatever becomes of the records from here on."""
        self._savepoints.renew()
        self._keep_at = monotonic() + self._apart
        self._kept = dict(self.marks), list(self.aside), set(self.healed), dict(self._parked)
        self._since: list[Came] = []
        self._called = 0

    def see(self, came: Came, *, together: bool = False, why: str | Unavailable | None = None) -> bool:
        """Do what is to be done with the next record; False where it is to be tried again: see `failed` and `away`.

        With `together` an event waits in the batch until `flush`. `why` is given of an event that has spoilt
        others: it has failed already.
        """
        if monotonic() >= self._keep_at or (self._tried is not None and self._tried.offset == came.offset):
            self.keep()
        goes_on = self._see(came, together=together, why=why)
        self._since.append(came)
        return goes_on

    def flush(self) -> None:
        """Do the batch. Undone where it fails (nobody knows which of its events was wrong), or Unavailable."""
        batch, self._together = self._together, []
        self.keep()
        why = self._savepoints.call(self._call, batch) if batch else None
        if isinstance(why, Unavailable):
            raise why
        if why is not None:
            raise Undone

    def close(self) -> None:
        """There is nothing more to see. TransactionEnded where the job has ended the transaction that it was given."""
        self._savepoints.close()

    def _see(self, came: Came, *, together: bool, why: str | Unavailable | None) -> bool:
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
        if not self._passes_by(head) and not self._do(came, mark, together=together, why=why):
            return False
        if head.stream_id not in self._parked:
            self.marks[head.stream_id] = head.version
        return True

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

    def _do(self, came: Came, mark: int, *, together: bool, why: str | Unavailable | None) -> bool:
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
        if why is None:
            why = self._savepoints.call(self._call, [delivered])
        if why is None:
            self._called += 1
            return True
        if self._called:
            self.marks, self.aside, self.healed, self._parked = self._kept
            raise Spoilt(why, self._since)
        self._keep_at = 0.0  # it has had its turn, also where the next one fails
        if isinstance(why, Unavailable):
            self.away = why
            return False
        return self._failed(came, mark, why)

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
