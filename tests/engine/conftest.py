"""Every test of the log's promises runs on every kind of store."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.clock import Clock
from engine.deals import Deals
from engine.log import Log
from engine.memory import MemoryLog
from engine.postgres import PostgresLog
from engine.settings import Settings
from engine.sqlite import SqliteLog
from tests.engine.appending import OpenLog, SetClock, fill
from tests.engine.opening import opened


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture(params=["memory", "sqlite", "postgres"])
def open_log(request: pytest.FixtureRequest, tmp_path: Path, clock: SetClock) -> Iterator[OpenLog]:
    """Opens a new, empty store each time; all are closed in the end."""
    opened: list[Log] = []
    # Set up first, so that the logs are closed before their databases are emptied.
    database = request.getfixturevalue("empty_database") if request.param == "postgres" else None

    def new(*, timezone: str = "UTC", at: Clock = clock) -> Log:
        log: Log
        if request.param == "memory":
            log = MemoryLog(timezone=timezone, clock=at)
        elif database is not None:
            log = PostgresLog(database(), timezone=timezone, clock=at)
        else:
            path = tmp_path / f"{len(opened)}.db"
            log = SqliteLog(path, url=f"sqlite:///{path}", timezone=timezone, clock=at)
        opened.append(log)
        return log

    yield new
    for log in opened:
        log.close()


@pytest.fixture
def log(open_log: OpenLog) -> Log:
    return open_log()


@pytest.fixture(params=["memory", "sqlite", "postgres"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    store = "memory:" if request.param == "memory" else f"sqlite:///{tmp_path}/deals.db"
    if request.param == "postgres":
        store = request.getfixturevalue("empty_database")()
    return Settings(store=store, timezone="Asia/Shanghai")


@pytest.fixture
def deals(settings: Settings, clock: SetClock) -> Iterator[Deals]:
    with Deals(settings, clock=clock) as deals:
        yield deals


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "deals.db"


@pytest.fixture
def file_log(path: Path) -> Iterator[SqliteLog]:
    log = opened(path)
    yield log
    log.close()


@pytest.fixture
def shell(path: Path, file_log: SqliteLog) -> Iterator[sqlite3.Connection]:
    """Somebody with a SQLite shell on a store of three events; none of our settings are on."""
    fill(file_log, 3)
    connection = sqlite3.connect(path, isolation_level=None)
    yield connection
    connection.close()
