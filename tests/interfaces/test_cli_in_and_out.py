"""Deals come in from files and go out again; the demo makes its own."""

import json
from collections.abc import Sequence
from itertools import count
from pathlib import Path

import pytest

from domain.errors import Unavailable
from engine.log import Appended, LogEntry
from engine.sqlite import SqliteLog
from tests.interfaces.command_line import CommandLine

TABLE = """key,name,owner,stage,amount,opened,closed
D-1,灯,li.lei,Prospecting,100.50,2026-01-05,
D-2,Yard,anna.berg,Won,200,2026-01-06,2026-02-07
D-3,Mill,li.lei,Prospecting,1.00001,2026-01-08,
"""
MAPPING = """
source = "crm"
{currency}
[deal]
key = "key"
title = "name"
owner = "owner"
opened_at = "opened"
amount = "amount"
[stage]
column = "stage"
pipeline = "small"
stages = ["Prospecting"]
won = { value = "Won", at = "closed" }
"""


@pytest.fixture
def table(tmp_path: Path) -> list[str]:
    """The words for an import of a table whose third row has five decimals."""
    (tmp_path / "deals.csv").write_text(TABLE, "utf-8")
    (tmp_path / "crm.toml").write_text(MAPPING.replace("{currency}", 'currency = "CNY"'), "utf-8")
    return ["import", "csv", str(tmp_path / "deals.csv"), "--mapping", str(tmp_path / "crm.toml")]


def test_a_check_tells_what_would_be_and_leaves_nothing_behind(
    run: CommandLine, table: list[str], tmp_path: Path
) -> None:
    before = set(tmp_path.iterdir())
    done = run(*table, "--check", "-o", "json")
    assert done.code == 5
    told = json.loads(done.out)
    assert (told["checked"], told["read"], told["opened"], told["refused_rows"]) == (True, 3, 2, 1)
    (refused,) = told["refused"]
    assert (refused["line"], refused["column"], refused["value"]) == (4, "amount", "1.00001")
    assert set(tmp_path.iterdir()) == before


@pytest.mark.parametrize(
    # The pipeline is recorded first, then a thousand deals at a time.
    ("fails_at", "stands", "deals"),
    [(1, None, 0), (2, "1 event", 0), (3, "1,001 events", 1_000)],
)
def test_an_import_that_fails_in_the_middle_says_what_was_recorded_and_goes_on_from_there(
    run: CommandLine,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    fails_at: int,
    stands: str | None,
    deals: int,
) -> None:
    (tmp_path / "deals.csv").write_text("key\n" + "".join(f"D-{each}\n" for each in range(2_500)), "utf-8")
    (tmp_path / "crm.toml").write_text('source = "crm"\n[deal]\nkey = "key"\n', "utf-8")
    words = ["import", "csv", str(tmp_path / "deals.csv"), "--mapping", str(tmp_path / "crm.toml")]
    batches, append = count(1), SqliteLog.append

    def full(log: SqliteLog, entries: Sequence[LogEntry]) -> Appended:
        if next(batches) == fails_at:
            raise Unavailable("The disk is full. Nothing was recorded: make room and try again.")
        return append(log, entries)

    monkeypatch.setattr(SqliteLog, "append", full)
    done = run(*words)
    assert done.code == 6
    assert ("Before that, this import recorded" in done.err) is (stands is not None)
    assert stands is None or f"this import recorded {stands}, which stay" in done.err
    again = run.well(*words, "-o", "json").json
    assert (again["read"], again["unchanged"]) == (2_500, deals)


def test_rows_that_are_left_out_are_shown_and_make_the_exit_code_5(
    run: CommandLine, table: list[str]
) -> None:
    done = run(*table)
    assert done.code == 5
    for words in ("new deals", "rows left out", "1.00001", "deals.refused.csv", "dealtrail pipeline"):
        assert words in done.out.replace("deals.csv.refused.csv", "deals.refused.csv")
    assert [each["title"] for each in run.well("deal", "list", "--sort", "title", "-o", "json").json] == [
        "Yard", "灯",
    ]  # fmt: skip
    chinese = run(*table, "--lang", "zh-CN").out
    assert "未采纳的行" in chinese
    again = json.loads(run(*table, "-o", "json").out)
    assert (again["recorded"], again["unchanged"]) == (0, 2)


