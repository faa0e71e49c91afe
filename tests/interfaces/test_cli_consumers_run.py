"""`dealtrail consumers run`: anybody's own job, its configuration, its words, its end."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from random import Random
from sqlite3 import connect
from time import monotonic, sleep

import pytest

from consumers.jobs.named import SHIPPED
from engine.deals import Deals
from engine.settings import Settings
from interfaces.cli.main import main
from tests.end_to_end.consumer_feed import feed, make_topics, record_deals, send

OWN = """
from consumers.job import Job

def make(config):
    def on_event(recorded, connection):
        connection.exec_driver_sql("CREATE TABLE IF NOT EXISTS seen (word, event)")
        connection.exec_driver_sql("INSERT INTO seen VALUES (?, ?)", (config["word"], recorded.event_id))
        if recorded.version == 2:
            raise ValueError("somebody's name")
    return Job(name="own", on_event=on_event)

job = Job(name="plain", on_event=lambda recorded, connection: None)
number = 7
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "own.py").write_text(OWN)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])
    monkeypatch.delitem(sys.modules, "own", raising=False)
    return tmp_path


def test_a_job_of_one_s_own_runs_until_it_is_told_to_stop(
    folder: Path, kafka_address: str, topic_prefix: str
) -> None:
    settings = Settings(kafka=kafka_address, topic_prefix=topic_prefix, store="memory:")
    make_topics(settings)
    with Deals(settings) as store:
        record_deals(store, Random(1), deals=range(2), events=2)
        send(settings, feed(store))
    (folder / "own.toml").write_text('word = "hello"')
    environment = {**os.environ, "DEALTRAIL_KAFKA": kafka_address, "DEALTRAIL_TOPIC_PREFIX": topic_prefix}
    command = [
        sys.executable,
        "-c",
        "from interfaces.cli.main import run; run()",
        "consumers",
        "run",
        "own:make",
    ]
    running = subprocess.Popen(
        [*command, "--config", "own.toml", "--attempts", "1"],
        env={**environment, "PYTHONPATH": str(Path(__file__).parents[2])},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=folder,
    )
    deadline = monotonic() + 30
    while _parked(folder) < 2 and monotonic() < deadline:
        sleep(0.05)
    running.send_signal(signal.SIGTERM)
    out, told = running.communicate(timeout=30)
    assert running.returncode == 0, told
    assert out == ""
    assert "somebody" not in told
    assert told.count("ValueError in own.py, line 9") == 2
    assert "dealtrail consumers parked list own" in told
    assert told.endswith("Stopped after the event in hand.\n")
    with connect(folder / "own.state.db") as state:
        assert state.execute("SELECT count(*), min(word) FROM seen").fetchone() == (2, "hello")


def _parked(folder: Path) -> int:
    path = folder / "own.state.db"
    if not path.exists():
        return 0
    with connect(path) as state:
        there = state.execute("SELECT count(*) FROM sqlite_master WHERE name = 'consumer_parked'").fetchone()[
            0
        ]
        return int(state.execute("SELECT count(*) FROM consumer_parked").fetchone()[0]) if there else 0


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("nothing", "There is no job 'nothing'. Shipped are webhooks, announce, archive"),
        ("nowhere:job", "The job 'nowhere:job' cannot be imported: No module named 'nowhere'"),
        ("own:nothing", "in own there is no Job or function called 'nothing'"),
        ("own:number", "in own there is no Job or function called 'number'"),
    ],
)
def test_a_name_that_names_no_job_is_told(
    folder: Path, capsys: pytest.CaptureFixture[str], name: str, told: str
) -> None:
    assert main(["consumers", "run", name]) == 5
    assert told in " ".join(capsys.readouterr().err.split())


def test_a_configuration_that_cannot_be_read_is_told_with_its_file(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "wrong.toml").write_text("word = ")
    assert main(["consumers", "run", "own:make", "--config", "wrong.toml"]) == 5
    assert "wrong.toml" in capsys.readouterr().err
    assert main(["consumers", "run", "own:make", "--config", "missing.toml"]) == 3
    assert "missing.toml" in capsys.readouterr().err
    (folder / "any.toml").write_text("")
    assert main(["consumers", "run", "own:job", "--config", "any.toml"]) == 5
    assert "takes no configuration" in capsys.readouterr().err


@pytest.mark.parametrize("name", SHIPPED)
def test_what_ships_is_there_and_says_what_its_configuration_lacks(
    folder: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    (folder / "job.toml").write_text("nonsense = 1")
    assert main(["consumers", "run", name, "--config", "job.toml"]) == 5
    told = " ".join(capsys.readouterr().err.split())
    assert "Bad input: job.toml: The " in told
    assert "--config" in told
