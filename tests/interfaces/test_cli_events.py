"""`dealtrail events tail` passes no event over, also where the log goes back under it."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from psycopg import sql

from domain.deal.life import OpenDeal
from domain.deal.outlook import AddNote
from domain.event import Actor
from engine.deals import Deals
from engine.ids import new_id
from engine.settings import Settings
from tests.interfaces.command_line import CommandLine
from tests.servers.postgres import drop_database, new_database

TAIL = [sys.executable, "-c", "from interfaces.cli.main import run; run()", "events", "tail", "--follow"]
ANNA = Actor(id="anna")


def filled(url: str, end: int) -> None:
    """One deal more, with notes up to that position of the log."""
    deal = new_id()
    with Deals(Settings(store=url)) as deals:
        deals.handle(deal, OpenDeal(title="Lighting", owner="anna"), by=ANNA)
        while deals.head().position < end:
            deals.handle(deal, AddNote(text="called"), by=ANNA)


@pytest.fixture
def behind(postgres_url: str) -> Iterator[tuple[str, str]]:
    """A store of some events, and another server's that has those up to position 5: it is dropped by the test."""
    url = new_database(postgres_url)
    filled(url, 5)
    copy = new_database(postgres_url, like=url)
    filled(url, 9)
    yield url, copy
    drop_database(url)


def take_over(url: str, copy: str) -> None:
    """Where the one server was, the other is now."""
    drop_database(url)
    names = [sql.Identifier(urlsplit(each).path.removeprefix("/")) for each in (copy, url)]
    with psycopg.connect(urlsplit(url)._replace(path="/postgres").geturl(), autocommit=True) as shell:
        shell.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(*names))


@pytest.mark.parametrize(
    ("end", "types"),
    [(7, ()), (9, ("--type", "DealOpened")), (20, ())],
    ids=["shorter", "as long, of one type", "longer"],
)
def test_who_follows_a_log_that_goes_back_is_told_so(
    behind: tuple[str, str], repository: Path, end: int, types: tuple[str, ...]
) -> None:
    url, copy = behind
    filled(copy, end)
    with subprocess.Popen(
        [*TAIL, *types, "--store", url],
        cwd=repository,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as tail:
        assert tail.stdout is not None
        told = [json.loads(tail.stdout.readline())["position"] for _ in range(2 if types else 9)]
        take_over(url, copy)
        out, said = tail.communicate(timeout=90)
    assert told == ([2, 6] if types else list(range(1, 10)))
    assert (tail.returncode, out) == (6, "")
    assert "The event at position 9 of" in said
    assert "Begin again behind a position that it still holds (--after POSITION)" in said


def test_who_begins_behind_the_end_is_told_where_that_is(run: CommandLine) -> None:
    run.opened("Lighting", "--owner", "li.lei")
    end = run.well("events", "tail").lines[-1]["position"]
    assert run.well("events", "tail", "--after", end).out == ""
    done = run("events", "tail", "--after", end + 1)
    assert (done.code, done.out) == (6, "")
    assert f"is not there: the log ends at {end}" in done.err
