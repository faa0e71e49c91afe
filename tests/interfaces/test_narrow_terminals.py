"""Tables on a terminal of 80 columns: columns stand under others, no figure is cut, and pipes get whole rows."""

import re
import sys
from pathlib import Path
from shutil import copy

import pytest
from rich.cells import cell_len

from interfaces.cli.grid import Column, Grid, table
from tests.interfaces.command_line import CommandLine

ANSI = re.compile(r"\x1b\[[0-9;]*m")


@pytest.fixture
def demo(run: CommandLine, demo_folder: Path, tmp_path: Path) -> CommandLine:
    """A year and a half of sales: two currencies, names of every length in two languages."""
    for file in demo_folder.iterdir():
        copy(file, tmp_path / file.name.replace("demo", "deals"))
    return run


@pytest.mark.parametrize("lang", ["en", "zh-CN"])
@pytest.mark.parametrize(
    "words",
    [
        ["deal", "list"],
        ["deal", "list", "--lost"],
        ["deal", "list", "--overdue"],
        ["deal", "list", "--rotting"],
        ["report", "winloss", "--by", "owner"],
        ["report", "winloss", "--by", "owner", "--by", "segment.product", "--deals"],
        ["report", "winloss", "--by", "closed-quarter", "--decided"],
        ["report", "stages", "--by", "segment.region"],
        ["report", "slips"],
        ["report", "discounts", "--by", "segment.region"],
        ["report", "followups", "--by", "segment.region", "--by", "owner"],
        ["report", "causes", "--by", "segment.region"],
        ["report", "scorecard"],
        ["report", "scorecard", "--per", "month"],
        ["deal", "autopsy", "demo:D-233"],
        ["deal", "blame", "demo:D-236"],
        ["deal", "people", "demo:D-233"],
    ],
    ids=" ".join,
)
def test_what_is_asked_every_week_fits_a_terminal_of_80_columns(
    demo: CommandLine, monkeypatch: pytest.MonkeyPatch, words: list[str], lang: str
) -> None:
    piped = demo.well(*words, "--lang", lang).out
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "80")
    out = ANSI.sub("", demo.well(*words, "--lang", lang).out)
    tables = [line for line in out.splitlines() if line.startswith(" ")]
    assert max(cell_len(line.rstrip()) for line in tables) <= 80
    # Whatever is a figure or an id in the whole table is whole in the narrow one too.
    figures = re.findall(r"[A-Z¥$]*[\d,.]*\d{3}[\d,.]*\d(?: [A-Z]{3})?|demo:\S+", piped)
    assert figures
    assert [each for each in figures if each not in out] == []


def test_a_pipe_gets_a_row_a_deal_whatever_the_size_of_the_terminal(
    demo: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    rows = [line for line in demo.well("deal", "list").out.splitlines() if line.startswith(" demo:")]
    titles = [each["title"] for each in demo.well("deal", "list", "-o", "json").json]
    assert len(rows) == len(titles) > 200
    assert all(title in row for title, row in zip(titles, rows, strict=True))


@pytest.fixture
def offers() -> Grid:
    """What each owner won and lost, in one currency or in two."""
    columns = [
        Column("Owner", whole=True),
        Column("Title", under=True),
        Column("Won", right=True),
        Column("Lost", right=True, under=True),
    ]
    rows = [("li.lei", "Crane", "100 CNY\n7 USD", "300 CNY"), ("han.meimei", "Pump", "5 USD", "6 USD")]
    return table(columns, rows)


def test_columns_stand_under_others_from_the_right_and_no_more_than_it_takes(offers: Grid) -> None:
    assert offers.fitted(80) == offers
    assert [column.title for column in offers.fitted(32).columns] == ["Owner", "Title", "Won\nLost"]
    assert [column.title for column in offers.fitted(20).columns] == ["Owner\nTitle", "Won\nLost"]
    assert offers.fitted(5) == offers.fitted(20)


def test_what_stands_second_begins_on_the_same_line_in_every_column(offers: Grid) -> None:
    cells = [[str(cell) for cell in row] for row in offers.fitted(20).rows if row is not None]
    assert cells == [
        ["li.lei\n\nCrane", "100 CNY\n7 USD\n300 CNY"],
        ["han.meimei\nPump", "5 USD\n6 USD"],
    ]
