"""What the SQLite file promises: opened, refused, shared between threads and processes."""

import multiprocessing
import sqlite3
from pathlib import Path
from threading import Timer
from uuid import UUID

import pytest

from domain.errors import BadInput, StoreBusy, StoreNewer, Unavailable
from engine.sqlite import IDLE_READERS, SqliteLog
from engine.verify import verify
from tests.engine.appending import FIRST, at_once, entry, fill, places
from tests.engine.opening import opened


def test_a_store_is_the_same_after_closing_and_opening(path: Path) -> None:
    first = opened(path, timezone="Asia/Shanghai")
    fill(first, 5)
    info, head, told = first.info, first.head(), places(first)
    first.close()
    again = opened(path)
    assert (again.info, again.head(), places(again)) == (info, head, told)
    again.append([entry(FIRST, 1)])
    assert again.head().position == 6
    assert verify(again) == again.head()
    again.close()


def test_a_store_keeps_the_time_zone_that_it_was_made_with(path: Path) -> None:
    opened(path, timezone="Asia/Shanghai").close()
    again = opened(path, timezone="Europe/Berlin")
    assert again.info.timezone == "Asia/Shanghai"
    again.close()


def test_every_commit_waits_for_the_disk(file_log: SqliteLog) -> None:
    def pragma(name: str) -> object:
        return file_log._writer.execute(f"PRAGMA {name}").fetchone()[0]

    assert (pragma("journal_mode"), pragma("synchronous")) == ("wal", 2)


def test_an_empty_file_becomes_a_store(path: Path) -> None:
    path.touch()
    log = opened(path)
    assert log.head().position == 0
    log.close()


def test_many_processes_may_make_the_store_at_once(path: Path) -> None:
    stores: list[UUID] = []

    def act(_: int) -> None:
        log = opened(path)
        stores.append(log.info.store_id)
        log.close()

    at_once(8, act)
    assert len(stores) == 8
    assert len(set(stores)) == 1


@pytest.mark.parametrize("patience", [0.05, 5.0])
def test_a_file_that_somebody_reads_becomes_a_store_when_they_are_done(path: Path, patience: float) -> None:
    reader = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM sqlite_master")
    Timer(0.2, reader.close).start()
    if patience < 0.2:
        with pytest.raises(StoreBusy):
            opened(path, busy_timeout=patience)
    else:
        opened(path, busy_timeout=patience).close()


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"there is no folder .*nowhere"):
        opened(tmp_path / "nowhere" / "deals.db")


def test_a_folder_is_no_store(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="unable to open database file"):
        opened(tmp_path)


def test_a_file_of_something_else_is_refused_untouched(path: Path) -> None:
    path.write_text("opportunity_id,stage\n1C1I7A6R,Won\n" * 40)
    before = path.read_bytes()
    with pytest.raises(BadInput, match="no SQLite file"):
        opened(path)
    assert path.read_bytes() == before


def test_another_program_s_database_is_refused_untouched(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE contacts (name TEXT)")
    connection.close()
    before = path.read_bytes()
    with pytest.raises(BadInput, match="another program"):
        opened(path)
    assert path.read_bytes() == before


def test_a_store_of_a_newer_version_is_refused(path: Path, shell: sqlite3.Connection) -> None:
    shell.execute("PRAGMA user_version = 3")
    with pytest.raises(StoreNewer, match=r"store version 3, this one reads up to 2.*Update dealtrail"):
        opened(path)


def test_many_threads_read_at_once_and_few_connections_stay(file_log: SqliteLog) -> None:
    fill(file_log, 30)

    def act(_: int) -> None:
        for _ in range(20):
            assert [row.position for row in file_log.rows(0, 100)] == list(range(1, 31))

    at_once(IDLE_READERS * 2, act)
    assert 1 <= len(file_log._readers) <= IDLE_READERS


def write(path: str, writer: int, count: int) -> None:
    """What each of two processes does: its own deal, and a race for another."""
    log = SqliteLog(Path(path), url=f"sqlite:///{path}", busy_timeout=60)
    for version in range(1, count + 1):
        log.append([entry(UUID(int=writer), version, command_id=f"{writer}:{version}")])
    log.close()


def test_two_processes_append_to_one_file(path: Path, file_log: SqliteLog) -> None:
    count = 60
    spawn = multiprocessing.get_context("spawn")
    writers = [spawn.Process(target=write, args=(str(path), number, count)) for number in (1, 2)]
    for writer in writers:
        writer.start()
    mine = 0
    while any(writer.is_alive() for writer in writers):
        mine += 1
        file_log.append([entry(FIRST, mine)])
    for writer in writers:
        writer.join()
        assert writer.exitcode == 0
    rows = file_log.rows(0, 10**6)
    assert [row.position for row in rows] == list(range(1, 2 * count + mine + 1))
    assert {(row.stream_id, row.version) for row in rows} == {
        (UUID(int=number).bytes, version) for number in (1, 2) for version in range(1, count + 1)
    } | {(FIRST.bytes, version) for version in range(1, mine + 1)}
    assert verify(file_log) == file_log.head()
