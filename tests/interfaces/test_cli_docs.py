"""docs/cli.md describes every command with every option that it has, and none that it has not."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import typer
from typer.core import TyperCommand, TyperGroup

from interfaces.cli.choices import EVERYWHERE
from interfaces.cli.lazily import Lazily
from interfaces.cli.main import command
from interfaces.cli.words.catalogue import WORDS

OPTION = re.compile(r"(?<![\w-])--?[a-z][a-z-]*")


def _walk(name: str, found: object) -> Iterator[tuple[str, TyperCommand]]:
    if isinstance(found, Lazily):
        yield from _walk(name, found.loaded)
    elif isinstance(found, TyperGroup):
        context = typer.Context(found)
        for word in found.list_commands(context):
            yield from _walk(f"{name} {word}".strip(), found.get_command(context, word))
    elif isinstance(found, TyperCommand):
        yield name, found


@cache
def _commands() -> dict[str, TyperCommand]:
    return dict(_walk("", command()))


@pytest.fixture(scope="module")
def page(repository: Path) -> str:
    return (repository / "docs" / "cli.md").read_text("utf-8")


def test_the_walk_finds_the_commands_in_every_group() -> None:
    assert {"pipeline", "deal log", "deal win", "stages define", "store verify", "import csv"} <= set(
        _commands()
    )


def test_every_command_is_described_with_its_options(page: str) -> None:
    everywhere = set(OPTION.findall(_before(page, "## Asking\n")))
    missing = {
        name: sorted(undescribed)
        for name, each in _commands().items()
        if (undescribed := _options(each) - everywhere - set(OPTION.findall(_description(page, name) or "")))
        or _description(page, name) is None
    }
    assert missing == {}


def test_no_option_is_described_that_a_command_does_not_have(page: str) -> None:
    wrong = {
        name: sorted(invented)
        for name, each in _commands().items()
        if (invented := set(OPTION.findall(_own_words(_description(page, name) or ""))) - _options(each))
    }
    assert wrong == {}


def test_every_command_is_described_under_a_name_that_it_has(page: str) -> None:
    headings = re.findall(r"^### `dealtrail ([a-z -]+)`$", page, re.MULTILINE)
    verbs = re.findall(r"^\| `(deal [a-z-]+)", page, re.MULTILINE)
    assert set(headings) | set(verbs) == set(_commands())


def test_every_sentence_is_there_in_both_languages() -> None:
    for name, (english, chinese) in WORDS.items():
        facts = re.compile(r"{(\w+)}")
        assert set(facts.findall(english)) == set(facts.findall(chinese)), name
        assert re.search(r"[\u4e00-\u9fff]", chinese) or not re.search(
            "[a-z]{4}", re.sub(r"{\w+}", "", english)
        ), name


def _options(each: TyperCommand) -> set[str]:
    given = {option for parameter in each.params for option in parameter.opts if option.startswith("-")}
    return given - {"--help", "-h"}


def _description(page: str, name: str) -> str | None:
    """The section of a command, or the row of a verb."""
    heading = f"### `dealtrail {name}`\n"
    if heading in page:
        return re.split(r"^##", page.partition(heading)[2], maxsplit=1, flags=re.MULTILINE)[0]
    rows = [line for line in page.splitlines() if re.match(rf"\| `{name}[ `]", line)]
    return rows[0] if rows else None


def _own_words(description: str) -> str:
    """Without the examples and what is said of other commands."""
    return re.sub(r"```.*?```|`dealtrail [^`]*`", "", description, flags=re.DOTALL)


def _before(page: str, heading: str) -> str:
    before = page.partition(heading)[0]
    assert all(f"--{option}" in before for option in EVERYWHERE)
    return before
