"""What a URL of a database names, without looking into it: a command may ask before it imports anything large."""

from pathlib import Path

SQLITE = "sqlite:///"
POSTGRES = ("postgresql://", "postgres://")


def file_of(url: str) -> Path | None:
    """The file that a URL of SQLite names; None for another kind of URL, and for one that names no file."""
    path = url.removeprefix(SQLITE)
    return None if path in ("", url) else Path(path)


def is_missing(url: str) -> bool:
    """Whether the URL names a file that is not there."""
    path = file_of(url)
    return path is not None and not path.exists()
