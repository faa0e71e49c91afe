"""Autopsies, causes and retrospectives on the command line: shapes for scripts, pages for people in both languages."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from random import Random
from shutil import copy

import pytest
from rich.cells import cell_len

from domain.deal.negotiation import OfferMade
from domain.deal.objections import ObjectionRaised
from domain.deal.outcome import DealLost, DealWon
from domain.templates.shipped import TEMPLATES
from domain.values import Cause
from engine.deals import Deals
from engine.pipelines import SYSTEM
from engine.settings import Settings
from engine.timing import ALWAYS
from interfaces.cli.main import main
from tests.interfaces.command_line import CommandLine
from tests.projections.planted_causes import LATER, ordinary, planted, recorded, stream_of

SILENT = str(stream_of("silent-0"))
PRICE = (Cause(reason="price"),)


@pytest.fixture(scope="module")
def forty_deals(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a store with thirty won deals, and ten that were lost after a silence and declared as price."""
    folder = tmp_path_factory.mktemp("forty-deals")
    chance = Random(2)
    store = f"sqlite:///{folder / 'deals.db'}"
    with Deals(Settings(store=store), clock=lambda: LATER) as deals:
        deals.handle_pipeline("standard", TEMPLATES["standard"], by=SYSTEM, at=ALWAYS)
        for number in range(30):
            deals.record(recorded(f"won-{number}", *ordinary(chance), DealWon(), chance.uniform(0, 90)))
        for number in range(10):
            happened, end = planted(chance, "silence")
            story = [
                (day, event) for day, event in happened if not isinstance(event, OfferMade | ObjectionRaised)
            ]
            outcome = DealLost(kind="declined", causes=PRICE)
            deals.record(recorded(f"silent-{number}", story, end, outcome, chance.uniform(0, 90)))
    for words in (
        ["deal", "causes", SILENT, "buyer", "--cause", "no-follow-up"],
        ["deal", "causes", SILENT, "manager", "--cause", "price"],
    ):
        assert main([*words, "--by", "li.lei", "--store", store]) == 0
    return folder


@pytest.fixture
def told(run: CommandLine, forty_deals: Path, tmp_path: Path) -> CommandLine:
    """The command line with a store of its own that holds the deals."""
    for file in forty_deals.iterdir():
        copy(file, tmp_path / file.name)
    return run


def test_an_autopsy_is_told_in_the_shape_of_its_page(told: CommandLine) -> None:
    answer = told.well("deal", "autopsy", SILENT, "-o", "json").json
    assert (answer["definition"], answer["outcome"], answer["kind"]) == ("autopsy@1", "lost", "declined")
    assert answer["peers"] == {
        "pipeline": "standard",
        "segments": {},
        "left_out": [],
        "deals": 30,
        "enough": True,
    }
    first = answer["facts"][0]
    assert (first["fact"], first["unit"], first["is_difference"]) == ("silence", "days", True)
    assert set(first["won"]) == {"n", "median", "percentile"}
    assert answer["contradictions"] == [
        {
            "reason": "price",
            "told_by": ["closing", "manager"],
            "missing": ["price-objection", "counter-offer"],
        }
    ]
    pointed = {each["version"] for each in answer["events"]}
    assert {version for fact in answer["facts"] for version in fact["events"]} <= pointed
    lines = told.well("deal", "autopsy", SILENT, "-o", "ndjson").lines
    assert [each["fact"] for each in lines] == [each["fact"] for each in answer["facts"]]


@pytest.mark.parametrize(
    ("lang", "sentences"),
    [
        (
            "en",
            (
                "This is a difference.",
                "Price (The closing, Manager): the events show no objection to the price and no counter-offer.",
                "Longest silence in",
                "This is correlation",
                "beside 30 won deals (Standard sale)",
            ),
        ),
        (
            "zh-CN",
            (
                "属于显著差异。",
                "价格（关闭时填写、销售主管）：事件中没有价格异议，也没有客户还价。",
                "阶段的最长沉默期",
                "这只是相关性",
                "与 30 个签单商机对照（标准销售流程）",
            ),
        ),
    ],
)
def test_an_autopsy_reads_aloud(told: CommandLine, lang: str, sentences: tuple[str, ...]) -> None:
    page = told.well("deal", "autopsy", SILENT, "--lang", lang).out
    assert [sentence for sentence in sentences if sentence not in page] == []


def test_a_deal_that_is_not_closed_has_no_autopsy(told: CommandLine) -> None:
    stream = told.opened("New", "--owner", "li.lei")
    done = told("deal", "autopsy", stream)
    assert (done.code, "is not closed at that instant" in done.err) == (5, True)
    assert told("deal", "autopsy", SILENT, "--same", "region").code == 5
    assert told("deal", "autopsy", SILENT, "--as-of", "2020-01-01").code == 3


