"""docs/store.md lets a reader recompute the chain without dealtrail: what it prints there must work."""

import re
import sqlite3
import subprocess
import sys
from pathlib import Path
from uuid import UUID

import pytest

from engine.log import Head, LogEntry
from engine.sqlite import SqliteLog


@pytest.fixture
def recipe(repository: Path) -> str:
    page = (repository / "docs" / "store.md").read_text("utf-8")
    (code,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    return str(code)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "deals.db"


@pytest.fixture
def head(path: Path) -> Head:
    """The head of a store at `path` that two deals were recorded in."""
    log = SqliteLog(path, url=f"sqlite:///{path}")
    for number, (stream, version) in enumerate([(1, 1), (2, 1), (1, 2)]):
        state = f'{{"note":"第{number}件"}}'.encode()
        log.append([LogEntry(UUID(int=stream), version, "DealNoteAdded", state, f"c{number}", 0, b"f")])
    head = log.head()
    log.close()
    return head


def follow(recipe: str, path: Path) -> subprocess.CompletedProcess[str]:
    """What a reader sees who runs the recipe with a Python that knows nothing of dealtrail."""
    return subprocess.run(
        [sys.executable, "-I", "-S", "-c", recipe, str(path)], capture_output=True, text=True, check=False
    )


def test_the_recipe_prints_the_head_of_a_store(recipe: str, head: Head, path: Path) -> None:
    followed = follow(recipe, path)
    assert (followed.stdout.strip(), followed.stderr) == (f"{head.position}:{head.digest.hex()}", "")


@pytest.mark.parametrize(
    ("tampering", "found"),
    [
        ("UPDATE events SET state = CAST('{}' AS BLOB) WHERE position = 2", "position 2 is not"),
        ("DELETE FROM events WHERE position = 2", "position 2 is not"),
        ("DELETE FROM events WHERE position = 3", "the end of the log is not"),
        ("UPDATE log_head SET position = 2", "the end of the log is not"),
    ],
    ids=["changed", "removed", "cut", "set back"],
)
@pytest.mark.usefixtures("head")
def test_the_recipe_finds_what_was_tampered_with(tampering: str, found: str, recipe: str, path: Path) -> None:
    store = sqlite3.connect(path)
    for (trigger,) in store.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        store.execute(f"DROP TRIGGER {trigger}")
    store.execute(tampering)
    store.commit()
    store.close()
    followed = follow(recipe, path)
    assert followed.returncode == 1
    assert found in followed.stderr
