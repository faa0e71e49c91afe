"""`dealtrail projections run` keeps the read models at the end of the log, whatever happens to it or the database."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from urllib.parse import urlsplit, urlunsplit
from uuid import UUID

import psycopg
import pytest

from domain.deal.life import OpenDeal
from domain.deal.outlook import AddNote
from domain.event import Actor
from engine.deals import Deals
from engine.ids import new_id
from engine.settings import Settings
from projections.catalogue import PROJECTIONS
from projections.running.status import status
from projections.running.verifying import verify
from projections.running.views import Views
from tests.interfaces.command_line import CommandLine
from tests.servers.postgres import Server, new_database

RUN = "from interfaces.cli.main import run; run()"
ANNA = Actor(id="anna")
LONG = 60.0
"""Seconds that nothing here takes, also on a busy machine."""


class Following:
    """`dealtrail projections run` as a process, and what it says on stderr."""

    def __init__(self, store: str, repository: Path, *words: str) -> None:
        program = [sys.executable, "-c", RUN, "--store", store, "projections", "run", *words]
        self.process = subprocess.Popen(program, cwd=repository, stderr=subprocess.PIPE, text=True)
        self.wait_for("Following")

    def wait_for(self, words: str) -> str:
        """The next line that holds these words."""
        assert self.process.stderr is not None
        for line in self.process.stderr:
            if words in line:
                return line
        raise AssertionError(f"it ended without saying {words!r}")

    def end(self, how: signal.Signals) -> tuple[int, str]:
        """Its exit code, and what it said last."""
        self.process.send_signal(how)
        _, said = self.process.communicate(timeout=LONG)
        return self.process.returncode, said


@contextmanager
def following(store: str, repository: Path, *words: str) -> Iterator[Following]:
    running = Following(store, repository, *words)
    try:
        yield running
    finally:
        with running.process:
            running.process.kill()


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "postgres":
        database: Callable[[], str] = request.getfixturevalue("empty_database")
        return database()
    return f"sqlite:///{tmp_path}/deals.db"


def opened(deals: Deals, notes: int = 0) -> UUID:
    deal = new_id()
    deals.handle(deal, OpenDeal(title="Deal", owner="anna"), by=ANNA)
    for number in range(notes):
        deals.handle(deal, AddNote(text=f"note {number}"), by=ANNA)
    return deal


def behind(views: Views, deals: Deals) -> int:
    """How many events the last of the read models lacks."""
    return max(each.lag_events for each in status(views, deals, PROJECTIONS))


def until_caught_up(views: Views, deals: Deals) -> float:
    """How many seconds that took."""
    began = monotonic()
    while behind(views, deals):
        assert monotonic() < began + LONG, "it does not follow"
        sleep(0.005)
    return monotonic() - began


def assert_right(views: Views, deals: Deals) -> None:
    assert [each.difference for each in verify(views, deals, PROJECTIONS)] == [None] * len(PROJECTIONS)


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_read_models_follow_what_another_process_records_until_they_are_told_to_stop(
    url: str, repository: Path, how: signal.Signals
) -> None:
    with Deals(Settings(store=url)) as deals:
        opened(deals)
        with following(url, repository, "-v") as running, Views.open(deals) as views:
            running.wait_for("Caught up")
            opened(deals, notes=3)
            until_caught_up(views, deals)
            code, said = running.end(how)
            assert (code, "Stopped after the last page." in said) == (0, True)
            opened(deals)
            assert behind(views, deals) > 0
            assert_right(views, deals)


def test_it_says_nothing_of_each_time_unless_asked(tmp_path: Path, repository: Path) -> None:
    url = f"sqlite:///{tmp_path}/deals.db"
    with Deals(Settings(store=url)) as deals, following(url, repository) as running:
        opened(deals)
        with Views.open(deals) as views:
            sleep(0.5)
            until_caught_up(views, deals)
        _, said = running.end(signal.SIGINT)
        assert said.splitlines() == ["Stopped after the last page."]


def test_it_goes_on_where_a_killed_one_was(url: str, repository: Path) -> None:
    with Deals(Settings(store=url)) as deals:
        opened(deals, notes=5)
        for _ in range(2):
            with following(url, repository, "--interval", "0.1") as running:
                opened(deals, notes=5)
                os.kill(running.process.pid, signal.SIGKILL)
                running.process.wait()
            opened(deals, notes=5)
        with following(url, repository, "-v") as running, Views.open(deals) as views:
            running.wait_for("Caught up")
            until_caught_up(views, deals)
            assert_right(views, deals)


def test_it_outlives_a_restart_of_the_database_and_says_so_once(
    postgres_of_our_own: Server, repository: Path
) -> None:
    url = new_database(postgres_of_our_own.url)
    with Deals(Settings(store=url)) as deals:
        opened(deals, notes=2)
    with following(url, repository, "-v", "--interval", "0.2") as running:
        running.wait_for("Caught up")
        postgres_of_our_own.stop_at_once()
        assert "Trying on until it works." in running.wait_for("Trying on")
        sleep(1)
        postgres_of_our_own.start()
        # Once: the next thing that it says is that it works again.
        assert running.process.stderr is not None
        said = next(line for line in running.process.stderr if "Caught up" not in line)
        assert said == "It works again.\n"
        with Deals(Settings(store=url)) as deals, Views.open(deals) as views:
            opened(deals)
            until_caught_up(views, deals)
            assert_right(views, deals)
        assert running.end(signal.SIGTERM)[0] == 0


def test_a_role_that_owns_nothing_of_the_log_follows_it(
    empty_database: Callable[[], str], repository: Path, run: CommandLine
) -> None:
    as_owner = empty_database()
    role = f"role_{new_id().hex}"
    with psycopg.connect(as_owner, autocommit=True) as connection:
        connection.execute(f"CREATE ROLE {role} LOGIN")
        try:
            run.well("--store", as_owner, "store", "upgrade", "--grant", role)
            parts = urlsplit(as_owner)
            url = urlunsplit(parts._replace(netloc=f"{role}@{parts.hostname}:{parts.port}"))
            with Deals(Settings(store=url)) as deals, following(url, repository, "-v") as running:
                opened(deals, notes=2)
                running.wait_for("Caught up")
                with Views.open(deals) as views:
                    until_caught_up(views, deals)
                    assert_right(views, deals)
                assert running.end(signal.SIGTERM)[0] == 0
        finally:
            connection.execute(f"DROP OWNED BY {role} CASCADE")
            connection.execute(f"DROP ROLE {role}")


def test_a_store_that_is_not_there_is_said_at_once(tmp_path: Path, repository: Path) -> None:
    words = ["--store", f"sqlite:///{tmp_path}/none.db", "projections", "run", "-o", "json"]
    done = subprocess.run(
        [sys.executable, "-c", RUN, *words],
        check=False,
        cwd=repository,
        capture_output=True,
        text=True,
        timeout=LONG,
    )
    assert (done.returncode, json.loads(done.stderr)["type"]) == (3, "urn:dealtrail:not-found")
