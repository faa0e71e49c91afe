"""Deliveries at a real HTTP server: each deal in order, again until they arrive, and what ends them."""

from collections import defaultdict
from datetime import timedelta
from random import Random
from uuid import UUID

import pytest

from consumers.jobs.webhooks.claiming import LEASE, Due
from consumers.jobs.webhooks.sending import Answer
from consumers.jobs.webhooks.settling import settle
from consumers.jobs.webhooks.tending import (
    disable,
    enable,
    forget,
    redeliver,
    redeliver_failed,
    redeliver_since,
)
from consumers.running.state import State
from domain.deal.life import DealOpened
from domain.deal.outlook import DealNoteAdded
from domain.errors import NotFound
from domain.event import Recorded
from tests.consumers.jobs.delivering import MovedClock, Webhooks, endpoint, until
from tests.consumers.jobs.receiving import Got, Receiver, Reply, receiving
from tests.domain.telling import DEAL, recorded
from tests.servers.postgres import Server, new_database

OTHER = UUID("018f0000-0000-7000-8000-000000000002")
THREE_DAYS = timedelta(days=3)


def story(deal: UUID, events: int) -> list[Recorded]:
    """A deal with so many events."""
    opened = DealOpened(title="Pumps", owner="li.lei", pipeline_revision=1)
    notes = [DealNoteAdded(text=f"note {each}") for each in range(2, events + 1)]
    return [
        recorded(event, version, stream_id=deal, position=version)
        for version, event in enumerate([opened, *notes], start=1)
    ]


def refusing(*ids: str, status: int = 500) -> "Answers":
    """Answers that refuse these messages."""
    return Answers(frozenset(ids), status)


class Answers:
    """Refuses some messages and takes the others."""

    def __init__(self, refused: frozenset[str], status: int) -> None:
        self.refused, self.status = refused, status

    def __call__(self, got: Got) -> Reply:
        return Reply(self.status) if got.id in self.refused else Reply()


def test_every_message_arrives_signed_and_each_deal_in_its_order(state: State, receiver: Receiver) -> None:
    webhooks = Webhooks(state, [endpoint(receiver.url)])
    deals = [UUID(int=number) for number in range(1, 6)]
    webhooks.queue(*[each for deal in deals for each in story(deal, 4)])
    webhooks.delivered_until(webhooks.settled)
    versions = defaultdict(list)
    for got in receiver.got:
        versions[got.verified()["data"]["stream_id"]].append(got.verified()["data"]["version"])
    assert versions == {str(deal): [1, 2, 3, 4] for deal in deals}
    assert {state for _, state in webhooks.states()} == {"delivered"}


def test_a_message_that_fails_holds_back_its_own_deal_and_no_other(state: State, receiver: Receiver) -> None:
    webhooks = Webhooks(state, [endpoint(receiver.url)])
    webhooks.queue(*story(DEAL, 3), *story(OTHER, 3))
    receiver.answering = refusing(f"{DEAL}:2:crm")
    webhooks.delivered_until(lambda: webhooks.queue_of("crm").delivered == 4)
    assert [each.id for each in webhooks.log() if each.state == "waiting"] == [
        f"{DEAL}:2:crm",
        f"{DEAL}:3:crm",
    ]
    assert f"{DEAL}:3:crm" not in receiver.ids

    receiver.answering = lambda _: Reply()
    webhooks.clock.moved += timedelta(seconds=6)
    webhooks.delivered_until(webhooks.settled)
    assert receiver.ids[-2:] == [f"{DEAL}:2:crm", f"{DEAL}:3:crm"]


def test_a_message_is_given_up_after_three_days_and_the_deal_goes_on(
    state: State, receiver: Receiver
) -> None:
    webhooks = Webhooks(state, [endpoint(receiver.url)])
    webhooks.queue(*story(DEAL, 2))
    poison = f"{DEAL}:1:crm"
    receiver.answering = refusing(poison, status=400)
    tries = 0
    while (due_at := webhooks.log()[0].due_at) is not None:
        webhooks.clock.moved += max(due_at - webhooks.clock(), timedelta(0))
        tries += 1
        webhooks.delivered_until(lambda: webhooks.statuses(poison) == [400] * tries)  # noqa: B023 - asked at once
    webhooks.delivered_until(webhooks.settled)
    assert [(each.id, each.state) for each in webhooks.log()] == [
        (poison, "failed"),
        (f"{DEAL}:2:crm", "delivered"),
    ]
    attempts = webhooks.attempts(poison)
    assert len(attempts) == 10
    assert timedelta(days=2) < attempts[-1].at - attempts[0].at <= THREE_DAYS


def test_what_one_endpoint_does_is_nothing_to_another(state: State, receiver: Receiver) -> None:
    with receiving(lambda _: Reply(503)) as away:
        webhooks = Webhooks(state, [endpoint(away.url), endpoint(receiver.url, name="billing")])
        webhooks.queue(*story(DEAL, 3))
        webhooks.delivered_until(lambda: webhooks.queue_of("billing").delivered == 3)
    crm = webhooks.queue_of("crm")
    assert (crm.waiting, crm.delivered, crm.state) == (3, 0, "paused")


