"""`dealtrail relay run` as an operator has it: a process that says what it does, and ends when it is asked to."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from consumers.relay.status import relay_status
from consumers.relay.topic_setup import make_topics
from engine.clock import now
from engine.deals import Deals
from engine.settings import Settings
from tests.consumers.relay.relaying import is_there, noted, should_be_there

RUN = "from interfaces.cli.main import run; run()"


@pytest.fixture
def deals(tmp_path: Path, settings: Settings) -> Iterator[Deals]:
    """A store in a file, which a process of its own can open."""
    with Deals(settings.model_copy(update={"store": f"sqlite:///{tmp_path / 'deals.db'}"})) as opened:
        yield opened


@contextmanager
def relay(deals: Deals, repository: Path, *words: str) -> Iterator["subprocess.Popen[str]"]:
    settings = deals.settings
    environment = {
        **os.environ,
        "DEALTRAIL_STORE": settings.store,
        "DEALTRAIL_KAFKA": settings.kafka,
        "DEALTRAIL_TOPIC_PREFIX": settings.topic_prefix,
    }
    program = [sys.executable, "-c", RUN, "relay", "run", *words]
    process = subprocess.Popen(program, cwd=repository, env=environment, stderr=subprocess.PIPE, text=True)
    with process:
        try:
            yield process
        finally:
            process.kill()


def said(process: "subprocess.Popen[str]", words: str) -> str:
    """The next line that holds these words."""
    assert process.stderr is not None
    return next(line for line in process.stderr if words in line)


def test_it_relays_until_it_is_told_to_stop(deals: Deals, repository: Path) -> None:
    make_topics(deals.settings, deals.info.store_id)
    noted(deals, 40)
    with relay(deals, repository, "--verbose", "--batch", "30") as process:
        said(process, "from position 0 on")
        said(process, "up to position 30")
        said(process, "up to position 40")
        noted(deals, 5)
        said(process, "up to position 45")
        found = relay_status(deals.store, deals.settings, now)
        assert (found.position, found.head, found.lag_events, found.lag_seconds, found.relays) == (
            45,
            45,
            0,
            0,
            1,
        )
        process.send_signal(signal.SIGTERM)
        assert "Stopped after the last batch" in said(process, "Stopped")
        assert process.wait(30) == 0
    assert is_there(deals) == should_be_there(deals)
    assert relay_status(deals.store, deals.settings, now).mark_position == 45


def test_what_only_a_person_can_mend_ends_it_with_its_exit_code(deals: Deals, repository: Path) -> None:
    noted(deals, 1)
    with relay(deals, repository) as process:
        assert "`dealtrail relay init` makes it" in said(process, "Not found")
        assert process.wait(30) == 3


def test_a_relay_that_never_ran_is_behind_by_all_there_is(deals: Deals) -> None:
    make_topics(deals.settings, deals.info.store_id)
    noted(deals, 7)
    found = relay_status(deals.store, deals.settings, now)
    assert (found.position, found.head, found.lag_events, found.relays) == (None, 7, 7, 0)
    assert 0 < found.lag_seconds < 60
    assert (found.mark_position, found.marked_at) == (None, None)
