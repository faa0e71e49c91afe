"""What a URL of a database names."""

from pathlib import Path

import pytest

from engine.urls import file_of, is_missing


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("sqlite:///deals.db", Path("deals.db")),
        ("sqlite:////var/lib/deals.db", Path("/var/lib/deals.db")),
        ("sqlite:///", None),
        ("sqlite://", None),
        ("memory:", None),
        ("postgresql://sales@db.example.com/deals", None),
        ("deals.db", None),
    ],
)
def test_only_a_url_of_sqlite_names_a_file(url: str, path: Path | None) -> None:
    assert file_of(url) == path


def test_a_file_is_missing_until_it_is_there_and_nothing_else_ever_is(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'deals.db'}"
    assert is_missing(url)
    (tmp_path / "deals.db").touch()
    assert not is_missing(url)
    assert not is_missing("postgresql://sales@db.example.com/deals")
