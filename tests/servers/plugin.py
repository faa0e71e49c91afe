"""One server of each kind for a whole test run, also where several processes run the tests."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any, NoReturn
from uuid import uuid4

import pytest

from tests.servers.kafka_broker import kafka_broker, own_broker
from tests.servers.keeper import Keeper, NoServer
from tests.servers.postgres import Server, SpareDatabases, own_server, postgres_server

STARTED = {
    "postgres": (pytest.StashKey[str](), postgres_server),
    "kafka": (pytest.StashKey[str](), kafka_broker),
}
"""What a test run shares, where its address is kept, and how it is started."""


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:  # noqa: ANN401 - a worker of pytest-xdist, which has no types
    """Start the servers that all workers share; they end with the run."""
    for name in STARTED:
        node.workerinput[name] = _address(node.config, name)


@pytest.fixture(scope="session")
def postgres_url(pytestconfig: pytest.Config) -> str:
    """The URL of a real PostgreSQL server where databases may be made; in CI it is never skipped."""
    return _given(pytestconfig, "postgres")


@pytest.fixture(scope="session")
def kafka_address(pytestconfig: pytest.Config) -> str:
    """The bootstrap address of a real Apache Kafka broker that all tests share; in CI it is never skipped."""
    return _given(pytestconfig, "kafka")


@pytest.fixture
def topic_prefix() -> str:
    """What a test puts before the names of its topics and groups, so that tests may share a broker."""
    return f"test-{uuid4().hex[:12]}."


@pytest.fixture(scope="module")
def kafka_of_our_own() -> Iterator[Keeper]:
    """A broker that tests may kill, freeze and start again: `ask("kill")`, "start", "freeze", "thaw"."""
    with ExitStack() as running:
        try:
            keeper = running.enter_context(own_broker())
        except NoServer as error:
            _missing(str(error))
        yield keeper


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


def _given(config: pytest.Config, name: str) -> str:
    """The address of a server that the run shares; skipped without it, except in CI."""
    shared: str | None = getattr(config, "workerinput", {}).get(name)
    address = shared or _address(config, name)
    if " " in address:
        _missing(address)
    return address


def _address(config: pytest.Config, name: str) -> str:
    """Where the server is that this run shares, started when it is first wanted; or why there is none."""
    key, start = STARTED[name]
    if key not in config.stash:
        running = ExitStack()
        config.add_cleanup(running.close)
        try:
            config.stash[key] = running.enter_context(start())
        except NoServer as error:
            config.stash[key] = str(error)
    return config.stash[key]
