"""Where the read models of these tests lie."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.projections import spare_views
from tests.servers.postgres import SpareDatabases


@pytest.fixture(scope="session", autouse=True)
def place_of_read_models(request: pytest.FixtureRequest) -> Iterator[None]:
    """In memory; with `--read-models-on-postgres` in databases of a real server."""
    if not request.config.getoption("--read-models-on-postgres"):
        yield
        return
    databases: SpareDatabases = request.getfixturevalue("postgres_databases")
    with ExitStack() as lent, pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            spare_views, "made", lambda: spare_views.SpareOnPostgres(lent.enter_context(databases.lent()))
        )
        yield
