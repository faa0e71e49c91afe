"""docs/consumers.md shows what really happens: its files are written, its tests run, its commands given."""

import os
import re
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

BLOCK = re.compile(r"(?:`(\w+\.py)`[^`]*:\n\n)?```(python|console)\n(.*?)```", re.DOTALL)
COMMAND = re.compile(r"^\$ (.+)\n((?:(?!\$ ).*\n)*)", re.MULTILINE)
PATIENCE = 180.0
"""Seconds until an answer is what the page shows."""


class Terminal:
    """A folder in which commands are given, some of them to go on beside the others."""

    def __init__(self, folder: Path, kafka: str, prefix: str) -> None:
        self._folder, self._kafka, self._prefix = folder, kafka, prefix
        self._beside: list[subprocess.Popen[bytes]] = []
        given = {key: value for key, value in os.environ.items() if not key.startswith("DEALTRAIL_")}
        self._environment = {
            **given,
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "DEALTRAIL_STORE": "sqlite:///demo.db",
            "DEALTRAIL_KAFKA": kafka,
            "DEALTRAIL_TOPIC_PREFIX": prefix,
            "NO_COLOR": "1",
        }

    def type(self, command: str, shown: str) -> None:
        """Give a command; its answer becomes what is shown, if not at once then soon."""
        words = shlex.split(command)
        if words[-1] == "&":
            self._beside.append(self._start(words[:-1]))
        elif words[0] == "kill":
            self.end(int(words[1].removeprefix("%")) - 1)
        else:
            deadline = time.monotonic() + PATIENCE
            while not fits(*(answer := self._answer(words)), shown) and time.monotonic() < deadline:
                time.sleep(1)
            assert fits(*answer, shown), f"$ {command}\n{answer}"

    def end(self, number: int) -> None:
        """Ask one of those beside to end; it does so with success."""
        self._beside[number].send_signal(signal.SIGTERM)
        assert self._beside[number].wait(60) == 0

    def close(self) -> None:
        for process in self._beside:
            process.kill()
            process.wait()

    def _start(self, words: list[str]) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            words,
            cwd=self._folder,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def _answer(self, words: list[str]) -> tuple[str, int]:
        program = ["python", "-m", *words] if words[0] == "pytest" else words
        done = subprocess.run(
            program,
            cwd=self._folder,
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        lines = [line.rstrip() for line in done.stdout.replace(self._prefix, "").strip().splitlines()]
        return "".join(f"{line}\n" for line in lines), done.returncode


def fits(answer: str, code: int, shown: str) -> bool:
    """Whether the command went well and said what the page shows; `…` stands for whatever is printed."""
    if code != 0:
        return False
    return shown == "…\n" or answer == shown.rstrip("\n") + "\n"


@pytest.fixture
def terminal(tmp_path: Path, kafka_address: str, topic_prefix: str) -> Iterator[Terminal]:
    terminal = Terminal(tmp_path, kafka_address, topic_prefix)
    yield terminal
    terminal.close()


def test_a_consumer_is_written_tested_run_and_looked_after(
    repository: Path, tmp_path: Path, terminal: Terminal
) -> None:
    page = (repository / "docs" / "consumers.md").read_text("utf-8")
    files, commands = [], 0
    for name, kind, text in BLOCK.findall(page):
        if kind == "python":
            assert name, "a file has its name before it"
            (tmp_path / name).write_text(text, "utf-8")
            files.append(name)
        for command, shown in COMMAND.findall(text) if kind == "console" else ():
            terminal.type(command, shown)
            commands += 1
    assert files == ["handover.py", "test_handover.py", "list.py"]
    assert commands > 10
    terminal.end(2)
    terminal.end(0)


def test_every_page_that_it_names_is_there(repository: Path) -> None:
    page = (repository / "docs" / "consumers.md").read_text("utf-8")
    for target in re.findall(r"\]\(([^)#]+)\)", page):
        assert (repository / "docs" / target).exists()