def test_an_endpoint_that_is_away_is_left_alone_and_gets_everything_when_it_is_back(
    state: State, receiver: Receiver
) -> None:
    webhooks = Webhooks(state, [endpoint(receiver.url, parallel=1)])
    for number in range(1, 21):
        webhooks.queue(*story(UUID(int=number), 1))
    receiver.answering = lambda _: Reply(503)
    webhooks.delivered_until(lambda: webhooks.queue_of("crm").state == "paused")
    assert len(receiver.got) == 1
    receiver.answering = lambda _: Reply()
    webhooks.clock.moved += timedelta(seconds=6)
    webhooks.delivered_until(webhooks.settled)
    assert webhooks.queue_of("crm").state == "ready"
    assert len(receiver.got) == 21


def test_an_endpoint_is_left_alone_for_as_long_as_it_asks(state: State, receiver: Receiver) -> None:
    webhooks = Webhooks(state, [endpoint(receiver.url)])
    webhooks.queue(*story(DEAL, 1))
    receiver.answering = lambda _: Reply(429, {"retry-after": "3600"})
    before = webhooks.clock()
    webhooks.delivered_until(lambda: webhooks.queue_of("crm").state == "paused")
    paused_until, due_at = webhooks.queue_of("crm").paused_until, webhooks.log()[0].due_at
    assert paused_until is not None
    assert due_at is not None
    hour = timedelta(hours=1)
    assert before + hour <= due_at == paused_until <= webhooks.clock() + hour


def test_an_endpoint_that_is_gone_is_disabled_until_somebody_enables_it(
    state: State, receiver: Receiver
) -> None:
    webhooks = Webhooks(state, [endpoint(receiver.url, parallel=1)])
    webhooks.queue(*story(DEAL, 3))
    receiver.answering = refusing(f"{DEAL}:2:crm", status=410)
    webhooks.delivered_until(lambda: webhooks.queue_of("crm").state == "gone")
    webhooks.queue(*story(OTHER, 1))
    assert [each.state for each in webhooks.log()] == ["delivered", "waiting", "waiting"]

    receiver.answering = lambda _: Reply()
    with state.writing() as connection:
        enable(connection, "crm")
    webhooks.delivered_until(webhooks.settled)
    assert receiver.ids == [f"{DEAL}:1:crm", f"{DEAL}:2:crm", f"{DEAL}:2:crm", f"{DEAL}:3:crm"]


def test_nothing_is_delivered_to_an_endpoint_that_somebody_disabled(state: State, receiver: Receiver) -> None:
    webhooks = Webhooks(state, [endpoint(receiver.url), endpoint(receiver.url, name="billing")])
    webhooks.queue(*story(DEAL, 2))
    with state.writing() as connection:
        disable(connection, "crm", webhooks.clock())
    webhooks.delivered_until(lambda: webhooks.queue_of("billing").delivered == 2)
    crm = webhooks.queue_of("crm")
    assert (crm.state, crm.waiting, crm.delivered) == ("disabled", 2, 0)


def test_every_attempt_is_in_the_log(state: State, receiver: Receiver) -> None:
    webhooks = Webhooks(state, [endpoint(receiver.url)])
    webhooks.queue(*story(DEAL, 1))
    message, answers = f"{DEAL}:1:crm", iter([Reply(500), Reply(302, {"location": "/"}), Reply(204)])
    receiver.answering = lambda _: next(answers)
    for statuses in ([500], [500, 302], [500, 302, 204]):
        webhooks.delivered_until(lambda: webhooks.statuses(message) == statuses)  # noqa: B023 - asked at once
        webhooks.clock.moved += timedelta(minutes=6)
    attempts = webhooks.attempts(message)
    assert [(each.attempt, each.status, each.error) for each in attempts] == [
        (1, 500, None),
        (2, 302, None),
        (3, 204, None),
    ]
    assert all(each.took_ms is not None and each.took_ms >= 0 for each in attempts)
    assert attempts[0].at < attempts[1].at < attempts[2].at


def test_a_message_may_be_delivered_again_under_its_id(state: State, receiver: Receiver) -> None:
    webhooks = Webhooks(state, [endpoint(receiver.url)])
    webhooks.queue(*story(DEAL, 2))
    webhooks.delivered_until(webhooks.settled)
    with state.writing() as connection:
        redeliver(connection, f"{DEAL}:1:crm", webhooks.clock())
    webhooks.delivered_until(webhooks.settled)
    assert receiver.ids == [f"{DEAL}:1:crm", f"{DEAL}:2:crm", f"{DEAL}:1:crm"]
    assert len(webhooks.attempts(f"{DEAL}:1:crm")) == 2


