"""The files that the contract is published in, as they must be, and as they were at the last release."""

import json
import subprocess
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from consumers.contract.asyncapi import asyncapi
from consumers.contract.catalogue import catalogue
from consumers.contract.schemas import schemas
from domain.events import EVENTS

PAGE = "docs/events.md"
ASYNCAPI = "docs/events/asyncapi.json"
SCHEMAS = "docs/events/schemas"
GOLDEN = "tests/domain/golden"

EXAMPLE_RECORDED_AT = datetime(2026, 7, 1, 1, 30, tzinfo=UTC)


def pages(repository: Path) -> Mapping[str, str]:
    """Every file of the contract by its path in the repository; the examples are its golden files."""
    examples = {name: example(repository, name) for name in EVENTS}
    return {
        PAGE: catalogue(examples),
        ASYNCAPI: _json(asyncapi(examples)),
        **{f"{SCHEMAS}/{name}.json": _json(schema) for name, schema in schemas().items()},
    }


def example(repository: Path, name: str) -> dict[str, Any]:
    """The value of a record that holds the golden event of this type."""
    stored = json.loads((repository / GOLDEN / f"{name}.json").read_bytes())
    recorded_at = EXAMPLE_RECORDED_AT.isoformat().replace("+00:00", "Z")
    return {"position": 4_000 + stored["version"], "recorded_at": recorded_at, **stored}


def differences(repository: Path) -> list[str]:
    """The paths of files that are not as they must be, and of schemas of types that there are not."""
    wanted = pages(repository)
    there = {f"{SCHEMAS}/{path.name}" for path in (repository / SCHEMAS).glob("*.json")}
    return sorted(
        path
        for path in {*wanted, *there}
        if path not in wanted
        or not (repository / path).exists()
        or (repository / path).read_text("utf-8") != wanted[path]
    )


def write(repository: Path) -> None:
    """Make the files as they must be."""
    for path in differences(repository):
        (repository / path).unlink(missing_ok=True)
    for path, text in pages(repository).items():
        (repository / path).parent.mkdir(parents=True, exist_ok=True)
        (repository / path).write_text(text, encoding="utf-8")


def last_release(repository: Path) -> str | None:
    """The last tag behind what is checked out; None where there is none, or no git."""
    try:
        return _git(repository, "describe", "--tags", "--abbrev=0").strip()
    except (OSError, subprocess.CalledProcessError):
        return None


def schemas_of(release: str, repository: Path) -> Mapping[str, dict[str, Any]]:
    """The schemas as they were at that tag; none where it had none."""
    listed = _git(repository, "ls-tree", "--name-only", release, f"{SCHEMAS}/").splitlines()
    return {Path(path).stem: json.loads(_git(repository, "show", f"{release}:{path}")) for path in listed}


def _git(repository: Path, *arguments: str) -> str:
    done = subprocess.run(  # noqa: S603 - git itself, on our own repository
        ["git", *arguments],  # noqa: S607
        cwd=repository,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    return done.stdout


def _json(document: object) -> str:
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"
