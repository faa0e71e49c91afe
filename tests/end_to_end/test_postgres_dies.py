"""Nothing is lost or doubled in PostgreSQL, whoever dies at whichever moment: a writer, its connection, the server."""

import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from random import Random
from subprocess import DEVNULL, PIPE, run
from time import sleep
from typing import cast

import psycopg
import pytest

from domain.errors import CommandReused
from engine.postgres import PostgresLog
from engine.postgres_appending import MANY
from engine.verify import verify
from tests.end_to_end.dying_writer import POINTS
from tests.end_to_end.persistent import Persistent
from tests.end_to_end.racer import CONTESTED, entries, opened
from tests.servers.postgres import Server, new_database
from tests.servers.proxy import Proxy

SIZES = {"lone": (1,), "group": (2, 40), "copy": (MANY,)}
"""How many events a batch has that is written in this way."""


@pytest.mark.parametrize("point", POINTS)
def test_a_writer_that_dies_at_a_named_point_has_recorded_all_or_nothing(
    repository: Path, empty_database: Callable[[], str], torture: bool, point: str
) -> None:
    url = empty_database()
    log = opened(url)
    chance = Random(1)
    there: Counter[str] = Counter()
    version = 1
    for _ in range(25 if torture else 1):
        count = chance.choice(SIZES.get(point.partition(" ")[0], (1, 2, 40)))
        arguments = [
            sys.executable,
            "-m",
            "tests.end_to_end.dying_writer",
            url,
            point,
            str(version),
            str(count),
        ]
        died = run(arguments, cwd=repository, stdout=PIPE, stderr=DEVNULL, text=True, check=False)
        assert (died.returncode, died.stdout) == (-9, "")
        # The next writer waits for the lock of the dead one no longer than the server takes to notice.
        try:
            log.append(entries(CONTESTED, version, count, f"batch {version}"))
            there["taken back"] += 1
        except CommandReused:
            there["recorded"] += 1
        version += count
        assert verify(log).position == version - 1
        assert len(log.command(f"batch {version - count}")) == count
    log.close()
    before = ("not sent", "half sent", "not asked for", "asked for", "held", "events sent", "begun")
    if point.endswith("answered"):
        assert set(there) == {"recorded"}
    elif any(point.endswith(each) for each in before):
        assert set(there) == {"taken back"}
    print(f"writer killed, {point}: {dict(there)}")  # noqa: T201 - the figures of `make torture`


def test_an_event_whose_acknowledgement_was_lost_is_recorded_once_and_answered_as_recorded(
    empty_database: Callable[[], str], torture: bool
) -> None:
    url = empty_database()
    direct = opened(url)
    armed: list[bytes] = []

    def cut(answer: bytes) -> bool:
        if armed and armed[0] in answer:
            armed.clear()
            return True
        return False

    chance = Random(3)
    version = 1
    rounds = 1_000 if torture else 60
    with Proxy(url, cut=cut) as proxy:
        log = cast(PostgresLog, opened(proxy.url))
        for _ in range(rounds):
            count, alone = chance.choice((1, 1, 2, 20)), chance.random() < 0.5
            if chance.random() < 0.3:
                direct.append(entries(CONTESTED, version, 1, f"between {version}"))
                version += 1
            # In one statement, as if this log had just appended, or under the lock.
            head = direct.head()
            log._writer.end, log._writer.alone = (head.position, head.digest, None), alone
            armed.append(f"INSERT 0 {count}\0".encode() if alone else b"COMMIT\0")
            appended = log.append(entries(CONTESTED, version, count, f"batch {version}"))
            told = [row.position for row in log.command(f"batch {version}")]
            assert told == list(range(appended.first, appended.first + count))
            version += count
        cuts = proxy.cuts
        log.close()
    assert verify(direct).position == version - 1
    direct.close()
    assert cuts == rounds
    print(f"{cuts} acknowledgements lost behind the COMMIT: each recorded once, answered as recorded")  # noqa: T201


def test_connections_that_are_cut_at_random_lose_and_double_nothing(
    empty_database: Callable[[], str], torture: bool
) -> None:
    url = empty_database()
    opened(url).close()
    chance = Random(4)
    with Proxy(url, cut=lambda _: chance.random() < 0.02) as proxy:
        writers = Persistent(proxy.url, 60 if torture else 2)
        writers.run(lambda: None)
        cuts = proxy.cuts
    log = opened(url)
    events = writers.check(log)
    log.close()
    assert cuts > 0
    print(f"{cuts} connections cut at random under 4 writers: {events} events, each once")  # noqa: T201


def test_backends_that_are_terminated_lose_and_double_nothing(
    empty_database: Callable[[], str], torture: bool
) -> None:
    url = empty_database()
    opened(url).close()
    ended = 0
    chance = Random(5)

    def terminate() -> None:
        nonlocal ended
        with psycopg.connect(url, autocommit=True) as shell:
            for _ in range(500 if torture else 30):
                sleep(chance.random() / 10)
                ended += shell.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() "
                    "AND application_name = 'dealtrail' ORDER BY random() LIMIT 2"
                ).rowcount

    writers = Persistent(url, 0.5)
    writers.run(terminate)
    log = opened(url)
    events = writers.check(log)
    log.close()
    assert ended > 0
    print(f"{ended} backends terminated under 4 writers: {events} events, each once")  # noqa: T201


def test_a_server_that_is_stopped_at_once_and_started_again_loses_and_doubles_nothing(
    postgres_of_our_own: Server, torture: bool
) -> None:
    url = new_database(postgres_of_our_own.url)
    opened(url).close()
    rounds = 25 if torture else 1
    chance = Random(6)

    def stop_and_start() -> None:
        for _ in range(rounds):
            sleep(0.2 + chance.random())
            postgres_of_our_own.stop_at_once()
            sleep(chance.random())
            postgres_of_our_own.start()

    writers = Persistent(url, 0.5)
    writers.run(stop_and_start)
    log = opened(url)
    events = writers.check(log)
    log.close()
    # Each waits for the server and finds out by itself.
    assert writers.asked_again == 0
    print(  # noqa: T201
        f"server stopped at once and started again {rounds} times under 4 writers: {events} events, each once; "
        f"{writers.asked_again} commands were given again"
    )
