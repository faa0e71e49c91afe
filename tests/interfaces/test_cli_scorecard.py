"""The scorecard and the lists of deals that need attention, as people and as programs read them."""

from pathlib import Path
from shutil import copy

import pytest
from rich.cells import cell_len

from interfaces.cli.main import main
from tests.interfaces.command_line import CommandLine

STORY = (
    ("next-step", "crm:D-1", "Visit the plant", "--due", "2026-03-31", "--at", "2026-03-02"),
    ("accept-lead", "crm:D-1", "mql", "--at", "2026-03-03T09:00+00:00"),
    ("plan", "crm:D-1", "meeting", "2026-03-05", "--host", "anna.berg", "--touchpoint", "m", "--at", "2026-03-03"),
    ("touch", "crm:D-1", "meeting", "--touchpoint", "m", "--at", "2026-03-05"),
    ("touch", "crm:D-1", "call", "--at", "2026-03-06T10:00+00:00"),
    ("accept-lead", "crm:D-1", "sql", "--at", "2026-03-20"),
    ("win", "crm:D-3", "--amount", "500 CNY", "--at", "2026-03-10"),
)  # fmt: skip


@pytest.fixture(scope="module")
def told_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a store with a deal that people work on, one that nobody does, and one that is won."""
    folder = tmp_path_factory.mktemp("scored")
    store = ("--store", f"sqlite:///{folder / 'deals.db'}", "--by", "li.lei")
    for number, title in enumerate(("苏州精密机械", "Mill", "Yard"), 1):
        words = ("--owner", "li.lei", "--external", f"crm:D-{number}", "--at", "2026-03-01")
        assert main(["deal", "open", title, *words, *store]) == 0
    for told in STORY:
        assert main(["deal", *told, *store]) == 0
    return folder


@pytest.fixture
def told(run: CommandLine, told_once: Path, tmp_path: Path) -> CommandLine:
    """The command line with a store of its own that holds the deals."""
    for file in told_once.iterdir():
        copy(file, tmp_path / file.name)
    return run


@pytest.mark.parametrize(
    ("words", "keys"),
    [
        (["--rotting", "--as-of", "2026-03-31"], []),
        (["--rotting", "--as-of", "2026-04-01"], ["D-2"]),
        (["--rotting", "--as-of", "2026-04-20"], ["D-1", "D-2"]),
        (["--stalled", "10", "--as-of", "2026-03-14"], ["D-2"]),
        (["--overdue", "--as-of", "2026-03-31"], []),
        (["--overdue", "--as-of", "2026-04-01"], ["D-1"]),
        (["--no-next-step", "--as-of", "2026-04-01"], ["D-2"]),
        (["--stalled", "10", "--no-next-step", "--as-of", "2026-04-20"], ["D-2"]),
        (["--rotting", "--won", "--as-of", "2026-04-20"], []),
        (["--rotting", "--as-of", "2026-04-20", "--known-at", "2026-04-20"], []),
    ],
)
def test_a_list_is_of_the_deals_that_need_attention(
    told: CommandLine, words: list[str], keys: list[str]
) -> None:
    found = told.well("deal", "list", *words, "--sort", "title", "-o", "json").json
    assert sorted(each["key"] for each in found) == keys


def test_a_list_names_the_event_that_last_reset_the_clock(told: CommandLine) -> None:
    words = ("deal", "list", "--stalled", "3", "--search", "苏州", "--as-of", "2026-03-16T10:00+00:00")
    (row,) = told.well(*words, "-o", "json").json
    assert (row["idle"]["type"], row["idle"]["days"]) == ("TouchpointHeld", 10.0)
    table = told.well(*words).out
    assert "Touchpoint held, 6 Mar 2026" in table
    assert "完成沟通" in told.well(*words, "--lang", "zh-CN").out


def test_what_is_overdue_is_named(told: CommandLine) -> None:
    words = ("deal", "list", "--overdue", "--as-of", "2026-04-01")
    assert told.well(*words, "-o", "json").json[0]["overdue"] == ["next-step"]
    assert "Next step" in told.well(*words).out


def test_the_scorecard_counts_by_person_and_week(told: CommandLine) -> None:
    answer = told.well("report", "scorecard", "-o", "json").json
    assert (answer["definition"], answer["per"], answer["overlapping"]) == ("scorecard@1", "week", True)
    figures = {
        (each["by"]["person"], each["by"]["week"]): (each["kinds"], each["appointments"])
        for each in answer["groups"]
        if each["touchpoints"]
    }
    assert figures == {
        ("anna.berg", "2026-W10"): ({"meeting": 1}, {"made": 1, "held": 1, "missed": 0}),
        ("li.lei", "2026-W10"): ({"call": 1}, {"made": 0, "held": 0, "missed": 0}),
    }


@pytest.mark.parametrize(
    ("per", "said", "chinese"),
    [
        ("week", "Meeting 1", "会议 1"),
        ("month", "100.0% * (1/1)", "100.0% *（1/1）"),
        ("quarter", "500", "500"),
    ],
)
def test_each_period_shows_its_own_figures_in_columns_that_stand_straight(
    told: CommandLine, per: str, said: str, chinese: str
) -> None:
    assert said in told.well("report", "scorecard", "--per", per).out
    table = told.well("report", "scorecard", "--per", per, "--deals", "--lang", "zh-CN").out
    assert chinese in table
    rule = next(line for line in table.splitlines() if "──" in line)
    heading, first = (table.splitlines()[table.splitlines().index(rule) + place] for place in (-1, 1))
    assert cell_len(heading) == cell_len(first) == cell_len(rule)


def test_deals_are_listed_behind_the_scorecard(told: CommandLine) -> None:
    lines = told.well("report", "scorecard", "--by", "owner", "--deals", "-o", "ndjson").lines
    assert sum(each["touchpoints"] for each in lines) == 2
    assert {each["title"] for each in lines} == {"苏州精密机械", "Yard"}


def test_a_scorecard_of_an_empty_period_says_what_to_ask_instead(told: CommandLine) -> None:
    assert "--per month" in told.well("report", "scorecard", "--from", "2027-01").out


def test_an_unknown_period_is_refused(told: CommandLine) -> None:
    done = told("report", "scorecard", "--per", "fortnight")
    assert done.code == 2
    assert "quarter" in done.err


def test_an_unknown_grouping_of_a_scorecard_is_told_all_that_there_are(told: CommandLine) -> None:
    done = told("report", "scorecard", "--by", "mood")
    assert done.code == 5
    assert "Use one of: person, owner, account" in done.err
