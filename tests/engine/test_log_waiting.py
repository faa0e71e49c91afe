"""Whoever waits behind the log hears soon that it has grown, and never waits longer than it wanted to."""

from collections.abc import Callable
from contextlib import closing
from threading import Event, Timer
from time import monotonic, sleep
from types import SimpleNamespace
from typing import cast

import psycopg
import pytest

from domain.errors import Unavailable
from engine.log import Head, Log
from engine.postgres import POLL, PostgresLog
from engine.postgres_database import Database
from engine.postgres_listening import Listener
from engine.verify import verify
from engine.waiting import LOOK
from tests.engine.appending import FIRST, at_once, entry, fill
from tests.servers.proxy import Proxy


def waited(log: Log, after: int, timeout: float) -> float:
    """How many seconds `wait` took."""
    began = monotonic()
    log.wait(after, timeout)
    return monotonic() - began


def test_who_is_behind_does_not_wait(log: Log) -> None:
    fill(log, 3)
    assert waited(log, 0, 60) < 30
    assert waited(log, 2, 60) < 30


@pytest.mark.parametrize("timeout", [0.0, 0.05, 0.7])
def test_nothing_new_is_waited_for_no_longer_than_wanted(log: Log, timeout: float) -> None:
    fill(log, 3)
    assert timeout <= waited(log, 3, timeout) < timeout + 30


