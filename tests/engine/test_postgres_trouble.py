"""A PostgreSQL store that cannot do what it is asked says why, has recorded nothing, and goes on afterwards."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from threading import Thread, Timer
from time import monotonic, sleep

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from domain.errors import BadInput, CommandReused, StoreBusy, StoreNewer, Tampered, Unavailable
from engine.clock import now
from engine.log import Appended
from engine.postgres import PostgresLog
from engine.postgres_appending import MANY
from engine.verify import verify
from tests.engine.appending import FIRST, SECOND, at_once, entries, entry, fill, note
from tests.servers.proxy import Proxy

Shell = psycopg.Connection[tuple[object, ...]]

WAITING = "FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


@pytest.fixture
def url(empty_database: Callable[[], str]) -> str:
    return empty_database()


@pytest.fixture
def log(url: str) -> Iterator[PostgresLog]:
    log = PostgresLog(url, busy_timeout=0.3)
    yield log
    log.close()


@pytest.fixture
def shell(url: str, log: PostgresLog) -> Iterator[Shell]:
    """The owner of a store of three events, in a shell of the database."""
    fill(log, 3)
    with psycopg.connect(url, autocommit=True) as connection:
        yield connection


@contextmanager
def holding(shell: Shell, statement: str = "SELECT FROM dealtrail.log_head FOR UPDATE") -> Iterator[None]:
    with shell.transaction(force_rollback=True):
        shell.execute(statement.encode())
        yield


@pytest.mark.parametrize("alone", [True, False])
def test_a_store_that_is_held_too_long_is_busy(log: PostgresLog, shell: Shell, alone: bool) -> None:
    batch = [entry(FIRST, 1)] if alone else entries(note(FIRST, 1), note(FIRST, 2))
    with holding(shell), pytest.raises(StoreBusy, match=r"more than 0\.3 seconds. Nothing was recorded"):
        log.append(batch)
    assert log.append(batch).first == 4
    assert verify(log) == log.head()


def test_without_patience_a_held_store_is_busy_at_once(url: str, shell: Shell) -> None:
    impatient = PostgresLog(url, busy_timeout=0)
    began = monotonic()
    with holding(shell), pytest.raises(StoreBusy):
        impatient.append([entry(FIRST, 1)])
    assert monotonic() - began < 30
    impatient.close()


def test_a_store_that_is_being_upgraded_is_busy_for_its_readers_too(log: PostgresLog, shell: Shell) -> None:
    with holding(shell, "LOCK dealtrail.events IN ACCESS EXCLUSIVE MODE"), pytest.raises(StoreBusy):
        log.page(0, 10)
    assert len(log.page(0, 10)) == 3


def test_a_reader_that_failed_keeps_no_connection(log: PostgresLog, shell: Shell, url: str) -> None:
    with holding(shell, "LOCK dealtrail.events IN ACCESS EXCLUSIVE MODE"):
        for _ in range(5):
            with pytest.raises(StoreBusy):
                log.page(0, 10)
    others = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    open_now = None
    for _ in range(500):
        open_now = shell.execute(f"SELECT count(*) {others}".encode()).fetchone()
        if open_now == (1,):
            return
        sleep(0.01)
    raise AssertionError(f"{open_now} connections are open, not the writer's alone")


def test_readers_in_many_threads_have_a_connection_each_and_give_them_back(
    log: PostgresLog, shell: Shell
) -> None:
    def act(_: int) -> None:
        for _ in range(5):
            assert len(log.page(0, 2)) == 2

    at_once(20, act)
    assert 1 <= len(log._readers._idle) <= 8


@pytest.mark.parametrize(
    ("whose", "ended"),
    [("query LIKE '%INSERT%'", 1), ("query LIKE 'SELECT%LIMIT%'", 1), ("true", 2)],
    ids=["the writer's", "the readers'", "everybody's"],
)
def test_connections_that_were_ended_are_made_again(
    log: PostgresLog, shell: Shell, whose: str, ended: int
) -> None:
    log.page(0, 10)
    end = shell.execute(
        f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() "
        f"AND application_name = 'dealtrail' AND ({whose})".encode()
    )
    assert end.rowcount >= ended
    assert len(log.page(0, 10)) == 3
    assert log.append([entry(FIRST, 1)]).first == 4
    assert len(log.page(0, 10)) == 4
    assert verify(log) == log.head()


def test_a_command_id_that_is_taken_is_refused_also_where_the_connection_broke(
    log: PostgresLog, shell: Shell
) -> None:
    log.append([entry(FIRST, 1, "called", command_id="taken")])
    others = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    shell.execute(f"SELECT pg_terminate_backend(pid) {others}".encode())
    with pytest.raises(CommandReused, match="'taken'"):
        log.append([entry(FIRST, 2, "called again", command_id="taken")])
    assert verify(log).position == 4


@pytest.mark.parametrize("size", [1, 3])
def test_events_that_the_server_records_after_their_connection_broke_are_answered_as_recorded(
    url: str, shell: Shell, size: int
) -> None:
    batch = entries(*(note(FIRST, version) for version in range(3, 3 + size)))
    told: list[Appended] = []

    def wait_for(waiting: int) -> None:
        for _ in range(3_000):
            if other.execute(f"SELECT count(*) {WAITING}".encode()).fetchone() == (waiting,):
                return
            sleep(0.01)
        raise AssertionError(f"not {waiting} wait for the lock")

    with psycopg.connect(url, autocommit=True) as other, Proxy(url) as proxy:
        cut_off = PostgresLog(proxy.url, busy_timeout=60)
        for version in (1, 2):
            cut_off.append([entry(FIRST, version)])
        caller = Thread(target=lambda: told.append(cut_off.append(batch)))
        with holding(shell):
            caller.start()
            wait_for(1)
            # The server does not notice: its statement goes on when it has the lock, and is committed.
            proxy.cut_all()
            wait_for(2)
        caller.join()
        assert cut_off.command(batch[0].command_id)[-1].position == 5 + size
        cut_off.close()
    assert [each.first for each in told] == [6]


def test_a_writer_whose_statement_is_cancelled_goes_on(log: PostgresLog, shell: Shell) -> None:
    log._database.busy_timeout = 10
    patient = PostgresLog(str(log._database._conninfo), busy_timeout=30)
    cancel = f"SELECT pg_cancel_backend(pid) {WAITING}"
    with psycopg.connect(shell.info.dsn, autocommit=True) as other:
        timer = Timer(0.3, lambda: other.execute(cancel))
        timer.start()
        with holding(shell), pytest.raises(Unavailable, match="Nothing was recorded"):
            patient.append([entry(FIRST, 1)])
        timer.join()
    assert patient.append([entry(FIRST, 1)]).first == 4
    patient.close()


def test_a_writer_that_stands_still_in_the_middle_lets_go_of_the_lock(url: str, shell: Shell) -> None:
    frozen = PostgresLog(url)
    connection = frozen._writer.connection()
    connection.execute("SET idle_in_transaction_session_timeout = '200ms'")
    connection.execute("BEGIN")
    connection.execute("SELECT FROM dealtrail.log_head FOR UPDATE")
    other = PostgresLog(url, busy_timeout=30)
    assert other.append([entry(FIRST, 1)]).first == 4
    # When it goes on, its connection has been ended, and it makes another.
    assert frozen.append([entry(SECOND, 1)]).first == 5
    frozen.close()
    other.close()


@pytest.mark.parametrize(("events", "alone"), [(1, True), (1, False), (2, True), (8, False), (MANY, True)])
def test_between_whichever_messages_a_writer_stands_still_it_lets_go_of_the_lock(
    url: str, events: int, alone: bool
) -> None:
    until = 0

    def arrives(said: bytes) -> bytes | None:
        """Of this message and those behind it nothing arrives."""
        nonlocal until
        until -= 1
        return None if until == 0 else said

    with Proxy(url, arrives=arrives) as proxy, closing(PostgresLog(proxy.url, busy_timeout=20)) as log:
        fill(log, 1)
        for nth in range(1, 100):
            head, connection = log.head(), log._writer.connection()
            connection.execute("SET idle_in_transaction_session_timeout = '100ms'")
            connection.silence = 0.2
            log._writer.end, log._writer.alone = (head.position, head.digest, None), alone
            until = nth
            # It waits for itself: the server believes that its first connection is still there.
            first = 1 + (nth - 1) * events
            assert (
                log.append(entries(*(note(SECOND, first + more) for more in range(events)))).first
                == first + 1
            )
            if until > 0:
                break
        assert nth > 1
    with closing(PostgresLog(url)) as log:
        assert verify(log).position == 1 + nth * events


def test_a_writer_that_is_interrupted_in_the_middle_lets_go_of_the_lock(url: str, log: PostgresLog) -> None:
    ticks = [now(), now()]
    interrupted = PostgresLog(url, clock=lambda: ticks.pop(0))
    assert interrupted.append([entry(FIRST, 1)]).first == 1
    with pytest.raises(IndexError):
        interrupted.append([entry(FIRST, 2)])
    assert log.append([entry(FIRST, 2)]).first == 2
    interrupted.close()


def test_a_server_that_is_not_there_is_told(url: str) -> None:
    with pytest.raises(
        Unavailable, match="Nothing was recorded: look at the URL, the server and the network"
    ):
        PostgresLog("postgresql://dealtrail@127.0.0.1:1/deals", busy_timeout=1)


def test_a_database_that_is_not_there_is_told(url: str) -> None:
    nowhere = url.rsplit("/", 1)[0] + "/nowhere"
    with pytest.raises(Unavailable, match='database "nowhere" does not exist'):
        PostgresLog(nowhere)


def test_a_role_that_is_not_there_is_told(url: str) -> None:
    with pytest.raises(Unavailable, match='role "nobody_here" does not exist'):
        PostgresLog(url.replace("//dealtrail@", "//nobody_here@"))


def test_a_database_that_cannot_hold_every_language_becomes_no_store(url: str) -> None:
    name = f"latin_{conninfo_to_dict(url)['dbname']}"
    with psycopg.connect(url, autocommit=True) as connection:
        made = "CREATE DATABASE {} ENCODING 'LATIN1' TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'"
        connection.execute(sql.SQL(made).format(sql.Identifier(name)))
        with pytest.raises(BadInput, match="ENCODING 'UTF8'"):
            PostgresLog(url.rsplit("/", 1)[0] + f"/{name}")
        connection.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(name)))


def test_many_processes_that_make_one_store_make_one(url: str) -> None:
    made: list[PostgresLog] = []
    at_once(8, lambda _: made.append(PostgresLog(url, busy_timeout=60)))
    assert len({log.info.store_id for log in made}) == 1
    for log in made:
        log.close()


def test_a_newer_store_is_refused(log: PostgresLog, shell: Shell, url: str) -> None:
    shell.execute("UPDATE dealtrail.store SET schema_version = 3")
    with pytest.raises(StoreNewer, match=r"newer dealtrail \(store version 3, this one reads up to 2\)"):
        PostgresLog(url)


def test_an_older_store_is_to_be_upgraded(log: PostgresLog, shell: Shell, url: str) -> None:
    shell.execute("UPDATE dealtrail.store SET schema_version = 0")
    with pytest.raises(Unavailable, match="Let its owner run `dealtrail store upgrade`"):
        PostgresLog(url)


def test_a_store_without_its_head_says_so(log: PostgresLog, shell: Shell) -> None:
    shell.execute("ALTER TABLE dealtrail.log_head DISABLE TRIGGER USER")
    shell.execute("DELETE FROM dealtrail.log_head")
    with pytest.raises(Tampered, match="lost its head"):
        log.head()
    with pytest.raises(Tampered, match="lost its head"):
        log.append(entries(note(FIRST, 1), note(FIRST, 2)))


def test_a_store_without_its_id_says_so(log: PostgresLog, shell: Shell, url: str) -> None:
    shell.execute("ALTER TABLE dealtrail.store DISABLE TRIGGER USER")
    shell.execute("DELETE FROM dealtrail.store")
    with pytest.raises(Tampered, match="lost its id"):
        PostgresLog(url)


def test_a_store_without_its_events_says_so(log: PostgresLog, shell: Shell) -> None:
    shell.execute("ALTER TABLE dealtrail.events RENAME TO gone")
    with pytest.raises(Tampered, match="lost a part of itself"):
        log.page(0, 10)


@pytest.mark.parametrize("position", [0, -1, -(2**63)])
def test_a_row_in_front_of_the_first_is_found(log: PostgresLog, shell: Shell, position: int) -> None:
    shell.execute(
        "INSERT INTO dealtrail.events SELECT %s, gen_random_uuid(), 1, type, state, recorded_at, digest, 'x', nth, "
        "fingerprint FROM dealtrail.events WHERE position = 1",
        (position,),
    )
    with pytest.raises(Tampered, match=f"position {position} was inserted: the log begins at 1"):
        verify(log)


def test_rows_behind_the_head_stop_every_append(log: PostgresLog, shell: Shell) -> None:
    shell.execute(
        "INSERT INTO dealtrail.events SELECT 4, gen_random_uuid(), 1, type, state, recorded_at, digest, 'x', nth, "
        "fingerprint FROM dealtrail.events WHERE position = 3"
    )
    for _ in range(2):
        with pytest.raises(Tampered, match="does not end where its head says"):
            log.append([entry(FIRST, 1)])
    with pytest.raises(Tampered, match="inserted"):
        verify(log)
