"""What the SQLite file itself promises: durable, shared between processes, and never changed."""

import multiprocessing
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Event, Thread, Timer
from uuid import UUID

import pytest

from domain.errors import BadInput, StoreBusy, StoreNewer, Tampered, Unavailable
from engine.sqlite import IDLE_READERS, SqliteLog
from engine.verify import verify
from tests.engine.appending import FIRST, SECOND, SetClock, entries, entry, fill, note, places
from tests.engine.test_log_promises import at_once


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "deals.db"


def opened(path: Path, *, timezone: str = "UTC", busy_timeout: float = 5.0) -> SqliteLog:
    return SqliteLog(
        path, url=f"sqlite:///{path}", timezone=timezone, clock=SetClock(), busy_timeout=busy_timeout
    )


@pytest.fixture
def log(path: Path) -> Iterator[SqliteLog]:
    log = opened(path)
    yield log
    log.close()


@pytest.fixture
def shell(path: Path, log: SqliteLog) -> Iterator[sqlite3.Connection]:
    """Somebody with a SQLite shell on a store of three events; none of our settings are on."""
    fill(log, 3)
    connection = sqlite3.connect(path, isolation_level=None)
    yield connection
    connection.close()


# --- Opening


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


def test_every_commit_waits_for_the_disk(log: SqliteLog) -> None:
    def pragma(name: str) -> object:
        return log._writer.execute(f"PRAGMA {name}").fetchone()[0]

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
    shell.execute("PRAGMA user_version = 2")
    with pytest.raises(StoreNewer, match=r"store version 2, this one reads up to 1.*Update dealtrail"):
        opened(path)


# --- Never changed


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
    shell: sqlite3.Connection, log: SqliteLog, statement: str, recursive: str
) -> None:
    before = log.rows(0, 10), log.head(), log.info
    shell.execute(f"PRAGMA recursive_triggers = {recursive}")
    with pytest.raises(sqlite3.IntegrityError):
        shell.execute(statement)
    assert (log.rows(0, 10), log.head(), log.info) == before


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
    shell: sqlite3.Connection, log: SqliteLog, way: str, row: str
) -> None:
    before = log.rows(0, 10)
    with pytest.raises(sqlite3.IntegrityError):
        shell.execute(f"{way} INTO events SELECT {row}, fingerprint FROM events WHERE position = 2")
    assert log.rows(0, 10) == before


def test_without_the_triggers_the_same_statements_do_change_rows(
    shell: sqlite3.Connection, log: SqliteLog
) -> None:
    for (name,) in shell.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        shell.execute(f"DROP TRIGGER {name}")
    shell.execute("UPDATE events SET state = '{}' WHERE position = 2")
    shell.execute("REPLACE INTO events SELECT * FROM events WHERE position = 3")
    shell.execute("DELETE FROM events WHERE position = 1")
    assert [row.position for row in log.rows(0, 10)] == [2, 3]


# --- Locks, disks, damage


def test_a_store_that_another_process_holds_is_busy(path: Path, shell: sqlite3.Connection) -> None:
    log = opened(path, busy_timeout=0.05)
    shell.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreBusy, match=r"more than 0.05 seconds.*DEALTRAIL_BUSY_TIMEOUT"):
        log.append([entry(FIRST, 1)])
    assert len(log.rows(0, 10)) == 3
    shell.execute("ROLLBACK")
    assert log.append([entry(FIRST, 1)]).first == 4
    log.close()


def test_a_store_waits_for_who_holds_it_shortly(path: Path, log: SqliteLog) -> None:
    held, let_go = Event(), Event()

    def hold() -> None:
        shell = sqlite3.connect(path, isolation_level=None)
        shell.execute("BEGIN IMMEDIATE")
        held.set()
        let_go.wait()
        shell.close()

    holder = Thread(target=hold)
    holder.start()
    held.wait()
    Timer(0.1, let_go.set).start()
    assert log.append([entry(FIRST, 1)]).first == 1
    assert let_go.is_set()
    holder.join()


def test_a_full_disk_records_nothing_and_says_so(log: SqliteLog) -> None:
    fill(log, 3)
    before = log.rows(0, 10), log.head()
    pages = log._writer.execute("PRAGMA page_count").fetchone()[0]
    log._writer.execute(f"PRAGMA max_page_count = {pages}")
    large = entries(*(note(FIRST, version, "x" * 20_000) for version in (1, 2, 3)))
    with pytest.raises(Unavailable, match=r"disk of the store .* is full.*Nothing was recorded"):
        log.append(large)
    assert (log.rows(0, 10), log.head()) == before
    log._writer.execute("PRAGMA max_page_count = 1000000")
    assert log.append(large).first == 4
    assert verify(log) == log.head()


