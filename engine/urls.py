"""What a URL of a database names, without looking into it: a command may ask before it imports anything large."""

import re
from pathlib import Path
from urllib.parse import unquote

SQLITE = "sqlite:///"
POSTGRES = ("postgresql://", "postgres://")

_PASSWORD = re.compile(r"^(\w+://[^:@/?#]*):.*@", re.DOTALL)


def file_of(url: str) -> Path | None:
    """The file that a URL of SQLite names; None for another kind of URL, and for one that names no file."""
    path = url.removeprefix(SQLITE)
    return None if path in ("", url) else Path(path)


def is_missing(url: str) -> bool:
    """Whether the URL names a file that is not there."""
    path = file_of(url)
    return path is not None and not path.exists()


def without_password(url: str) -> str:
    """The URL as it may be shown: a password in it is left out, wherever it stands."""
    shown = _PASSWORD.sub(r"\1@", url)
    place, mark, query = shown.partition("?")
    kept = [each for each in query.split("&") if not unquote(each.partition("=")[0]).endswith("password")]
    return place + (mark if any(kept) else "") + "&".join(kept)
