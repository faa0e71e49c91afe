"""A topic that grows, and processes of one job that come, die and are replaced; and what came of all that."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from random import Random
from signal import SIGTERM, SIGUSR1
from time import monotonic, sleep
from typing import Any
from uuid import UUID

from sqlalchemy import select

from consumers.running.starting import group_of
from consumers.running.state import PARKED, State
from consumers.running.status import JobStatus, status
from consumers.wire import Outgoing
from engine.deals import Deals
from engine.settings import Settings
from tests.end_to_end.consumer_effects import NAME, TABLES, effects, faults
from tests.end_to_end.consumer_feed import deal, feed, make_topics, record_deals, send, with_repeats
from tests.end_to_end.consumer_process import Children, Life

REPEATS = 0.02
"""How often, per record, some of the last ones are sent again: a relay before ours, or one without transactions."""


class Story:
    """One job on one topic. `store` is where the events are from; `repeats` is how often they come twice."""

    def __init__(
        self,
        children: Children,
        settings: Settings,
        store: Deals,
        state: State,
        url: str,
        folder: Path,
        seed: int,
    ) -> None:
        self.children, self.settings, self.store, self.state = children, settings, store, state
        self.chance = Random(seed)
        self.repeats = REPEATS
        self.job = NAME
        self.poison = self.repeated = 0
        self.url, self._folder = url, folder
        self._sent = 0
        self._lives = 0
        self._started: list[int] = []
        make_topics(settings)

    @property
    def group(self) -> str:
        """The job's name in its state."""
        return group_of(self.job, self.settings)

    def record(self, deals: Sequence[int], events: int, *, poison: int = 0) -> None:
        """Record so many more events of these deals and send them, some twice, and bytes that are none between them."""
        record_deals(self.store, self.chance, deals=deals, events=events)
        new = feed(self.store, self._sent)
        self._sent = self.store.head().position
        records = list(with_repeats(new, self.chance, self.repeats))
        self.repeated += len(records) - len(new)
        for _ in range(poison):
            records.insert(self.chance.randrange(len(records)), self._poisoned(self.chance.choice(new)))
        self.poison += poison
        send(self.settings, records)

    def start(self, name: str = "a", **chosen: Any) -> int:  # noqa: ANN401 - fields of a Life
        """Start a process; its id. Without another wish it has a name of its own in the group, and keeps it."""
        self._lives += 1
        life = Life(
            kafka=self.settings.kafka,
            prefix=self.settings.topic_prefix,
            state=self.url,
            words=str(self._folder / f"words of {self._lives}"),
            **{"name": name, "instance": name, **chosen},
        )
        process = self.children.start(life)
        self._started.append(process)
        return process

    @property
    def words(self) -> str:
        """The last words of processes that ended by an error: there should be none."""
        return "".join(
            each.read_text() for each in sorted(self._folder.glob("words of *")) if each.name[9:].isdecimal()
        )

    def told(self) -> str:
        """How it stands, for whoever reads of a failure."""
        for process in self._started:
            self.children.kill(process, SIGUSR1)
        sleep(1)
        away = "".join(each.read_text() for each in sorted(self._folder.glob("words of *away")))
        stood = "\n".join(each.read_text() for each in sorted(self._folder.glob("words of *stood")))
        return f"{self.status()} {self.words} {away} {stood}"

    def status(self) -> JobStatus:
        """How far the job is."""
        (told,) = status(self.state, self.settings, [self.job])
        return told

    def finish(self, *processes: int, within: float = 60.0) -> None:
        """Let these processes (none: a new one) go on until nothing waits, then stop them as a user would."""
        running = processes or (self.start(),)
        deadline = monotonic() + within
        while (told := self.status()).state == "not started" or told.lag_events or self._released():
            assert monotonic() < deadline, self.told()
            sleep(0.1)
        for process in running:
            self.children.kill(process, SIGTERM)
        for process in running:
            assert self.children.wait(process) == 0, self.told()

    def records(self) -> list[Outgoing]:
        """Every event of a deal as it was sent."""
        return feed(self.store)

    def faults(self, wrong: Sequence[tuple[int, int]] = ()) -> Counter[str]:
        """What is wrong with the effects, where these versions of these deals, and all behind them, are parked."""
        through: dict[UUID, int] = {}
        for stored in self.store.store.rows(0, 1_000_000):
            through[UUID(bytes=stored.stream_id)] = stored.version
        through = {stream: version for stream, version in through.items() if stream in self._deals()}
        parked: dict[UUID, list[int]] = {}
        for nth, version in wrong:
            parked[deal(nth)] = list(range(version, through[deal(nth)] + 1))
            through[deal(nth)] = version - 1
        counted = faults(effects(self.state), through)
        with self.state.reading() as connection:
            found: dict[UUID, list[int]] = {}
            for row in connection.execute(
                select(PARKED.c.stream, PARKED.c.version).order_by(PARKED.c.version)
            ):
                found.setdefault(UUID(bytes=bytes(row.stream)), []).append(row.version)
        counted["parked wrongly"] += found != parked
        return +counted

    def _deals(self) -> set[UUID]:
        return {UUID(record.key.decode()) for record in self.records()}

    def _released(self) -> bool:
        with self.state.reading() as connection:
            waiting = select(PARKED.c.stream).where(PARKED.c.released_at.is_not(None)).limit(1)
            return connection.scalar(waiting) is not None

    def _poisoned(self, record: Outgoing) -> Outgoing:
        whole = record.value
        choices = (
            b"",
            b"\xff\xfe",
            b"{}",
            b"[]",
            whole[: len(whole) // 3],
            whole.replace(b'"version":', b'"version":-'),
        )
        return record._replace(value=self.chance.choice(choices))


@contextmanager
def story(children: Children, settings: Settings, url: str, folder: Path, seed: int) -> Iterator[Story]:
    """A story whose state is at `url`, until the end of the block."""
    with Deals(settings) as store, State.open(url, busy_timeout=30) as state:
        state.make(TABLES)
        yield Story(children, settings, store, state, url, folder, seed)
