"""The reports on stages, velocity and slips: their shapes for programs, their tables in both languages."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from shutil import copy

import pytest
from rich.cells import cell_len

from interfaces.cli.main import main
from tests.interfaces.command_line import CommandLine

DEALS: tuple[tuple[str, str, list[list[str]]], ...] = (
    ("阀门", "li.lei", [
        ["accept-lead", "sql", "--at", "2026-01-17"],
        ["stage", "qualification", "--at", "2026-01-20"],
        ["stage", "proposal", "--at", "2026-02-01"],
        ["forecast", "commit", "--at", "2026-02-02"],
        ["close-date", "2026-04-20", "--at", "2026-02-20"],
        ["win", "--amount", "50000 CNY", "--at", "2026-04-10"],
        ["sign", "--at", "2026-04-15"],
        ["payment", "50000 CNY", "--at", "2026-05-20"],
    ]),
    ("Yard", "anna.berg", [
        ["stage", "meeting", "--at", "2026-01-25"],
        ["stage", "prospecting", "--at", "2026-02-10", "--reason", "other"],
        ["lose", "no-decision", "--at", "2026-03-01"],
    ]),
    ("Mill", "li.lei", [["pause", "timing", "--at", "2026-02-01"]]),
)  # fmt: skip
"""One won and paid, one that went back and was lost, one open and at rest; all expected in March."""

REPORTS = ("funnel", "stages", "velocity", "slips")
QUARTER = ["--from", "2026Q1", "--to", "2026Q1"]


@pytest.fixture(scope="module")
def three_deals(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a store with the three deals."""
    folder = tmp_path_factory.mktemp("stages")
    store = ["--store", f"sqlite:///{folder / 'deals.db'}", "--by", "li.lei"]
    for number, (title, owner, story) in enumerate(DEALS, 1):
        name = ["--external", f"crm:D-{number}", "--owner", owner, "--expected-close", "2026-03-20"]
        assert main(["deal", "open", title, *name, "--at", "2026-01-15", *store]) == 0
        for verb, *rest in story:
            assert main(["deal", verb, f"crm:D-{number}", *rest, *store]) == 0
    return folder


@pytest.fixture
def told(run: CommandLine, three_deals: Path, tmp_path: Path) -> CommandLine:
    """The command line with a store of its own that holds the three deals."""
    for file in three_deals.iterdir():
        copy(file, tmp_path / file.name)
    return run


def test_the_funnel_is_told_in_the_shape_of_the_contract(told: CommandLine) -> None:
    answer = told.well("report", "funnel", "-o", "json", "--as-of", "2026-06-30").json
    assert answer["definition"] == "funnel@1"
    (group,) = answer["groups"]
    figures = ("stage", "entered", "reached", "passed", "won", "lost", "open", "returned")
    assert [tuple(stage[name] for name in figures) for stage in group["stages"]] == [
        ("prospecting", 3, 3, 2, 1, 1, 1, 1),
        ("qualification", 1, 2, 2, 1, 1, 0, 0),
        ("meeting", 1, 2, 1, 1, 1, 0, 0),
        ("proposal", 1, 1, 1, 1, 0, 0, 0),
        ("negotiation", 0, 1, 1, 1, 0, 0, 0),
    ]
    assert group["bottleneck"] == {"slowest": None, "narrowest": None}


def test_time_in_stages_is_told_in_the_shape_of_the_contract(told: CommandLine) -> None:
    answer = told.well("report", "stages", "-o", "json", "--as-of", "2026-06-30").json
    stages = {stage["stage"]: stage for stage in answer["groups"][0]["stages"]}
    assert answer["definition"] == "stages@1"
    assert (stages["prospecting"]["visits"], stages["prospecting"]["hours"]["n"]) == (3, 2)
    assert stages["meeting"]["hours"] == {"n": 1, "median": 384.0, "mean": 384.0, "p75": 384.0}
    # Without the pause that lasts.
    assert stages["prospecting"]["there"] == {
        "deals": 1,
        "age_hours": {"n": 1, "median": 408.0, "mean": 408.0, "p75": 408.0},
    }


def test_velocity_is_told_with_its_parts_and_what_follows_a_win(told: CommandLine) -> None:
    (group,) = told.well("report", "velocity", "-o", "json").json["groups"]
    assert group["cycle_days"]["won"]["median"] == 85.0
    assert group["sales_velocity"] == {
        "open": 1,
        "mean_amounts": [{"amount": "50000", "currency": "CNY"}],
        "win_rate": 0.5,
        "mean_cycle_days": 85.0,
        "per_day": [{"amount": "294.1176", "currency": "CNY"}],
        "too_few": True,
    }
    assert group["after_win"]["contract"]["days"]["median"] == 5.0
    assert group["after_win"]["paid"]["days"]["median"] == 40.0
    assert group["after_win"]["delivery"]["open"] == 1
    (since,) = told.well("report", "velocity", "--since-sql", "-o", "json").json["groups"]
    assert since["cycle_days"]["won"]["median"] == 83.0


