"""The job `webhooks` for tests: events are queued without Kafka, and delivered for as long as a block runs."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Event as Signal
from threading import Thread
from time import monotonic, sleep

from consumers.job import Job
from consumers.jobs.webhooks.job import make
from consumers.jobs.webhooks.log import Attempt, Delivery, Queue, deliveries, delivery, queues
from consumers.running.state import State
from domain.event import Recorded
from engine.clock import now
from tests.consumers.jobs.receiving import SECRET


@dataclass
class MovedClock:
    """The present instant, moved on as a test says."""

    moved: timedelta = timedelta(0)

    def __call__(self) -> datetime:
        return now() + self.moved


@dataclass
class Webhooks:
    """The job over a state, with a clock that can be moved."""

    state: State
    endpoints: Sequence[dict[str, object]]
    clock: MovedClock = field(default_factory=MovedClock)

    def __post_init__(self) -> None:
        self.job: Job = make({"endpoints": list(self.endpoints)}, {}, self.clock)
        assert self.job.tables is not None
        self.state.make(self.job.tables)

    def queue(self, *events: Recorded) -> None:
        """Let the job take note of events, in one transaction."""
        assert self.job.on_event is not None
        with self.state.writing() as connection:
            for each in events:
                self.job.on_event(each, connection)

    @contextmanager
    def delivering(self) -> Iterator[None]:
        """Deliver beside the block, as the job does."""
        stop, errors = Signal(), list[BaseException]()

        def run() -> None:
            assert self.job.alongside is not None
            try:
                self.job.alongside(self.state.engine, stop.is_set)
            except BaseException as error:  # noqa: BLE001 - told below, in the test's own thread
                errors.append(error)

        thread = Thread(target=run)
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join(30)
        assert not thread.is_alive()
        assert not errors, errors

    def delivered_until(self, done: Callable[[], bool]) -> None:
        """Deliver until it is so."""
        with self.delivering():
            until(done)

    def log(self) -> list[Delivery]:
        """All deliveries, the first event first."""
        with self.state.reading() as connection:
            return deliveries(connection, None, None, 1_000_000)[::-1]

    def states(self) -> list[tuple[str, str]]:
        """The type and state of all deliveries, the first event first."""
        return [(each.type, each.state) for each in self.log()]

    def attempts(self, id: str) -> Sequence[Attempt]:
        """All attempts at a delivery."""
        with self.state.reading() as connection:
            return delivery(connection, id)[1]

    def statuses(self, id: str) -> list[int | None]:
        """What a delivery was answered, attempt by attempt."""
        return [each.status for each in self.attempts(id)]

    def queues(self) -> list[Queue]:
        """How all endpoints do."""
        with self.state.reading() as connection:
            return queues(connection, self.clock())

    def queue_of(self, name: str) -> Queue:
        """How one of them does."""
        return next(each for each in self.queues() if each.name == name)

    def settled(self) -> bool:
        """Whether nothing waits any more."""
        return all(each.waiting == 0 for each in self.queues())


def endpoint(url: str, **facts: object) -> dict[str, object]:
    """The configuration of an endpoint at a test's receiver, which begins at the beginning."""
    return {"name": "crm", "url": url, "secret": SECRET, "since": "beginning", **facts}


def until(done: Callable[[], bool], seconds: float = 40) -> None:
    """Wait until it is so; it must become so."""
    deadline = monotonic() + seconds
    while not done():
        assert monotonic() < deadline, "it never became so"
        sleep(0.02)
