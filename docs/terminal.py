"""Draws docs/terminal.svg: what two commands on the demo really print.

Run it in the repository: `.venv/bin/python docs/terminal.py`.
"""

import os
import subprocess
import sys
import tempfile
from io import StringIO
from pathlib import Path

from rich.console import Console
from rich.text import Text

PICTURE = Path(__file__).with_name("terminal.svg")
QUESTIONS = (
    "dealtrail pipeline --as-of 2026-05-01",
    "dealtrail pipeline --as-of 2026-05-01 --known-at 2026-05-01",
)
WIDTH = 70


def answer(question: str, folder: Path) -> str:
    """What a terminal shows for a command, colours included."""
    program = Path(sys.executable).with_name("dealtrail")
    environment = {**os.environ, "DEALTRAIL_STORE": "sqlite:///demo.db", "COLUMNS": str(WIDTH)}
    done = subprocess.run(  # noqa: S603 - our own program, on the questions above
        [program, *question.split()[1:]],
        cwd=folder,
        env={**environment, "FORCE_COLOR": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def picture(folder: Path) -> str:
    """The picture as SVG; `folder` holds the demo's store."""
    console = Console(record=True, width=WIDTH, file=StringIO())
    for question in QUESTIONS:
        console.print(Text.assemble(("$ ", "bold green"), (question, "bold")))
        console.print(Text.from_ansi(answer(question, folder)))
    return console.export_svg(title="dealtrail", unique_id="dealtrail")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as made:
        answer("dealtrail demo", Path(made))
        PICTURE.write_text(picture(Path(made)), encoding="utf-8")
