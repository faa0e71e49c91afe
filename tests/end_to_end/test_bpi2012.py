"""A slice of a public event log of loan applications gives the figures that were computed from it elsewhere."""

import csv
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from domain.deal.story import Deal, fold
from engine.deals import Deals
from engine.ids import deal_id
from engine.settings import Settings
from interfaces.importing.history.importing import import_history
from interfaces.importing.report import ImportReport
from projections.asking.asked import Asked, Filters
from projections.asking.question import Question
from projections.catalogue import PROJECTIONS
from projections.closings.winloss import winloss
from projections.negotiation.discounts import discounts
from projections.running.runner import catch_up
from projections.running.views import Views
from projections.stages.funnel import funnel
from projections.stages.stage_times import stage_times
from projections.stages.velocity import velocity
from projections.states.pipeline_view import pipeline
from tests.end_to_end.bpi2012 import SOURCE, history, write_history

Truth = Mapping[str, Any]


@dataclass(frozen=True)
class Loans:
    """The imported slice and its read models."""

    deals: Deals
    views: Views
    report: ImportReport
    file: Path
    cases: tuple[str, ...]

    def deal(self, case: str, as_of: datetime | None = None) -> Deal | None:
        return fold(self.deals.story(deal_id(SOURCE, case)), as_of)


@pytest.fixture(scope="module")
def loans(
    store_of_a_module: str, bpi2012_slice: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Loans]:
    file = tmp_path_factory.mktemp("bpi2012") / "loans.ndjson"
    write_history(bpi2012_slice, file)
    with (bpi2012_slice / "cases.csv").open(newline="") as cases:
        named = tuple(row["case_id"] for row in csv.DictReader(cases))
    with Deals(Settings(store=store_of_a_module, timezone="Europe/Amsterdam")) as deals:
        report = import_history(file, deals)
        views = Views.open(deals)
        catch_up(views, deals, PROJECTIONS)
        yield Loans(deals, views, report, file, named)
        views.close()


@pytest.fixture(scope="module")
def loan_truth(bpi2012_slice: Path) -> Truth:
    found: Truth = json.loads((bpi2012_slice / "truth.json").read_text())
    return found


def test_every_application_is_a_deal_and_every_known_activity_an_event(
    loans: Loans, loan_truth: Truth, bpi2012_slice: Path
) -> None:
    report = loans.report
    lines = list(history(bpi2012_slice))
    assert report.read == report.recorded == len(lines)
    assert report.opened == len(loans.cases) == loan_truth["cases"]
    assert (len(report.refused), report.undated) == (0, 0)
    made = [line for line in lines if line["type"] == "OfferMade"]
    assert len(made) == loan_truth["offers_sent"]


def test_won_and_lost_applications_have_the_known_amounts_and_days(loans: Loans, loan_truth: Truth) -> None:
    (everything,) = winloss(loans.views, loans.deals, Question()).model_dump(mode="json")["groups"]
    kinds = winloss(loans.views, loans.deals, Question(by=("kind",))).model_dump(mode="json")["groups"]
    by_kind = {group["by"]["kind"]: group for group in kinds}
    assert everything["open"] == loan_truth["still_open"]
    assert everything["deals"] == loan_truth["cases"]
    _assert_alike(everything, "won", loan_truth["won"])
    _assert_alike(by_kind["disqualified"], "lost", loan_truth["lost_declined"])
    _assert_alike(by_kind["withdrawn"], "lost", loan_truth["lost_cancelled"])


def test_the_offers_of_the_log_and_their_answers_are_all_in_the_report_on_discounts(
    loans: Loans, loan_truth: Truth, bpi2012_slice: Path
) -> None:
    lines = [line for line in history(bpi2012_slice) if line["type"].startswith("Offer")]
    types = Counter(line["type"].removeprefix("Offer").lower() for line in lines)
    made = Counter(line["deal"] for line in lines if line["type"] == "OfferMade")
    (group,) = discounts(loans.views, loans.deals, Question()).groups
    assert group.offers.model_dump() == {
        each: types[each] for each in ("made", "accepted", "rejected", "withdrawn", "expired")
    }
    assert group.offers.made == loan_truth["offers_sent"]
    assert {each.offers: each.deals for each in group.by_offers} == Counter(made.values())
    assert sum(each.won for each in group.by_offers) == loan_truth["won"]["n"]
    # The source names no prices, and none is invented.
    assert (group.with_offer, group.discount.n, group.conceded.deals) == (len(made), 0, 0)


def test_every_stage_was_entered_by_as_many_applications_as_the_log_says(
    loans: Loans, loan_truth: Truth, bpi2012_slice: Path
) -> None:
    entered: dict[str, set[str]] = {}
    for line in list(history(bpi2012_slice))[1:]:
        stage = "submitted" if line["type"] == "DealOpened" else line["data"].get("to_stage")
        if line["type"] in ("DealOpened", "DealStageChanged"):
            entered.setdefault(stage, set()).add(line["deal"])
    (group,) = funnel(loans.views, loans.deals, Question()).groups
    assert {each.stage: each.entered for each in group.stages} == {
        stage: len(cases) for stage, cases in entered.items()
    }
    assert (group.deals, group.won) == (loan_truth["cases"], loan_truth["won"]["n"])
    # Whoever is won was finalized before; nobody went back.
    assert [each.reached for each in group.stages] == [each.entered for each in group.stages]
    assert sum(each.returned for each in group.stages) == 0


