"""From Kafka to a receiver: `dealtrail consumers run webhooks` with a configuration in a file."""

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from subprocess import PIPE, Popen

from consumers.running.state import State
from engine.deals import Deals
from engine.settings import Settings
from tests.consumers.jobs.delivering import Webhooks, endpoint, until
from tests.consumers.jobs.receiving import SECRET, Receiver
from tests.consumers.jobs.test_webhook_kill import in_order
from tests.end_to_end.consumer_feed import deal, feed, make_topics, record_deals, send

CONFIG = """
[[endpoints]]
name = "crm"
url = "{url}/deals"
secret_env = "CRM_SECRET"
since = "beginning"

[[endpoints]]
name = "openings"
url = "{url}/openings"
secret_env = "CRM_SECRET"
since = "beginning"
types = ["DealOpened"]
"""


@contextmanager
def running(folder: Path, repository: Path, settings: Settings) -> Iterator[Popen[str]]:
    """The job in a process of its own, stopped as an operator stops it."""
    environment = {
        **os.environ,
        "PYTHONPATH": str(repository),
        "DEALTRAIL_KAFKA": settings.kafka,
        "DEALTRAIL_TOPIC_PREFIX": settings.topic_prefix,
        "CRM_SECRET": SECRET,
    }
    words = ["consumers", "run", "webhooks", "--config", "webhooks.toml", "--instance", "one"]
    command = [sys.executable, "-c", "from interfaces.cli.main import run; run()", *words]
    with Popen(command, cwd=folder, env=environment, stderr=PIPE, text=True) as process:
        try:
            yield process
            process.send_signal(signal.SIGTERM)
            _, told = process.communicate(timeout=40)
            assert process.returncode == 0, told
            assert SECRET not in told
        finally:
            process.kill()


def test_what_happens_to_deals_arrives_once_signed_and_in_order(
    tmp_path: Path, kafka_address: str, topic_prefix: str, receiver: Receiver, repository: Path
) -> None:
    settings = Settings(kafka=kafka_address, topic_prefix=topic_prefix, store="memory:")
    make_topics(settings, "webhooks")
    (tmp_path / "webhooks.toml").write_text(CONFIG.format(url=receiver.url), "utf-8")

    def came(number: int) -> Callable[[], bool]:
        return lambda: len(receiver.got) >= number

    with Deals(settings) as store:
        record_deals(store, Random(1), deals=range(10), events=3)
        send(settings, feed(store))
        with running(tmp_path, repository, settings):
            until(came(40), 40)
        # A start later it goes on where it was, and sends nothing once more.
        sent = store.head().position
        record_deals(store, Random(2), deals=range(10), events=1)
        send(settings, feed(store, sent))
        with running(tmp_path, repository, settings):
            until(came(50), 40)

    by_path = {path: [each for each in receiver.got if each.path == path] for path in ("/deals", "/openings")}
    assert in_order([each.id for each in by_path["/deals"]]) == {
        str(deal(nth)): [1, 2, 3, 4] for nth in range(10)
    }
    assert in_order([each.id for each in by_path["/openings"]]) == {str(deal(nth)): [1] for nth in range(10)}
    assert {each.verified()["type"] for each in by_path["/openings"]} == {"dealtrail.DealOpened.v1"}
    with State.open(f"sqlite:///{tmp_path / 'webhooks.state.db'}", must_exist=True) as state:
        log = Webhooks(state, [endpoint(receiver.url)])
        assert {each.name: (each.delivered, each.waiting) for each in log.queues()} == {
            "crm": (40, 0),
            "openings": (10, 0),
        }