def test_causes_are_told_in_the_shape_of_their_page(told: CommandLine) -> None:
    answer = told.well("report", "causes", "-o", "json").json
    (group,) = answer["groups"]
    assert group["coverage"] == {
        "with_cause": 10,
        "without_cause": 30,
        "told_by_buyer": 1,
        "only_other": 0,
        "share_with_cause": 0.25,
        "share_told_by_buyer": 0.025,
        "share_only_other": 0.0,
    }
    assert [(each["teller"], each["deals"]) for each in group["tellers"][:3]] == [
        ("closing", 10),
        ("manager", 1),
        ("buyer", 1),
    ]
    assert {"tellers": ["closing", "buyer"], "n": 1, "agree": 0, "rate": 0.0, "too_few": True} in group[
        "agreements"
    ]
    assert answer["tested"] == sum(not each["too_few"] for each in group["drivers"])
    assert set(group["drivers"][0]) == {
        "factor",
        "value",
        "over",
        "with",
        "without",
        "difference",
        "low",
        "high",
        "chance",
        "is_difference",
        "too_few",
    }
    assert group["together"] is None
    deals = told.well("report", "causes", "--deals", "-o", "ndjson").lines
    assert len(deals) == 40


def test_factors_together_are_refused_in_words(told: CommandLine) -> None:
    words = ("report", "causes", "--together", "long-silence", "--together", "pushed")
    assert "Refused: for so many factors it takes 20 won and 20 lost deals." in told.well(*words).out
    assert "无法计算" in told.well(*words, "--lang", "zh-CN").out
    done = told("report", "causes", "--together", "long-silence", "--together", "luck")
    assert (done.code, "There is no factor 'luck'" in done.err) == (5, True)


def test_retrospectives_are_told_with_their_actions(told: CommandLine) -> None:
    told.well(
        *("deal", "retrospective", SILENT, "--participant", "anna", "--by", "li.lei"),
        *("--blocked", "Nobody called,reason=no-follow-up", "--lesson", "Call within two days,area=process"),
        *("--action", "Write it down,action=a,owner=anna,due=2024-12-31"),
        *("--action", "Train everybody,action=b,owner=li.lei"),
    )
    told.well("deal", "finish-action", SILENT, "b", "--by", "anna")
    answer = told.well("report", "retrospectives", "-o", "json").json
    (group,) = answer["groups"]
    assert answer["definition"] == "retrospectives@1"
    assert group["actions"] == {"planned": 2, "done": 1, "open": 1, "overdue": 1}
    assert group["blocked"] == [{"times": 1, "deals": 1, "reason": "no-follow-up"}]
    assert group["lessons_told"] == [{"deal": SILENT, "area": "process", "text": "Call within two days"}]
    page = told.well("report", "retrospectives", "--lang", "zh-CN").out
    told_there = ("改进行动", "已逾期", "缺少跟进", "流程", "Write it down")
    assert [sentence for sentence in told_there if sentence not in page] == []
    assert "Nobody looked back" in told.well("report", "retrospectives", "--owner", "nobody").out
    for lang in ("en", "zh-CN"):
        for table in _tables(told.well("report", "retrospectives", "--deals", "--lang", lang).out):
            assert len({cell_len(line) for line in table}) == 1, "\n".join(table)


@pytest.mark.parametrize("lang", ["en", "zh-CN"])
@pytest.mark.parametrize(
    "words",
    [
        ["deal", "autopsy", SILENT],
        ["report", "causes", "--by", "closed-quarter", "--deals"],
        ["report", "causes"],
    ],
)
def test_tables_stand_straight_in_both_languages(told: CommandLine, lang: str, words: list[str]) -> None:
    tables = list(_tables(told.well(*words, "--lang", lang).out))
    assert tables
    for table in tables:
        assert len({cell_len(line) for line in table}) == 1, "\n".join(table)


def test_an_autopsy_does_not_wait_for_the_statistics_of_the_report(repository: Path) -> None:
    wanted = "import projections.causes.autopsy, interfaces.cli.autopsy_page, sys; print('statsmodels' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", wanted], cwd=repository, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False"


def _tables(page: str) -> Iterator[list[str]]:
    """The lines of each table: a rule, the head above it and what follows up to an empty line."""
    lines = page.splitlines()
    for number, line in enumerate(lines):
        if line.strip() and set(line.strip()) == {"─"}:
            table = [lines[number - 1], line]
            for each in lines[number + 1 :]:
                if not each.strip():
                    break
                table.append(each)
            yield table
