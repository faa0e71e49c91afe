"""Words for tests of the log: entries of made-up deals, and the log's rows as plain values."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread
from uuid import UUID

from domain.deal.life import OpenDeal
from domain.deal.outlook import DealNoteAdded
from domain.event import Actor, Event, Recorded
from domain.values import Money
from engine.log import Log, LogEntry
from engine.mapper import entries_of

OpenLog = Callable[..., Log]

ME = Actor(id="li.lei")
FIRST = UUID("018f0000-0000-7000-8000-000000000001")
SECOND = UUID("018f0000-0000-7000-8000-000000000002")
THIRD = UUID("ffffffff-ffff-4fff-bfff-ffffffffffff")
OPEN = OpenDeal(title="Pumps for Acme", owner="li.lei")
NOON = datetime(2026, 4, 1, 12, tzinfo=UTC)


class SetClock:
    """A clock that stands where a test sets it."""

    def __init__(self, instant: datetime = NOON) -> None:
        self.instant = instant

    def __call__(self) -> datetime:
        return self.instant

    def pass_time(self, **spans: float) -> None:
        self.instant += timedelta(**spans)


def note(stream_id: UUID, version: int, text: str = "called", *, command_id: str | None = None) -> Recorded:
    """A note in a deal; its command id is made of its place where none is given."""
    return Recorded(
        stream_id=stream_id,
        version=version,
        occurred_at=NOON,
        event=DealNoteAdded(text=text),
        by=ME,
        channel="python",
        command_id=command_id or f"{stream_id.hex[-4:]}:{version}",
    )


def entries(*events: Recorded, fingerprint: bytes = b"f" * 32) -> list[LogEntry]:
    """The entries of one command, the first event's."""
    one = [replace(event, command_id=events[0].command_id) for event in events]
    return entries_of(one, fingerprint)


def entry(stream_id: UUID, version: int, text: str = "called", *, command_id: str | None = None) -> LogEntry:
    """The entry of one note that is a command of its own."""
    return entries(note(stream_id, version, text, command_id=command_id))[0]


def fill(log: Log, count: int, streams: int = 3) -> None:
    """`count` notes, spread over some deals, each a transaction of its own."""
    for number in range(count):
        stream_id = UUID(int=(7 << 76) + (2 << 62) + number % streams)
        text = f"第{number}次：{'…' * (number % 7)}"
        log.append([entry(stream_id, number // streams + 1, text, command_id=f"c{number}")])


def places(log: Log) -> list[tuple[int, UUID, int]]:
    """Every row of the log: its position, stream and version."""
    return [(row.position, UUID(bytes=row.stream_id), row.version) for row in log.rows(0, 10**6)]


def usd(amount: str) -> Money:
    """So many dollars."""
    return Money.model_validate({"amount": amount, "currency": "USD"})


def told(events: Iterable[Recorded]) -> list[Event]:
    """What happened, without who, when and where."""
    return [recorded.event for recorded in events]


def at_once(count: int, act: Callable[[int], None]) -> None:
    """`act` in many threads that begin together; the first error of any is raised."""
    barrier = Barrier(count)
    errors: list[BaseException] = []

    def run(number: int) -> None:
        barrier.wait()
        try:
            act(number)
        except BaseException as error:  # noqa: BLE001 - raised below, in the test's own thread
            errors.append(error)

    threads = [Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
