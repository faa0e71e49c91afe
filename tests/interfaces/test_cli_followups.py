"""The weekly page and the decision chain, as people and as programs read them."""

import csv
import io
from pathlib import Path
from shutil import copy

import pytest
from rich.cells import cell_len

from interfaces.cli.main import main
from tests.interfaces.command_line import CommandLine

AT = ("--at", "2026-03-02")


NAME = "crm:D-1"
STORY = (
    ("next-step", NAME, "Visit the plant", "--due", "2026-03-31", *AT),
    ("task", NAME, "Send the quote", "--due", "2026-04-06", "--owner", "anna.berg", *AT),
    ("contact", NAME, "wang", "Wang Wei", "--title", "CFO", *AT),
    ("assess", NAME, "wang", "--role", "champion", "--stance", "advocate", "--influence", "4", *AT),
    ("contact", NAME, "zhao", "Zhao Ming", *AT),
    ("assess", NAME, "zhao", "--role", "economic-buyer", "--reports-to", "wang", *AT),
    ("touch", NAME, "call", "--direction", "out", "--contact", "wang", "--at", "2026-03-05"),
    ("assess", NAME, "wang", "--role", "champion", "--stance", "sceptic", "--at", "2026-03-20"),
)


@pytest.fixture(scope="module")
def told_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a store with one deal, in which something is overdue and something is due."""
    folder = tmp_path_factory.mktemp("followed-up")
    store = ("--store", f"sqlite:///{folder / 'deals.db'}", "--by", "li.lei")
    opening = ("--owner", "li.lei", "--external", NAME, "--at", "2026-03-01")
    assert main(["deal", "open", "苏州精密机械", *opening, *store]) == 0
    for words in STORY:
        assert main(["deal", *words, *store]) == 0
    return folder


@pytest.fixture
def told(run: CommandLine, told_once: Path, tmp_path: Path) -> CommandLine:
    """The command line with a store of its own that holds the deal."""
    for file in told_once.iterdir():
        copy(file, tmp_path / file.name)
    return run


def test_the_weekly_page_tells_what_is_overdue_by_person(told: CommandLine) -> None:
    group = told.well("report", "followups", "--as-of", "2026-04-01", "--deals", "-o", "json").json["groups"][
        0
    ]
    assert [(each["person"], each["overdue"], each["due"]) for each in group["people"]] == [
        ("li.lei", 1, 0),
        ("anna.berg", 0, 1),
    ]
    assert group["first_response"]["hours"] == {"n": 1, "median": 96.0, "mean": 96.0, "p75": 96.0}
    assert (group["no_next_step"], group["single_threaded"]["deals"], group["too_few"]) == (0, 1, True)
    (behind,) = group["behind"]
    assert behind["title"] == "苏州精密机械"
    assert [(each["text"], each["due"], each["when"]) for each in behind["follow_ups"]] == [
        ("Visit the plant", "2026-03-31", "overdue"),
        ("Send the quote", "2026-04-06", "due"),
    ]


def test_within_says_how_far_the_page_looks_ahead(told: CommandLine) -> None:
    asked = ("report", "followups", "--as-of", "2026-04-01", "--within", "4", "-o", "json")
    answer = told.well(*asked).json
    assert (answer["due_by"], answer["groups"][0]["follow_ups"]) == (
        "2026-04-05",
        {"open": 2, "overdue": 1, "due": 0, "later": 1, "no_date": 0},
    )


@pytest.mark.parametrize("lang", ["en", "zh-CN"])
@pytest.mark.parametrize("more", [(), ("--deals",), ("--by", "owner"), ("--by", "owner", "--deals")])
def test_the_tables_of_the_page_stand_straight(told: CommandLine, lang: str, more: tuple[str, ...]) -> None:
    page = told.well("report", "followups", "--as-of", "2026-04-01", "--lang", lang, *more).out
    ruled = [number for number, line in enumerate(page.splitlines()) if set(line.strip()) == {"─"}]
    lines = page.splitlines()
    assert ruled
    for number in ruled:
        assert cell_len(lines[number - 1]) == cell_len(lines[number])


def test_the_deals_behind_the_page_are_lines_of_a_csv(told: CommandLine) -> None:
    printed = told.well("report", "followups", "--as-of", "2026-04-01", "--deals", "-o", "csv").out
    (line,) = csv.DictReader(io.StringIO(printed))
    assert (line["owner"], line["contacts_touched"], line["single_threaded"]) == ("li.lei", "1", "True")


def test_where_no_deal_counts_nothing_is_to_be_followed_up(told: CommandLine) -> None:
    assert "No deal fits" in told.well("report", "followups", "--owner", "nobody").out


def test_the_decision_chain_shows_who_reports_to_whom_and_how_a_stance_moved(
    told: CommandLine,
) -> None:
    page = told.well("deal", "people", NAME).out
    assert "Wang Wei" in page
    assert "└ Zhao Ming" in page
    assert "Advocate → Sceptic on 20 Mar 2026" in page
    assert "Nobody is known as: Decision maker, Technical buyer." in page
    assert "Known but never met: Economic buyer." in page
    assert "Nobody of the buyer's side" in told.well("deal", "people", NAME, "--as-of", "2026-03-01").out


def test_who_left_is_told_below_those_who_are_there(told: CommandLine) -> None:
    gone = ("--reason", "left-company", "--replaced-by", "zhao", "--at", "2026-03-25")
    told.well("deal", "remove-contact", NAME, "wang", *gone)
    page = told.well("deal", "people", NAME, "--lang", "zh-CN").out
    there, _, left = page.partition("已离开的联系人")
    assert "Wang Wei" not in there
    assert "已离职" in left
    assert "Zhao Ming" in left
    document = told.well("deal", "people", NAME, "-o", "json").json
    assert [each["contact"] for each in document["people"]] == ["zhao"]
    assert [(each["contact"], each["left"]["replaced_by"]) for each in document["left"]] == [("wang", "zhao")]


def test_before_it_was_opened_a_deal_has_no_people(told: CommandLine) -> None:
    assert told("deal", "people", NAME, "--as-of", "2026-02-01").code == 3
