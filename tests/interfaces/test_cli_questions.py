"""Questions answer in the shapes that scripts rely on, and in tables that stand straight in both languages."""

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from shutil import copy

import pytest
from rich.cells import cell_len

from interfaces.cli.main import main
from tests.interfaces.command_line import CommandLine, Done

AT_THE_END = "2026-06-30T23:59:59.999999+00:00"


THREE_DEALS: tuple[tuple[str, list[str], list[list[str]]], ...] = (
    ("开", ["--owner", "li.lei", "--amount", "820000 CNY", "--expected-close", "2026-08-31"], []),
    ("Yard", ["--owner", "anna.berg", "--amount", "184000 USD"], [
        ["stage", "qualification", "--at", "2026-02-01"],
        ["lose", "no-decision", "--at", "2026-03-01", "--cause", "budget-cut"],
        ["reopen", "new-budget", "--at", "2026-04-01"],
        ["win", "--amount", "168500.50 USD", "--at", "2026-05-01", "--cause", "trust"],
    ]),
    ("Mill", ["--owner", "li.lei", "--amount", "50000 CNY"], [
        ["lose", "competitor", "--competitor", "Polaris", "--cause", "price", "--at", "2026-03-31"],
    ]),
)  # fmt: skip
"""One open; one lost, reopened and won; one lost; of two owners, in CNY and USD."""


