"""The report on discounts and the ladder of one deal, as people and scripts read them."""

import csv
import io
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from shutil import copy
from typing import Any

import pytest
from rich.cells import cell_len

from interfaces.cli.main import main
from tests.interfaces.command_line import CommandLine

DOLLARS = "USD"
ANSI = re.compile(r"\x1b\[[0-9;]*m")
ALL_TO_KNOW = ["--as-of", "2026-06-30"]


def price(amount: str) -> dict[str, str]:
    return {"amount": amount, "currency": DOLLARS}


def line(deal: str, day: int, type_: str, **data: Any) -> dict[str, Any]:  # noqa: ANN401 - whatever it says
    return {"source": "crm", "deal": deal, "at": f"2026-03-{day:02}T09:00:00Z", "type": type_, "data": data}


def opened(deal: str, title: str, owner: str) -> dict[str, Any]:
    return line(deal, 1, "DealOpened", title=title, pipeline="standard", stage="negotiation", owner=owner)


HISTORY = [
    opened("D-1", "仓库照明", "li.lei"),
    line("D-1", 2, "DealPriceRangeSet", floor=price("75000"), target=price("85000")),
    line(
        "D-1", 3, "OfferMade", offer="Q-1", side="seller", price=price("90000"), list_price=price("100000"),
        terms={"payment": "30 days"}, valid_until="2026-03-31",
    ),
    line("D-1", 5, "OfferMade", offer="C-1", side="buyer", price=price("70000"), in_reply_to="Q-1"),
    line("D-1", 6, "ObjectionRaised", objection="O-1", topic="price", text="太贵了"),
    line("D-1", 7, "ObjectionAnswered", objection="O-1", text="It pays back in a year"),
    line("D-1", 8, "ApprovalRequested", approval="A-1", for_offer="Q-2", discount="0.2"),
    line("D-1", 9, "ApprovalDecided", approval="A-1", granted=True, note="Go"),
    line(
        "D-1", 10, "ConcessionMade", side="seller", term="payment", before="30 days", after="60 days",
        value=price("500"), in_return_for="a reference",
    ),
    line("D-1", 11, "OfferRejected", offer="C-1", side="seller", reason="price"),
    line("D-1", 12, "OfferMade", offer="Q-2", side="seller", price=price("80000"), terms={"payment": "60 days"}),
    line("D-1", 13, "OfferAccepted", offer="Q-2"),
    line("D-1", 14, "ObjectionSettled", objection="O-1", resolved=True),
    line("D-1", 15, "DealWon", amount=price("80000")),
    opened("D-2", "Yard", "anna.berg"),
    line("D-2", 4, "OfferMade", offer="Q-1", side="seller", price=price("40000"), list_price=price("50000")),
    line("D-2", 20, "ObjectionRaised", objection="O-1", topic="trust", text="Who are you?"),
    line("D-2", 25, "DealLost", kind="declined"),
    opened("D-3", "Mill", "anna.berg"),
]  # fmt: skip


