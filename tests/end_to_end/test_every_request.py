"""Whichever request to PostgreSQL a process dies in, or is cut off in, the next one goes on as if it had not."""

import os
import signal
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from threading import Lock
from typing import Literal

import psycopg
import pytest

from engine.settings import Settings
from tests.end_to_end.crash_scenarios import SCENARIOS, log_of
from tests.end_to_end.doomed import Doomed, Fate, Job, spread, wrong
from tests.servers.postgres import Server, drop_database, new_database
from tests.servers.proxy import Proxy

Fault = Literal[
    "killed, nothing sent",
    "killed, half sent",
    "killed, sent",
    "killed, answered",
    "answer lost",
    "backends terminated",
    "server stopped",
    "silent, nothing sent",
    "silent, sent",
]
FAULTS: tuple[Fault, ...] = Fault.__args__  # type: ignore[attr-defined]

SILENT = "silent"
"""So begin the faults after which a connection is half open: each side waits for the other."""

END_OF_A_STATEMENT = b"D\0\0\0\x06P\0E"
"""What libpq sends by itself when the values before it were many: no request of its own."""

AT_MOST = 12
"""So many requests of each scenario are looked at in the long form, evenly spread; in the short one only one."""


@pytest.fixture(scope="module")
def program(repository: Path) -> Iterator[Doomed]:
    with Doomed(repository) as running:
        yield running


class Trouble:
    """Meets a process at its nth request, as the proxy passes it on; `met`: it has."""

    def __init__(self, server: Server, url: str, fault: Fault | None = None, nth: int = 0) -> None:
        self._server, self._url, self._fault, self._nth = server, url, fault, nth
        self.silent = fault is not None and fault.startswith(SILENT)
        self._awaited = False
        self._at_work = Lock()
        self.process = 0
        self.requests = 0
        self.met = False

    def over(self) -> None:
        """Nothing happens from now on: what is under way is done."""
        with self._at_work:
            self._nth, self._awaited = 0, False

    def arrives(self, said: bytes) -> bytes | None:
        """What of a request arrives; None: nothing does any more on its connection."""
        if said.startswith(END_OF_A_STATEMENT):
            return said
        with self._at_work:
            self.requests += 1
            if self.requests != self._nth:
                return said
            # Those that lose an answer wait for it.
            self._awaited = self._fault in ("killed, answered", "answer lost", "silent, sent")
            self.met = not self._awaited
            return self._struck(said)

    def lost(self, _: bytes) -> bool:
        """Whether the server's answer is lost, and its connection cut."""
        return not self.silent and self._now()

    def unheard(self, _: bytes) -> bool:
        """Whether the server's answer is lost, and whatever else is said on its connection."""
        return self.silent and self._now()

    def _now(self) -> bool:
        """Whether this is the answer that is awaited."""
        with self._at_work:
            if not self._awaited:
                return False
            self._awaited, self.met = False, True
            if self._fault == "killed, answered":
                os.kill(self.process, signal.SIGKILL)
            return True

    def _struck(self, said: bytes) -> bytes | None:
        match self._fault:
            case "killed, nothing sent":
                os.kill(self.process, signal.SIGKILL)
                return b""
            case "killed, half sent":
                os.kill(self.process, signal.SIGKILL)
                return said[: len(said) // 2]
            case "killed, sent":
                os.kill(self.process, signal.SIGKILL)
            case "backends terminated":
                with psycopg.connect(self._url, autocommit=True) as shell:
                    shell.execute(
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
                    )
            case "server stopped":
                self._server.stop_at_once()
                self._server.start()
            case "silent, nothing sent":
                return None
            case "killed, answered" | "answer lost" | "silent, sent" | None:
                pass
        return said


class Prepared:
    """A scenario's store before and after its work was done in peace, and how many requests that took."""

    def __init__(self, program: Doomed, server: Server, scenario: str) -> None:
        self._program, self._server, self._scenario = program, server, scenario
        self._template = new_database(server.url)
        assert program.do(Job(self._template, scenario, doing=False)).done
        with self._copied() as url:
            self.before = log_of(Settings(store=url)) if SCENARIOS[scenario].opens else []
        with self._copied() as url:
            trouble = Trouble(server, url)
            fate = self._met(url, trouble)
            assert (fate.done, fate.refused, fate.words) == (True, 0, "")
            self.requests = trouble.requests
            self.after = log_of(Settings(store=url))

    def cell(self, fault: Fault, nth: int) -> bool:
        """Let a process meet the fault at its nth request; then do its work again and look at what is there.

        Whether it met it: not every request is answered, and what is said in one breath is not always heard so.
        """
        with self._copied() as url:
            trouble = Trouble(self._server, url, fault, nth)
            fate = self._met(url, trouble)
            killed = fault.startswith("killed")
            assert fate.killed <= (trouble.met and killed)
            job = Job(url, self._scenario)
            assert wrong(self._program, job, fate, self.before, self.after) == []
            # Whoever says farewell waits for nothing, and may be gone by then.
            return trouble.met and fate.killed == killed

    def _met(self, url: str, trouble: Trouble) -> Fate:
        """What becomes of a process that does the scenario's work and meets that trouble."""
        with Proxy(url, cut=trouble.lost, unheard=trouble.unheard, arrives=trouble.arrives) as proxy:
            trouble.process = self._program.begin(Job(proxy.url, self._scenario, hasty=trouble.silent))
            fate = self._program.end()
            trouble.over()
            return fate

    @contextmanager
    def _copied(self) -> Iterator[str]:
        """The URL of a database that is as it was before, as long as the block runs."""
        url = new_database(self._server.url, like=self._template)
        yield url
        drop_database(url)


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_a_process_that_dies_or_is_cut_off_in_a_request_leaves_all_or_nothing(
    program: Doomed, postgres_of_our_own: Server, torture: bool, scenario: str
) -> None:
    prepared = Prepared(program, postgres_of_our_own, scenario)
    last = prepared.requests
    chance = Random(scenario)
    cells: Counter[str] = Counter()
    projects = SCENARIOS[scenario].projects
    # The end of a connection to read models that is half open is left to the operating system.
    faults = [fault for fault in FAULTS if not (projects and fault.startswith(SILENT))]
    for fault in chance.sample(faults, 2) if projects and not torture else faults:
        for nth in spread(last, AT_MOST) if torture else [chance.randint(1, last)]:
            cells[fault if prepared.cell(fault, nth) else "not met"] += 1
    assert cells["not met"] <= len(FAULTS) // 3 + cells.total() // 20
    print(f"PostgreSQL, {scenario} in {last} requests: {dict(cells)}")  # noqa: T201 - the figures of `make torture`