@pytest.fixture(scope="module")
def three_deals(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a store with the three deals."""
    folder = tmp_path_factory.mktemp("three-deals")
    store = ["--store", f"sqlite:///{folder / 'deals.db'}", "--by", "li.lei"]
    for number, (title, words, story) in enumerate(THREE_DEALS, 1):
        name = ["--external", f"crm:D-{number}", "--at", "2026-01-15", "--segment", "region=East"]
        assert main(["deal", "open", title, *name, *words, *store]) == 0
        for verb, *rest in story:
            assert main(["deal", verb, f"crm:D-{number}", *rest, *store]) == 0
    return folder


@pytest.fixture
def told(run: CommandLine, three_deals: Path, tmp_path: Path) -> CommandLine:
    """The command line with a store of its own that holds the three deals."""
    for file in three_deals.iterdir():
        copy(file, tmp_path / file.name)
    return run


def test_the_pipeline_is_told_in_the_shape_of_the_contract(told: CommandLine) -> None:
    answer = told.well("pipeline", "--as-of", "2026-06-30", "-o", "json").json
    cny = [{"amount": "820000", "currency": "CNY"}]
    weighted = [{"amount": "82000", "currency": "CNY"}]
    assert answer["stages"] == [
        {"pipeline": "standard", "stage": "prospecting", "deals": 1, "amounts": cny, "weighted": weighted}
    ]
    assert (answer["as_of"], answer["known_at"], answer["position"]) == (AT_THE_END, None, 9)
    assert answer["open"] | {"age_days": ...} == {
        "deals": 1, "amounts": cny, "weighted": weighted, "age_days": ...,
    }  # fmt: skip
    assert set(answer["open"]["age_days"]) == {"median", "mean", "max"}
    assert answer["won"] == {"deals": 1, "amounts": [{"amount": "168500.5", "currency": "USD"}]}
    assert answer["lost"] == {"deals": 1, "amounts": [{"amount": "50000", "currency": "CNY"}]}
    assert (answer["undated"], answer["unweighted"]) == (0, 0)
    assert set(answer) == {
        "as_of", "known_at", "position", "stages", "open", "won", "lost", "undated", "unweighted",
    }  # fmt: skip


def test_win_and_loss_are_told_in_the_shape_of_the_contract(told: CommandLine) -> None:
    answer = told.well("report", "winloss", "--by", "owner", "-o", "json").json
    assert (answer["definition"], answer["known_at"]) == ("winloss@1", None)
    (mine, hers) = answer["groups"]
    assert set(mine) >= {
        "by", "deals", "won", "lost", "open", "win_rate_count", "win_rate_value", "too_few", "won_amounts",
        "lost_amounts", "cycle_days",
    }  # fmt: skip
    assert (mine["by"], mine["deals"], mine["open"]) == ({"owner": "li.lei"}, 2, 1)
    assert hers["won_amounts"] == [{"amount": "168500.5", "currency": "USD"}]
    assert hers["cycle_days"]["won"] == {"n": 1, "median": 106.0, "mean": 106.0, "p75": 106.0}


def test_groups_may_have_two_dimensions_and_show_the_deals_behind_them(told: CommandLine) -> None:
    words = ["report", "winloss", "--by", "segment.region", "--by", "closed-quarter", "--deals"]
    answer = told.well(*words, "--from", "2026Q1", "--to", "2026Q1", "-o", "json").json
    (group,) = answer["groups"]
    assert group["by"] == {"segment.region": "East", "closed-quarter": "2026Q1"}
    assert [each["title"] for each in group["behind"]] == ["Mill"]
    table = told.well(*words).out
    assert "region: East, Quarter of closing: 2026Q2" in table
    lines = told.well(*words, "-o", "csv").out
    assert {row["title"] for row in csv.DictReader(io.StringIO(lines))} == {"开", "Yard", "Mill"}


def test_a_list_of_no_deals_is_as_csv_the_line_of_its_columns(told: CommandLine) -> None:
    some = told.well("deal", "list", "--owner", "li.lei", "-o", "csv").out.splitlines()[0].split(",")
    (none,) = told.well("deal", "list", "--owner", "nobody", "-o", "csv").out.splitlines()
    assert none.split(",") == [each for each in some if not each.startswith("segments.")]


def test_amounts_are_told_in_one_currency_at_dated_rates(told: CommandLine, tmp_path: Path) -> None:
    rates = tmp_path / "rates.csv"
    rates.write_text("date,from,to,rate\n2026-01-01,USD,CNY,7.1\n", "utf-8")
    words = ["report", "winloss", "--in", "cny", "--rates", str(rates)]
    (group,) = told.well(*words, "-o", "json").json["groups"]
    assert group["won_amounts"] == [{"amount": "1196353.55", "currency": "CNY"}]
    assert "USD → CNY 7.1" in told.well(*words).out
    assert told("report", "winloss", "--in", "CNY").code == 2
    waterfall = ["changes", "2026-01-31", "2026-06-30", "--in", "CNY", "--rates", str(rates), "-o", "json"]
    assert [each["currency"] for each in told.well(*waterfall).json["currencies"]] == ["CNY"]


def test_what_changed_between_two_days_adds_up(told: CommandLine) -> None:
    answer = told.well("changes", "2026-01-31", "2026Q2", "-o", "json").json
    assert (answer["from"][:10], answer["to"]) == ("2026-01-31", AT_THE_END)
    for each in answer["currencies"]:
        assert set(each) == {"currency", "start", "end", "balanced", "buckets"}
        assert each["balanced"] is True
    usd = next(each for each in answer["currencies"] if each["currency"] == "USD")
    assert usd["buckets"] == [
        {"bucket": "reopened", "amount": "184000", "deals": 1},
        {"bucket": "decreased", "amount": "-15499.5", "deals": 1},
        {"bucket": "won", "amount": "-168500.5", "deals": 1},
        {"bucket": "lost", "amount": "-184000", "deals": 1},
    ]


def test_days_ago_may_stand_as_from_and_to(told: CommandLine) -> None:
    assert told.well("changes", "-30d", "-1d", "-o", "json").json["from"]
    assert told.well("changes", "-2w", "now").out


def test_deals_of_several_pipelines_are_told_apart(told: CommandLine) -> None:
    told.opened("Mrs Li", "--owner", "li.lei", "--pipeline", "process", "--at", "2026-01-20")
    table = told.well("pipeline", "--lang", "zh-CN").out
    assert "销售流程" in table
    assert "标准销售流程" in table
    assert "客户识别" in table
    assert "process" not in table


def test_every_option_of_changes_is_taken(told: CommandLine) -> None:
    words = ["changes", "2025-12-31", "2026-06-30"]
    table = told.well(*words, "--by", "owner", "--deals").out
    assert "Owner: li.lei" in table
    assert "Mill" in table
    assert "Restated" in told.well("changes", "2026-03-15", "2026-06-30", "--as-reported").out
    narrowed = ["--net", "--currency", "cny", "--bucket", "new", "--closing", "2026Q3", "-o", "json"]
    answer = told.well(*words, *narrowed).json
    assert answer["closing"] == {"from": "2026-07-01", "to": "2026-10-01"}
    ((bucket,),) = [each["buckets"] for each in answer["currencies"]]
    assert bucket == {"bucket": "new", "amount": "820000", "deals": 1}
    lines = told.well(*words, "--deals", "-o", "ndjson").lines
    assert {"currency", "bucket", "amount", "deals", "deal", "title"} <= set(lines[0])


def test_what_a_waterfall_was_asked_for_stands_above_it(told: CommandLine) -> None:
    words = ["changes", "2025-12-31", "2026-06-30", "--closing", "2026Q3", "--known-at", "2999-01-01"]
    table = told.well(*words).out
    assert "From 31 Dec 2025 23:59 to 30 Jun 2026 23:59 (UTC)." in table
    assert "As far as known on 1 Jan 2999 23:59." in table
    assert "Only deals expected to close from 1 Jul 2026 up to 30 Sep 2026." in table
    assert "没有变动" in told.well("changes", "2024Q1", "2024Q2", "--lang", "zh-CN").out


def test_a_list_of_deals_is_told_for_programs(told: CommandLine) -> None:
    found = told.well("deal", "list", "--sort", "title", "-o", "json").json
    assert [each["title"] for each in found] == ["Mill", "Yard", "开"]
    assert set(found[0]) >= {"deal", "source", "key", "title", "owner", "stage", "outcome", "amount"}
    assert told.well("deal", "list", "--sort", "title", "-o", "ndjson").lines == found
    rows = list(csv.DictReader(io.StringIO(told.well("deal", "list", "--sort", "title", "-o", "csv").out)))
    assert (rows[0]["amount.amount"], rows[0]["amount.currency"]) == ("50000", "CNY")


@pytest.mark.parametrize(
    ("words", "titles"),
    [
        (["--open"], ["开"]),
        (["--won"], ["Yard"]),
        (["--lost"], ["Mill"]),
        (["--owner", "anna.berg"], ["Yard"]),
        (["--stage", "prospecting", "--lost"], ["Mill"]),
        (["--search", "yar"], ["Yard"]),
        (["--segment", "region=West"], []),
        (["--pipeline", "process"], []),
        (["--lead-source", "referral"], []),
        (["--as-of", "2026-03-15", "--owner", "anna.berg", "--lost"], ["Yard"]),
        (["--limit", "1", "--sort", "title"], ["Mill"]),
        (["--known-at", "2026-01-01"], []),
    ],
)
def test_a_list_is_filtered(told: CommandLine, words: list[str], titles: list[str]) -> None:
    assert [each["title"] for each in told.well("deal", "list", *words, "-o", "json").json] == titles


def test_a_deal_is_found_by_its_key_its_id_and_the_beginning_of_either(told: CommandLine) -> None:
    names = ["crm:D-2", "D-2"]
    ids = {told.well("deal", "show", name, "-o", "json").json["deal"] for name in names}
    assert len(ids) == 1
    (whole,) = ids
    assert told.well("deal", "show", whole, "-o", "json").json["fields"]["title"] == "Yard"
    assert told.well("deal", "show", whole[:13], "-o", "json").json["deal"] == whole
    several = told("deal", "show", "crm:D")
    assert several.code == 5
    assert "crm:D-1" in several.err


def test_one_deal_is_shown_as_it_stood_on_a_past_day(told: CommandLine) -> None:
    shown = told.well("deal", "show", "crm:D-2", "--as-of", "2026-03-15", "-o", "json").json
    assert shown["fields"]["outcome"] == "lost"
    assert shown["fields"]["loss_kind"] == "no-decision"
    assert told("deal", "show", "crm:D-2", "--as-of", "2025-12-31").code == 3


def test_the_audit_trail_holds_every_stored_field_in_the_order_of_versions(told: CommandLine) -> None:
    lines = told.well("deal", "log", "crm:D-2", "-o", "ndjson").lines
    assert [each["version"] for each in lines] == [1, 2, 3, 4, 5]
    assert list(lines[1]) == [
        "position", "recorded_at", "digest", "stream_id", "version", "type", "occurred_at", "precision", "by",
        "channel", "command_id", "data",
    ]  # fmt: skip
    assert len(lines[1]["digest"]) == 64
    assert told.well("deal", "log", "crm:D-2", "-o", "json").json == lines
    assert [each["version"] for each in told.well(
        "deal", "log", "crm:D-2", "--as-of", "2026-03-01", "-o", "ndjson").lines] == [1, 2, 3]  # fmt: skip


def test_blame_names_the_event_that_set_each_field_and_what_was_there_before(told: CommandLine) -> None:
    fields = {each["field"]: each for each in told.well("deal", "blame", "crm:D-2", "-o", "json").json}
    amount = fields["amount"]
    assert (amount["version"], amount["type"], amount["by"]["id"]) == (5, "DealWon", "li.lei")
    assert amount["before"] == {"amount": "184000", "currency": "USD"}
    assert amount["value"] == {"amount": "168500.50", "currency": "USD"}
    assert set(amount) == {"field", "value", "before", "version", "type", "at", "precision", "by"}


EACH_QUESTION = (
    ["pipeline"],
    ["pipeline", "--as-of", "2026-03-15", "--known-at", "now"],
    ["changes", "2025-12-31", "2026-06-30", "--deals"],
    ["deal", "list"],
    ["deal", "show", "crm:D-2"],
    ["deal", "log", "crm:D-2"],
    ["deal", "blame", "crm:D-2"],
    ["report", "winloss", "--by", "reason"],
    ["report", "winloss", "--by", "stage-at-close", "--decided", "--deals"],
    ["stages", "list"],
    ["stages", "show", "standard"],
    ["projections", "status"],
)


@pytest.mark.parametrize("words", EACH_QUESTION, ids=" ".join)
def test_tables_stand_straight_in_both_languages(told: CommandLine, words: list[str]) -> None:
    for lang in ("en", "zh-CN"):
        answer = told.well(*words, "--lang", lang).out
        tables = list(_tables(answer))
        assert tables
        for table in tables:
            assert len({cell_len(line) for line in table}) == 1, "\n".join(table)


@pytest.mark.parametrize(
    ("words", "chinese"),
    [
        (["pipeline"], ["截至", "阶段", "寻找潜在客户", "进行中", "签单", "丢单", "加权"]),
        (["changes", "2025-12-31", "2026-06-30"], ["期初进行中", "新增", "重新打开", "期末进行中"]),
        (["deal", "list"], ["标题", "负责人", "共 3 个商机", "2026年8月31日", "¥820,000.00"]),
        (["deal", "show", "crm:D-2"], ["负责人", "最近动态", "签单"]),
        (
            ["deal", "log", "crm:D-2"],
            ["阶段变更：寻找潜在客户 → 筛选销售线索", "丢单类型：客户未决策", "原因：信任", "原因：预算削减"],
        ),
        (["deal", "blame", "crm:D-2"], ["此前", "US$184,000.00", "签单 5"]),
        (["report", "winloss", "--by", "kind"], ["赢单率", "丢单类型", "输给竞争对手", "口径：winloss@1"]),
        (["stages", "list"], ["标准销售流程", "模板", "洽谈"]),
        (["stages", "show", "standard"], ["核实条件：需求、预算、决策权", "前期"]),
        (["projections", "status"], ["读模型", "落后事件"]),
        (["store", "info"], ["库编号", "时区"]),
        (["store", "verify"], ["均与写入时一致"]),
        (["deal", "note", "crm:D-1", "好"], ["已记入 开", "添加备注", "备注：好"]),
        (["deal", "owner", "crm:D-1", "li.lei"], ["已是如此"]),
    ],
    ids=lambda each: " ".join(each[:2]),
)
def test_chinese_readers_read_chinese(told: CommandLine, words: list[str], chinese: list[str]) -> None:
    answer = told.well(*words, "--lang", "zh-CN").out
    assert [each for each in chinese if each not in answer] == []


def test_options_for_everything_stand_before_or_after_the_command(told: CommandLine) -> None:
    before = told.well("--lang", "zh-CN", "-o", "json", "deal", "list")
    after = told.well("deal", "list", "--lang", "zh-CN", "-o", "json")
    assert before == after
    assert told.well("-o", "csv", "deal", "list", "-o", "json") == after


def test_a_day_ends_in_the_zone_that_is_asked_in(told: CommandLine) -> None:
    answer = told.well("pipeline", "--as-of", "2026-06-30", "--tz", "Asia/Shanghai", "-o", "json").json
    assert answer["as_of"].startswith("2026-06-30T23:59:59.999999+08:00") or answer["as_of"].startswith(
        "2026-06-30T15:59:59.999999"
    )
    assert "Asia/Shanghai" in told.well("pipeline", "--tz", "Asia/Shanghai").out
    nowhere = told("pipeline", "--tz", "Middle/Earth")
    assert nowhere.code == 5
    assert "Middle/Earth" in nowhere.err


def test_text_from_outside_cannot_steer_the_terminal(run: CommandLine) -> None:
    run.opened("Bell \x07 and \x1b[31mred\x1b[0m [bold]title[/bold]", "--owner", "li.lei")
    shown = run.well("deal", "list").out
    assert "\x1b" not in shown
    assert "\x07" not in shown
    assert "[bold]title[/bold]" in shown


def test_events_are_told_in_the_order_of_their_positions(told: CommandLine) -> None:
    every = told.well("events", "tail").lines
    assert [each["position"] for each in every] == list(range(1, 10))
    assert [each["position"] for each in told.well("events", "tail", "--after", "7").lines] == [8, 9]
    won = told.well("events", "tail", "--type", "DealWon", "--type", "DealLost").lines
    assert [each["type"] for each in won] == ["DealLost", "DealWon", "DealLost"]
    mine = told.well("events", "tail", "--deal", "crm:D-1").lines
    assert [each["type"] for each in mine] == ["DealOpened"]
    assert told("events", "tail", "--type", "Gone").code == 2
    assert told("events", "tail", "-o", "csv").code == 2


def _tables(answer: str) -> Iterator[list[str]]:
    """The blocks of lines that have a rule in them; each begins and ends with a line of blanks."""
    block: list[str] = []
    for line in [*answer.splitlines(), ""]:
        another = bool(block) and not line.strip() and not block[-1].strip()
        if line.startswith(" ") and not another:
            block.append(line)
            continue
        if any("───" in each for each in block):
            yield block
        block = [line] if another and line else []


def test_json_is_told_as_it_is_written_in_both_languages(told: CommandLine) -> None:
    done: Done = told.well("deal", "list", "-o", "json", "--lang", "zh-CN")
    assert "开" in done.out
    assert json.loads(done.out) == told.well("deal", "list", "-o", "json").json


def test_instants_of_changes_in_the_wrong_order_are_told_in_the_words_they_were_given_in(
    run: CommandLine,
) -> None:
    done = run("--store", "memory:", "changes", "2026Q2", "2026-03")
    assert done.code == 2
    assert "The first instant lies after the last: from 2026Q2 to 2026-03. Swap them." in done.err
