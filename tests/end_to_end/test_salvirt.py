"""448 real opportunities without id, date or amount give the win rates that were computed from them elsewhere."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from engine.deals import Deals
from engine.settings import Settings
from interfaces.importing.table.importing import import_csv
from interfaces.importing.table.mapping_file import read_mapping
from tests.interfaces.command_line import CommandLine

Truth = Mapping[str, Any]
FLOOR = 5


@pytest.fixture(scope="module")
def url(store_of_a_module: str, salvirt_b2b: Path, repository: Path) -> str:
    mapping = read_mapping(repository / "docs" / "examples" / "salvirt.toml")
    with Deals(Settings(store=store_of_a_module)) as deals:
        report = import_csv(salvirt_b2b / "Salvirt_B2B_ML_dataset.csv", deals, mapping)
        assert (report.read, report.opened, len(report.refused)) == (448, 448, 0)
        assert report.undated == 2 * 448
        again = import_csv(salvirt_b2b / "Salvirt_B2B_ML_dataset_HF.csv", deals, mapping)
        assert (again.recorded, again.unchanged) == (0, 448)
    return store_of_a_module


@pytest.fixture
def ask(url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> CommandLine:
    monkeypatch.setenv("DEALTRAIL_STORE", url)
    return CommandLine(capsys)


@pytest.fixture(scope="module")
def salvirt_truth(salvirt_b2b: Path) -> Truth:
    found: Truth = json.loads((salvirt_b2b / "truth.json").read_text())
    return found


def winloss(ask: CommandLine, *words: str) -> dict[tuple[str | None, ...], dict[str, Any]]:
    answer = ask.well("report", "winloss", *words, "-o", "json").json
    return {tuple(group["by"].values()): group for group in answer["groups"]}


def test_deals_without_any_date_are_in_the_view_of_now(ask: CommandLine, salvirt_truth: Truth) -> None:
    group = winloss(ask)[()]
    assert (group["deals"], group["won"], group["lost"], group["open"]) == (
        salvirt_truth["rows"],
        salvirt_truth["won"],
        salvirt_truth["lost"],
        0,
    )
    assert group["win_rate_count"] == salvirt_truth["win_rate"]
    assert group["cycle_days"]["won"]["n"] == group["cycle_days"]["lost"]["n"] == 0


def test_every_one_of_the_22_attributes_gives_the_known_win_rates(
    ask: CommandLine, salvirt_truth: Truth
) -> None:
    known: Truth = salvirt_truth["by_attribute"]
    assert len(known) == 22
    for attribute, figures in known.items():
        groups = winloss(ask, "--by", f"segment.{attribute}")
        assert {
            name: {each: group[each] for each in ("deals", "won", "lost")}
            | {"win_rate": group["win_rate_count"]}
            for (name,), group in groups.items()
        } == figures, attribute


def test_unknown_is_a_value_of_its_own(ask: CommandLine, salvirt_truth: Truth) -> None:
    for attribute, number in salvirt_truth["quality"]["unknown_cells"].items():
        groups = winloss(ask, "--by", f"segment.{attribute}")
        assert groups[("Unknown",)]["deals"] == number
        assert (None,) not in groups


def test_two_attributes_at_once_give_the_known_groups(ask: CommandLine, salvirt_truth: Truth) -> None:
    groups = winloss(ask, "--by", "segment.Competitors", "--by", "segment.Source")
    assert {
        f"{competitors}|{source}": {"deals": group["deals"], "won": group["won"]}
        for (competitors, source), group in groups.items()
    } == salvirt_truth["competitors_x_source"]


def test_a_handful_of_deals_is_marked_and_not_a_finding(ask: CommandLine) -> None:
    groups = winloss(ask, "--by", "segment.Source")
    assert groups[("Online form",)]["too_few"]
    assert {name for (name,), group in groups.items() if group["too_few"]} == {
        name for (name,), group in groups.items() if group["deals"] < FLOOR
    }
    table = ask.well("report", "winloss", "--by", "segment.Source").out
    (row,) = [line for line in table.splitlines() if "Online form" in line]
    assert "0.0% *" in row


def test_an_answer_about_a_past_day_or_a_period_leaves_undated_deals_out_and_says_how_many(
    ask: CommandLine,
) -> None:
    past = ask.well("report", "winloss", "--as-of", "2020-01-01", "-o", "json").json
    assert (past["undated"], past["groups"][0]["deals"]) == (448, 0)
    period = ask.well("report", "winloss", "--from", "2020-01-01", "-o", "json").json
    assert (period["undated"], period["groups"][0]["deals"]) == (448, 0)
    told = ask.well("report", "winloss", "--as-of", "2020-01-01").out
    assert "No deal fits" in told
    assert "448 deals are left out" in told
