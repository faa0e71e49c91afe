"""A program whose children do what a scenario says, and meet a fault on the way.

It reads jobs as JSON lines and forks a child for each, so that a death costs a fork and no start of Python. It says
the child's number, waits for a line, lets the child begin, and says what became of it.
"""

import json
import os
import sys
import traceback
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from subprocess import PIPE, Popen
from tempfile import TemporaryDirectory
from time import sleep
from typing import Self

from domain.errors import Unavailable
from engine import postgres_database
from engine.settings import Settings
from tests.end_to_end.crash_scenarios import SCENARIOS, UNSOUND, Told, differing_read_models, log_of
from tests.end_to_end.sqlite_writes import Fault, Writes

ALL = {**SCENARIOS, **UNSOUND}

PATIENCE = 20
"""So often whoever lives on tries again, twenty times a second."""


@dataclass(frozen=True, slots=True)
class Job:
    """`doing` the scenario's work in the store, or what comes `before` it; SQLite's nth write meets the fault.

    `hasty`: it does not wait long for PostgreSQL, nor PostgreSQL for it.
    """

    store: str
    scenario: str
    doing: bool = True
    fault: Fault | None = None
    nth: int = 0
    hasty: bool = False


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of a child: whether SIGKILL ended it, whether it had done its work, how often it was refused.

    `words` are those of an error that nobody expected; `writes`: how often SQLite wrote.
    """

    killed: bool
    done: bool = False
    refused: int = 0
    words: str = ""
    writes: int = 0


class Doomed:
    """The running program."""

    def __init__(self, folder: Path) -> None:
        self._running = Popen(
            [sys.executable, "-m", "tests.end_to_end.doomed"], cwd=folder, stdin=PIPE, stdout=PIPE, text=True
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        assert self._running.stdin is not None
        self._running.stdin.close()
        self._running.__exit__(None, None, None)

    def begin(self, job: Job) -> int:
        """A child for the job, which waits for `end`; its process id."""
        self._say(json.dumps(asdict(job)))
        return int(self._heard())

    def end(self) -> Fate:
        """Let the child do its job; what became of it."""
        self._say("go")
        return Fate(**json.loads(self._heard()))

    def do(self, job: Job) -> Fate:
        """Both."""
        self.begin(job)
        return self.end()

    def _say(self, line: str) -> None:
        assert self._running.stdin is not None
        self._running.stdin.write(f"{line}\n")
        self._running.stdin.flush()

    def _heard(self) -> str:
        assert self._running.stdout is not None
        return self._running.stdout.readline()


def spread(last: int, most: int) -> list[int]:
    """At most so many of the numbers from 1 to the last, evenly spread."""
    return [1 + nth * last // most for nth in range(most)] if last > most else list(range(1, last + 1))


def wrong(program: Doomed, job: Job, fate: Fate, before: list[Told], after: list[Told]) -> list[str]:
    """What is not as it should be after that fate, and when the work was done again; nothing, if all is well.

    The log is the one before or the one after, and the one after if the work was done, or is done again.
    """
    settings, scenario = Settings(store=job.store), ALL[job.scenario]
    found = [fate.words] if fate.words else []
    if scenario.opens:
        log = log_of(settings)
        if fate.done and log != after:
            found.append("lost")
        elif log not in (before, after):
            found.append("torn")
    again = program.do(replace(job, fault=None))
    if not again.done or again.refused or log_of(settings) != after:
        found.append(f"not done again: {again}")
    return [*found, *(differing_read_models(settings) if scenario.projects else ())]


def work(job: Job) -> Fate:
    """Be the child."""
    writes = Writes(job.fault, job.nth) if job.store.startswith("sqlite") else None
    scenario, settings = ALL[job.scenario], Settings(store=job.store, busy_timeout=0.5 if job.hasty else 5)
    if job.hasty:
        postgres_database.SILENCE, postgres_database.FROZEN = 0.5, "1s"
    refused = 0
    while True:
        try:
            (scenario.doing if job.doing else scenario.before)(settings)
        except Unavailable:
            if refused == PATIENCE:
                raise
            refused += 1
            if writes is not None:
                writes.full = False  # somebody has made room
            sleep(0.05)
        else:
            seen = 0 if writes is None else writes.seen
            return Fate(killed=False, done=True, refused=refused, writes=seen)


def forked(job: Job) -> tuple[int, int, int]:
    """A child that waits: its id, the pipe that lets it begin, and the one on which it tells its fate."""
    begins, begin = os.pipe()
    hears, tells = os.pipe()
    pid = os.fork()
    if pid:
        os.close(begins)
        os.close(tells)
        return pid, begin, hears
    try:
        os.read(begins, 1)
        fate = work(job)
    except BaseException:  # noqa: BLE001 - its last words
        fate = Fate(killed=False, words=traceback.format_exc())
    os.write(tells, json.dumps(asdict(fate)).encode())
    os._exit(0)


def play(job: Job) -> Fate:
    """Fork, wait for the word, and see."""
    pid, begin, hears = forked(job)
    print(pid, flush=True)  # noqa: T201 - the answer
    sys.stdin.readline()
    os.write(begin, b"!")
    told = b""
    while some := os.read(hears, 65_536):
        told += some
    os.close(begin)
    os.close(hears)
    status = os.waitpid(pid, 0)[1]
    return Fate(**{**json.loads(told or b"{}"), "killed": os.WIFSIGNALED(status)})


def warm_up() -> None:
    """Do everything once, so that no child spends its life on building validators and statements."""
    with TemporaryDirectory() as folder:
        for nth, scenario in enumerate(SCENARIOS.values()):
            settings = Settings(store=f"sqlite:///{folder}/{nth}.db")
            scenario.before(settings)
            scenario.doing(settings)


if __name__ == "__main__":
    warm_up()
    while line := sys.stdin.readline():
        print(json.dumps(asdict(play(Job(**json.loads(line))))), flush=True)  # noqa: T201 - the answer
