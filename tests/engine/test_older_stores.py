"""Stores that an earlier dealtrail made are opened, brought to today's tables, and keep every byte of their events."""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql

from domain.errors import Unavailable
from engine.clock import now
from engine.deals import Deals
from engine.postgres import PostgresLog
from engine.settings import Settings
from engine.sqlite_file import StoreFile
from engine.stores import upgrade
from engine.verify import Anchor, verify
from tests.engine.appending import FIRST, at_once, entry
from tests.engine.opening import opened

OLDER = Path(__file__).parent / "older_stores"

SQLITE_END = Anchor(3, bytes.fromhex("bb10472ea370b8054dcf14685c9e562b4ccf31fbbf7d1de2a3f8bd52246450a8"))
"""The end of the log in each file, as the dealtrail that made it said."""

POSTGRESQL_END = Anchor(3, bytes.fromhex("1bb18d2ea1bc3a23ce50d547fd038f642204a00597e016e072a95adc0cd8fa39"))


@pytest.fixture
def older(path: Path) -> Path:
    """A SQLite store of version 1: a pipeline, and a deal with a note."""
    connection = sqlite3.connect(path)
    connection.executescript((OLDER / "version-1.sqlite.sql").read_text("utf-8"))
    connection.close()
    return path


@pytest.fixture
def older_database(empty_database: Callable[[], str]) -> str:
    """The URL of a PostgreSQL store of version 1."""
    url = empty_database()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute((OLDER / "version-1.postgresql.sql").read_bytes())
    return url


def version_of(path: Path) -> int:
    connection = sqlite3.connect(path)
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    connection.close()
    return version


def test_a_sqlite_store_of_version_1_is_upgraded_when_it_is_opened(older: Path) -> None:
    assert version_of(older) == 1
    log = opened(older)
    assert log.info.schema_version == 2
    assert verify(log, SQLITE_END) == log.head()
    log.mark_relayed(3, b"three")
    log.append([entry(FIRST, 1)])
    log.close()
    assert version_of(older) == 2
    again = opened(older)
    assert [mark.position for mark in again.relay_marks()] == [3]
    assert verify(again).position == 4
    again.close()


def test_many_who_open_an_older_store_at_once_upgrade_it_once(older: Path) -> None:
    logs = []
    at_once(8, lambda _: logs.append(opened(older)))
    assert {log.info.schema_version for log in logs} == {2}
    for log in logs:
        log.close()


class ReadOnly(StoreFile):
    """A file that may be read, and nothing else."""

    def connect(self, *, read_only: bool) -> sqlite3.Connection:
        return super().connect(read_only=True)


def test_an_older_store_that_may_not_be_written_is_left_as_it_is(older: Path) -> None:
    info = ReadOnly(older, f"sqlite:///{older}", 5.0).prepare("UTC", now())
    assert (info.schema_version, info.timezone, version_of(older)) == (1, "Asia/Shanghai", 1)


def test_a_postgresql_store_of_version_1_waits_for_its_owner(older_database: str) -> None:
    with pytest.raises(Unavailable, match=r"store version 1.*Let its owner run `dealtrail store upgrade`"):
        PostgresLog(older_database)
    assert upgrade(Settings(store=older_database), now).schema_version == 2
    log = PostgresLog(older_database)
    assert verify(log, POSTGRESQL_END) == log.head()
    log.mark_relayed(3, b"three")
    assert [mark.position for mark in log.relay_marks()] == [3]
    log.close()
    with Deals(Settings(store=older_database)) as deals:
        assert [event.type for event in deals.feed()] == ["PipelineDefined", "DealOpened", "DealNoteAdded"]


def test_who_could_record_before_the_upgrade_can_mark_after_it(older_database: str) -> None:
    name = f"application_{uuid4().hex[:12]}"
    role = sql.Identifier(name)
    with psycopg.connect(older_database, autocommit=True) as shell:
        shell.execute(sql.SQL("CREATE ROLE {} LOGIN").format(role))
        for right in ("USAGE ON SCHEMA dealtrail", "SELECT, INSERT ON dealtrail.events",
                      "SELECT, UPDATE ON dealtrail.log_head", "SELECT ON dealtrail.store"):  # fmt: skip
            shell.execute(sql.SQL("GRANT {} TO {}").format(sql.SQL(right), role))
        upgrade(Settings(store=older_database), now)
        log = PostgresLog(older_database.replace("//dealtrail@", f"//{name}@"))
        log.mark_relayed(3, b"three")
        assert [mark.position for mark in log.relay_marks()] == [3]
        log.close()
        shell.execute(sql.SQL("DROP OWNED BY {}").format(role))
        shell.execute(sql.SQL("DROP ROLE {}").format(role))
