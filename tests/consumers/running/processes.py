"""Processes of a job, each in a thread of this one, on a real broker."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from random import Random
from threading import Event, Thread
from time import monotonic, sleep
from typing import Any

from sqlalchemy import func, select

from consumers.job import Job
from consumers.kafka_client import Consumer, new_consumer
from consumers.running.run import run_job
from consumers.running.state import State
from domain.errors import Unavailable
from engine.deals import Deals
from engine.settings import Settings
from tests.consumers.running.pages import EFFECTS, TABLES, number, write
from tests.end_to_end.consumer_feed import feed, make_topics, record_deals, send

WITHIN = 30.0
"""Seconds after which a test gives up."""


FAST = {"session_timeout_ms": 6_000, "heartbeat_interval_ms": 500}
"""Milliseconds: another process gets the partitions of one that is gone sooner than in earnest."""


class Seen:
    """Watches a job and remembers what it was told."""

    def __init__(self) -> None:
        self.offsets: list[dict[int, int]] = []
        self.aside: list[tuple[str, str]] = []
        self.dead: list[tuple[int, str]] = []
        self.tried_again: list[int] = []
        self.availability: list[str] = []

    def going_on(self, offsets: dict[int, int]) -> None:
        self.offsets.append(offsets)

    def parked(self, event_id: str, kind: str, reason: str) -> None:
        self.aside.append((event_id, kind))

    def dead_lettered(self, topic: str, partition: int, offset: int, reason: str) -> None:
        self.dead.append((offset, reason))

    def taken_up(self, stream_id: str, left: int) -> None:
        self.tried_again.append(left)

    def lost(self, error: Unavailable) -> None:
        self.availability.append(f"lost: {error}")

    def back(self) -> None:
        self.availability.append("back")


class Process:
    """One process of a job."""

    def __init__(self, job: Job, settings: Settings, state: State, options: dict[str, object]) -> None:
        self.seen = Seen()
        self.error: BaseException | None = None
        self._stop = Event()
        self._thread = Thread(target=self._run, args=(job, settings, state, options))
        self._thread.start()

    @property
    def runs(self) -> bool:
        return self._thread.is_alive()

    def stop(self) -> None:
        """As SIGTERM does."""
        self._stop.set()
        self._thread.join(WITHIN)
        assert not self.runs

    def _run(self, job: Job, settings: Settings, state: State, options: dict[str, object]) -> None:
        client = options.pop("client", {})
        dressed: Any = options.pop("dressed", lambda consumer: consumer)

        def consumers(settings: Settings, group: str, **given: object) -> Consumer:
            made: Consumer = dressed(new_consumer(settings, group, **{**given, **FAST, **client}))  # type: ignore[dict-item]
            return made

        try:
            run_job(job, settings, state, self._stop.is_set, self.seen, consumers=consumers, **options)  # type: ignore[arg-type]
        except BaseException as error:  # noqa: BLE001 - the test looks at it
            self.error = error


@contextmanager
def process(job: Job, settings: Settings, state: State, **options: object) -> Iterator[Process]:
    """A process of the job, until the end of the block; its error is raised there."""
    state.make(TABLES)
    running = Process(job, settings, state, options)
    try:
        yield running
    finally:
        running.stop()
    if running.error is not None:
        raise running.error


def wait_until(holds: Callable[[], bool]) -> None:
    """Returns when it does; fails after WITHIN."""
    deadline = monotonic() + WITHIN
    while not holds():
        assert monotonic() < deadline
        sleep(0.02)


def effects(state: State) -> dict[int, list[int]]:
    """The versions of each deal in the order of their effects."""
    found: dict[int, list[int]] = {}
    with state.reading() as connection:
        for row in connection.execute(select(EFFECTS).order_by(EFFECTS.c.nth)):
            found.setdefault(number(row.stream), []).append(row.version)
    return found


def count(state: State) -> int:
    """How many effects there are."""
    with state.reading() as connection:
        return connection.scalar(select(func.count()).select_from(EFFECTS)) or 0


class Feed:
    """A store whose events are on Kafka."""

    def __init__(self, settings: Settings) -> None:
        make_topics(settings)
        self._settings, self._store, self._sent = settings, Deals(settings), 0

    def goes_on(self, deals: range, events: int) -> None:
        """So many more events of these deals."""
        record_deals(self._store, Random(1), deals=deals, events=events)
        send(self._settings, feed(self._store, self._sent))
        self._sent = self._store.head().position


def writing(**options: object) -> Job:
    """The job that writes down what it gets."""
    return Job(**{"name": "writing", "on_event": write, "tables": TABLES, **options})  # type: ignore[arg-type]
