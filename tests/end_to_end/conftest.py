"""The stores that processes race on and die over, and those in which real data gives its known figures."""

from collections.abc import Iterator
from pathlib import Path

import pytest

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
