"""The state of a job, on every database that it may lie in."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from consumers.running.state import State


@pytest.fixture(params=["sqlite", "postgresql"])
def state_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'job.state.db'}"
    empty_database: Callable[[], str] = request.getfixturevalue("empty_database")
    return empty_database()


@pytest.fixture
def state(state_url: str) -> Iterator[State]:
    """The state of a job that never ran."""
    with State.open(state_url) as opened:
        yield opened
