"""`dealtrail consumers status`, `replay` and `parked`, as they are typed."""

import io
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from consumers.running.state import State
from domain.errors import Conflict
from engine.deals import Deals
from engine.settings import Settings
from tests.consumers.running.operated import TABLES, Operated
from tests.end_to_end.consumer_feed import deal, make_topics
from tests.interfaces.command_line import CommandLine


@pytest.fixture
def job(
    tmp_path: Path, kafka_address: str, topic_prefix: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Operated]:
    """A job that has done 3 events of 4 deals and parked those of deal 2, with its state where it is looked for."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DEALTRAIL_KAFKA", kafka_address)
    monkeypatch.setenv("DEALTRAIL_TOPIC_PREFIX", topic_prefix)
    settings = Settings(store="memory:")
    make_topics(settings)
    url = "sqlite:///noting.state.db"
    with Deals(settings) as store, State.open(url) as state:
        state.make(TABLES)
        running = Operated(settings, state, store, url, {(deal(2), 2)})
        running.record(range(4), 3)
        running.run_until(10, parked=2)
        yield running


def test_how_far_a_job_is(run: CommandLine, job: Operated) -> None:
    job.record(range(4), 1)
    table = run.well("consumers", "status", "noting").out
    heading, _, line = [each for each in table.splitlines() if each.strip()]
    assert heading.split()[:2] == ["Job", "State"]
    assert line.split()[:3] == ["noting", "stopped", "4"]
    (told,) = run.well("consumers", "status", "--state", job.url, "-o", "json").json
    assert (told["job"], told["lag_events"], told["parked_deals"]) == ("noting", 4, 1)
    partitions = run.well("consumers", "status", "noting", "--partitions").out
    assert len([each for each in partitions.splitlines() if "noting" in each]) == 12
    assert "未开始" in run.well("consumers", "status", "other", "--state", job.url, "--lang", "zh-CN").out
    assert run("consumers", "status").code == 2
    assert run("consumers", "status", "unheard-of").code == 3


def test_a_replay_says_how_much_comes_again_and_asks(
    run: CommandLine, job: Operated, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("n\n"))
    refused = run("consumers", "replay", "noting", "--from", "beginning")
    assert refused.code == 130, refused.err
    assert "12 events of 4 deals will be delivered to noting again. Go on?" in refused.err
    monkeypatch.setattr(sys, "stdin", io.StringIO("y\n"))
    assert (
        "starts next"
        in run.well("consumers", "replay", "noting", "--from", "beginning", "--deal", deal(1)).out
    )
    job.run_until(13, parked=2)
    assert job.versions(1) == [1, 2, 3, 1, 2, 3]
    done = run.well("consumers", "replay", "noting", "--from", "-1d", "--yes", "-o", "json").json
    assert (done["events"], done["deals"], done["deal"]) == (12, 4, None)
    job.wrong.clear()
    job.run_until(25)
    nothing = run.well("consumers", "replay", "noting", "--from", "1000000", "--yes")
    assert "nothing comes again" in nothing.out
    assert run("consumers", "replay", "noting", "--from", "some day").code == 2


def test_a_job_whose_state_is_lost_goes_on_with_a_new_one_when_somebody_says_so(
    run: CommandLine, job: Operated, monkeypatch: pytest.MonkeyPatch
) -> None:
    again = run.well("consumers", "adopt", "noting")
    assert "nothing to change" in again.out
    elsewhere = ("consumers", "adopt", "noting", "--state", "sqlite:///new.state.db")
    monkeypatch.setattr(sys, "stdin", io.StringIO("n\n"))
    refused = run(*elsewhere)
    assert refused.code == 130, refused.err
    assert "goes on with sqlite:///new.state.db" in refused.err
    told = run.well(*elsewhere, "--yes", "-o", "json").json
    assert (told["job"], told["state"]) == ("noting", "sqlite:///new.state.db")
    assert len(told["partitions"]) == 12
    job.record(range(2), 1)
    with pytest.raises(Conflict, match="consumers adopt noting"):
        job.run_until(12, parked=2)
    assert "完成" in run.well("consumers", "adopt", "noting", "--yes", "--lang", "zh-CN").out
    job.run_until(12, parked=2)


def test_a_parked_deal_is_looked_at_released_and_skipped(run: CommandLine, job: Operated) -> None:
    listed = run.well("consumers", "parked", "list", "noting")
    assert str(deal(2)) in listed.out
    assert "ValueError" in listed.out
    assert "somebody's name" not in listed.out
    events = run.well("consumers", "parked", "show", "noting", deal(2), "-o", "json").json
    assert [(each["version"], each["kind"]) for each in events] == [(2, "failed"), (3, "behind")]
    assert "DealNoteAdded" in run.well("consumers", "parked", "show", "noting", deal(2)).out
    waiting = run.well("consumers", "parked", "release", "noting", "--wait", "0")
    assert "0 of 1 deals are done" in waiting.out
    assert "1 wait for noting" in waiting.out
    assert "released" in run.well("consumers", "parked", "list", "noting").out
    skipped = run.well(
        "consumers", "parked", "skip", "noting", deal(2), "--reason", "wrong", "--wait", "0", "-o", "json"
    )
    assert "version 2 through 2" in skipped.err
    assert (skipped.json["released"], skipped.json["waiting"]) == (1, 1)
    job.run_until(11)
    assert job.versions(2) == [1, 3]
    assert "noting has parked nothing." in run.well("consumers", "parked", "list", "noting").out
    assert run("consumers", "parked", "release", "noting", deal(2)).code == 3
