"""Real Salesforce exports: a developer org, whose figures are known, and Fivetran's tables."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from domain.errors import BadInput
from tests.interfaces.command_line import CommandLine
from tests.interfaces.importing.crm_exports import AskedOfFiles, CrmDesk, crm_desk

AS_WRITTEN = ("%m/%d/%y %I:%M %p",)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[CrmDesk]:
    with crm_desk(tmp_path) as empty:
        yield empty


@pytest.fixture
def dev_org(store: CrmDesk, crm_export_fixtures: Path) -> CrmDesk:
    store.copy(crm_export_fixtures / "salesforce_dev_org")
    return store


def test_the_org_imports_with_the_names_of_its_files_and_columns(dev_org: CrmDesk) -> None:
    checked = dev_org.salesforce(dates=AS_WRITTEN, currency="USD", check=True)
    assert dev_org.deals.head().position == 0
    report = dev_org.salesforce(dates=AS_WRITTEN, currency="USD")
    assert (report.read, report.opened, report.refused.count) == (18 + 36 + 48, 36, 0)
    assert report.recorded == checked.recorded == dev_org.deals.head().position
    assert report.passed_over == ["OpportunityHistoryGroup.csv"]
    again = dev_org.salesforce(dates=AS_WRITTEN, currency="USD")
    assert (again.recorded, again.opened, again.corrected) == (0, 0, 0)


def test_a_win_that_became_a_loss_has_two_outcomes_and_is_reported(dev_org: CrmDesk) -> None:
    report = dev_org.salesforce(dates=AS_WRITTEN, currency="USD")
    deal = "salesforce:006bm00000LKJNTAA5"
    assert dev_org.told(deal) == [
        ("DealOpened", "2026-02-23T20:55"),
        ("DealWon", "2026-02-23T20:55"),
        ("DealLost", "2026-03-07T21:00"),
    ]
    assert dev_org.deal(deal, "2026-03-06").outcome.standing == "won"
    assert dev_org.deal(deal, "2026-03-07").outcome.standing == "lost"
    odd = [each for each in report.contradictions if each.deal == deal]
    assert [(each.file, each.line) for each in odd] == [("OpportunityHistory.csv", 9)]
    assert report.contradictions.count == 7


def test_no_reopening_is_made_up(dev_org: CrmDesk) -> None:
    dev_org.salesforce(dates=AS_WRITTEN, currency="USD")
    types = Counter(each.type for each in dev_org.deals.feed(limit=1000))
    assert types["DealReopened"] == 0
    assert (types["DealWon"], types["DealLost"]) == (19, 8)


def test_the_last_stage_of_the_history_is_that_of_the_opportunity(dev_org: CrmDesk) -> None:
    dev_org.salesforce(dates=AS_WRITTEN, currency="USD")
    text = (dev_org.folder / "Opportunity.csv").read_text(encoding="utf-8-sig")
    pipeline = dev_org.deals.pipeline("salesforce")
    for line in text.splitlines()[1:]:
        key, _, _, _, stage = line.split(",")[:5]
        deal = dev_org.deal(f"salesforce:{key}")
        found = pipeline.find(stage)
        stands = {"Closed Won": ("won", None), "Closed Lost": ("lost", None)}
        expected = stands.get(stage, ("open", found.stage if found else "?"))
        actual = deal.outcome.standing
        assert (actual, deal.life.stage if actual == "open" else None) == expected, key


def test_the_stages_have_the_probabilities_of_the_export_and_are_ordered_by_them(dev_org: CrmDesk) -> None:
    dev_org.salesforce(dates=AS_WRITTEN, currency="USD")
    assert dev_org.stages("salesforce") == [
        ("qualification", 0.1),
        ("prospecting", 0.1),
        ("needs-analysis", 0.2),
        ("value-proposition", 0.5),
        ("id-decision-makers", 0.6),
        ("perception-analysis", 0.7),
        ("proposal-price-quote", 0.75),
        ("negotiation-review", 0.9),
    ]


def test_accounts_have_their_names_and_lead_sources_their_codes(dev_org: CrmDesk) -> None:
    dev_org.salesforce(dates=AS_WRITTEN, currency="USD")
    life = dev_org.deal("salesforce:006bm00000LKJNPAA5").life
    assert (life.account, life.account_name) == ("001bm00001ZL8UFAA1", "Express Logistics and Transport")
    assert (life.lead_source, life.segment) == ("trade-show", {"industry": "Transportation"})


def test_what_was_known_on_a_day_is_what_the_org_had_taken_in_by_then(dev_org: CrmDesk) -> None:
    dev_org.salesforce(dates=AS_WRITTEN, currency="USD")
    story = dev_org.story("salesforce:006bm00000LKJNTAA5")
    assert [each.source_recorded_at for each in story] == [each.occurred_at for each in story]


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"currency": "USD"}, ["Opportunity.csv", "'02/03/24'", "--dates"]),
        ({"dates": AS_WRITTEN}, ["Line 2 of Opportunity.csv", "Amount 15000", "--currency"]),
        ({"currency": "USD", "dates": ("%H:%M",)}, ["'%H:%M' is no format"]),
    ],
)
def test_what_cannot_be_known_is_asked_for(dev_org: CrmDesk, options: AskedOfFiles, told: list[str]) -> None:
    for check in (True, False):
        with pytest.raises(BadInput) as asked:
            dev_org.salesforce(check=check, **options)
        for each in told:
            assert each in str(asked.value)
    assert dev_org.deals.head().position == 0


def test_a_date_that_the_given_format_does_not_fit_refuses_its_row(dev_org: CrmDesk) -> None:
    report = dev_org.salesforce(dates=("%d/%m/%y %I:%M %p",), currency="USD")
    assert (report.opened, len(report.refused_files)) == (0, 2)
    assert "no date" in next(iter(report.refused)).reason


def test_won_to_date_falls_when_wins_become_losses(
    dev_org: CrmDesk, run: CommandLine, tmp_path: Path
) -> None:
    options = ["--currency", "USD", "--dates", AS_WRITTEN[0], "--tz", "UTC"]
    run.well("import", "salesforce", tmp_path, *options)
    before = run.well("pipeline", "--as-of", "2026-02-24", "-o", "json").json
    after = run.well("pipeline", "--as-of", "2026-03-07", "-o", "json").json
    assert (_deals(before["won"]), _deals(before["lost"])) == ((19, "3645000"), (1, "0"))
    assert (_deals(after["won"]), _deals(after["lost"])) == ((12, "2815000"), (8, "830000"))
    assert _deals(after["open"]) == (16, "2115000")
    assert before["undated"] == after["undated"] == 0
    known = run.well("pipeline", "--known-at", "2026-03-01", "-o", "json").json
    assert _deals(known["won"]) == (19, "3645000")


def test_the_zone_says_which_instant_a_time_is(dev_org: CrmDesk, run: CommandLine, tmp_path: Path) -> None:
    options = ["--currency", "USD", "--dates", AS_WRITTEN[0], "--tz", "America/Chicago"]
    run.well("import", "salesforce", tmp_path, *options)
    log = run.well("deal", "log", "salesforce:006bm00000LKJNTAA5", "-o", "ndjson").lines
    assert log[0]["occurred_at"] == "2026-02-23T20:55:00-06:00"


def _deals(figures: dict[str, Any]) -> tuple[int, str]:
    amounts = figures["amounts"]
    return figures["deals"], amounts[0]["amount"] if amounts else "0"


@pytest.fixture
def fivetran(store: CrmDesk, crm_export_fixtures: Path) -> CrmDesk:
    store.copy(crm_export_fixtures / "salesforce_fivetran")
    return store


def test_fivetrans_tables_import_with_their_own_names(fivetran: CrmDesk) -> None:
    report = fivetran.salesforce(currency="USD")
    assert report.opened == 10
    assert report.passed_over == ["sf_opportunity_line_item_data.csv"]
    assert fivetran.salesforce(currency="USD").recorded == 0


def test_a_deal_that_was_closed_when_it_was_first_seen_was_closed_on_its_close_date(
    fivetran: CrmDesk,
) -> None:
    fivetran.salesforce(currency="USD")
    deal = "salesforce:006q000000HddohAAB"
    assert fivetran.told(deal) == [
        ("DealOpened", "2018-12-19T19:51"),
        ("DealWon", "2018-12-19"),
        ("DealDiscarded", "2019-10-17T21:10"),
    ]
    assert fivetran.data(deal, "DealWon") == [{"amount": {"amount": "24120000", "currency": "USD"}}]


def test_a_win_on_the_day_of_the_opening_is_no_contradiction(fivetran: CrmDesk) -> None:
    report = fivetran.salesforce(currency="USD")
    # One deal was closed eleven days before it was made, as the source tells it.
    assert [each.deal for each in report.contradictions] == ["salesforce:006q000000HddueAAB"]


def test_a_deleted_opportunity_counts_nowhere(fivetran: CrmDesk) -> None:
    fivetran.salesforce(currency="USD")
    assert fivetran.deal("salesforce:006q000000HdOhuAAF").outcome.standing == "discarded"
    assert fivetran.deal("salesforce:006q000000HdOhuAAF", "2019-04-02").outcome.standing == "open"


def test_tasks_without_their_deal_are_reported_and_none_is_made_up(fivetran: CrmDesk) -> None:
    report = fivetran.salesforce(currency="USD")
    assert report.refused.count == 7
    first = next(iter(report.refused))
    assert (first.file, first.line, first.column) == ("sf_task_data.csv", 2, "what_id")
    assert (first.value, "no such deal" in first.reason) == ("0061G00000N38JZQAZ", True)
    (left_out,) = report.refused_files
    assert left_out.name == "sf_task_data.csv.refused.csv"
    assert len(left_out.read_text("utf-8-sig").splitlines()) == 1 + 7