def test_slips_are_told_with_the_pushes_of_the_period(told: CommandLine) -> None:
    month = ["--from", "2026-03", "--to", "2026-03"]
    answer = told.well("report", "slips", "-o", "json", *month).json
    (group,) = answer["groups"]
    assert group["slip"] == {
        "expected": 0, "won": 0, "lost": 0, "slipped": 0, "pending": 0, "rate": None, "too_few": True,
    }  # fmt: skip
    # Expected in March when it began: the lost one, and the one that rests.
    assert {name: group["slip_any"][name] for name in ("expected", "lost", "slipped")} == {
        "expected": 2,
        "lost": 1,
        "slipped": 1,
    }
    (pushed,) = told.well("report", "slips", "-o", "json", *QUARTER).json["most_pushed"]
    assert (pushed["title"], pushed["pushes"], pushed["days"]) == ("阀门", 1, 31)


@pytest.mark.parametrize("report", ["funnel", "stages"])
def test_csv_has_a_line_for_each_stage_of_each_group(told: CommandLine, report: str) -> None:
    answer = told.well("report", report, "--by", "owner", "-o", "csv").out
    lines = list(csv.DictReader(io.StringIO(answer)))
    assert len(lines) == 2 * 5
    assert {(line["by.owner"], line["pipeline"]) for line in lines} == {
        ("li.lei", "standard"),
        ("anna.berg", "standard"),
    }


@pytest.mark.parametrize("report", REPORTS)
def test_with_deals_programs_get_a_line_for_each_deal(told: CommandLine, report: str) -> None:
    lines = told.well("report", report, "--deals", "-o", "ndjson", "--as-of", "2026-06-30").lines
    titles = ["阀门"] if report == "slips" else ["Mill", "Yard", "阀门"]
    assert sorted(line["title"] for line in lines) == titles


@pytest.mark.parametrize("report", REPORTS)
@pytest.mark.parametrize("words", [[], ["--by", "owner", "--deals"], QUARTER], ids=" ".join)
def test_tables_about_stages_stand_straight_in_both_languages(
    told: CommandLine, report: str, words: list[str]
) -> None:
    for lang in ("en", "zh-CN"):
        tables = list(_tables(told.well("report", report, *words, "--lang", lang).out))
        assert tables
        for table in tables:
            assert len({cell_len(line) for line in table}) == 1, "\n".join(table)


@pytest.mark.parametrize(
    ("words", "chinese"),
    [
        (["report", "funnel"], ["到达", "转化率", "商机太少，无法判断卡在哪个阶段。"]),
        (["report", "stages"], ["停留天数", "寻找潜在客户"]),
        (["report", "velocity"], ["从创建到关闭", "销售速度", "签单之后", "首笔回款"]),
        (["report", "velocity", "--since-sql"], ["从确认为 SQL 到关闭"]),
        (["report", "slips"], ["预计成交推迟", "要看逾期率，请用 --from 和 --to 指定期间。"]),
        (["report", "slips", *QUARTER], ["逾期率", "推迟最多的商机"]),
    ],
)
def test_reports_about_stages_are_told_in_chinese(
    told: CommandLine, words: list[str], chinese: list[str]
) -> None:
    answer = told.well(*words, "--lang", "zh-CN").out
    assert [word for word in chinese if word not in answer] == []


def test_the_longest_bar_is_of_the_stage_that_most_deals_reached(told: CommandLine) -> None:
    rows = told.well("report", "funnel").out.splitlines()
    bars = {row.split()[0]: row.count("█") for row in rows if "█" in row}
    assert bars["Prospecting"] == 20
    assert bars["Won"] == 6


@pytest.mark.parametrize("report", REPORTS)
def test_where_no_deal_fits_a_report_says_what_to_try(told: CommandLine, report: str) -> None:
    answer = told.well("report", report, "--owner", "nobody").out
    assert "Ask" in answer


def _tables(answer: str) -> Iterator[list[str]]:
    """The lines of each table from its headings on: those around its rule, up to the empty line below."""
    lines = answer.splitlines()
    for number, line in enumerate(lines):
        if line.strip() and set(line.strip()) == {"─"}:
            below = next(at for at in range(number, len(lines)) if not lines[at].strip())
            yield lines[number - 1 : below]
