"""From an error to an exit code and words on stderr: the one place where the command line does so."""

import json
import re
import sys
import traceback
from itertools import pairwise
from typing import Any

from domain.errors import Conflict, DealtrailError, NotFound, Refused, Tampered, Unavailable

OK, UNEXPECTED, USAGE, INTERRUPTED = 0, 1, 2, 130

CODES: tuple[tuple[type[DealtrailError], int], ...] = (
    (NotFound, 3),
    (Conflict, 4),
    (Refused, 5),
    (Unavailable, 6),
    (Tampered, 7),
)


def told(error: Exception, *, as_json: bool) -> int:
    """Say on stderr what went wrong, why, and what to try; the exit code for it."""
    if isinstance(error, DealtrailError):
        detail = " ".join([str(error), *getattr(error, "__notes__", ())])
        _print(type(error).__name__, error.title, detail, _facts(error), as_json=as_json)
        return next((code for kind, code in CODES if isinstance(error, kind)), UNEXPECTED)
    if _is_storage(error):
        detail = f"{getattr(error, 'orig', None) or error}. Look at the file, its folder and the disk, then try again."
        _print("Unavailable", Unavailable.title, detail, [], as_json=as_json)
        return 6
    traceback.print_exception(error)
    detail = (
        f"{type(error).__name__}: {error}. This is a defect of dealtrail, not of your data: "
        "please report it with the lines above. Nothing was recorded by the command that failed, "
        "or all of it was; `dealtrail store verify` tells whether the log is whole."
    )
    _print("Unexpected", "Unexpected", detail, [], as_json=as_json)
    return UNEXPECTED


def told_usage(message: str, usage: str | None, *, as_json: bool) -> int:
    """Say on stderr that the words of the command line are wrong, and how they should be; exit code 2."""
    if not as_json and usage is not None:
        sys.stderr.write(usage + "\n")
    _print("Usage", "Not understood", message, [], as_json=as_json)
    return USAGE


def wants_json(arguments: list[str]) -> bool:
    """Whether the command line asks for JSON, also where the rest of it makes no sense."""
    joined = {"-ojson", "-o=json", "--output=json"}
    return bool(joined & set(arguments)) or any(
        option in ("-o", "--output") and value == "json" for option, value in pairwise(arguments)
    )


def _print(kind: str, title: str, detail: str, errors: list[dict[str, Any]], *, as_json: bool) -> None:
    if as_json:
        problem = {"type": f"urn:dealtrail:{_slug(kind)}", "title": title, "detail": detail, "errors": errors}
        sys.stderr.write(json.dumps(problem, ensure_ascii=False) + "\n")
    else:
        sys.stderr.write(f"{title}: {detail}\n")


def _facts(error: DealtrailError) -> list[dict[str, Any]]:
    """The facts that the error carries, for programs: their names and values."""
    return [
        {"fact": name, "value": list(value) if isinstance(value, tuple) else value}
        for name, value in vars(error).items()
        if isinstance(value, str | int | tuple | None)
    ]


def _is_storage(error: Exception) -> bool:
    """Whether the disk or the database said no: SQLAlchemy wraps what the driver raised."""
    import sqlite3

    return isinstance(getattr(error, "orig", error), OSError | sqlite3.OperationalError)


def _slug(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "-", name).lower()