def test_who_has_no_time_looks_once(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[Head] = []
    head = log.head

    def looked() -> Head:
        looks.append(head())
        return looks[-1]

    monkeypatch.setattr(log, "head", looked)
    log.wait(0, 0)
    assert [look.position for look in looks] == [0]


def test_an_event_ends_the_wait(log: Log) -> None:
    fill(log, 1)
    late = Timer(0.2, log.append, args=([entry(FIRST, 1)],))
    late.start()
    assert waited(log, 1, 60) < 30
    assert log.head().position == 2
    late.join()


def test_an_event_ends_the_wait_of_everybody(log: Log) -> None:
    took: list[float] = []

    def act(number: int) -> None:
        if number == 0:
            sleep(0.2)
            log.append([entry(FIRST, 1)])
        else:
            took.append(waited(log, 0, 60))

    at_once(5, act)
    assert len(took) == 4
    assert max(took) < 30


def test_a_follower_meets_every_event_once(log: Log) -> None:
    met: list[int] = []

    def act(number: int) -> None:
        if number == 0:
            fill(log, 60)
            return
        while len(met) < 60:
            log.wait(met[-1] if met else 0, 5)
            met.extend(position for _, _, position, _ in log.page(met[-1] if met else 0, 7))

    at_once(2, act)
    assert met == list(range(1, 61))


def test_nobody_waits_for_a_closed_store(log: Log) -> None:
    log.close()
    with pytest.raises(Unavailable, match="closed"):
        log.wait(0, 60)


def listener(url: str) -> str:
    """The process of the connection that listens; the query is tried until there is one."""
    with psycopg.connect(url, autocommit=True) as connection:
        for _ in range(3_000):
            found = connection.execute(
                "SELECT pid FROM pg_stat_activity WHERE query LIKE 'LISTEN%' AND datname = current_database()"
            ).fetchone()
            if found is not None:
                return str(found[0])
            sleep(0.01)
    raise AssertionError("nobody listens")


def test_a_listener_hears_at_once(empty_database: Callable[[], str]) -> None:
    log = PostgresLog(empty_database())
    log.wait(0, 0.1)
    quickest = min(_heard(log, version) for version in range(1, 8))
    log.close()
    # Well below the look that is taken anyway.
    assert quickest < POLL / 2


def test_a_listener_whose_connection_is_ended_listens_again(empty_database: Callable[[], str]) -> None:
    url = empty_database()
    with closing(PostgresLog(url)) as log:
        log.wait(0, 0.1)
        first = listener(url)
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("SELECT pg_terminate_backend(%s)", (first,))
        assert _heard(log, 1) < 30
        log.wait(1, 2 * POLL)
        assert listener(url) != first
        assert min(_heard(log, version) for version in range(2, 8)) < POLL / 2


def test_a_listener_that_hears_what_happens_and_nothing_where_nothing_does_is_kept(
    empty_database: Callable[[], str],
) -> None:
    url = empty_database()
    with closing(PostgresLog(url)) as log:
        log.wait(0, 0.1)
        first = listener(url)
        log.wait(0, 2 * POLL)
        assert _heard(log, 1) < POLL
        sleep(2 * LOOK)
        assert listener(url) == first


def test_a_closed_log_has_no_connection_any_more(empty_database: Callable[[], str]) -> None:
    url = empty_database()
    with closing(PostgresLog(url)) as log:
        log.wait(0, 0.1)
        listener(url)
    others = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    with psycopg.connect(url, autocommit=True) as connection:
        for _ in range(1_000):
            if connection.execute(f"SELECT count(*) {others}".encode()).fetchone() == (0,):
                return
            sleep(0.01)
    raise AssertionError("a connection of the closed log is still open")


def test_a_listener_that_hears_nothing_any_more_costs_one_look_and_is_replaced(
    empty_database: Callable[[], str],
) -> None:
    listening: list[bytes] = []

    def hush(said: bytes) -> bool:
        """The first connection that listens is one on which nothing arrives."""
        if b"LISTEN" in said:
            listening.append(said)
        return b"LISTEN" in said and len(listening) == 1

    with Proxy(empty_database(), hush=hush) as proxy:
        log = PostgresLog(proxy.url)
        took = [_heard(log, version) for version in range(1, 6)]
        assert max(took) < 30
        while len(listening) < 2:
            took.append(_heard(log, len(took) + 1))
        assert min(_heard(log, version) for version in range(len(took) + 1, len(took) + 8)) < POLL / 2
        log.close()


class Pauses(Event):
    """Remembers how long it was waited for, and is set after so many times."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self.most, self.pauses = most, list[float | None]()

    def wait(self, timeout: float | None = None) -> bool:
        self.pauses.append(timeout)
        if len(self.pauses) == self.most:
            self.set()
        return self.is_set()


class NowAndThen(Listener):
    """A listener whose fourth connection is called twice; there are no others."""

    tried = 0

    def _listen(self, connection: object) -> None:
        self.tried += 1
        if self.tried != 4:
            raise Unavailable("nobody is there")
        self._call()
        self._call()


def test_who_cannot_listen_tries_again_less_and_less_often() -> None:
    nowhere = SimpleNamespace(connect=lambda: SimpleNamespace(close=lambda: None))
    listener = NowAndThen(cast(Database, nowhere))
    stopped = listener._stopped = Pauses(15)
    listener._run()
    growing = [0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 25.6, 30, 30, 30]
    assert stopped.pauses == pytest.approx([*growing[:3], 0.1, *growing])


def test_where_nothing_is_called_out_one_look_finds_it_and_another_connection_listens(
    empty_database: Callable[[], str],
) -> None:
    url = empty_database()
    with closing(PostgresLog(url)) as log, psycopg.connect(url, autocommit=True) as connection:
        log.wait(0, 0.1)
        first = listener(url)
        # As behind a PgBouncer in transaction mode: what is called out reaches nobody.
        connection.execute("ALTER TABLE dealtrail.log_head DISABLE TRIGGER log_head_only_grows")
        assert _heard(log, 1) < 30
        for _ in range(3_000):
            if listener(url) != first:
                return
            sleep(0.01)
        raise AssertionError("the same connection still listens")


def test_a_store_that_does_not_answer_is_given_up(empty_database: Callable[[], str]) -> None:
    hushed: list[bytes] = []

    def hush(said: bytes) -> bool:
        """What the first page is asked with, and all that follows on that connection, vanishes."""
        if b"ORDER BY position" in said:
            hushed.append(said)
        return b"ORDER BY position" in said and len(hushed) == 1

    with Proxy(empty_database(), hush=hush) as proxy:
        log = PostgresLog(proxy.url)
        fill(log, 2)
        log.head()
        log._readers._idle[0].silence = 0.3
        # Reading again is safe, and on another connection the answer arrives.
        assert len(log.page(0, 10)) == 2
        assert len(hushed) == 2
        log.close()


def test_an_event_whose_way_to_the_server_swallows_it_is_recorded_on_another_connection(
    empty_database: Callable[[], str],
) -> None:
    swallowed: list[bytes] = []
    armed: list[bool] = []

    def hush(said: bytes) -> bool:
        if armed and not swallowed:
            swallowed.append(said)
            return True
        return False

    with Proxy(empty_database(), hush=hush) as proxy:
        log = PostgresLog(proxy.url)
        fill(log, 3)
        log._writer.connection().silence = 0.3
        armed.append(True)
        assert log.append([entry(FIRST, 1)]).first == 4
        assert len(swallowed) == 1
        assert verify(log) == log.head()
        log.close()


def _heard(log: PostgresLog, version: int) -> float:
    """How long it takes to hear of an event that somebody else records."""
    after = log.head().position
    other = Timer(0.02, log.append, args=([entry(FIRST, version)],))
    other.start()
    took = waited(log, after, 60)
    other.join()
    return took
