"""Words for tests of the SQLite file."""

from pathlib import Path

from engine.sqlite import SqliteLog
from tests.engine.appending import SetClock


def opened(path: Path, *, timezone: str = "UTC", busy_timeout: float = 5.0) -> SqliteLog:
    return SqliteLog(
        path, url=f"sqlite:///{path}", timezone=timezone, clock=SetClock(), busy_timeout=busy_timeout
    )
