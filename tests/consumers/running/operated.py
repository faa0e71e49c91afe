"""A job for tests of those who look after jobs: it writes down what it was given, and fails where it is told to."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random
from time import monotonic
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Integer,
    LargeBinary,
    MetaData,
    Select,
    Table,
    func,
    insert,
    select,
)

from consumers.job import Job
from consumers.kafka_client import Consumer, new_consumer
from consumers.running.run import run_job
from consumers.running.state import PARKED, State
from domain.errors import Unavailable
from domain.event import Recorded
from engine.deals import Deals
from engine.settings import Settings
from tests.end_to_end.consumer_feed import deal, feed, record_deals, send

TABLES = MetaData()

EFFECTS = Table(
    "effects",
    TABLES,
    # Also PostgreSQL numbers the effects of one deal in the order in which they were recorded.
    Column("nth", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("stream", LargeBinary(16), nullable=False),
    Column("version", BigInteger, nullable=False),
)

NAME = "noting"
MANY = 7
"""Deals, on several partitions."""
LATER = datetime(2027, 1, 1, tzinfo=UTC)


class Silent:
    """Watches a job and says nothing, except where something is away."""

    def going_on(self, offsets: dict[int, int]) -> None: ...
    def parked(self, event_id: str, kind: str, reason: str) -> None: ...
    def dead_lettered(self, topic: str, partition: int, offset: int, reason: str) -> None: ...
    def taken_up(self, stream_id: str, left: int) -> None: ...
    def lost(self, error: Unavailable) -> None: ...
    def back(self) -> None: ...


@dataclass
class Operated:
    """A store whose feed is on Kafka, and a job that reads it. `wrong` are the versions of deals that fail."""

    settings: Settings
    state: State
    store: Deals
    url: str
    wrong: set[tuple[UUID, int]] = field(default_factory=set)
    sent: int = 0

    @property
    def group(self) -> str:
        return f"{self.settings.topic_prefix}{NAME}"

    def record(self, deals: range, events: int) -> None:
        """Record so many events of these deals and send them."""
        self.record_unsent(deals, events)
        self.send()

    def record_unsent(self, deals: range, events: int) -> None:
        """Record them alone."""
        record_deals(self.store, Random(1), deals=deals, events=events)

    def send(self) -> None:
        """Send what was recorded since the last time."""
        send(self.settings, feed(self.store, self.sent))
        self.sent = self.store.head().position

    def run(self, until: Callable[[], bool], **options: object) -> None:
        """Run the job until that holds."""
        deadline = monotonic() + 30
        held = False

        def stopping() -> bool:
            nonlocal held
            held = held or until()
            return held or monotonic() > deadline

        def consumers(settings: Settings, group: str, **given: object) -> Consumer:
            return new_consumer(settings, group, **{**given, "session_timeout_ms": 6_000})

        job = Job(name=NAME, on_event=self._note, tables=TABLES)
        run_job(
            job,
            self.settings,
            self.state,
            stopping,
            Silent(),
            consumers=consumers,
            attempts=1,
            **options,  # type: ignore[arg-type]
        )
        assert held, f"{self.effects_count()} effects, {self.parked_count()} parked"

    def run_until(self, effects: int, parked: int = 0) -> None:
        """Run the job until there are so many effects and parked events; then it has seen no more than that."""
        self.run(lambda: (self.effects_count(), self.parked_count()) == (effects, parked))

    def effects_count(self) -> int:
        return self._count(select(func.count()).select_from(EFFECTS))

    def parked_count(self) -> int:
        return self._count(select(func.count()).select_from(PARKED))

    def versions(self, nth: int) -> list[int]:
        """The versions of a deal in the order of their effects."""
        chosen = select(EFFECTS.c.version).where(EFFECTS.c.stream == deal(nth).bytes).order_by(EFFECTS.c.nth)
        with self.state.reading() as connection:
            return list(connection.scalars(chosen))

    def _count(self, statement: Select[tuple[int]]) -> int:
        with self.state.reading() as connection:
            return connection.scalar(statement) or 0

    def _note(self, recorded: Recorded, connection: Connection) -> None:
        if (recorded.stream_id, recorded.version) in self.wrong:
            raise ValueError("somebody's name")
        connection.execute(insert(EFFECTS), {"stream": recorded.stream_id.bytes, "version": recorded.version})
