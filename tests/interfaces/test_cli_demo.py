"""`dealtrail demo` shows what to try next, and all of that works."""

import re

from rich.cells import cell_len

from tests.interfaces.command_line import CommandLine

SUGGESTED = re.compile(r"^  dealtrail (\S.*?)   ", re.MULTILINE)


def test_whatever_the_demo_suggests_works_in_both_languages(run: CommandLine) -> None:
    told = {lang: run.well("demo", "--lang", lang).out for lang in ("en", "zh-CN")}
    suggested = {lang: SUGGESTED.findall(out) for lang, out in told.items()}
    assert len(suggested["en"]) == 11
    assert suggested["en"] == suggested["zh-CN"]
    for number, command in enumerate(suggested["en"]):
        lang = ("en", "zh-CN")[number % 2]
        assert run.well(*command.split(), "--lang", lang).out.strip(), command


def test_what_is_said_of_each_suggestion_stands_in_one_column(run: CommandLine) -> None:
    for lang in ("en", "zh-CN"):
        lines = run.well("demo", "--lang", lang).out.splitlines()
        suggestions = [line for line in lines if SUGGESTED.match(line)]
        begins = {len(line) - len(line.split("   ")[-1].lstrip()) for line in suggestions}
        assert len(begins) == 1
        assert max(map(cell_len, suggestions)) <= 130


def test_programs_learn_where_the_stories_are(run: CommandLine) -> None:
    made = run.well("demo", "-o", "json").json
    stories = [made[f"{story}_deal"] for story in ("lost", "saved", "pushed", "reopened", "late_competitor")]
    assert len(set(stories)) == 5
    for story in stories:
        assert run.well("deal", "show", story, "-o", "json").json["deal"] == story
