"""One server of each kind for a whole test run, also where several processes run the tests."""

import os
from contextlib import ExitStack
from typing import Any

import pytest

from tests.servers.postgres import NoServer, postgres_server

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
        missing = pytest.fail if os.environ.get("CI") else pytest.skip
        missing(url)
    return url


def _started(config: pytest.Config) -> str:
    """The server's URL, or why there is none."""
    running = ExitStack()
    config.add_cleanup(running.close)
    try:
        return running.enter_context(postgres_server())
    except NoServer as error:
        return str(error)
