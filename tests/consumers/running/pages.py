"""Records of a partition without a broker, and what a job made of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import Column, Connection, Integer, LargeBinary, MetaData, Table, insert, select

from consumers.job import Job
from consumers.kafka_client import Record
from consumers.running import offsets
from consumers.running.applying import Tried
from consumers.running.dead_letters import Dead
from consumers.running.parking import Aside, Place, release
from consumers.running.state import MARKS, PARKED, State
from consumers.running.transaction import APART, Outcome, Page, Transactions
from consumers.wire import Delivered
from domain.deal.life import DealOpened
from domain.deal.outlook import DealNoteAdded
from domain.errors import Unavailable
from domain.event import Event, Recorded
from engine.entries import encode
from tests.end_to_end.consumer_feed import BY, WHEN, deal

NOW = datetime(2026, 3, 1, tzinfo=UTC)
PLACE = Place("testing", "deals", 3)

TABLES = MetaData()
EFFECTS = Table(
    "effects",
    TABLES,
    Column("nth", Integer, primary_key=True),
    Column("stream", LargeBinary(16)),
    Column("version", Integer),
)


@dataclass
class Sent:
    """A record as kafka-python gives it."""

    offset: int
    key: bytes | None
    value: bytes | None
    topic: str = PLACE.topic
    partition: int = PLACE.partition
    timestamp: int = 0
    headers: Sequence[tuple[str, bytes]] = ()


def event(nth: int, version: int, happened: Event | None = None) -> Recorded:
    """An event of the deal of that number: it is opened, then noted upon."""
    opening = DealOpened(title=f"Deal {nth}", pipeline="standard", pipeline_revision=1)
    note = DealNoteAdded(text="the secret of li@example.com")
    return Recorded(
        stream_id=deal(nth),
        version=version,
        occurred_at=WHEN,
        event=happened or (opening if version == 1 else note),
        by=BY,
        channel="python",
        command_id=f"{nth}.{version}",
    )


def record(offset: int, recorded: Recorded) -> Sent:
    """It as a relay sends it, at that offset."""
    head = b'{"position":%d,"recorded_at":"2026-01-01T00:00:00Z",' % (offset + 1)
    return Sent(offset, str(recorded.stream_id).encode(), head + encode(recorded)[1:])


def told(*events: tuple[int, int] | Sent, start: int = 0) -> list[Record]:
    """Records of events given as (deal, version), at offsets that follow each other."""
    return [
        each if isinstance(each, Sent) else record(offset, event(*each))
        for offset, each in enumerate(events, start)
    ]


@dataclass
class Told:
    """A partition of one job, page by page, on a real state."""

    state: State
    job: Job
    started: str = "beginning"
    attempts: int = 2
    apart: float = APART
    dead: list[Dead] = field(default_factory=list)
    kafka_away: bool = False

    def __post_init__(self) -> None:
        self.state.make(TABLES)
        with self.state.writing() as connection:
            offsets.start(connection, PLACE.job, PLACE.topic, self.started, 1, {PLACE.partition: 0})
        self.next_offset = 0

    @property
    def transactions(self) -> Transactions:
        return Transactions(
            job=self.job,
            state=self.state,
            attempts=self.attempts,
            clock=lambda: NOW,
            send=self._send,
            apart=self.apart,
        )

    def page(
        self,
        records: Sequence[Record],
        *,
        tried: Tried | None = None,
        ours: Callable[[], bool] = lambda: True,
        ending: Callable[[], bool] = lambda: False,
    ) -> Outcome:
        """What becomes of these records, which come next."""
        page = Page(
            place=PLACE,
            start=self.next_offset,
            records=records,
            end=records[-1].offset + 1 if records else self.next_offset,
            tried=tried,
        )
        outcome = self.transactions.apply(page, ours, ending)
        self.next_offset = outcome.next_offset
        return outcome

    def release(self, nth: int) -> Sequence[Aside] | None:
        """Somebody releases a deal, and it is taken up; what of it is parked again."""
        stream = deal(nth).bytes
        with self.state.writing() as connection:
            release(connection, PLACE.job, [stream], 1)
        return self.transactions.take_up(PLACE, stream, lambda: True)

    def to_the_end(self, records: Sequence[Record]) -> None:
        """Page after page, as often as it takes, until all of them are done with."""
        tried = None
        while records:
            outcome = self.page(records, tried=tried)
            records, tried = outcome.left, outcome.failed

    @property
    def effects(self) -> list[tuple[int, int]]:
        """What the job wrote, in order: deal and version."""
        with self.state.reading() as connection:
            rows = connection.execute(
                select(EFFECTS.c.stream, EFFECTS.c.version).order_by(EFFECTS.c.nth)
            ).all()
        return [(number(stream), version) for stream, version in rows]

    @property
    def marks(self) -> dict[int, int]:
        """How far each deal is."""
        with self.state.reading() as connection:
            rows = connection.execute(select(MARKS.c.stream, MARKS.c.version)).all()
        return {number(stream): version for stream, version in rows}

    @property
    def parked(self) -> list[tuple[int, int, str]]:
        """What is set aside: deal, version and why it is, in order."""
        with self.state.reading() as connection:
            rows = connection.execute(
                select(PARKED.c.stream, PARKED.c.version, PARKED.c.kind).order_by(PARKED.c.version)
            ).all()
        return sorted((number(stream), version, kind) for stream, version, kind in rows)

    @property
    def stands_at(self) -> int:
        """The next offset, as the state has it."""
        with self.state.reading() as connection:
            return offsets.next_offsets(connection, PLACE.job, PLACE.topic)[PLACE.partition]

    def _send(self, dead: Sequence[Dead]) -> None:
        if dead and self.kafka_away:
            raise Unavailable("Kafka is away.")
        self.dead.extend(dead)


def number(stream: bytes) -> int:
    """The number of a deal."""
    return _NUMBERS[UUID(bytes=bytes(stream))]


_NUMBERS = {deal(nth): nth for nth in range(50)}


def write(recorded: Recorded, connection: Connection) -> None:
    """The effect of an event: a row."""
    connection.execute(insert(EFFECTS), {"stream": recorded.stream_id.bytes, "version": recorded.version})


class Trouble:
    """A job that writes what it gets, and fails for the events that it is told to fail for."""

    def __init__(self, *failing: tuple[int, int]) -> None:
        self.failing = {event(*each).event_id for each in failing}
        self.calls: list[str] = []

    def on_event(self, recorded: Recorded, connection: Connection) -> None:
        self.calls.append(recorded.event_id)
        write(recorded, connection)
        if recorded.event_id in self.failing:
            raise ValueError(f"the secret of {recorded.by.id}")

    def on_batch(self, batch: Sequence[Delivered], connection: Connection) -> None:
        for each in batch:
            self.on_event(each.event, connection)

    def job(self, *, batches: bool) -> Job:
        return (
            Job(name="testing", on_batch=self.on_batch)
            if batches
            else Job(name="testing", on_event=self.on_event)
        )


def failing_line() -> int:
    """Where Trouble raises."""
    code = Trouble.on_event.__code__
    return max(line for _, _, line in code.co_lines() if line is not None)
