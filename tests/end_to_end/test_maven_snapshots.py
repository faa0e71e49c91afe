"""The public CRM export as it would have been exported four times: imported in turn, it gives the known past."""

import csv
import json
import shutil
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest

from engine.deals import Deals
from engine.settings import Settings
from interfaces.importing.report import ImportReport
from interfaces.importing.table.importing import import_csv
from interfaces.importing.table.mapping_file import read_mapping
from projections.asking.asked import Asked
from projections.running.runner import catch_up
from projections.running.views import Views
from projections.states.deal_states import DealStates
from projections.states.pipeline_view import pipeline
from projections.states.pipelines import Pipelines

EXPORTS = ("2017-03-31", "2017-06-30", "2017-09-30", "2017-12-31")
MANAGER = "Summer Sewald"
"""Whose deals take part: 1,701 of 8,800."""


def as_exported(row: Mapping[str, str], day: str) -> dict[str, str]:
    """The row as the source would have shown it at the end of that day."""
    if not row["engage_date"] or row["engage_date"] > day:
        return {**row, "deal_stage": "Prospecting", "engage_date": "", "close_date": "", "close_value": ""}
    if not row["close_date"] or row["close_date"] > day:
        return {**row, "deal_stage": "Engaging", "close_date": "", "close_value": ""}
    return dict(row)


def end_of(day: str) -> datetime:
    return datetime.combine(date.fromisoformat(day), time.max, UTC)


@pytest.fixture(scope="module")
def exports(maven_crm: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("exports")
    for name in ("products.csv", "sales_teams.csv", "accounts.csv"):
        shutil.copy(maven_crm / name, folder)
    with (maven_crm / "sales_teams.csv").open(newline="") as file:
        agents = {row["sales_agent"] for row in csv.DictReader(file) if row["manager"] == MANAGER}
    with (maven_crm / "sales_pipeline.csv").open(newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["sales_agent"] in agents]
    for day in EXPORTS:
        (folder / day).mkdir()
        with (folder / day / "sales_pipeline.csv").open("w", newline="") as file:
            writer = csv.DictWriter(file, rows[0].keys())
            writer.writeheader()
            writer.writerows(as_exported(row, day) for row in rows)
    return folder


def test_four_exports_in_turn_give_the_known_pipeline_of_each_day(
    exports: Path, maven_crm: Path, repository: Path, store: str
) -> None:
    truth = json.loads((maven_crm / "truth.json").read_text())
    mapping = read_mapping(repository / "docs" / "examples" / "maven.toml")

    def take(day: str) -> ImportReport:
        file = exports / day / "sales_pipeline.csv"
        return import_csv(file, deals, mapping, exported_at=end_of(day), exported_precision="day")

    with Deals(Settings(store=store)) as deals:
        reports = [take(day) for day in EXPORTS]
        assert reports[0].opened == truth["by_manager"][MANAGER]["deals"]
        assert [(len(each.refused), len(each.missing)) for each in reports] == [(0, 0)] * 4
        views = Views.open(deals)
        catch_up(views, deals, (DealStates(), Pipelines()))
        found = {day: pipeline(views, deals, Asked(end_of(day))).model_dump(mode="json") for day in EXPORTS}
        for day, answer in found.items():
            known = truth["as_of"][day]["open_by_manager"][MANAGER]
            engaging = {stage["stage"]: stage for stage in answer["stages"]}["engaging"]
            assert engaging["deals"] == known["deals"]
            assert engaging["amounts"] == [{"amount": str(known["list_value"]), "currency": "USD"}]
        final = truth["by_manager"][MANAGER]
        last = found[EXPORTS[-1]]
        assert (last["won"]["deals"], last["lost"]["deals"]) == (final["won"], final["lost"])
        assert last["won"]["amounts"] == [{"amount": str(final["won_value"]), "currency": "USD"}]
        views.close()
        assert [take(day).recorded for day in EXPORTS] == [0, 0, 0, 0]
