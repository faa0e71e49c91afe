"""One server of each kind for a whole test run, also where several processes run the tests."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any, NoReturn

import pytest

from tests.servers.postgres import NoServer, Server, SpareDatabases, own_server, postgres_server

POSTGRES = pytest.StashKey[str]()


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:  # noqa: ANN401 - a worker of pytest-xdist, which has no types
    """Start the server that all workers share; it ends with the run."""
    config = node.config
    if POSTGRES not in config.stash:
        config.stash[POSTGRES] = _started(config)
    node.workerinput["postgres"] = config.stash[POSTGRES]


@pytest.fixture(scope="session")
def postgres_url(pytestconfig: pytest.Config) -> str:
    """The URL of a real PostgreSQL server where databases may be made; in CI it is never skipped."""
    shared: str | None = getattr(pytestconfig, "workerinput", {}).get("postgres")
    if shared is None and POSTGRES not in pytestconfig.stash:
        pytestconfig.stash[POSTGRES] = _started(pytestconfig)
    url = shared or pytestconfig.stash[POSTGRES]
    if not url.startswith("postgresql://"):
        _missing(url)
    return url


@pytest.fixture(scope="session")
def postgres_databases(postgres_url: str) -> SpareDatabases:
    """Databases of that server that one test after another may use."""
    return SpareDatabases(postgres_url)


@pytest.fixture
def empty_database(postgres_databases: SpareDatabases) -> Iterator[Callable[[], str]]:
    """Gives the URL of an empty database each time, until the end of the test."""
    with ExitStack() as lent:
        yield lambda: lent.enter_context(postgres_databases.lent())


@pytest.fixture(scope="module")
def postgres_of_our_own() -> Iterator[Server]:
    """A server that tests may stop and start again."""
    with ExitStack() as running:
        try:
            server = running.enter_context(own_server())
        except NoServer as error:
            _missing(str(error))
        yield server


def _missing(why: str) -> NoReturn:
    if os.environ.get("CI"):
        pytest.fail(why)
    pytest.skip(why)


def _started(config: pytest.Config) -> str:
    """The server's URL, or why there is none."""
    running = ExitStack()
    config.add_cleanup(running.close)
    try:
        return running.enter_context(postgres_server())
    except NoServer as error:
        return str(error)
