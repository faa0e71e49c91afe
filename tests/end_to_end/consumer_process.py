"""A program whose children run a job: each starts by a fork, and dies when it is told to or at a named point.

It reads what to do as JSON lines. The parent never touches Kafka or a database: a child begins with nothing
but what was imported and built.
"""

import faulthandler
import json
import os
import signal
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random
from subprocess import PIPE, Popen
from threading import Event
from time import monotonic, sleep
from typing import Any, Literal

from consumers.jobs.archive import make as make_archive
from consumers.running.applying import Pass
from consumers.running.run import run_job
from consumers.running.state import State
from consumers.wire import Head, incoming
from domain.errors import Unavailable
from engine.deals import Deals
from engine.settings import Settings
from tests.end_to_end.consumer_deaths import (
    Death,
    deadly_consumers,
    deadly_database,
    deadly_job,
    deadly_producers,
)
from tests.end_to_end.consumer_effects import noting
from tests.end_to_end.consumer_feed import feed, record_deals

SESSION = 6_000
"""Milliseconds, the fewest that a broker allows: so soon the partitions of who is dead fall to others."""


@dataclass(frozen=True, slots=True)
class Life:
    """A process of a job: where its state is, whether it keeps its promise, and how it is to die.

    `kind` "markless" takes every event for a new one, "apart" records effects and marks in two transactions. It dies
    at the nth time that it comes to the point `dies`.
    """

    kafka: str
    prefix: str
    state: str
    words: str
    name: str = "a"
    kind: Literal["sound", "markless", "apart"] = "sound"
    instance: str | None = None
    dies: str | None = None
    nth: int = 1
    wrong: tuple[tuple[int, int], ...] = ()
    seconds: float = 0.0
    records: int = 500
    attempts: int = 3
    poll_interval: int = 300_000
    archive: str | None = None


class Children:
    """The other side: starts, signals and waits for processes of a job."""

    def __init__(self, program: Popen[str]) -> None:
        self._program = program

    def start(self, life: Life) -> int:
        """Start a process; its id."""
        return int(self._ask("start", asdict(life)))

    def kill(self, process: int, how: signal.Signals = signal.SIGKILL) -> None:
        """Send it a signal, where it still lives."""
        self._ask("signal", [process, int(how)])

    def wait(self, process: int, seconds: float = 60.0) -> int | None:
        """How it ended: its exit code, or the signal below 0; None where it still runs after so long."""
        ended = self._ask("wait", [process, seconds])
        return None if ended is None else int(ended)

    def _ask(self, what: str, about: object) -> Any:  # noqa: ANN401 - whatever JSON holds
        asked, answered = self._program.stdin, self._program.stdout
        assert asked is not None
        assert answered is not None
        asked.write(json.dumps([what, about]) + "\n")
        asked.flush()
        return json.loads(answered.readline())


@contextmanager
def children(repository: Path) -> Iterator[Children]:
    """A program whose children run jobs; those that live at the end of the block are killed."""
    command = [sys.executable, "-m", "tests.end_to_end.consumer_process"]
    with Popen(command, cwd=repository, stdin=PIPE, stdout=PIPE, text=True) as program:
        yield Children(program)
        assert program.stdin is not None
        program.stdin.close()


class Watched:
    """Writes down what is away: a child has nobody to tell it."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def going_on(self, offsets: dict[int, int]) -> None: ...
    def parked(self, event_id: str, kind: str, reason: str) -> None: ...
    def dead_lettered(self, topic: str, partition: int, offset: int, reason: str) -> None: ...
    def taken_up(self, stream_id: str, left: int) -> None: ...
    def back(self) -> None: ...

    def lost(self, error: Unavailable) -> None:
        with self._file.open("a") as file:
            file.write(f"{error}\n")


def live(life: Life) -> None:
    """Be one process of the job, until SIGTERM."""
    ending = Event()
    signal.signal(signal.SIGTERM, lambda *_: ending.set())
    if life.kind == "markless":
        Pass._mark = _before  # type: ignore[assignment, method-assign]
    death = Death(life.dies, life.nth)
    settings = Settings(kafka=life.kafka, topic_prefix=life.prefix)
    with State.open(life.state, busy_timeout=5) as state:
        apart = state.engine if life.kind == "apart" else None
        if life.archive is None:
            job = deadly_job(noting(life.name, life.wrong, life.seconds, apart), death)
        else:
            job = make_archive({"folder": life.archive, "rows_per_file": 700})
        deadly_database(state.engine, death)
        run_job(
            job,
            settings,
            state,
            ending.is_set,
            Watched(Path(f"{life.words} of what was away")),
            instance=life.instance,
            attempts=life.attempts,
            records=life.records,
            consumers=deadly_consumers(
                death, session_timeout_ms=SESSION, max_poll_interval_ms=life.poll_interval,
                heartbeat_interval_ms=1_000,
            ),
            producers=deadly_producers(death),
        )  # fmt: skip


def _before(_: Pass, head: Head) -> int:
    """What the mark of an event's deal would be if nothing ever came twice or was left out."""
    return head.version - 1


def _forked(life: Life) -> int:
    pid = os.fork()
    if pid:
        return pid
    status = 1
    try:
        with Path(f"{life.words} of where it stood").open("w") as stood:
            # Asked for by whoever has waited for it in vain.
            faulthandler.register(signal.SIGUSR1, stood)
            live(life)
        status = 0
    except BaseException:  # noqa: BLE001 - its last words
        Path(life.words).write_text(traceback.format_exc())
    finally:
        os._exit(status)


def _waited(pid: int, seconds: float) -> int | None:
    deadline = monotonic() + seconds
    while True:
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status)
        if monotonic() > deadline:
            return None
        sleep(0.01)


def _obey() -> None:
    running: set[int] = set()
    for line in sys.stdin:
        what, about = json.loads(line)
        answer: int | None = None
        if what == "start":
            answer = _forked(Life(**{**about, "wrong": tuple(map(tuple, about["wrong"]))}))
            running.add(answer)
        elif what == "signal" and about[0] in running:
            os.kill(*about)
        elif what == "wait":
            answer = _waited(*about)
            if answer is not None:
                running.discard(about[0])
        print(json.dumps(answer), flush=True)  # noqa: T201 - the answer
    for pid in running:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


def _warm_up() -> None:
    """Read an event once, so that no child spends its short life on building validators."""
    with Deals(Settings(store="memory:")) as store:
        record_deals(store, Random(1), deals=[1], events=2)
        for record in feed(store):
            incoming(record.value)


if __name__ == "__main__":
    _warm_up()
    _obey()
