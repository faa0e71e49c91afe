"""Play events to a job in a test, without a broker: given these events, when the job runs, then these effects."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Self
from uuid import UUID, uuid5
from weakref import finalize

from sqlalchemy import Connection, Table, select

from consumers.job import Job
from consumers.kafka_client import Record
from consumers.running import offsets
from consumers.running.applying import Tried
from consumers.running.parking import Place, release
from consumers.running.state import PARKED, State
from consumers.running.state_database import IN_MEMORY
from consumers.running.transaction import Page, Transactions
from consumers.wire import Delivered, outgoing
from domain.event import Actor, Event, Recorded
from engine.clock import to_micros
from engine.entries import encode
from engine.ids import DEALTRAIL
from engine.log import Row

BEGINNING = datetime(2026, 1, 5, 9, tzinfo=UTC)
"""When version 1 of every played deal happened; each later version happened a day later."""

SOMEBODY = Actor(id="somebody")


def deal(name: str) -> UUID:
    """The id of a deal of that name: the same each time."""
    return uuid5(DEALTRAIL, f"testing {name}")


def happened(name: str, version: int, event: Event, **envelope: object) -> Recorded:
    """An event of a deal, as a job gets it; `envelope` are further or other fields of Recorded (occurred_at, by)."""
    at = BEGINNING + timedelta(days=version - 1)
    plain = Recorded(
        stream_id=deal(name),
        version=version,
        occurred_at=at,
        event=event,
        by=SOMEBODY,
        channel="python",
        command_id=f"{name}-{version}",
        recorded_at=at,
    )
    return replace(plain, **envelope)  # type: ignore[arg-type]


def story(name: str, *events: Event) -> list[Recorded]:
    """The story of a deal: these events are its versions 1, 2, and so on, a day apart."""
    return [happened(name, version, event) for version, event in enumerate(events, start=1)]


def failing(job: Job, *names: str) -> Job:
    """The same job, but that it fails after whatever it did for an event of these deals."""
    those = frozenset(map(deal, names))

    def check(events: Sequence[Recorded]) -> None:
        if not those.isdisjoint(each.stream_id for each in events):
            raise RuntimeError("fails as the test wants it")

    on_event, on_batch = job.on_event, job.on_batch

    def one(recorded: Recorded, connection: Connection) -> None:
        if on_event is not None:
            on_event(recorded, connection)
        check([recorded])

    def many(batch: Sequence[Delivered], connection: Connection) -> None:
        if on_batch is not None:
            on_batch(batch, connection)
        check([each.event for each in batch])

    return replace(job, on_event=one) if on_batch is None else replace(job, on_batch=many)


def given(*events: Recorded) -> "Given":
    """What comes from Kafka, in this order: leave one out for a gap, name one twice for a repeat."""
    return Given(events)


@dataclass(frozen=True, slots=True)
class Given:
    """Events on their way to a job."""

    events: Sequence[Recorded]

    def when(self, job: Job, *, attempts: int = 1) -> "Played":
        """Run `job` over them, on a state of its own in memory. An event that fails `attempts` times parks its deal."""
        return Played(job, attempts).and_then(*self.events)


@dataclass
class Played:
    """A job that has done what came so far."""

    job: Job
    attempts: int
    state: State = field(default_factory=lambda: State.open(IN_MEMORY))
    _came: list[Recorded] = field(default_factory=list)

    def __post_init__(self) -> None:
        finalize(self, self.state.close)
        self._place = Place(self.job.name, self.job.reads, 0)
        if self.job.tables is not None:
            self.state.make(self.job.tables)
        with self.state.writing() as connection:
            offsets.start(connection, self._place.job, self._place.topic, self.job.starts, 0, {0: 0})
        if self.job.on_assigned is not None:
            self.job.on_assigned({0: 0})

    def and_then(self, *events: Recorded) -> Self:
        """These come too."""
        start = len(self._came)
        self._came.extend(events)
        left: Sequence[Record] = [self._record(offset) for offset in range(start, len(self._came))]
        tried: Tried | None = None
        while left:
            place, end = self._place, len(self._came)
            page = Page(place=place, start=left[0].offset, records=left, end=end, tried=tried)
            outcome = self._transactions.apply(page, lambda: True, lambda: False)
            left, tried = outcome.left, outcome.failed
        return self

    def again(self) -> Self:
        """All that came comes once more, as after a crash that nobody remembers."""
        return self.and_then(*self._came)

    def released(self, *names: str, job: Job | None = None) -> Self:
        """Somebody releases these deals; `job` is the mended one, which does them and all that comes now."""
        self.job = job or self.job
        for stream in (deal(name).bytes for name in names):
            with self.state.writing() as connection:
                release(connection, self._place.job, [stream], 0)
            self._transactions.take_up(self._place, stream, lambda: True)
        return self

    def rows(self, table: Table) -> list[dict[str, object]]:
        """What a table of the job holds."""
        with self.state.reading() as connection:
            return [dict(row) for row in connection.execute(select(table)).mappings()]

    def then(self, table: Table, *rows: Mapping[str, object]) -> Self:
        """The table holds exactly these rows, in the order in which they lie there; AssertionError where not.

        Of each row only the columns are compared that are named.
        """
        found = self.rows(table)
        shown = [{name: row[name] for name in wanted} for row, wanted in zip(found, rows, strict=False)]
        if len(found) != len(rows) or shown != list(map(dict, rows)):
            raise AssertionError(f"{table.name} holds {found}, and should hold {list(rows)}")
        return self

    def then_parked(self, *events: tuple[str, int]) -> Self:
        """Exactly these events (the deal's name and a version) are parked; AssertionError where others are."""
        with self.state.reading() as connection:
            rows = connection.execute(select(PARKED.c.stream, PARKED.c.version)).all()
        found = sorted((UUID(bytes=bytes(stream)), version) for stream, version in rows)
        if found != sorted((deal(name), version) for name, version in events):
            known = {each.stream_id: each.command_id.rpartition("-")[0] for each in self._came}
            raise AssertionError(
                f"parked are {[(known[stream], version) for stream, version in found]}, and should be {list(events)}"
            )
        return self

    @property
    def _transactions(self) -> Transactions:
        return Transactions(
            job=self.job,
            state=self.state,
            attempts=self.attempts,
            clock=lambda: BEGINNING,
            send=lambda _: None,  # whatever is played here can be read
        )

    def _record(self, offset: int) -> Record:
        event = self._came[offset]
        position = next(nth for nth, each in enumerate(self._came, start=1) if each == event)
        row = Row(
            position=event.position or position,
            stream_id=event.stream_id.bytes,
            version=event.version,
            type=event.type,
            state=encode(event),
            recorded_at=to_micros(event.recorded_at or BEGINNING),
            digest=b"",
            command_id=event.command_id,
            nth=0,
            fingerprint=b"",
        )
        sent = outgoing(row, DEALTRAIL)
        return _Played(offset, sent.key, sent.value, sent.headers, self._place.topic)


@dataclass
class _Played:
    """A record as Kafka would give it."""

    offset: int
    key: bytes | None
    value: bytes | None
    headers: Sequence[tuple[str, bytes]]
    topic: str
    partition: int = 0
    timestamp: int = 0
