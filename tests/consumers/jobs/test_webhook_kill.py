"""Processes that deliver are killed: every message arrives all the same, each deal in its order."""

import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from subprocess import Popen
from time import monotonic, sleep
from uuid import UUID

from consumers.jobs.webhooks.claiming import LEASE
from consumers.running.state import State
from engine.clock import now
from tests.consumers.jobs.delivering import Webhooks, endpoint, until
from tests.consumers.jobs.receiving import Got, Receiver, Reply
from tests.consumers.jobs.test_webhook_delivering import story
from tests.domain.telling import DEAL

PACE = 100
"""The clock of processes that are killed all the time runs so many times as fast as ours."""

SHORT, LONG = 2.0, 120.0
"""Seconds of killing, in the short form and in the long one."""

Start = Callable[[], Popen[bytes]]


@contextmanager
def delivering(
    repository: Path, state_url: str, url: str, number: int, pace: int = 1, since: datetime | None = None
) -> Iterator[tuple[list[Popen[bytes]], Start]]:
    """So many processes that deliver, and how to start another. Whichever still run are killed at the end."""
    words = [state_url, url, str(pace), (since or now()).isoformat()]
    command = [sys.executable, "-m", "tests.consumers.jobs.delivering_process", *words]

    def start() -> Popen[bytes]:
        return Popen(command, cwd=repository)

    running = [start() for _ in range(number)]
    try:
        yield running, start
    finally:
        for each in running:
            each.kill()
            each.wait()


def test_a_process_that_is_killed_in_mid_delivery_loses_it_to_another_when_its_claim_ends(
    state: State, state_url: str, receiver: Receiver, repository: Path
) -> None:
    webhooks = Webhooks(state, [endpoint(receiver.url)])
    webhooks.queue(*story(DEAL, 3))
    first = f"{DEAL}:1:crm"
    receiver.hold.clear()
    with delivering(repository, state_url, receiver.url, 1):
        until(lambda: receiver.ids == [first])
    receiver.hold.set()
    (left_open,) = webhooks.attempts(first)
    assert (left_open.attempt, left_open.status, left_open.error, left_open.took_ms) == (1, None, None, None)

    # As long as the claim holds nobody takes it away, and the later events of the deal wait.
    with webhooks.delivering():
        sleep(1.2)
    assert receiver.ids == [first]

    webhooks.clock.moved += LEASE
    webhooks.delivered_until(webhooks.settled)
    assert receiver.ids == [first, first, f"{DEAL}:2:crm", f"{DEAL}:3:crm"]
    assert webhooks.statuses(first) == [None, 200]


def test_several_processes_share_the_queue_and_send_each_message_once(
    state: State, state_url: str, receiver: Receiver, repository: Path
) -> None:
    webhooks = Webhooks(state, [endpoint(receiver.url)])
    deals = [UUID(int=number) for number in range(1, 31)]
    with delivering(repository, state_url, receiver.url, 3):
        for deal in deals:
            webhooks.queue(*story(deal, 4))
        until(webhooks.settled, 60)
    assert set(Counter(receiver.ids).values()) == {1}
    assert in_order(receiver.ids) == {str(deal): [1, 2, 3, 4] for deal in deals}


def test_whatever_is_killed_every_message_arrives_and_each_deal_in_its_order(
    state: State, state_url: str, receiver: Receiver, repository: Path, *, torture: bool
) -> None:
    chance, since, taken = Random(1), now(), list[str]()

    def moody(got: Got) -> Reply:
        if receiver.ids.count(got.id) == 1 and chance.random() < 0.2:
            return Reply(500)
        taken.append(got.id)
        return Reply()

    receiver.answering = moody
    webhooks = Webhooks(state, [endpoint(receiver.url)])
    kills, deals = 0, list[UUID]()
    with delivering(repository, state_url, receiver.url, 3, PACE, since) as (running, start):
        until(lambda: webhooks.queues() != [])
        end = monotonic() + (LONG if torture else SHORT)
        while monotonic() < end or not kills:
            deals.append(UUID(int=len(deals) + 1))
            webhooks.queue(*story(deals[-1], 5))
            sleep(chance.uniform(0.0, 0.05))
            if chance.random() < 0.1:
                victim = running.pop(chance.randrange(len(running)))
                victim.kill()
                victim.wait()
                kills += 1
                running.append(start())
        until(webhooks.settled, 120)
    assert {state for _, state in webhooks.states()} == {"delivered"}
    assert in_order(list(dict.fromkeys(taken))) == {str(deal): [1, 2, 3, 4, 5] for deal in deals}
    repeated = len(taken) - len(set(taken))
    print(f"{kills} kills, {len(set(taken))} messages, {repeated} of them repeated")  # noqa: T201 - with -rP
    assert kills > 0


def in_order(ids: Sequence[str]) -> dict[str, list[int]]:
    """The versions of each deal in the order in which they came."""
    versions: dict[str, list[int]] = {}
    for each in ids:
        deal, version, _ = each.split(":")
        versions.setdefault(deal, []).append(int(version))
    return versions


def test_a_claim_outlasts_an_attempt() -> None:
    assert timedelta(seconds=20) < LEASE < timedelta(minutes=2)
