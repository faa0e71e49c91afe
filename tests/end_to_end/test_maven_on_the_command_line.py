"""The public CRM export through the commands that people type, and the JSON that programs read."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

RUN = "from interfaces.cli.main import run; run()"


def dealtrail(store: Path, *words: str | Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-c", RUN, *map(str, words)],
        env={**os.environ, "DEALTRAIL_STORE": f"sqlite:///{store}", "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


def answer(store: Path, *words: str | Path) -> Any:  # noqa: ANN401 - whatever the JSON is
    done = dealtrail(store, *words, "-o", "json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory, maven_crm: Path, repository: Path) -> Path:
    path = tmp_path_factory.mktemp("maven") / "maven.db"
    mapping = repository / "docs" / "examples" / "maven.toml"
    done = answer(path, "import", "csv", maven_crm / "sales_pipeline.csv", "--mapping", mapping)
    assert (done["read"], done["opened"], done["recorded"], done["undated"]) == (8800, 8800, 15512, 500)
    return path


@pytest.fixture(scope="module")
def truth(maven_crm: Path) -> Any:  # noqa: ANN401 - whatever the JSON is
    return json.loads((maven_crm / "truth.json").read_text())


def test_the_pipeline_of_a_past_day_is_answered_as_the_contract_writes_it(store: Path, truth: Any) -> None:  # noqa: ANN401
    known = truth["as_of"]["2017-06-30"]
    found = answer(store, "pipeline", "--as-of", "2017-06-30")
    assert found["as_of"] == "2017-06-30T23:59:59.999999+00:00"
    assert (found["known_at"], found["position"], found["undated"]) == (None, 15512, 500)
    amounts = [{"amount": str(known["open_list_value"]), "currency": "USD"}]
    assert found["stages"] == [
        {
            "pipeline": "maven",
            "stage": "engaging",
            "deals": known["open_deals"],
            "amounts": amounts,
            "weighted": [],
        }
    ]
    assert (found["open"]["deals"], found["open"]["amounts"]) == (known["open_deals"], amounts)
    won = [{"amount": str(known["won_value_to_date"]), "currency": "USD"}]
    assert (found["won"]["deals"], found["won"]["amounts"]) == (known["won_to_date"], won)
    assert found["lost"]["deals"] == known["lost_to_date"]


def test_wins_and_losses_by_owner_are_answered_as_the_contract_writes_them(store: Path, truth: Any) -> None:  # noqa: ANN401
    groups = answer(store, "report", "winloss", "--by", "owner")["groups"]
    found = {group["by"]["owner"]: group for group in groups}
    assert found.keys() == truth["by_agent"].keys()
    for owner, known in truth["by_agent"].items():
        group = found[owner]
        assert (group["deals"], group["won"], group["lost"]) == (known["deals"], known["won"], known["lost"])
        assert group["win_rate_count"] == known["win_rate_count"]
        assert group["won_amounts"] == [{"amount": str(known["won_value"]), "currency": "USD"}]
        assert group["cycle_days"]["won"]["mean"] == known["mean_days_won"]


def test_bad_tables_end_with_exit_code_5(tmp_path: Path) -> None:
    mapping = tmp_path / "m.toml"
    mapping.write_text('source = "s"\n[deal]\nkey = "id"\nopened_at = "on"\n')
    table = tmp_path / "t.csv"
    table.write_text('id,on\n1,2026-03-01\n2,"soon\n')
    done = dealtrail(tmp_path / "new.db", "import", "csv", table, "--mapping", mapping)
    assert (done.returncode, "Line 3" in done.stderr) == (5, True)
    table.write_text("id,on\n1,2026-03-01\n2,soon\n")
    done = dealtrail(tmp_path / "new.db", "import", "csv", table, "--mapping", mapping, "-o", "json")
    assert done.returncode == 5
    report = json.loads(done.stdout)
    assert [(each["line"], each["column"], each["value"]) for each in report["refused"]] == [
        (3, "on", "soon")
    ]
    assert report["opened"] == 1
    mapping.write_text('source = "s"\n[deal]\nkey = "id"\nopened_at = "at"\n')
    done = dealtrail(tmp_path / "new.db", "import", "csv", table, "--mapping", mapping, "--check")
    assert (done.returncode, "deal.opened_at" in done.stderr) == (5, True)
