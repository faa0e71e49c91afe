"""The stores that processes race on and die over."""

from pathlib import Path

import pytest


@pytest.fixture(params=["sqlite", "postgres"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a new store in a file or on a server."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/deals.db"
    url: str = request.getfixturevalue("empty_database")()
    return url
