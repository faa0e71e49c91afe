"""The end of a PostgreSQL log: its head stands at the last event, and whoever records follows what is there."""

from collections.abc import Callable, Iterator
from datetime import datetime

import psycopg
import pytest
from psycopg import errors

from engine.clock import now
from engine.postgres import PostgresLog
from engine.postgres_appending import MANY
from engine.verify import verify
from tests.engine.appending import FIRST, SECOND, entry, fill
from tests.engine.test_log_batches import batch

Shell = psycopg.Connection[tuple[object, ...]]

ANOTHER = """
    INSERT INTO dealtrail.events
    SELECT position + %s, gen_random_uuid(), 1, type, state, recorded_at + %s, sha256(digest), 'another', nth,
        fingerprint
    FROM dealtrail.events WHERE position = 3
"""
"""A row behind the three that a log recorded: so many places and microseconds after the last."""

MOVED = "UPDATE dealtrail.log_head SET (position, digest, recorded_at) = ({})"


@pytest.fixture
def url(empty_database: Callable[[], str]) -> str:
    return empty_database()


@pytest.fixture
def log(url: str) -> Iterator[PostgresLog]:
    """A log of three events that knows that nobody else records."""
    log = PostgresLog(url)
    fill(log, 3)
    yield log
    log.close()


@pytest.fixture
def shell(url: str) -> Iterator[Shell]:
    with psycopg.connect(url, autocommit=True) as connection:
        yield connection


def at(position: int, *, digest: str = "digest", recorded_at: str = "recorded_at") -> str:
    return f"SELECT position, {digest}, {recorded_at} FROM dealtrail.events WHERE position = {position}"


def move_behind_another(shell: Shell, places: int, later: int, head: str) -> None:
    """Record one more row and set the head, in one transaction, as an append does."""
    with shell.transaction():
        shell.execute(ANOTHER.encode(), (places, later))
        shell.execute(MOVED.format(head).encode())


@pytest.mark.parametrize(
    ("places", "later", "head"),
    [
        pytest.param(1, 1, at(2), id="at an earlier event"),
        pytest.param(1, 1, at(3), id="where it stands"),
        pytest.param(1, -1, at(4), id="at an event that was recorded before the one in front of it"),
        pytest.param(1, 1, at(4, digest="sha256(digest)"), id="with another digest"),
        pytest.param(1, 1, at(4, recorded_at="recorded_at + 1"), id="with another time"),
        pytest.param(1, 1, at(4, recorded_at="NULL::bigint"), id="without a time"),
        pytest.param(2, 1, at(5), id="behind a gap"),
    ],
)
def test_the_head_of_a_log_stands_nowhere_but_at_an_event_that_follows(
    log: PostgresLog, shell: Shell, places: int, later: int, head: str
) -> None:
    before = log.head()
    with pytest.raises(errors.RaiseException, match="its head stands at its last event"):
        move_behind_another(shell, places, later, head)
    assert log.head() == before
    assert verify(log) == before


def test_a_head_at_an_event_that_follows_is_taken(log: PostgresLog, shell: Shell) -> None:
    move_behind_another(shell, 1, 1, at(4))
    assert log.head().position == 4


@pytest.mark.parametrize("size", [1, 2, MANY])
def test_who_was_recording_while_the_store_was_put_back_follows_what_is_there_now(
    log: PostgresLog, shell: Shell, url: str, size: int
) -> None:
    # The log ends at position 3 again, but with another event there than the one that it remembers.
    with shell.transaction():
        shell.execute("SET LOCAL session_replication_role = replica")
        shell.execute("DELETE FROM dealtrail.events WHERE position = 3")
        shell.execute(MOVED.format(at(2)).encode())
    other = PostgresLog(url)
    assert other.append([entry(FIRST, 1)]).first == 3
    other.close()
    assert log.append(batch(size)).first == 4
    assert verify(log) == log.head()


@pytest.mark.parametrize("size", [1, 2, MANY])
def test_who_was_recording_while_others_did_follows_them(log: PostgresLog, url: str, size: int) -> None:
    other = PostgresLog(url)
    other.append([entry(FIRST, 1)])
    other.append([entry(SECOND, 1)])
    other.close()
    assert log.append(batch(size)).first == 6
    assert verify(log).position == 5 + size


def test_who_records_under_the_lock_has_it_while_the_rows_are_put_together(
    log: PostgresLog, url: str, shell: Shell
) -> None:
    held: list[bool] = []

    def clock() -> datetime:
        # Asked when the log is opened, and between the look at its end and the rows that follow there.
        try:
            shell.execute("SELECT position FROM dealtrail.log_head FOR UPDATE NOWAIT")
        except errors.LockNotAvailable:
            held.append(True)
        else:
            held.append(False)
        return now()

    other = PostgresLog(url, clock=clock)
    assert other.append([entry(FIRST, 1)]).first == 4
    other.close()
    assert held == [False, True]
