"""`dealtrail consumers webhooks`: the delivery log, delivering again, endpoints, trying one."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from consumers.running.state import State
from domain.deal.life import DealOpened
from domain.deal.outcome import DealWon
from tests.consumers.jobs.delivering import Webhooks, endpoint
from tests.consumers.jobs.receiving import SECRET, Receiver, Reply, receiving
from tests.domain.telling import DEAL, told
from tests.interfaces.command_line import CommandLine

OPENED, WON = f"{DEAL}:1:crm", f"{DEAL}:2:crm"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as running:
        yield running


@pytest.fixture
def webhooks(run: CommandLine, receiver: Receiver) -> Iterator[Webhooks]:
    """A job that has delivered one message, and given up another three days later."""
    with State.open("sqlite:///webhooks.state.db") as state:
        job = Webhooks(state, [endpoint(receiver.url)])
        opened = DealOpened(title="Pumps", owner="li.lei", pipeline_revision=1)
        job.queue(*told(opened, DealWon()))
        receiver.answering = lambda got: Reply(500 if got.id == WON else 200)
        job.delivered_until(lambda: job.statuses(WON) == [500])
        job.clock.moved = timedelta(days=4)
        job.delivered_until(job.settled)
        receiver.answering = lambda _: Reply()
        yield job


def test_the_log_says_what_became_of_every_message(run: CommandLine, webhooks: Webhooks) -> None:
    found = run.well("consumers", "webhooks", "deliveries", "list", "-o", "json").json
    assert [(each["id"], each["type"], each["state"], each["attempts"]) for each in found] == [
        (WON, "DealWon", "failed", 2),
        (OPENED, "DealOpened", "delivered", 1),
    ]
    failed = run.well(
        "consumers", "webhooks", "deliveries", "list", "--failed", "--endpoint", "crm", "-o", "json"
    )
    assert [each["id"] for each in failed.json] == [WON]
    assert run.well("consumers", "webhooks", "deliveries", "list", "--waiting", "-o", "json").json == []
    assert (
        len(run.well("consumers", "webhooks", "deliveries", "list", "--limit", "1", "-o", "json").json) == 1
    )


def test_the_log_is_a_table_for_people(run: CommandLine, webhooks: Webhooks) -> None:
    out = run.well("consumers", "webhooks", "deliveries", "list").out
    assert WON in out
    assert "given up" in out
    chinese = run.well("consumers", "webhooks", "deliveries", "list", "--lang", "zh-CN").out
    assert "已放弃" in chinese
    nothing = run.well("consumers", "webhooks", "deliveries", "list", "--waiting", "-o", "csv").out
    assert nothing.splitlines() == ["id,endpoint,type,position,state,queued_at,due_at,attempts,settled_at"]
    nothing = run.well("consumers", "webhooks", "deliveries", "list", "--waiting").out
    assert nothing == "No such delivery.\n"


def test_a_delivery_is_shown_with_every_attempt(run: CommandLine, webhooks: Webhooks) -> None:
    shown = run.well("consumers", "webhooks", "deliveries", "show", WON, "-o", "json").json
    assert shown["id"] == WON
    assert [(each["attempt"], each["status"], each["error"]) for each in shown["log"]] == [
        (1, 500, None),
        (2, 500, None),
    ]
    assert "500" in run.well("consumers", "webhooks", "deliveries", "show", WON).out


def test_a_delivery_that_never_was_is_not_found(run: CommandLine, webhooks: Webhooks) -> None:
    done = run("consumers", "webhooks", "deliveries", "show", "nonsense")
    assert done.code == 3
    assert "There is no delivery 'nonsense'" in done.err


def test_what_was_given_up_is_sent_again(run: CommandLine, webhooks: Webhooks, receiver: Receiver) -> None:
    done = run.well("consumers", "webhooks", "redeliver", "--endpoint", "crm", "--failed", "-o", "json")
    assert done.json == {"redelivered": 1}
    webhooks.clock.moved = timedelta(0)
    webhooks.delivered_until(webhooks.settled)
    assert receiver.ids.count(WON) == 3
    assert webhooks.states() == [("DealOpened", "delivered"), ("DealWon", "delivered")]


def test_messages_are_sent_again_by_their_ids_or_by_when_they_were_queued(
    run: CommandLine, webhooks: Webhooks
) -> None:
    assert "2" in run.well("consumers", "webhooks", "redeliver", OPENED, WON, OPENED).out
    assert webhooks.states() == [("DealOpened", "waiting"), ("DealWon", "waiting")]
    since = run.well(
        "consumers",
        "webhooks",
        "redeliver",
        "--endpoint",
        "crm",
        "--since",
        "today",
        "-o",
        "json",
    )
    assert since.json == {"redelivered": 2}


@pytest.mark.parametrize(
    "words",
    [
        [],
        [WON, "--endpoint", "crm"],
        ["--failed"],
        ["--endpoint", "crm"],
        ["--endpoint", "crm", "--failed", "--since", "today"],
        ["--endpoint", "crm", "--since", "the other day"],
    ],
)
def test_what_to_send_again_is_said_in_one_way(
    run: CommandLine, webhooks: Webhooks, words: list[str]
) -> None:
    assert run("consumers", "webhooks", "redeliver", *words).code == 2


def test_endpoints_are_listed_disabled_and_enabled(run: CommandLine, webhooks: Webhooks) -> None:
    def states() -> list[tuple[str, str, int, int]]:
        found = run.well("consumers", "webhooks", "endpoints", "list", "-o", "json").json
        return [(each["name"], each["state"], each["failed"], each["delivered"]) for each in found]

    assert states() == [("crm", "ready", 1, 1)]
    run.well("consumers", "webhooks", "endpoints", "disable", "crm")
    assert states() == [("crm", "disabled", 1, 1)]
    assert "disabled" in run.well("consumers", "webhooks", "endpoints", "list").out
    enabled = run.well("consumers", "webhooks", "endpoints", "enable", "crm", "-o", "json").json
    assert enabled == {"name": "crm", "state": "ready"}
    assert states() == [("crm", "ready", 1, 1)]
    assert run("consumers", "webhooks", "endpoints", "enable", "cmr").code == 3


def config(folder: Path, url: str) -> str:
    """A configuration file with one endpoint."""
    file = folder / "webhooks.toml"
    file.write_text(f'[[endpoints]]\nname = "crm"\nurl = "{url}"\nsecret = "{SECRET}"\n', "utf-8")
    return str(file)


def test_an_endpoint_is_tried_with_a_message_that_says_nothing(
    run: CommandLine, receiver: Receiver, tmp_path: Path
) -> None:
    file = config(tmp_path, receiver.url)
    done = run.well("consumers", "webhooks", "ping", "crm", "--config", file, "-o", "json")
    assert (done.json["status"], done.json["error"]) == (200, None)
    assert receiver.got[0].verified() == json.loads(receiver.got[0].body)
    assert receiver.got[0].verified()["type"] == "dealtrail.ping"
    assert (
        "crm took the message: 200" in run.well("consumers", "webhooks", "ping", "crm", "--config", file).out
    )


def test_an_endpoint_that_takes_nothing_is_exit_code_6(
    run: CommandLine, receiver: Receiver, tmp_path: Path
) -> None:
    receiver.answering = lambda _: Reply(404)
    done = run("consumers", "webhooks", "ping", "crm", "--config", config(tmp_path, receiver.url))
    assert done.code == 6
    assert "404" in done.err
    assert SECRET not in done.out + done.err


def test_the_file_is_named_where_its_configuration_is_wrong(run: CommandLine, tmp_path: Path) -> None:
    file = config(tmp_path, "http://crm.example")
    done = run("consumers", "webhooks", "ping", "crm", "--config", file)
    assert done.code == 5
    assert file in done.err
    assert "endpoints.0" in done.err
    assert "url is not https" in done.err
    assert SECRET not in done.err
    assert run("consumers", "webhooks", "ping", "crm", "--config", "nowhere.toml").code == 3
    assert (
        run("consumers", "webhooks", "ping", "cmr", "--config", config(tmp_path, "https://crm.example")).code
        == 3
    )


def test_without_a_job_that_ran_there_is_no_log(run: CommandLine) -> None:
    done = run("consumers", "webhooks", "deliveries", "list")
    assert done.code == 3
    with State.open("sqlite:///webhooks.state.db"):
        pass
    done = run("consumers", "webhooks", "endpoints", "list")
    assert done.code == 3
    assert "never ran with that state" in done.err
