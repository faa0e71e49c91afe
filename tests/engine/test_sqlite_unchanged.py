"""The database itself refuses every way of changing what was recorded."""

import sqlite3

import pytest

from engine.sqlite import SqliteLog


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE events SET state = '{}'",
        "UPDATE events SET state = '{}' WHERE position = 2",
        "UPDATE events SET position = 9 WHERE position = 2",
        "UPDATE OR REPLACE events SET position = 3 WHERE position = 2",
        "UPDATE OR IGNORE events SET version = 7",
        "DELETE FROM events",
        "DELETE FROM events WHERE position = 3",
        "UPDATE log_head SET position = 2",
        "UPDATE log_head SET position = 3",
        "UPDATE log_head SET position = NULL",
        "UPDATE log_head SET digest = x'00'",
        "DELETE FROM log_head",
        "INSERT INTO log_head SELECT 2, position, digest, recorded_at FROM log_head",
        "INSERT OR REPLACE INTO log_head SELECT one, 1, digest, recorded_at FROM log_head",
        "UPDATE store SET timezone = 'Asia/Tokyo'",
        "DELETE FROM store",
        "INSERT OR REPLACE INTO store SELECT one, 'x', timezone, created_at FROM store",
    ],
)
@pytest.mark.parametrize("recursive", ["OFF", "ON"])
def test_the_database_itself_refuses_every_change(
    shell: sqlite3.Connection, file_log: SqliteLog, statement: str, recursive: str
) -> None:
    before = file_log.rows(0, 10), file_log.head(), file_log.info
    shell.execute(f"PRAGMA recursive_triggers = {recursive}")
    with pytest.raises(sqlite3.IntegrityError):
        shell.execute(statement)
    assert (file_log.rows(0, 10), file_log.head(), file_log.info) == before


@pytest.mark.parametrize("way", ["INSERT", "INSERT OR REPLACE", "INSERT OR IGNORE", "REPLACE"])
@pytest.mark.parametrize(
    "row",
    [
        "2, stream_id, version, type, state, recorded_at, digest, command_id, nth",
        "4, stream_id, version, type, state, recorded_at, digest, 'other', nth",
        "4, x'00', 1, type, state, recorded_at, digest, command_id, nth",
        "5, x'00', 1, type, state, recorded_at, digest, 'other', nth",
        "0, x'00', 1, type, state, recorded_at, digest, 'other', nth",
        "NULL, x'00', 1, type, state, recorded_at, digest, 'other', nth",
        "4, stream_id, version + 2, type, state, recorded_at, digest, 'other', nth",
    ],
    ids=["same row", "same version", "same command", "gap", "before", "any position", "version left out"],
)
def test_no_way_of_inserting_replaces_a_row(
    shell: sqlite3.Connection, file_log: SqliteLog, way: str, row: str
) -> None:
    before = file_log.rows(0, 10)
    with pytest.raises(sqlite3.IntegrityError):
        shell.execute(f"{way} INTO events SELECT {row}, fingerprint FROM events WHERE position = 2")
    assert file_log.rows(0, 10) == before


def test_without_the_triggers_the_same_statements_do_change_rows(
    shell: sqlite3.Connection, file_log: SqliteLog
) -> None:
    for (name,) in shell.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        shell.execute(f"DROP TRIGGER {name}")
    shell.execute("UPDATE events SET state = '{}' WHERE position = 2")
    shell.execute("REPLACE INTO events SELECT * FROM events WHERE position = 3")
    shell.execute("DELETE FROM events WHERE position = 1")
    assert [row.position for row in file_log.rows(0, 10)] == [2, 3]
