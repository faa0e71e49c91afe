"""A public CRM export of 8,800 opportunities gives the figures that two other programs computed from it."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from engine.deals import Deals
from engine.settings import Settings
from interfaces.importing.report import ImportReport
from interfaces.importing.table.importing import import_csv
from interfaces.importing.table.mapping_file import read_mapping
from projections.asking.asked import Asked, Filters
from projections.asking.question import Question
from projections.catalogue import PROJECTIONS
from projections.closings.winloss import winloss
from projections.running.runner import catch_up
from projections.running.views import Views
from projections.stages.funnel import funnel
from projections.stages.stage_times import stage_times
from projections.stages.velocity import velocity
from projections.states.pipeline_view import pipeline

DIMENSIONS = {
    "by_agent": "owner",
    "by_manager": "segment.manager",
    "by_region": "segment.region",
    "by_product": "segment.product",
    "by_series": "segment.series",
    "by_sector": "segment.sector",
    "by_account": "account",
}
OPEN_BY = {
    "open_by_region": "region",
    "open_by_manager": "manager",
    "open_by_product": "product",
}
MIDDLE = "2017-06-30"
Truth = Mapping[str, Any]


@dataclass(frozen=True)
class Maven:
    """The imported store and its read models."""

    deals: Deals
    views: Views
    report: ImportReport
    file: Path
    mapping: Path

    def pipeline(self, as_of: datetime | None = None, filters: Filters | None = None) -> dict[str, Any]:
        return pipeline(self.views, self.deals, Asked(as_of), filters).model_dump(mode="json")

    def winloss(self, *by: str, start: datetime | None = None) -> dict[tuple[Any, ...], dict[str, Any]]:
        answer = winloss(self.views, self.deals, Question(by=by, start=start)).model_dump(mode="json")
        return {tuple(group["by"].values()): group for group in answer["groups"]}


@pytest.fixture(scope="module")
def maven(store_of_a_module: str, maven_crm: Path, repository: Path) -> Iterator[Maven]:
    mapping = repository / "docs" / "examples" / "maven.toml"
    file = maven_crm / "sales_pipeline.csv"
    with Deals(Settings(store=store_of_a_module)) as deals:
        report = import_csv(file, deals, read_mapping(mapping))
        views = Views.open(deals)
        catch_up(views, deals, PROJECTIONS)
        yield Maven(deals, views, report, file, mapping)
        views.close()


@pytest.fixture(scope="module")
def truth(maven_crm: Path) -> Truth:
    found: Truth = json.loads((maven_crm / "truth.json").read_text())
    return found


def test_every_row_of_the_export_becomes_a_deal_and_each_dated_fact_one_event(
    maven: Maven, truth: Truth
) -> None:
    report = maven.report
    defined = 1
    assert (report.read, report.opened, report.undated) == (8800, 8800, 500)
    assert report.recorded == truth["fold"]["events"] + report.undated + defined
    assert (len(report.refused), len(report.contradictions), len(report.missing)) == (0, 0, 0)


def test_the_export_gives_the_known_figures_overall(maven: Maven, truth: Truth) -> None:
    (group,) = maven.winloss().values()
    assert group["deals"] == truth["overall"]["deals"]
    _assert_closed_alike(group, truth["overall"])
    assert _days_won_and_lost(group) == _days_known(truth["overall"])


@pytest.mark.parametrize("dimension", DIMENSIONS)
def test_the_export_gives_the_known_figures_in_every_dimension(
    maven: Maven, truth: Truth, dimension: str
) -> None:
    groups = maven.winloss(DIMENSIONS[dimension])
    known: Truth = truth[dimension]
    assert {name for (name,) in groups if name is not None} == set(known)
    for name, figures in known.items():
        group = groups[(name,)]
        assert group["deals"] == figures["deals"], name
        assert group["open"] == figures["engaging"] + figures["prospecting"], name
        _assert_closed_alike(group, figures)
        assert _days_won_and_lost(group) == _days_known(figures), name


@pytest.mark.parametrize(
    ("figure", "period"), [("by_closed_month", "month"), ("by_closed_quarter", "quarter")]
)
def test_won_value_falls_in_the_month_and_quarter_of_closing(
    maven: Maven, truth: Truth, figure: str, period: str
) -> None:
    groups = maven.winloss(f"closed-{period}", start=datetime(2016, 1, 1, tzinfo=UTC))
    known = {(name.replace("-Q", "Q"),): figures for name, figures in truth[figure].items()}
    assert set(groups) == set(known)
    for name, figures in known.items():
        assert groups[name]["deals"] == figures["closed"]
        _assert_closed_alike(groups[name], figures)


def test_deals_engaged_in_a_month_can_be_followed_to_their_end(maven: Maven, truth: Truth) -> None:
    groups = maven.winloss("opened-month")
    for month, figures in truth["by_engaged_month_cohort"].items():
        _assert_closed_alike(groups[(month,)], figures)
        assert groups[(month,)]["open"] == figures["engaging"]


def test_the_pipeline_of_every_known_date_comes_out(maven: Maven, truth: Truth) -> None:
    for day, figures in truth["as_of"].items():
        answer = maven.pipeline(_end_of(day))
        assert answer["open"]["deals"] == figures["open_deals"], day
        assert answer["open"]["amounts"] == _usd(figures["open_list_value"]), day
        age = answer["open"]["age_days"]
        assert age == {
            "median": figures["median_age_days"],
            "mean": figures["mean_age_days"],
            "max": figures["max_age_days"],
        }, day
        assert answer["won"]["deals"] == figures["won_to_date"], day
        assert answer["lost"]["deals"] == figures["lost_to_date"], day
        assert answer["won"]["amounts"] == (
            _usd(figures["won_value_to_date"]) if figures["won_to_date"] else []
        )


def test_the_pipeline_of_every_known_date_comes_out_by_region_manager_product_and_agent(
    maven: Maven, truth: Truth
) -> None:
    last = max(truth["as_of"])
    for day, figures in truth["as_of"].items():
        for known, label in OPEN_BY.items() if day in (MIDDLE, last) else [("open_by_region", "region")]:
            for name, open_ in figures[known].items():
                _assert_open_alike(maven.pipeline(_end_of(day), Filters(segments={label: name})), open_)
    for name, open_ in truth["as_of"][MIDDLE]["open_by_agent"].items():
        _assert_open_alike(maven.pipeline(_end_of(MIDDLE), Filters(owner=name)), open_)


def test_undated_deals_are_in_no_past_view_and_are_counted_where_they_are_left_out(
    maven: Maven, truth: Truth
) -> None:
    for day in truth["as_of"]:
        answer = maven.pipeline(_end_of(day))
        assert answer["undated"] == truth["overall"]["prospecting"] == 500
        assert {stage["stage"] for stage in answer["stages"]} == {"engaging"}
    now = maven.pipeline()
    assert now["undated"] == 0
    assert {stage["stage"]: stage["deals"] for stage in now["stages"]} == {
        "prospecting": truth["overall"]["prospecting"],
        "engaging": truth["overall"]["engaging"],
    }


def test_the_funnel_holds_every_deal_and_its_days_and_chances_are_the_known_ones(
    maven: Maven, truth: Truth
) -> None:
    (group,) = funnel(maven.views, maven.deals, Question()).groups
    known = truth["overall"]
    prospecting, engaging = group.stages
    engaged = known["engaging"] + known["won"] + known["lost"]
    assert (group.deals, group.won, group.lost) == (known["deals"], known["won"], known["lost"])
    assert (prospecting.reached, engaging.reached, engaging.entered) == (8800, engaged, engaged)
    assert (engaging.passed, engaging.lost, engaging.open) == (
        known["won"],
        known["lost"],
        known["engaging"],
    )
    assert engaging.probability.share == known["win_rate_count"]
    assert engaging.hours.won.median == 24 * known["median_days_won"]
    assert engaging.hours.lost.median == 24 * known["median_days_lost"]
    assert group.bottleneck.slowest is not None
    assert group.bottleneck.slowest.stage == "engaging"


def test_the_cohort_of_every_month_converts_as_known(maven: Maven, truth: Truth) -> None:
    for month, known in truth["by_engaged_month_cohort"].items():
        start, end = _month(month)
        question = Question(start=start, end=end)
        (group,) = funnel(maven.views, maven.deals, question).groups
        converted = group.stages[-1].conversion.cohort
        figures = (known["deals"], known["won"], known["lost"], known["engaging"])
        assert (converted.deals, converted.passed, converted.lost, converted.open) == figures, month
        assert (group.deals, group.won, group.lost, group.open) == figures, month
        (speed,) = velocity(maven.views, maven.deals, question).groups
        assert (speed.cohort.opened, speed.cohort.won, speed.cohort.lost, speed.cohort.open) == figures
        closed = truth["by_closed_month"].get(month, {"won": 0})
        assert speed.close_rate.rate == round(closed["won"] / known["deals"], 6), month


def test_cycles_take_the_known_days_and_open_deals_have_the_known_ages(maven: Maven, truth: Truth) -> None:
    (speed,) = velocity(maven.views, maven.deals, Question()).groups
    cycles, known = speed.cycle_days, truth["overall"]
    assert (cycles.won.mean, cycles.won.median) == (known["mean_days_won"], known["median_days_won"])
    assert (cycles.lost.mean, cycles.lost.median) == (known["mean_days_lost"], known["median_days_lost"])
    for day, figures in truth["as_of"].items():
        question = Question(asked=Asked(_end_of(day)))
        (group,) = stage_times(maven.views, maven.deals, question).groups
        there = next(each.there for each in group.stages if each.stage == "engaging")
        assert (there.deals, there.age_hours.median) == (
            figures["open_deals"],
            24 * figures["median_age_days"],
        ), day


def test_importing_the_export_again_adds_nothing(maven: Maven) -> None:
    before = maven.deals.head()
    again = import_csv(maven.file, maven.deals, read_mapping(maven.mapping))
    assert (again.recorded, again.unchanged, len(again.missing)) == (0, 8800, 0)
    assert maven.deals.head() == before


def test_the_same_export_with_american_dates_says_the_same(
    maven: Maven, maven_crm: Path, repository: Path
) -> None:
    mapping = read_mapping(repository / "docs" / "examples" / "maven-us-dates.toml")
    with Deals(Settings(store="memory:")) as deals:
        report = import_csv(maven_crm / "variant_us_dates" / "sales_pipeline.csv", deals, mapping)
        assert (report.opened, report.undated, len(report.refused)) == (8800, 500, 0)
        assert _said(deals) == _said(maven.deals)


def _month(month: str) -> tuple[datetime, datetime]:
    start = datetime.fromisoformat(f"{month}-01").replace(tzinfo=UTC)
    return start, (start + timedelta(days=32)).replace(day=1)


def _said(deals: Deals) -> list[tuple[object, ...]]:
    """What every event says; when an undated one was imported is nothing that it says."""
    return [
        (each.event_id, None if each.precision == "unknown" else each.occurred_at, each.precision, each.event)
        for each in deals.feed(limit=100_000)
    ]


def _assert_closed_alike(group: Mapping[str, Any], known: Truth) -> None:
    assert (group["won"], group["lost"]) == (known["won"], known["lost"])
    assert group["win_rate_count"] == known["win_rate_count"]
    assert group["won_amounts"] == _usd(known["won_value"])


def _assert_open_alike(answer: Mapping[str, Any], known: Truth) -> None:
    assert answer["open"]["deals"] == known["deals"]
    assert answer["open"]["amounts"] == (_usd(known["list_value"]) if known["deals"] else [])


def _days_won_and_lost(group: Mapping[str, Any]) -> list[float | None]:
    cycle = group["cycle_days"]
    return [cycle[outcome][figure] for outcome in ("won", "lost") for figure in ("mean", "median")]


def _days_known(known: Truth) -> list[float | None]:
    return [known[f"{figure}_days_{outcome}"] for outcome in ("won", "lost") for figure in ("mean", "median")]


def _usd(amount: int) -> list[dict[str, str]]:
    return [{"amount": str(Decimal(amount)), "currency": "USD"}]


def _end_of(day: str) -> datetime:
    return datetime.combine(date.fromisoformat(day), time.max, tzinfo=UTC)