def test_a_currency_and_a_day_of_export_may_be_given(
    run: CommandLine, table: list[str], tmp_path: Path
) -> None:
    (tmp_path / "crm.toml").write_text(MAPPING.replace("{currency}", ""), "utf-8")
    assert run(*table).code == 5
    told = json.loads(
        run(*table, "--currency", "USD", "--exported-at", "2026-03-01", "--by", "li.lei", "-o", "json").out
    )
    assert told["opened"] == 2
    (deal,) = run.well("deal", "list", "--won", "-o", "json").json
    assert deal["amount"] == {"amount": "200", "currency": "USD"}
    assert run(*table, "--exported-at", "2026-03").code == 2


def test_refused_rows_are_a_table_for_programs(run: CommandLine, table: list[str]) -> None:
    assert run(*table, "--check", "-o", "csv").out.splitlines()[0] == "line,column,value,reason"
    (line,) = run(*table, "--check", "-o", "ndjson").lines
    assert line["refused_rows"] == 1


def test_a_file_that_is_not_there_is_refused(run: CommandLine, table: list[str]) -> None:
    assert run("import", "history", "gone.ndjson").code == 5
    assert run(*table[:-1], "gone.toml").code == 5
    assert run(*table[:-2]).code == 2


def test_a_history_goes_out_and_comes_in_again(run: CommandLine, tmp_path: Path) -> None:
    deal = run.opened("灯", "--owner", "li.lei", "--external", "crm:D-1")
    other = run.opened("Yard", "--owner", "anna.berg")
    run.well("deal", "note", deal, "They called", "--by", "li.lei")
    exported = run.well("export", "history")
    assert "events written" in exported.err
    history = tmp_path / "history.ndjson"
    history.write_text(exported.out, "utf-8")
    elsewhere = f"sqlite:///{tmp_path / 'elsewhere.db'}"
    told = run.well("import", "history", history, "--store", elsewhere, "-o", "json").json
    assert (told["recorded"], told["opened"], told["refused_rows"]) == (4, 2, 0)
    copied = run.well("deal", "show", "crm:D-1", "--store", elsewhere, "-o", "json").json
    assert copied["deal"] == deal
    assert run.well("export", "history", "--store", elsewhere).out == exported.out
    again = run.well("import", "history", history, "--check")
    assert "Checked, nothing recorded" in again.out
    alone = run.well("export", "history", "--deal", other[:20]).lines
    assert {each.get("deal") for each in alone} == {None, other}


def test_the_demo_shows_the_first_answers_and_what_to_try_next(run: CommandLine, tmp_path: Path) -> None:
    shown = run.well("demo").out
    for words in (
        "What does the pipeline look like?",
        "Negotiation",
        "Lost",
        "Who wins how often?",
        "export",
    ):
        assert words in shown
    assert (tmp_path / "deals.db").is_file()
    again = run.well("demo", "--lang", "zh-CN").out
    for words in ("销售漏斗", "洽谈", "丢单", "赢单率", "接下来"):
        assert words in again
    told = run.well("demo", "-o", "json").json
    assert told["recorded"] == 0
    assert run.well("deal", "show", told["lost_deal"], "-o", "json").json["fields"]["outcome"] == "lost"


def test_the_demo_does_not_mix_with_deals_of_ones_own(run: CommandLine) -> None:
    run.opened("Mine", "--owner", "li.lei")
    done = run("demo")
    assert (done.code, done.out) == (5, "")
    assert "--store sqlite:///demo.db" in done.err


def test_without_a_place_the_demo_lies_beside_nothing_else(
    run: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DEALTRAIL_STORE")
    assert run.well("demo", "-o", "json").json["store"] == "sqlite:///demo.db"
    assert (tmp_path / "demo.db").is_file()
    assert not (tmp_path / "dealtrail.db").exists()
