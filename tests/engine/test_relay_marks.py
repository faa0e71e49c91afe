"""How far the relay had come is remembered by every store, and never changed there."""

import sqlite3
from collections.abc import Callable
from datetime import timedelta

import psycopg
import pytest
from psycopg import errors

from domain.errors import Unavailable
from engine.clock import now
from engine.log import Log
from engine.postgres import PostgresLog
from engine.relay_mark import RelayMark
from engine.settings import Settings
from engine.sqlite import SqliteLog
from engine.stores import upgrade
from tests.engine.appending import NOON, OpenLog, SetClock, fill

LATER = NOON + timedelta(days=1)


def test_a_store_that_was_never_relayed_has_no_marks(log: Log) -> None:
    assert log.relay_marks() == []


def test_marks_are_remembered_the_newest_first(log: Log, clock: SetClock) -> None:
    fill(log, 3)
    log.mark_relayed(2, b"two")
    clock.pass_time(days=1)
    log.mark_relayed(3, b"three")
    log.mark_relayed(3, b"three")
    three = RelayMark(3, b"three", LATER)
    assert log.relay_marks() == [three, three, RelayMark(2, b"two", NOON)]
    assert log.relay_marks(1) == [three]


def test_the_last_ten_marks_are_told_where_nobody_asks_for_more(log: Log) -> None:
    for position in range(12):
        log.mark_relayed(position, b"digest")
    assert [mark.position for mark in log.relay_marks()] == list(range(11, 1, -1))
    assert [mark.position for mark in log.relay_marks(100)] == list(range(11, -1, -1))


def test_a_mark_is_no_event(log: Log) -> None:
    fill(log, 2)
    before = log.head(), log.rows(0, 10)
    log.mark_relayed(2, b"two")
    assert (log.head(), log.rows(0, 10)) == before


def test_a_closed_store_takes_no_marks(open_log: OpenLog) -> None:
    log = open_log()
    log.close()
    with pytest.raises(Unavailable, match="was closed"):
        log.mark_relayed(1, b"one")
    with pytest.raises(Unavailable, match="was closed"):
        log.relay_marks()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE relay_marks SET position = 9",
        "DELETE FROM relay_marks",
        "INSERT OR REPLACE INTO relay_marks VALUES (1, 9, x'00', 0)",
        "INSERT OR IGNORE INTO relay_marks VALUES (1, 9, x'00', 0)",
    ],
)
def test_sqlite_itself_refuses_to_change_a_mark(
    shell: sqlite3.Connection, file_log: SqliteLog, statement: str
) -> None:
    file_log.mark_relayed(2, b"two")
    before = file_log.relay_marks()
    with pytest.raises(sqlite3.IntegrityError, match="marks of the relay"):
        shell.execute(statement)
    assert file_log.relay_marks() == before


@pytest.mark.parametrize(
    "statement",
    ["UPDATE {} SET position = 9", "DELETE FROM {}", "TRUNCATE {}"],
)
def test_postgresql_itself_refuses_to_change_a_mark(
    empty_database: Callable[[], str], statement: str
) -> None:
    url = empty_database()
    log = PostgresLog(url)
    log.mark_relayed(2, b"two")
    before = log.relay_marks()
    with (
        psycopg.connect(url, autocommit=True) as shell,
        pytest.raises(errors.RaiseException, match="marks of the relay are only added"),
    ):
        shell.execute(statement.format("dealtrail.relay_marks").encode())
    assert log.relay_marks() == before
    log.close()


def test_without_the_triggers_the_same_statements_do_change_marks(
    shell: sqlite3.Connection, file_log: SqliteLog
) -> None:
    file_log.mark_relayed(2, b"two")
    for rule in ("only_added", "never_changed", "never_deleted"):
        shell.execute(f"DROP TRIGGER relay_marks_are_{rule}")
    shell.execute("UPDATE relay_marks SET position = 9")
    assert [mark.position for mark in file_log.relay_marks()] == [9]
    shell.execute("INSERT OR REPLACE INTO relay_marks VALUES (1, 8, x'00', 0)")
    assert [mark.position for mark in file_log.relay_marks()] == [8]
    shell.execute("DELETE FROM relay_marks")
    assert file_log.relay_marks() == []


def test_to_make_a_store_twice_keeps_its_marks(empty_database: Callable[[], str]) -> None:
    url = empty_database()
    log = PostgresLog(url)
    log.mark_relayed(2, b"two")
    upgrade(Settings(store=url), now)
    assert [mark.position for mark in log.relay_marks()] == [2]
    log.close()
