"""Every kind of failure has an exit code, a sentence that helps, and no traceback."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from domain.errors import (
    BadInput,
    Behind,
    CommandReused,
    DealtrailError,
    NotFound,
    RuleBroken,
    StoreBusy,
    Tampered,
    VersionConflict,
)
from engine.ids import pipeline_id
from interfaces.cli.problems import told as told_problem
from tests.interfaces.command_line import CommandLine

PIPELINE = str(pipeline_id("standard"))
DEALTRAIL = [sys.executable, "-c", "from interfaces.cli.main import run; run()"]


@pytest.fixture
def deal(run: CommandLine) -> str:
    return run.opened("Lighting", "--owner", "li.lei", "--amount", "80000 CNY")


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (NotFound("x"), 3),
        (VersionConflict("x"), 4),
        (CommandReused("x"), 4),
        (RuleBroken("x"), 5),
        (BadInput("x"), 5),
        (StoreBusy("x"), 6),
        (Behind("x"), 6),
        (Tampered("x"), 7),
        (DealtrailError("x"), 1),
        (sqlite3.OperationalError("disk I/O error"), 6),
        (PermissionError("no"), 6),
        (RuntimeError("x"), 1),
    ],
)
def test_each_kind_of_error_has_its_exit_code(
    error: Exception, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert told_problem(error, as_json=False) == code
    said = capsys.readouterr()
    assert said.out == ""
    assert ("Traceback" in said.err or "RuntimeError" in said.err) is isinstance(error, RuntimeError)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["deal", "list"], 0),
        (["deal", "lst"], 2),
        (["deal", "list", "--ownr", "x"], 2),
        (["deal", "list", "--limit", "many"], 2),
        (["deal", "list", "-o", "yaml"], 2),
        (["deal", "list", "--lang", "de"], 2),
        (["deal", "list", "--open", "--won"], 2),
        (["deal", "list", "--segment", "East"], 2),
        (["pipeline", "--as-of", "soon"], 2),
        (["changes", "2026-01-01"], 2),
        (["report", "winloss", "--from", "2026-13"], 2),
        (["deal", "show", "nobody"], 3),
        (["deal", "show", "0198c1f2-0000-7000-8000-000000000001"], 3),
        (["deal", "note", PIPELINE, "not a deal"], 3),
        (["stages", "show", "nowhere"], 3),
        (["deal", "stage", "{deal}", "nowhere"], 5),
        (["deal", "reopen", "{deal}", "why", "--at", "2999-01-01"], 5),
        (["report", "winloss", "--by", "weather"], 5),
        (["deal", "list", "--sort", "weather"], 5),
        (["changes", "2026-06-30", "2026-01-01"], 2),
        (["store", "verify", "--anchor", "1:00"], 7),
    ],
    ids=str,
)
def test_an_error_is_told_on_stderr_alone_and_as_a_problem_for_programs(
    run: CommandLine, deal: str, words: list[str], code: int
) -> None:
    words = [each.format(deal=deal) for each in words]
    done = run(*words)
    assert done.code == code, done.err
    assert (done.out == "") is (code != 0)
    assert "Traceback" not in done.err
    if code and "-o" not in words:
        problem = json.loads(run(*words, "-o", "json").err.splitlines()[-1])
        assert set(problem) == {"type", "title", "detail", "errors"}
        assert problem["type"].startswith("urn:dealtrail:")
        assert problem["detail"]


def test_a_problem_carries_the_facts_that_a_rule_looked_at(run: CommandLine, deal: str) -> None:
    done = run("deal", "stage", deal, "nowhere", "-o", "json")
    problem = json.loads(done.err)
    assert (problem["type"], problem["title"]) == ("urn:dealtrail:stage-not-defined", "Not allowed")
    assert {"fact": "stage", "value": "nowhere"} in problem["errors"]


@pytest.mark.parametrize(
    "words",
    [
        ["pipeline"],
        ["deal", "list"],
        ["changes", "2026-01-01", "now"],
        ["report", "winloss"],
        ["deal", "show", "x"],
        ["deal", "note", "x", "y"],
        ["store", "info"],
        ["events", "tail"],
        ["export", "history"],
        ["projections", "status"],
    ],
    ids=str,
)
def test_where_there_is_no_store_the_message_says_how_to_begin_and_nothing_is_made(
    run: CommandLine, tmp_path: Path, words: list[str]
) -> None:
    done = run(*words)
    assert (done.code, done.out) == (3, "")
    for hint in ("dealtrail demo", "dealtrail import", "dealtrail deal open", "--store"):
        assert hint in done.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("lang", ["en", "zh-CN"])
def test_an_empty_store_says_what_to_do_next(run: CommandLine, lang: str) -> None:
    run("deal", "open", "Lighting", "--owner", "li.lei", "--stage", "nowhere")
    for words in (["pipeline"], ["deal", "list"], ["report", "winloss"], ["store", "info"]):
        assert "dealtrail import" in run.well(*words, "--lang", lang).out
    assert run.well("changes", "2026-01-01", "now", "--lang", lang).out
    assert run.well("deal", "list", "-o", "json").json == []
    assert run.well("events", "tail").out == ""


def test_a_store_of_a_newer_dealtrail_is_unavailable(run: CommandLine, deal: str, tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "deals.db") as store:
        store.execute("PRAGMA user_version = 99")
    store.close()
    done = run("deal", "log", deal)
    assert (done.code, done.out) == (6, "")
    assert "newer dealtrail" in done.err


@pytest.mark.parametrize("anchor", ["1", "x:00", "gone.txt", "1:zz"])
def test_what_is_no_anchor_is_a_usage_error(run: CommandLine, deal: str, anchor: str) -> None:
    done = run("store", "verify", "--anchor", anchor)
    assert (done.code, done.out) == (2, "")
    assert "--anchor" in done.err


def test_an_anchor_is_told_for_programs_too(run: CommandLine, deal: str) -> None:
    told = run.well("store", "anchor", "-o", "json").json
    assert run.well("store", "anchor").out == f"{told['position']}:{told['digest']}\n"


def test_a_changed_log_is_found(run: CommandLine, deal: str, tmp_path: Path) -> None:
    anchor = run.well("store", "anchor").out.strip()
    assert run.well("store", "verify", "--anchor", anchor, "-o", "json").json["verified"] is True
    kept = tmp_path / "anchor.txt"
    kept.write_text(anchor, "utf-8")
    assert anchor.partition(":")[0] in run.well("store", "verify", "--anchor", kept).out
    with sqlite3.connect(tmp_path / "deals.db") as store:
        store.execute("DROP TRIGGER events_are_never_changed")
        store.execute("UPDATE events SET state = replace(state, '80000', '90000') WHERE position = 2")
    store.close()
    done = run("store", "verify")
    assert (done.code, done.out) == (7, "")
    assert "position 2" in done.err


def test_read_models_that_differ_from_the_log_are_found_and_rebuilt(
    run: CommandLine, deal: str, tmp_path: Path
) -> None:
    run.well("deal", "list")
    assert "rows are what the log says" in run.well("projections", "verify").out
    with sqlite3.connect(tmp_path / "deals.views.db") as views:
        (name,) = views.execute(
            "SELECT name FROM sqlite_master WHERE name LIKE 'deal_states_%' AND type = 'table'"
        )
        views.execute(f"UPDATE {name[0]} SET amount = amount + 1")
    views.close()
    done = run("projections", "verify", "deal_states", "-o", "json")
    assert done.code == 7
    assert done.json[0]["difference"]["column"] == "amount"
    assert "dealtrail projections rebuild" in done.err
    run.well("projections", "rebuild", "deal_states")
    assert run.well("projections", "verify").code == 0
    assert run("projections", "rebuild", "weather").code == 2


def test_the_status_of_read_models_has_the_shape_of_the_contract(run: CommandLine, deal: str) -> None:
    before = run.well("projections", "status", "-o", "json").json
    assert {each["state"] for each in before} == {"absent"}
    run.well("pipeline")
    for each in run.well("projections", "status", "-o", "json").json:
        assert set(each) == {
            "name", "version", "position", "head", "lag_events", "lag_seconds", "state", "quarantined",
        }  # fmt: skip
        assert (each["position"], each["lag_events"], each["state"]) == (2, 0, "live")


def test_a_group_without_a_command_shows_its_help(run: CommandLine) -> None:
    for words in ([], ["deal"], ["store"]):
        done = run(*words)
        assert done.code == 2
        assert "Usage" in done.out + done.err


def test_the_version_is_told(run: CommandLine) -> None:
    assert run.well("--version").out.strip()[0].isdigit()


@pytest.fixture
def long_log(run: CommandLine, tmp_path: Path) -> dict[str, str]:
    """A store whose log is longer than any pipe's buffer, and the environment that leads to it."""
    history = tmp_path / "history.ndjson"
    opened = {"source": "crm", "deal": "D-1", "at": "2026-01-01T00:00:00Z", "type": "DealOpened",
              "data": {"title": "Lighting", "pipeline": "standard"}}  # fmt: skip
    notes = (
        {"source": "crm", "deal": "D-1", "at": f"2026-01-02T00:00:{nth % 60:02}Z", "key": str(nth),
         "type": "DealNoteAdded", "data": {"text": "x" * 1000}}
        for nth in range(500)
    )  # fmt: skip
    history.write_text("".join(json.dumps(line) + "\n" for line in (opened, *notes)), "utf-8")
    run.well("import", "history", history)
    return dict(os.environ)


def test_a_reader_that_has_seen_enough_is_no_error(long_log: dict[str, str], repository: Path) -> None:
    command = [*DEALTRAIL, "events", "tail"]
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=long_log | {"PYTHONPATH": str(repository)},
    ) as tail:
        assert tail.stdout is not None
        assert tail.stderr is not None
        assert tail.stdout.readline()
        tail.stdout.close()
        said = tail.stderr.read()
        assert (tail.wait(), said) == (0, b"")


def test_following_the_feed_shows_what_comes_and_ends_when_interrupted(
    run: CommandLine, deal: str, repository: Path
) -> None:
    command = [*DEALTRAIL, "events", "tail", "--after", "2", "-f"]
    environment = dict(os.environ) | {"PYTHONPATH": str(repository)}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment, text=True
    ) as tail:
        assert tail.stdout is not None
        assert tail.stderr is not None
        run.well("deal", "note", deal, "They called")
        assert json.loads(tail.stdout.readline())["data"] == {"text": "They called"}
        tail.send_signal(signal.SIGINT)
        assert (tail.wait(), tail.stderr.read()) == (130, "")