def test_applications_take_the_known_days_and_spend_them_in_stages(
    loans: Loans, loan_truth: Truth, bpi2012_slice: Path
) -> None:
    (speed,) = velocity(loans.views, loans.deals, Question(decided=True)).groups
    assert speed.cycle_days.won.median == pytest.approx(loan_truth["won"]["median_days"], abs=1e-6)
    assert speed.cycle_days.won.mean == pytest.approx(loan_truth["won"]["mean_days"], abs=1e-6)
    assert speed.cycle_days.lost.median == pytest.approx(
        loan_truth["lost_cancelled"]["median_days"], abs=1e-6
    )
    (group,) = stage_times(loans.views, loans.deals, Question()).groups
    whole = sum((each.hours.mean or 0) * each.hours.n for each in group.stages)
    known = sum(
        each["n"] * each["mean_days"] * 24
        for each in loan_truth.values()
        if isinstance(each, dict) and "n" in each
    )
    assert whole == pytest.approx(known, abs=0.01)


def test_the_pipeline_as_of_any_date_has_the_known_open_deals_with_its_instant(
    loans: Loans, loan_truth: Truth
) -> None:
    for instant, known in loan_truth["as_of"].items():
        as_of = datetime.fromisoformat(instant)
        answer = pipeline(loans.views, loans.deals, Asked(as_of), Filters())
        assert answer.open.deals == known["open_deals"], instant
        assert [Decimal(each.amount) for each in answer.open.amounts] == [known["open_amount"]], instant
        assert answer.won.deals == known["won_to_date"], instant


def test_the_deals_themselves_say_the_same_as_the_pipeline_view(loans: Loans, loan_truth: Truth) -> None:
    for instant, known in loan_truth["as_of"].items():
        found = [loans.deal(case, datetime.fromisoformat(instant)) for case in loans.cases]
        standing = [deal for deal in found if deal is not None]
        still_open = [deal for deal in standing if deal.outcome.standing == "open"]
        assert len(still_open) == known["open_deals"]
        assert sum(deal.life.amount.amount for deal in still_open if deal.life.amount) == known["open_amount"]
        assert sum(deal.outcome.standing == "won" for deal in standing) == known["won_to_date"]


def test_an_application_counts_at_the_very_instant_of_its_submission(loans: Loans) -> None:
    opening = loans.deals.story(deal_id(SOURCE, loans.cases[0]))[0].occurred_at
    just_then = pipeline(loans.views, loans.deals, Asked(opening), Filters()).open.deals
    before = pipeline(loans.views, loans.deals, Asked(opening.replace(microsecond=0)), Filters()).open.deals
    assert (before, just_then) == (0, 1)


def test_events_of_one_timestamp_keep_the_order_of_the_log(loans: Loans, bpi2012_slice: Path) -> None:
    told: dict[str, list[tuple[datetime, str]]] = {case: [] for case in loans.cases}
    for line in list(history(bpi2012_slice))[1:]:
        told[line["deal"]].append((datetime.fromisoformat(line["at"]), line["type"]))
    ties = 0
    for case, events in told.items():
        story = loans.deals.story(deal_id(SOURCE, case))
        assert [(recorded.occurred_at, recorded.type) for recorded in story] == events
        ties += sum(first[0] == second[0] for first, second in pairwise(events))
    assert ties > 0


def test_the_clock_change_moves_no_event_and_keeps_each_offset(loans: Loans) -> None:
    crossing = 0
    for case in loans.cases:
        story = loans.deals.story(deal_id(SOURCE, case))
        instants = [recorded.occurred_at.astimezone(UTC) for recorded in story]
        assert instants == sorted(instants)
        offsets = [str(recorded.occurred_at.utcoffset()) for recorded in story]
        assert set(offsets) <= {"1:00:00", "2:00:00"}
        crossing += len(set(offsets)) == 2
    assert crossing > 0


def test_importing_the_applications_again_adds_nothing(loans: Loans) -> None:
    head = loans.deals.head()
    again = import_history(loans.file, loans.deals)
    assert (again.recorded, again.unchanged) == (0, loans.report.read)
    assert loans.deals.head() == head


def _assert_alike(group: Mapping[str, Any], outcome: str, known: Mapping[str, Any]) -> None:
    assert group[outcome] == known["n"]
    assert [Decimal(each["amount"]) for each in group[f"{outcome}_amounts"]] == [known["amount"]]
    days = group["cycle_days"][outcome]
    assert (days["n"], days["median"], days["mean"]) == (
        known["n"],
        pytest.approx(known["median_days"], abs=1e-6),
        pytest.approx(known["mean_days"], abs=1e-6),
    )
