"""Fills in what the commands of README.md and docs/retrospective.md print on the demo.

Run it in the repository: `.venv/bin/python docs/answers.py`.
"""

import os
import re
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

REPOSITORY = Path(__file__).parent.parent
PAGES = ("README.md", "docs/retrospective.md")
BLOCK = re.compile(r"```console\n\$ ([^\n]+)\n(.*?)```", re.DOTALL)
"""A question, and its answer."""
CUT = "…"
"""The last line of an answer of which only the beginning is shown."""


def answer(question: str, folder: Path) -> str:
    """What a command prints into a pipe; `folder` holds the demo's store."""
    program, *words = shlex.split(question)
    environment = {key: value for key, value in os.environ.items() if not key.startswith("DEALTRAIL_")}
    done = subprocess.run(  # noqa: S603 - our own program, on the questions of our own pages
        [Path(sys.executable).with_name(program), *words],
        cwd=folder,
        env={**environment, "DEALTRAIL_STORE": "sqlite:///demo.db", "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def blocks(page: str) -> Iterator[tuple[str, str]]:
    """The questions of a page, each with the answer that stands there."""
    for found in BLOCK.finditer(page):
        yield found[1], found[2]


def as_shown(printed: str, shown: str) -> str:
    """What is printed as a page shows it: without blanks at the ends of lines; as many lines as before if cut."""
    lines = [line.rstrip() for line in printed.strip().splitlines()]
    before = shown.strip().splitlines()
    if before and before[-1] == CUT:
        lines = [*lines[: len(before) - 1], CUT]
    return "".join(f"{line}\n" for line in lines)


def filled(page: str, folder: Path) -> str:
    """The page with the answers that its questions have now."""

    def asked(found: re.Match[str]) -> str:
        return f"```console\n$ {found[1]}\n{as_shown(answer(found[1], folder), found[2])}```"

    return BLOCK.sub(asked, page)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as made:
        answer("dealtrail demo", Path(made))
        for name in PAGES:
            page = REPOSITORY / name
            page.write_text(filled(page.read_text(encoding="utf-8"), Path(made)), encoding="utf-8")
