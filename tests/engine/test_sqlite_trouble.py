"""Locks, full disks and damage: nothing half recorded, and a message that says what to try."""

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from threading import Event, Thread, Timer

import pytest

from domain.errors import StoreBusy, Tampered, Unavailable
from engine.sqlite import SqliteLog
from engine.verify import verify
from engine.write_ahead import write_ahead
from tests.engine.appending import FIRST, SECOND, entries, entry, fill, note
from tests.engine.opening import opened


def test_a_store_that_another_process_holds_is_busy(path: Path, shell: sqlite3.Connection) -> None:
    log = opened(path, busy_timeout=0.05)
    shell.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreBusy, match=r"more than 0.05 seconds.*DEALTRAIL_BUSY_TIMEOUT"):
        log.append([entry(FIRST, 1)])
    assert len(log.rows(0, 10)) == 3
    shell.execute("ROLLBACK")
    assert log.append([entry(FIRST, 1)]).first == 4
    log.close()


def test_a_log_that_knows_its_end_finds_the_store_busy_and_goes_on_after_it(
    path: Path, shell: sqlite3.Connection
) -> None:
    log = opened(path, busy_timeout=0.05)
    assert log.append([entry(FIRST, 1)]).first == 4
    shell.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreBusy):
        log.append([entry(FIRST, 2)])
    shell.execute("ROLLBACK")
    assert log.append([entry(FIRST, 2)]).first == 5
    verify(log)
    log.close()


def test_two_logs_on_one_file_do_not_trust_the_end_that_they_remember(path: Path) -> None:
    one, other = opened(path), opened(path)
    for number in range(1, 5):
        assert one.append([entry(FIRST, number)]).first == 2 * number - 1
        assert other.append([entry(SECOND, number)]).first == 2 * number
    verify(one)
    one.close()
    other.close()


def test_a_store_waits_for_who_holds_it_shortly(path: Path, file_log: SqliteLog) -> None:
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
    assert file_log.append([entry(FIRST, 1)]).first == 1
    assert let_go.is_set()
    holder.join()


def test_a_full_disk_records_nothing_and_says_so(file_log: SqliteLog) -> None:
    fill(file_log, 3)
    before = file_log.rows(0, 10), file_log.head()
    pages = file_log._writer.execute("PRAGMA page_count").fetchone()[0]
    file_log._writer.execute(f"PRAGMA max_page_count = {pages}")
    large = entries(*(note(FIRST, version, "x" * 20_000) for version in (1, 2, 3)))
    with pytest.raises(Unavailable, match=r"disk of the store .* is full.*Nothing was recorded"):
        file_log.append(large)
    assert (file_log.rows(0, 10), file_log.head()) == before
    file_log._writer.execute("PRAGMA max_page_count = 1000000")
    assert file_log.append(large).first == 4
    assert verify(file_log) == file_log.head()


FULL = """
import resource, signal, sys
from pathlib import Path
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


def test_a_damaged_file_is_told_as_such(path: Path, file_log: SqliteLog) -> None:
    fill(file_log, 400)
    file_log.close()
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    content = bytearray(path.read_bytes())
    middle = len(content) // 2 // 4096 * 4096
    # Of several pages that follow each other one at least holds events, not an index of them.
    content[middle : middle + 4 * 4096] = b"\xff" * 4 * 4096
    path.write_bytes(content)
    damaged = opened(path)
    with pytest.raises(Tampered, match=r"damaged|cannot be read"):
        verify(damaged)
    damaged.close()


def test_a_log_whose_end_was_cut_takes_nothing_more(shell: sqlite3.Connection, file_log: SqliteLog) -> None:
    shell.execute("DROP TRIGGER events_are_never_deleted")
    shell.execute("DELETE FROM events WHERE position = 3")
    with pytest.raises(Tampered, match="does not end where its head says"):
        file_log.append([entry(SECOND, 1)])
    with pytest.raises(Tampered, match="does not end where its head says"):
        file_log.append(entries(note(SECOND, 1), note(SECOND, 2)))


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


def test_who_is_turned_away_at_once_tries_again_until_the_file_can_be_written_ahead(path: Path) -> None:
    with closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as connection:
        reader = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM sqlite_master")
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            write_ahead(connection, 0.05)
        late = Timer(0.1, reader.close)
        late.start()
        write_ahead(connection, 10)
        late.join()
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