def test_what_was_given_up_may_be_delivered_again(state: State, receiver: Receiver) -> None:
    webhooks = Webhooks(state, [endpoint(receiver.url)])
    webhooks.queue(*story(DEAL, 1), *story(OTHER, 1))
    poison = f"{DEAL}:1:crm"
    receiver.answering = refusing(poison)
    webhooks.clock.moved += THREE_DAYS  # so long that its first try is its last
    webhooks.delivered_until(webhooks.settled)
    assert webhooks.queue_of("crm").failed == 1

    receiver.answering = lambda _: Reply()
    with state.writing() as connection:
        assert redeliver_failed(connection, "crm", webhooks.clock()) == 1
    webhooks.delivered_until(webhooks.settled)
    assert receiver.ids.count(poison) == 2
    assert receiver.ids.count(f"{OTHER}:1:crm") == 1
    assert webhooks.queue_of("crm").failed == 0


def test_everything_since_an_instant_may_be_delivered_again(state: State, receiver: Receiver) -> None:
    webhooks = Webhooks(state, [endpoint(receiver.url)])
    webhooks.queue(*story(OTHER, 1))
    webhooks.clock.moved += timedelta(hours=1)
    since = webhooks.clock()
    webhooks.queue(*story(DEAL, 2))
    webhooks.delivered_until(webhooks.settled)
    with state.writing() as connection:
        assert redeliver_since(connection, "crm", since, webhooks.clock()) == 2
    webhooks.delivered_until(webhooks.settled)
    assert receiver.ids[-2:] == [f"{DEAL}:1:crm", f"{DEAL}:2:crm"]
    assert receiver.ids.count(f"{OTHER}:1:crm") == 1


@pytest.mark.parametrize("id", ["nonsense", f"{DEAL}:9:crm", f"{DEAL}:x:crm", "", ":::"])
def test_a_delivery_that_never_was_is_not_found(state: State, id: str) -> None:
    webhooks = Webhooks(state, [endpoint("https://crm.example")])
    with pytest.raises(NotFound, match="no delivery"):
        webhooks.attempts(id)
    with state.writing() as connection, pytest.raises(NotFound, match="no delivery"):
        redeliver(connection, id, webhooks.clock())


def test_an_endpoint_that_was_never_met_is_not_found(state: State) -> None:
    webhooks = Webhooks(state, [endpoint("https://crm.example")])
    webhooks.queue(*story(DEAL, 1))
    with state.writing() as connection, pytest.raises(NotFound, match="Known are: crm"):
        redeliver_failed(connection, "cmr", webhooks.clock())


def test_what_was_settled_long_ago_is_forgotten_and_what_waits_is_not(
    state: State, receiver: Receiver
) -> None:
    webhooks = Webhooks(state, [endpoint(receiver.url)])
    webhooks.queue(*story(DEAL, 1), *story(OTHER, 1))
    receiver.answering = refusing(f"{OTHER}:1:crm")
    webhooks.delivered_until(lambda: webhooks.queue_of("crm").delivered == 1)
    with state.writing() as connection:
        forget(connection, webhooks.clock() - timedelta(days=30))
    assert len(webhooks.log()) == 2
    with state.writing() as connection:
        forget(connection, webhooks.clock() + timedelta(seconds=1))
    assert [each.id for each in webhooks.log()] == [f"{OTHER}:1:crm"]
    assert len(webhooks.attempts(f"{OTHER}:1:crm")) == 1


def test_an_endpoint_is_met_when_the_job_starts_also_where_nothing_happens(state: State) -> None:
    webhooks = Webhooks(state, [endpoint("https://crm.example", since=None)], MovedClock(timedelta(days=1)))
    with webhooks.delivering():
        until(lambda: webhooks.queues() != [])
    assert webhooks.queue_of("crm").since.date() == webhooks.clock().date()


def test_a_database_that_is_away_for_a_while_loses_nothing(
    postgres_of_our_own: Server, receiver: Receiver
) -> None:
    with State.open(new_database(postgres_of_our_own.url)) as state:
        webhooks = Webhooks(state, [endpoint(receiver.url)])
        for number in range(1, 41):
            webhooks.queue(*story(UUID(int=number), 3))
        with webhooks.delivering():
            until(lambda: len(receiver.got) > 10)
            postgres_of_our_own.stop_at_once()
            postgres_of_our_own.start()
            # Whose commit was not acknowledged may be claimed by nobody who knows of it.
            webhooks.clock.moved += LEASE
            until(webhooks.settled)
    assert {each.id for each in receiver.got} == {
        f"{UUID(int=number)}:{version}:crm" for number in range(1, 41) for version in (1, 2, 3)
    }


def test_whoever_has_lost_a_delivery_to_another_process_settles_nothing(
    state: State, receiver: Receiver
) -> None:
    webhooks = Webhooks(state, [endpoint(receiver.url)])
    webhooks.queue(*story(DEAL, 1))
    then, chance = webhooks.clock(), Random(1)
    late = Due(state.engine, "crm").claim(then)
    assert Due(state.engine, "crm").claim(then + LEASE - timedelta(seconds=1)) is None
    taken = Due(state.engine, "crm").claim(then + LEASE)
    assert late is not None
    assert taken is not None
    took_it = Answer(200, None, timedelta(seconds=1))
    settle(state.engine, late, took_it, then + LEASE, chance)
    assert webhooks.states() == [("DealOpened", "waiting")]
    settle(state.engine, taken, took_it, then + LEASE, chance)
    assert webhooks.states() == [("DealOpened", "delivered")]
