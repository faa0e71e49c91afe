"""Reports call deals by names that can be given back, and refuse a period that ends before it begins."""

from pathlib import Path
from shutil import copy

import pytest

from engine.ids import deal_id
from interfaces.cli.main import main
from tests.interfaces.command_line import CommandLine

REPORTS = (
    "causes",
    "discounts",
    "followups",
    "funnel",
    "retrospectives",
    "scorecard",
    "slips",
    "stages",
    "velocity",
    "winloss",
)
OURS = str(deal_id("crm", "D-1"))
OWN = "0197f00d-0000-7000-8000-000000000001"
STORY = (
    ["touch", "call", "--at", "2026-04-02"],
    ["offer", "seller", "100 USD", "--at", "2026-04-03"],
    ["close-date", "2026-06-30", "--at", "2026-04-04"],
    ["lose", "no-decision", "--at", "2026-04-05"],
    [
        "retrospective",
        "--participant",
        "li.lei",
        "--lesson",
        "Ask early",
        "--action",
        "Ask",
        "--at",
        "2026-04-06",
    ],
)


@pytest.fixture(scope="module")
def store_of_two(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a store with a deal of another system and one of our own, and all that reports list deals for."""
    folder = tmp_path_factory.mktemp("named")
    store = ["--store", f"sqlite:///{folder / 'deals.db'}", "--by", "li.lei"]
    for name, more in ((OURS, ["--external", "crm:D-1"]), (OWN, ["--id", OWN])):
        opened = ["--owner", "li.lei", "--expected-close", "2026-04-30", "--at", "2026-04-01"]
        assert main(["deal", "open", "Pumps" if name == OURS else "Valves", *opened, *more, *store]) == 0
        for verb, *rest in STORY:
            assert main(["deal", verb, name, *rest, *store]) == 0
    assert main(["report", "winloss", *store[:2]]) == 0
    return folder


@pytest.fixture
def two_deals(run: CommandLine, store_of_two: Path, tmp_path: Path) -> tuple[str, str]:
    """A store of its own with both deals; their ids."""
    for file in store_of_two.iterdir():
        copy(file, tmp_path / file.name)
    return OURS, OWN


@pytest.mark.parametrize("report", REPORTS)
def test_a_report_calls_a_deal_by_its_key_and_by_its_id_where_it_has_none(
    run: CommandLine, two_deals: tuple[str, str], report: str
) -> None:
    with_key, own = two_deals
    told = run.well("report", report, "--deals", "--as-of", "2026-04-04" if report == "followups" else "now")
    assert "crm:D-1 " in told.out
    assert with_key not in told.out
    assert f"{own} " in told.out
    assert run.well("deal", "show", "crm:D-1").out != run.well("deal", "show", own).out


@pytest.mark.parametrize("report", REPORTS)
def test_programs_read_the_id_of_a_deal(run: CommandLine, two_deals: tuple[str, str], report: str) -> None:
    told = run.well("report", report, "--deals", "-o", "csv")
    assert all(deal in told.out for deal in two_deals)


@pytest.mark.parametrize("report", REPORTS)
def test_a_period_that_ends_before_it_begins_is_refused(
    run: CommandLine, two_deals: tuple[str, str], report: str
) -> None:
    done = run("report", report, "--from", "2026-05-01", "--to", "2026-04-01")
    assert (done.code, done.out) == (2, "")
    assert "The period ends before it begins: from 2026-05-01 to 2026-04-01." in done.err


def test_a_ladder_is_headed_by_the_name_of_its_deal(run: CommandLine, two_deals: tuple[str, str]) -> None:
    assert "Pumps  crm:D-1: the negotiation" in run.well("deal", "ladder", two_deals[0]).out
    assert f"Valves  {two_deals[1]}: the negotiation" in run.well("deal", "ladder", two_deals[1]).out


@pytest.mark.parametrize("lang", ["en", "zh-CN"])
def test_where_no_deal_counts_every_report_says_so(run: CommandLine, lang: str) -> None:
    run.well("deal", "discard", run.opened("Pumps", "--owner", "li.lei"), "test", "--by", "li.lei")
    for report in REPORTS:
        told = run.well("report", report, "--deals", "--lang", lang)
        assert "Pumps" not in told.out
        assert len(told.out.splitlines()) > 1
