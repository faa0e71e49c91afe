"""The state of a job, on every database that it may lie in."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from consumers.running.state import State


@pytest.fixture
def operated(tmp_path: Path, kafka_address: str, topic_prefix: str) -> Iterator[Operated]:
    """With its state in a file."""
    settings = Settings(kafka=kafka_address, topic_prefix=topic_prefix, store="memory:")
    yield from _operated(f"sqlite:///{tmp_path}/noting.state.db", settings)


@pytest.fixture(params=["sqlite", "postgres"])
def operated_anywhere(
    request: pytest.FixtureRequest, tmp_path: Path, kafka_address: str, topic_prefix: str
) -> Iterator[Operated]:
    """With its state in a file or in PostgreSQL."""
    url: str = f"sqlite:///{tmp_path}/noting.state.db"
    if request.param == "postgres":
        url = request.getfixturevalue("empty_database")()
    settings = Settings(kafka=kafka_address, topic_prefix=topic_prefix, store="memory:")
    yield from _operated(url, settings)


def _operated(url: str, settings: Settings) -> Iterator[Operated]:
    make_topics(settings)
    with Deals(settings) as store, State.open(url) as state:
        state.make(TABLES)
        yield Operated(settings, state, store, url)
