"""A backup is a whole copy of a store that is in use, or there is none."""

import os
import resource
import signal
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from shlex import split

import pytest

from domain.errors import BadInput, Tampered, Unavailable
from engine.backup import backup
from engine.memory import MemoryLog
from engine.postgres import PostgresLog
from engine.sqlite import SqliteLog
from engine.verify import Anchor, verify
from tests.engine.appending import FIRST, SECOND, entry, fill
from tests.engine.opening import opened


@pytest.fixture
def log(tmp_path: Path) -> Iterator[SqliteLog]:
    """A store of twenty events."""
    with closing(opened(tmp_path / "deals.db")) as log:
        fill(log, 20)
        yield log


def test_a_backup_is_the_same_log_and_goes_on_alone(log: SqliteLog, tmp_path: Path) -> None:
    head = backup(log, tmp_path / "copy.db")
    assert head == log.head()
    with closing(opened(tmp_path / "copy.db")) as copy:
        assert copy.info.store_id == log.info.store_id
        assert copy.rows(0, 100) == log.rows(0, 100)
        log.append([entry(FIRST, 1)])
        assert verify(copy, Anchor(head.position, head.digest)) == head
        assert copy.append([entry(SECOND, 1)]).first == head.position + 1


def test_a_backup_is_one_file_with_nothing_beside_it(log: SqliteLog, tmp_path: Path) -> None:
    (tmp_path / "backups").mkdir()
    backup(log, tmp_path / "backups" / "copy.db")
    assert [path.name for path in (tmp_path / "backups").iterdir()] == ["copy.db"]


def test_an_empty_store_has_a_backup_too(tmp_path: Path) -> None:
    with closing(opened(tmp_path / "new.db")) as log:
        assert backup(log, tmp_path / "copy.db") == log.head()


def test_a_store_is_copied_while_somebody_records(log: SqliteLog, tmp_path: Path) -> None:
    before = log.head()
    with closing(sqlite3.connect(tmp_path / "deals.db", isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("CREATE TABLE not_recorded_yet (anything)")
        assert backup(log, tmp_path / "copy.db") == before
        writer.execute("ROLLBACK")
    log.append([entry(FIRST, 1)])
    assert backup(log, tmp_path / "later.db").position == before.position + 1


@pytest.mark.parametrize("there", ["a file", "a folder", "a link to nowhere"])
def test_what_has_the_name_of_a_backup_already_is_never_overwritten(
    log: SqliteLog, tmp_path: Path, there: str
) -> None:
    copy = tmp_path / "copy.db"
    match there:
        case "a file":
            copy.write_text("last month")
        case "a folder":
            copy.mkdir()
        case _:
            copy.symlink_to(tmp_path / "nowhere.db")
    was = copy.lstat()
    with pytest.raises(BadInput, match="no backup is ever overwritten"):
        backup(log, copy)
    assert copy.lstat() == was
    assert not (tmp_path / "nowhere.db").exists()


class Overtaken(SqliteLog):
    """A log whose copy takes so long that somebody else has made a backup of that name before it is whole."""

    def copy_to(self, path: Path) -> None:
        super().copy_to(path)
        path.with_name("copy.db").write_text("another's")


def test_of_two_backups_of_one_name_the_first_stays(log: SqliteLog, tmp_path: Path) -> None:
    with closing(Overtaken(tmp_path / "deals.db", url=log.info.url)) as slow:
        with pytest.raises(BadInput, match="no backup is ever overwritten"):
            backup(slow, tmp_path / "copy.db")
        assert (tmp_path / "copy.db").read_text() == "another's"
        assert not (tmp_path / "copy.db.unfinished").exists()


def test_a_copy_that_was_broken_off_is_in_nobody_s_way(log: SqliteLog, tmp_path: Path) -> None:
    (tmp_path / "copy.db.unfinished").write_text("half of it")
    assert backup(log, tmp_path / "copy.db") == log.head()
    assert not (tmp_path / "copy.db.unfinished").exists()


def test_a_folder_that_is_not_there_is_named(log: SqliteLog, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"no folder .*nowhere"):
        backup(log, tmp_path / "nowhere" / "copy.db")


def test_a_copy_that_cannot_be_written_is_told_and_leaves_nothing(log: SqliteLog, tmp_path: Path) -> None:
    (tmp_path / "copy.db.unfinished").mkdir()
    with pytest.raises(Unavailable, match="cannot be made"):
        backup(log, tmp_path / "copy.db")
    with pytest.raises(Unavailable, match="cannot be made"):
        backup(log, tmp_path / ("long" * 80))
    assert not (tmp_path / "copy.db").exists()


def test_a_full_disk_is_told_and_leaves_nothing(log: SqliteLog, tmp_path: Path) -> None:
    for version in range(1, 200):
        log.append([entry(FIRST, version)])
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    was = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (16_384, before[1]))
    try:
        with pytest.raises(Unavailable):
            backup(log, tmp_path / "copy.db")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, was)
    assert not list(tmp_path.glob("copy.db*"))
    assert backup(log, tmp_path / "copy.db") == log.head()


def test_a_folder_without_second_names_holds_backups_too(
    log: SqliteLog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def link(*_: object) -> None:
        raise PermissionError("Operation not permitted")

    monkeypatch.setattr(os, "link", link)
    backup(log, tmp_path / "copy.db")
    with closing(opened(tmp_path / "copy.db")) as copy:
        assert verify(copy) == log.head()


def test_a_store_that_somebody_has_changed_has_no_backup(log: SqliteLog, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "deals.db", isolation_level=None)) as shell:
        shell.execute("DROP TRIGGER events_are_never_changed")
        shell.execute("UPDATE events SET recorded_at = recorded_at + 1 WHERE position = 7")
    with pytest.raises(Tampered, match="position 7"):
        backup(log, tmp_path / "copy.db")
    assert not list(tmp_path.glob("copy.db*"))


def test_a_store_in_memory_is_exported_instead(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="dealtrail export history"):
        backup(MemoryLog(), tmp_path / "copy.db")


def test_a_store_in_postgresql_is_backed_up_by_the_line_that_is_named(
    empty_database: Callable[[], str], tmp_path: Path
) -> None:
    url, dump = empty_database(), tmp_path / "March's deals.dump"
    with closing(PostgresLog(f"{url}?password=hush")) as log, pytest.raises(BadInput) as told:
        backup(log, dump)
    assert "as the role that owns the store" in str(told.value)
    assert "hush" not in str(told.value)
    line = str(told.value).partition("owns the store: ")[2]
    assert split(line) == ["pg_dump", "--format=custom", "--schema=dealtrail", f"--file={dump}", url]
    assert not dump.exists()