FULL = """
import resource, signal, sys
from pathlib import Path
from threading import Event, Thread, Timer
from domain.errors import Unavailable
from engine.sqlite import SqliteLog
from tests.engine.appending import FIRST, entry
log = SqliteLog(Path(sys.argv[1]), url="sqlite:///deals.db")
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
done = 0
try:
    while True:
        log.append([entry(FIRST, done + 1, "x" * 5_000)])
        done += 1
except Unavailable as error:
    print(done, error)
"""


def test_a_store_that_met_a_full_disk_opens_and_goes_on(path: Path, repository: Path) -> None:
    told = subprocess.run(
        [sys.executable, "-c", FULL, str(path)], cwd=repository, capture_output=True, text=True, check=False
    )
    done = int(told.stdout.split()[0]) if told.stdout else told.stderr
    log = opened(path)
    assert done == log.head().position > 5
    assert verify(log) == log.head()
    log.append([entry(FIRST, log.head().position + 1)])
    assert verify(log) == log.head()
    log.close()


def test_a_damaged_file_is_told_as_such(path: Path, log: SqliteLog) -> None:
    fill(log, 400)
    log.close()
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    content = bytearray(path.read_bytes())
    middle = len(content) // 2 // 4096 * 4096
    content[middle : middle + 4096] = b"\xff" * 4096
    path.write_bytes(content)
    damaged = opened(path)
    with pytest.raises(Tampered, match=r"damaged|cannot be read"):
        verify(damaged)
    damaged.close()


def test_a_log_whose_end_was_cut_takes_nothing_more(shell: sqlite3.Connection, log: SqliteLog) -> None:
    shell.execute("DROP TRIGGER events_are_never_deleted")
    shell.execute("DELETE FROM events WHERE position = 3")
    with pytest.raises(Tampered, match="does not end where its head says"):
        log.append([entry(SECOND, 1)])
    with pytest.raises(Tampered, match="does not end where its head says"):
        log.append(entries(note(SECOND, 1), note(SECOND, 2)))


def test_a_store_without_its_head_or_id_was_tampered_with(path: Path, shell: sqlite3.Connection) -> None:
    log = opened(path)
    shell.execute("DROP TRIGGER log_head_is_never_deleted")
    shell.execute("DELETE FROM log_head")
    with pytest.raises(Tampered, match="lost its head"):
        log.head()
    log.close()
    shell.execute("DROP TRIGGER store_is_never_deleted")
    shell.execute("DELETE FROM store")
    with pytest.raises(Tampered, match="lost its id"):
        opened(path)


# --- Many threads and processes


def test_many_threads_read_at_once_and_few_connections_stay(log: SqliteLog) -> None:
    fill(log, 30)

    def act(_: int) -> None:
        for _ in range(20):
            assert [row.position for row in log.rows(0, 100)] == list(range(1, 31))

    at_once(IDLE_READERS * 2, act)
    assert 1 <= len(log._readers) <= IDLE_READERS


def write(path: str, writer: int, count: int) -> None:
    """What each of two processes does: its own deal, and a race for another."""
    log = SqliteLog(Path(path), url=f"sqlite:///{path}", busy_timeout=60)
    for version in range(1, count + 1):
        log.append([entry(UUID(int=writer), version, command_id=f"{writer}:{version}")])
    log.close()


def test_two_processes_append_to_one_file(path: Path, log: SqliteLog) -> None:
    count = 60
    spawn = multiprocessing.get_context("spawn")
    writers = [spawn.Process(target=write, args=(str(path), number, count)) for number in (1, 2)]
    for writer in writers:
        writer.start()
    mine = 0
    while any(writer.is_alive() for writer in writers):
        mine += 1
        log.append([entry(FIRST, mine)])
    for writer in writers:
        writer.join()
        assert writer.exitcode == 0
    rows = log.rows(0, 10**6)
    assert [row.position for row in rows] == list(range(1, 2 * count + mine + 1))
    assert {(row.stream_id, row.version) for row in rows} == {
        (UUID(int=number).bytes, version) for number in (1, 2) for version in range(1, count + 1)
    } | {(FIRST.bytes, version) for version in range(1, mine + 1)}
    assert verify(log) == log.head()