@pytest.fixture(scope="module")
def negotiated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a store with a deal that was bargained over, one that was offered something, and one not."""
    folder = tmp_path_factory.mktemp("negotiated")
    file = folder / "history.ndjson"
    file.write_text("".join(f"{json.dumps(each, ensure_ascii=False)}\n" for each in HISTORY), "utf-8")
    store = ["--store", f"sqlite:///{folder / 'deals.db'}"]
    assert main(["import", "history", str(file), *store]) == 0
    return folder


@pytest.fixture
def told(run: CommandLine, negotiated: Path, tmp_path: Path) -> CommandLine:
    for file in negotiated.iterdir():
        copy(file, tmp_path / file.name)
    return run


def test_the_report_on_discounts_has_the_shape_of_the_contract(told: CommandLine) -> None:
    answer = told.well("report", "discounts", "--by", "owner", *ALL_TO_KNOW, "-o", "json").json
    assert (answer["definition"], answer["known_at"]) == ("discounts@1", None)
    groups = {group["by"]["owner"]: group for group in answer["groups"]}
    assert list(groups) == ["anna.berg", "li.lei"]
    group = groups["li.lei"]
    assert group["with_offer"] == 1
    assert group["offers"] == {"made": 3, "accepted": 1, "rejected": 1, "withdrawn": 0, "expired": 0}
    (by_offers,) = group["by_offers"]
    assert {name: by_offers[name] for name in ("offers", "deals", "won", "lost", "open")} == {
        "offers": 3,
        "deals": 1,
        "won": 1,
        "lost": 0,
        "open": 0,
    }
    assert group["rounds"] == {"n": 1, "median": 3.0, "mean": 3.0, "p75": 3.0}
    assert group["discount"] == {"n": 1, "median": 0.2, "mean": 0.2, "p75": 0.2}
    assert "behind" not in group


def test_the_lines_of_the_report_are_groups_or_the_deals_behind_them(told: CommandLine) -> None:
    groups = told.well("report", "discounts", "--by", "owner", "-o", "ndjson").lines
    assert [each["by"]["owner"] for each in groups] == ["anna.berg", "li.lei"]
    deals = told.well("report", "discounts", "--deals", "-o", "csv")
    rows = list(csv.DictReader(io.StringIO(deals.out)))
    assert {row["title"]: row["accepted_price.amount"] for row in rows} == {
        "仓库照明": "80000",
        "Yard": "",
        "Mill": "",
    }


def test_the_report_shows_the_figures_of_a_group_and_stars_small_ones(told: CommandLine) -> None:
    out = told.well("report", "discounts", *ALL_TO_KNOW).out
    assert "20.0% *" in out
    assert "Price given up USD" in out
    assert "10,000" in out
    assert "Fewer than 5 deals" in out
    assert "Definition: discounts@1." in out


def test_deals_that_were_never_negotiated_are_said_to_be_so(told: CommandLine) -> None:
    assert "No offer was made" in told.well("report", "discounts", "--as-of", "2026-03-02T00:00Z").out
    assert "No deal fits" in told.well("report", "discounts", "--owner", "nobody").out


def test_the_ladder_shows_each_step_with_what_changed_and_how_long_it_took(told: CommandLine) -> None:
    out = told.well("deal", "ladder", "crm:D-1").out
    for wanted in (
        "Price USD",
        "Offer Q-1",
        "valid until 31 Mar 2026",
        "Counter-offer C-1",
        "in reply to Q-1, after 2 days",
        "Answer to O-1: Price, after a day",
        "Approval A-1 asked for, for Q-2",
        "at a discount of 20.0%",
        "Approval A-1 granted, for Q-2, after a day",
        "Concession: Payment",
        "in return for: a reference",
        "Payment: 30 days → 60 days",
        "-10,000",
        "Q-2: Accepted, after a day",
        "O-1 resolved: Price, after 8 days",
        "Won: $80,000.00",
        "we gave 1, 1 of them for something in return; they gave 0",
        "$10,000.00, 11.1% of the first offer",
    ):
        assert wanted in out, wanted
    assert out.count("●") == 3
    assert out.count("○") == 2


def test_the_ladder_fits_a_narrow_terminal_with_the_figures_below_what_happened(
    told: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "80")
    out = ANSI.sub("", told.well("deal", "ladder", "crm:D-1").out)
    assert max(cell_len(line) for line in out.splitlines()) <= 80
    assert "Price USD: 80,000\n" in re.sub(" +\n", "\n", out)
    assert "Change: -10,000" in out
    assert out.count("●") == 3


def test_the_ladder_of_a_past_day_tells_what_was_open_then(told: CommandLine) -> None:
    out = told.well("deal", "ladder", "crm:D-1", "--as-of", "2026-03-10").out
    assert "Q-2" not in out.replace("for Q-2", "")
    assert "C-1, $70,000.00, since 5 Mar 2026 09:00" in out
    assert "O-1, Price, 太贵了" in out


def test_a_script_reads_the_steps_and_where_they_led(told: CommandLine) -> None:
    answer = told.well("deal", "ladder", "crm:D-1", "-o", "json").json
    assert [step["kind"] for step in answer["steps"][:3]] == ["price-range", "offer", "offer"]
    assert answer["stands"]["accepted_price"] == {"amount": "80000", "currency": "USD"}
    lines = told.well("deal", "ladder", "crm:D-1", "-o", "ndjson").lines
    assert lines == answer["steps"]


def test_a_deal_without_a_negotiation_says_how_to_begin_one(told: CommandLine) -> None:
    assert "`dealtrail deal offer`" in told.well("deal", "ladder", "crm:D-3").out
    assert told("deal", "ladder", "crm:D-99").code == 3


@pytest.mark.parametrize(
    "words",
    [
        ["report", "discounts"],
        ["report", "discounts", "--by", "owner", "--deals"],
        ["deal", "ladder", "crm:D-1"],
    ],
    ids=" ".join,
)
def test_tables_about_negotiations_stand_straight_in_both_languages(
    told: CommandLine, words: list[str]
) -> None:
    for lang in ("en", "zh-CN"):
        tables = list(_tables(told.well(*words, "--lang", lang).out))
        assert tables
        for table in tables:
            assert len({cell_len(line) for line in table}) == 1, "\n".join(table)


@pytest.mark.parametrize(
    ("words", "chinese"),
    [
        (["report", "discounts"], ["折扣率", "轮次", "客户还价", "各条款的让步", "付款方式", "信任"]),
        (
            ["deal", "ladder", "crm:D-1"],
            [
                "报价 Q-1",
                "回应 Q-1，2 天后",
                "让步：付款方式",
                "换取：a reference",
                "客户方",
                "签单：US$80,000.00",
            ],
        ),
    ],
    ids=lambda each: each[1],
)
def test_chinese_readers_read_chinese_about_negotiations(
    told: CommandLine, words: list[str], chinese: list[str]
) -> None:
    answer = told.well(*words, "--lang", "zh-CN").out
    assert [each for each in chinese if each not in answer] == []


def _tables(out: str) -> Iterator[list[str]]:
    """The lines of each table: those around and below a rule."""
    lines = out.split("\n")
    for place, text in enumerate(lines):
        if text.strip().startswith("─"):
            after = lines[place:]
            end = next((number for number, each in enumerate(after) if not each.startswith(" ")), len(after))
            yield [*lines[place - 1 : place], *after[:end]]
