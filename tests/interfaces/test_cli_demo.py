"""`dealtrail demo` shows what to try next, and all of that works."""

import re
from pathlib import Path
from shutil import copy

import pytest
from rich.cells import cell_len

from tests.interfaces.command_line import CommandLine

SUGGESTED = re.compile(r"^  dealtrail (\S.*?)   ", re.MULTILINE)


@pytest.fixture
def demo(run: CommandLine, demo_folder: Path, tmp_path: Path) -> CommandLine:
    """A command line with the demo."""
    for file in demo_folder.iterdir():
        copy(file, tmp_path / file.name.replace("demo", "deals"))
    return run


def test_whatever_the_demo_suggests_works_in_both_languages(demo: CommandLine) -> None:
    told = {lang: demo.well("demo", "--lang", lang).out for lang in ("en", "zh-CN")}
    suggested = {lang: SUGGESTED.findall(out) for lang, out in told.items()}
    assert len(suggested["en"]) == 11
    assert suggested["en"] == suggested["zh-CN"]
    for number, command in enumerate(suggested["en"]):
        lang = ("en", "zh-CN")[number % 2]
        assert demo.well(*command.split(), "--lang", lang).out.strip(), command


def test_what_is_said_of_each_suggestion_stands_in_one_column(demo: CommandLine) -> None:
    for lang in ("en", "zh-CN"):
        lines = demo.well("demo", "--lang", lang).out.splitlines()
        suggestions = [line for line in lines if SUGGESTED.match(line)]
        begins = {len(line) - len(line.split("   ")[-1].lstrip()) for line in suggestions}
        assert len(begins) == 1
        assert max(map(cell_len, suggestions)) <= 130


def test_programs_learn_where_the_stories_are(demo: CommandLine) -> None:
    told = demo.well("demo", "-o", "json").json
    assert told["recorded"] == 0
    stories = [told[f"{story}_deal"] for story in ("lost", "saved", "pushed", "reopened", "late_competitor")]
    assert len(set(stories)) == 5
    for story in stories:
        assert demo.well("deal", "show", story, "-o", "json").json["deal"] == story
