"""What processes race on and die over: stores, also those with real data, and jobs with their states."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.settings import Settings
from tests.end_to_end.consumer_process import Children, children
from tests.end_to_end.consumer_story import Story, story
from tests.servers.postgres import SpareDatabases


@pytest.fixture(params=["sqlite", "postgres"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a new store in a file or on a server."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/deals.db"
    url: str = request.getfixturevalue("empty_database")()
    return url


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def store_of_a_module(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The URL of such a store, for all tests of a module."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path_factory.mktemp('store')}/deals.db"
        return
    databases: SpareDatabases = request.getfixturevalue("postgres_databases")
    with databases.lent() as url:
        yield url


@pytest.fixture(scope="module")
def program(repository: Path) -> Iterator[Children]:
    """Starts processes of a job, for all tests of a module."""
    with children(repository) as running:
        yield running


@pytest.fixture(params=["sqlite", "postgres"])
def told(
    request: pytest.FixtureRequest, program: Children, tmp_path: Path, kafka_address: str, topic_prefix: str
) -> Iterator[Story]:
    """The story of a job whose state is in a file or in PostgreSQL."""
    url: str = f"sqlite:///{tmp_path}/noting.state.db"
    if request.param == "postgres":
        url = request.getfixturevalue("empty_database")()
    settings = Settings(kafka=kafka_address, topic_prefix=topic_prefix, store="memory:")
    with story(program, settings, url, tmp_path, seed=7) as begun:
        yield begun
