"""Pipelines are defined from files, revised with what `show` wrote, and retired."""

import json
from pathlib import Path

import pytest

from tests.interfaces.command_line import CommandLine

LOAN = """
pipeline = "loan"
labels = { en = "Loan", zh-CN = "贷款" }
criteria = ["need"]

[[stages]]
stage = "application"
labels = { en = "Application", zh-CN = "申请" }
phase = "early"
probability = 0.2
exit_criteria = ["need"]
needs_evidence = true

[[stages]]
stage = "approval"
labels = { en = "Approval", zh-CN = "审批" }
phase = "late"
may_skip = false
may_return = false
expected_days = 10
rots_after_days = 20

[[stages]]
stage = "payout"
labels = { en = "Payout", zh-CN = "放款" }
phase = "late"
after_win = true
"""


@pytest.fixture
def loan(run: CommandLine, tmp_path: Path) -> Path:
    file = tmp_path / "loan.toml"
    file.write_text(LOAN, "utf-8")
    return file


def test_a_pipeline_is_defined_shown_and_sold_in(run: CommandLine, loan: Path) -> None:
    told = run.well("stages", "define", loan, "--by", "li.lei", "--lang", "zh-CN").out
    assert "loan" in told
    assert run.well("stages", "define", loan).out == "It is so already: nothing was recorded.\n"
    shown = run.well("stages", "show", "loan", "--lang", "zh-CN").out
    for words in ("贷款", "申请", "20.0%", "离开前确认：需求", "须提供依据", "不可跳过", "签单之后"):
        assert words in shown
    deal = run.opened("Mrs Li", "--owner", "li.lei", "--pipeline", "loan")
    assert run.well("deal", "show", deal, "-o", "json").json["fields"]["stage"] == "application"


def test_what_show_wrote_is_edited_and_becomes_the_next_revision(
    run: CommandLine, loan: Path, tmp_path: Path
) -> None:
    run.well("stages", "define", loan)
    definition = run.well("stages", "show", "loan", "-o", "json").json
    definition["stages"][0]["probability"] = 0.3
    file = tmp_path / "loan.json"
    file.write_text(json.dumps(definition), "utf-8")
    (event,) = run.well("stages", "revise", "loan", file, "--note", "better leads", "-o", "json").json
    assert (event["type"], event["data"]["note"]) == ("PipelineRevised", "better leads")
    now, before = (
        run.well("stages", "show", "loan", *words, "-o", "json").json["stages"][0]["probability"]
        for words in ([], ["--revision", "1"])
    )
    assert (now, before) == (0.3, 0.2)
    assert run("stages", "show", "loan", "--revision", "3").code == 3


def test_the_name_of_a_pipeline_is_not_revised(run: CommandLine, loan: Path, tmp_path: Path) -> None:
    run.well("stages", "define", loan)
    other = tmp_path / "other.toml"
    other.write_text(LOAN.replace('"Loan"', '"Credit"'), "utf-8")
    done = run("stages", "revise", "loan", other)
    assert done.code == 5
    assert "labels cannot be revised" in done.err


def test_a_retired_pipeline_takes_no_new_deals(run: CommandLine, loan: Path) -> None:
    run.well("stages", "define", loan)
    run.well("stages", "retire", "loan", "--note", "no longer sold")
    assert run("deal", "open", "Mrs Li", "--owner", "li.lei", "--pipeline", "loan").code == 5
    listed = {each["pipeline"]: each for each in run.well("stages", "list", "-o", "json").json}
    assert listed["loan"]["state"] == "retired"
    assert listed["standard"]["state"] == "template"
    assert "retired" in run.well("stages", "show", "loan").out


def test_templates_are_shown_before_they_are_used(run: CommandLine, loan: Path) -> None:
    run.well("stages", "define", loan)
    assert "意识" in run.well("stages", "show", "funnel", "--lang", "zh-CN").out
    assert run.well("stages", "show", "path", "-o", "ndjson").lines[0]["stage"] == "identification"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("pipeline = ", "no definition"),
        ("[1]", "no definition"),
        ('pipeline = "x"', "labels: Field required"),
        (LOAN + '\n[[stages]]\nstage = "Upper"\nlabels = {en = "x"}\nphase = "late"', "stages.3.stage"),
        (LOAN.replace("criteria", "questions", 1), "questions: Extra inputs"),
        (LOAN.replace('exit_criteria = ["need"]', 'exit_criteria = ["budget"]'), "waits for 'budget'"),
    ],
)
def test_a_file_that_defines_nothing_is_refused_with_the_place(
    run: CommandLine, tmp_path: Path, text: str, said: str
) -> None:
    file = tmp_path / ("x.json" if text == "[1]" else "x.toml")
    file.write_text(text, "utf-8")
    done = run("stages", "define", file)
    assert (done.code, done.out) == (5, "")
    assert said in done.err
    assert run("stages", "define", tmp_path / "gone.toml").code == 5
