"""The commands of an operator: backup, upgrade, and a store in PostgreSQL."""

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import psycopg
import pytest

from tests.interfaces.command_line import CommandLine
from tests.servers.keeper import NoServer
from tests.servers.postgres import binaries

DEALTRAIL = [sys.executable, "-c", "from interfaces.cli.main import run; run()"]


@pytest.fixture
def store(run: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(tmp_path)
    for title in ("Pumps", "Valves", "Pipes"):
        run.opened(title, "--owner", "li.lei")
    return str(run.well("store", "anchor").out).strip()


@pytest.fixture
def postgres(empty_database: Callable[[], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    url = empty_database()
    monkeypatch.setenv("DEALTRAIL_STORE", url)
    monkeypatch.setenv("DEALTRAIL_VIEWS", f"sqlite:///{tmp_path}/views.db")
    return url


def test_when_a_store_was_made_is_told_in_the_reader_s_time(run: CommandLine, store: str) -> None:
    told = run.well("store", "info", "-o", "json").json
    for zone in ("UTC", "Asia/Shanghai"):
        table = run.well("store", "info", "--tz", zone).out
        for name in ("created_at", "recorded_at"):
            local = datetime.fromisoformat(told[name]).astimezone(ZoneInfo(zone))
            assert f"{local:%Y %H:%M}" in table
            assert told[name] not in table


def test_a_backup_is_the_same_log_and_prints_its_anchor(run: CommandLine, store: str, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    assert run.well("store", "backup", copy).out.splitlines()[-1] == store
    run.opened("Later", "--owner", "li.lei")
    there = ("--store", f"sqlite:///{copy}")
    assert run.well(*there, "store", "verify", "--anchor", store).code == 0
    assert run.well(*there, "store", "anchor").out.strip() == store
    assert run.well(*there, "deal", "list", "-o", "json").code == 0
    assert sorted(path.name for path in tmp_path.iterdir() if path.name.startswith("copy.db")) == ["copy.db"]


def test_a_backup_is_told_as_json(run: CommandLine, store: str) -> None:
    told = run.well("store", "backup", "copy.db", "-o", "json").json
    assert f"{told['position']}:{told['digest']}" == store
    assert told["file"] == "copy.db"


def test_a_backup_never_overwrites(run: CommandLine, store: str, tmp_path: Path) -> None:
    (tmp_path / "copy.db").write_text("mine")
    refused = run("store", "backup", tmp_path / "copy.db")
    assert (refused.code, (tmp_path / "copy.db").read_text()) == (5, "mine")
    assert "already" in refused.err


def test_a_backup_of_a_changed_store_is_none(run: CommandLine, store: str, tmp_path: Path) -> None:
    place = os.environ["DEALTRAIL_STORE"].removeprefix("sqlite:///")
    with sqlite3.connect(place) as shell:
        shell.execute("DROP TRIGGER events_are_never_changed")
        shell.execute("UPDATE events SET state = CAST(replace(state, 'Valves', 'Valvex') AS BLOB)")
    shell.close()
    assert run("store", "backup", tmp_path / "copy.db").code == 7
    assert not list(tmp_path.glob("copy.db*"))


def test_a_backup_into_a_folder_that_is_not_there_is_told(run: CommandLine, store: str) -> None:
    refused = run("store", "backup", "nowhere/copy.db")
    assert refused.code == 5
    assert "no folder nowhere" in refused.err


def test_a_store_in_memory_has_no_backup(run: CommandLine) -> None:
    refused = run("--store", "memory:", "store", "backup", "copy.db")
    assert refused.code == 5
    assert "export history" in refused.err


def test_to_upgrade_a_file_makes_it(run: CommandLine, tmp_path: Path) -> None:
    there = ("--store", f"sqlite:///{tmp_path}/made.db")
    assert "layout 2" in run.well(*there, "store", "upgrade").out
    assert run.well(*there, "store", "info", "-o", "json").json["position"] == 0
    assert run(*there, "store", "upgrade", "--grant", "somebody").code == 5


def test_a_store_in_postgresql_is_worked_with_like_a_file(run: CommandLine, postgres: str) -> None:
    deal = run.opened("Pumps", "--owner", "li.lei")
    run.well("deal", "note", deal, "They called")
    told = run.well("store", "info", "-o", "json").json
    anchor = run.well("store", "anchor").out.strip()
    assert told["url"] == postgres
    assert anchor == f"{told['position']}:{told['digest']}"
    assert run.well("store", "verify", "--anchor", anchor, "-o", "json").json["verified"] is True
    assert [event["type"] for event in run.well("events", "tail", "--deal", deal).lines] == [
        "DealOpened",
        "DealNoteAdded",
    ]


def test_a_changed_store_in_postgresql_is_found_out(run: CommandLine, postgres: str) -> None:
    run.opened("Pumps", "--owner", "li.lei")
    with psycopg.connect(postgres, autocommit=True) as shell:
        shell.execute("ALTER TABLE dealtrail.events DISABLE TRIGGER USER")
        shell.execute("UPDATE dealtrail.events SET recorded_at = recorded_at + 1 WHERE position = 2")
    found = run("store", "verify")
    assert found.code == 7
    assert "position 2" in found.err


def test_to_upgrade_postgresql_makes_the_store_and_lets_a_role_in(run: CommandLine, postgres: str) -> None:
    told = run.well("store", "upgrade", "--grant", "dealtrail", "-o", "json").json
    assert told == {"store_id": told["store_id"], "schema_version": 2, "granted": "dealtrail"}
    assert "may record and read" in run.well("store", "upgrade", "--grant", "dealtrail").out
    assert "已就绪" in run.well("--lang", "zh-CN", "store", "upgrade").out
    assert run("store", "upgrade", "--grant", "nobody at all").code == 5


def test_only_what_records_makes_a_store_in_an_empty_database(run: CommandLine, postgres: str) -> None:
    for words in (["deal", "list"], ["store", "info"], ["projections", "status"], ["export", "history"]):
        refused = run(*words)
        assert refused.code == 3
        assert "DEALTRAIL_TIMEZONE" in refused.err
    with psycopg.connect(postgres) as shell:
        assert shell.execute("SELECT to_regnamespace('dealtrail')").fetchone() == (None,)
    run.opened("Pumps", "--owner", "li.lei")
    assert run.well("deal", "list").code == 0


def test_the_line_that_backs_up_postgresql_does(
    run: CommandLine, postgres: str, empty_database: Callable[[], str], tmp_path: Path
) -> None:
    run.opened("Pumps", "--owner", "li.lei")
    anchor = run.well("store", "anchor").out.strip()
    refused = run("store", "backup", tmp_path / "copy.dump")
    assert refused.code == 5
    line = " ".join(refused.err.split())
    assert f"pg_dump --format=custom --schema=dealtrail --file={tmp_path}/copy.dump {postgres}" in line
    try:
        dump, restore = binaries() / "pg_dump", binaries() / "pg_restore"
    except NoServer:
        dump, restore = Path(shutil.which("pg_dump") or ""), Path(shutil.which("pg_restore") or "")
    words = line[line.index("--format") :].split()
    subprocess.run([dump, *words], check=True)
    other = empty_database()
    subprocess.run([restore, f"--dbname={other}", tmp_path / "copy.dump"], check=True)
    assert run.well("--store", other, "store", "verify", "--anchor", anchor).code == 0
    # The copy refuses changes as the store does, and goes on.
    with psycopg.connect(other, autocommit=True) as shell, pytest.raises(psycopg.errors.RaiseException):
        shell.execute("DELETE FROM dealtrail.events")


def test_following_a_store_in_postgresql_survives_lost_connections(
    run: CommandLine, postgres: str, repository: Path
) -> None:
    deal = run.opened("Pumps", "--owner", "li.lei")
    environment = dict(os.environ) | {"PYTHONPATH": str(repository)}
    with subprocess.Popen(
        [*DEALTRAIL, "events", "tail", "--after", "2", "-f"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
        text=True,
    ) as tail:
        assert tail.stdout is not None
        assert tail.stderr is not None
        for text in ("first", "second", "third"):
            run.well("deal", "note", deal, text)
            assert json.loads(tail.stdout.readline())["data"] == {"text": text}
            with psycopg.connect(postgres, autocommit=True) as shell:
                shell.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE datname = current_database() AND application_name = 'dealtrail'"
                )
        tail.send_signal(signal.SIGINT)
        assert (tail.wait(), tail.stderr.read()) == (130, "")
