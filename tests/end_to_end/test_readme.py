"""The pages show what really happens: their commands are run on the demo, the picture is drawn again."""

import os
import re
import shlex
import subprocess
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest

from tests.interfaces.command_line import CommandLine

SHELL = re.compile(r"```sh\n(.*?)```", re.DOTALL)
PYTHON = re.compile(r"```python\n(.*?)```", re.DOTALL)


@pytest.fixture
def asking(
    demo_folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> CommandLine:
    """A command line with the demo."""
    monkeypatch.chdir(demo_folder)
    monkeypatch.setenv("DEALTRAIL_STORE", "sqlite:///demo.db")
    monkeypatch.setenv("NO_COLOR", "1")
    return CommandLine(capsys)


def run(command: str, folder: Path) -> str:
    program, *arguments = shlex.split(command)
    environment = {key: value for key, value in os.environ.items() if not key.startswith("DEALTRAIL_")}
    done = subprocess.run(
        [Path(sys.executable).with_name(program), *arguments],
        cwd=folder,
        env={**environment, "DEALTRAIL_STORE": "sqlite:///demo.db", "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


@pytest.mark.parametrize(("name", "least"), [("README.md", 4), ("docs/retrospective.md", 15)])
def test_every_answer_on_a_page_is_the_answer_on_the_demo(
    repository: Path, demo_folder: Path, asking: CommandLine, name: str, least: int
) -> None:
    answers = _module(repository / "docs" / "answers.py")
    blocks = list(answers.blocks((repository / name).read_text(encoding="utf-8")))
    assert len(blocks) >= least
    for question, shown in blocks:
        program, *words = shlex.split(question)
        assert program == "dealtrail"
        assert shown == answers.as_shown(asking.well(*words).out, shown), question
    # Each in a process of its own would take a second more; one shows that it is the same.
    question, shown = blocks[0]
    assert shown == answers.as_shown(answers.answer(question, demo_folder), shown)


def test_a_page_is_filled_in_with_its_answers_whole_or_cut(repository: Path, demo_folder: Path) -> None:
    answers = _module(repository / "docs" / "answers.py")
    assert set(answers.PAGES) == {"README.md", "docs/retrospective.md"}
    page = "Before\n```console\n$ dealtrail pipeline --as-of 2026-06-30\n?\n?\n…\n```\nAfter"
    filled = answers.filled(page, demo_folder)
    assert filled.startswith("Before\n```console\n$ dealtrail pipeline --as-of 2026-06-30\nAs of 30 Jun 2026")
    assert filled.endswith("\n…\n```\nAfter")
    assert len(filled.splitlines()) == len(page.splitlines())
    whole = answers.filled(page.replace("…\n", ""), demo_folder)
    assert "Open deals are" in whole
    assert answers.filled(whole, demo_folder) == whole


def test_the_orders_of_the_readme_tell_a_deal(repository: Path, tmp_path: Path) -> None:
    blocks = SHELL.findall((repository / "README.md").read_text(encoding="utf-8"))
    (orders,) = [block for block in blocks if block.startswith("dealtrail deal")]
    answers = [run(order, tmp_path) for order in orders.splitlines()]
    assert len(answers) == 4
    assert "Deal lost" in answers[-1]


def test_the_python_of_the_readme_opens_a_deal(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (code,) = PYTHON.findall((repository / "README.md").read_text(encoding="utf-8"))
    monkeypatch.setenv("DEALTRAIL_STORE", f"sqlite:///{tmp_path}/deals.db")
    exec(compile(code, "README.md", "exec"), {})  # noqa: S102 - the README is ours
    monkeypatch.delenv("DEALTRAIL_STORE")
    assert "Harbour crane" in run(f"dealtrail deal list --store sqlite:///{tmp_path}/deals.db", tmp_path)


def test_the_picture_is_what_the_commands_print(repository: Path, demo_folder: Path) -> None:
    drawing = _module(repository / "docs" / "terminal.py")
    assert (repository / "docs" / "terminal.svg").read_text(encoding="utf-8") == drawing.picture(demo_folder)


def _module(path: Path) -> ModuleType:
    spec = spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
