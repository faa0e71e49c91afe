"""Whatever happens to the broker, a relay goes on by itself, and readers find every event once and in order."""

from collections import Counter
from itertools import product
from pathlib import Path
from time import sleep

from tests.end_to_end.relay_process import Plan, Relay
from tests.end_to_end.relay_reader import taken_back
from tests.end_to_end.relay_story import Story
from tests.servers.keeper import Keeper

OPTIONS = {"request_timeout_ms": 1_000, "delivery_timeout_ms": 2_000}
"""How soon the relays of this file give up a request, and a record or a commit."""

PATIENT = {"request_timeout_ms": 10_000, "delivery_timeout_ms": 20_000}
"""How soon they do everywhere else."""

POINTS = ("begun", "sending", "sent", "flushed", "answers asked for", "position saved", "committed")
"""Where a relay waits while its broker is killed: in the short form at `sent` alone."""


def test_a_relay_whose_broker_fails_goes_on_and_loses_and_doubles_nothing(
    kafka_of_our_own: Keeper, topic_prefix: str, tmp_path: Path, torture: bool
) -> None:
    troubles = [*product(("killed", "frozen"), POINTS)] * 2 if torture else [("killed", "sent")]
    with Story(tmp_path, kafka_of_our_own.address, topic_prefix) as story:
        for nth, (trouble, point) in enumerate(troubles):
            story.write(80)
            # Every other relay is as patient as it is by default: then the trouble is over before it gives up.
            options = PATIENT if nth % 2 else OPTIONS
            with story.relay(Plan(point=point, nth=2, act="wait", options=options)) as relay:
                relay.hears("waiting")
                _trouble(kafka_of_our_own, trouble, relay)
                relay.committed(story.deals.head().position)
                assert relay.stop() == 0
            assert story.wrong() == []
        _tell(story, f"broker failed: {dict(Counter(trouble for trouble, _ in troubles))}", len(troubles))


def test_a_broker_that_is_frozen_past_every_usual_timeout_costs_nothing_but_time(
    kafka_of_our_own: Keeper, topic_prefix: str, tmp_path: Path, torture: bool
) -> None:
    """The relay gives up several times meanwhile; what it had sent arrives when the broker wakes up."""
    options = PATIENT if torture else OPTIONS
    seconds = 2.5 * options["delivery_timeout_ms"] / 1_000
    with Story(tmp_path, kafka_of_our_own.address, topic_prefix) as story:
        story.write(80)
        with story.relay(Plan(point="sending", nth=60, act="wait", options=options)) as relay:
            relay.hears("waiting")
            kafka_of_our_own.ask("freeze")
            relay.go_on()
            sleep(seconds)
            assert relay.hears("lost")
            kafka_of_our_own.ask("thaw")
            assert relay.hears("back")
            relay.committed(story.deals.head().position)
            assert relay.stop() == 0
        assert story.wrong() == []
        _tell(story, f"broker frozen for {seconds:g} seconds", 1)


def _trouble(broker: Keeper, trouble: str, relay: Relay) -> None:
    """Kill the broker or freeze it, let the relay go on, and bring the broker back."""
    broker.ask("kill" if trouble == "killed" else "freeze")
    relay.go_on()
    sleep(1.5 * OPTIONS["delivery_timeout_ms"] / 1_000)
    broker.ask("start" if trouble == "killed" else "thaw")


def _tell(story: Story, what: str, times: int) -> None:
    events, hidden = story.deals.head().position, taken_back(story.settings)
    print(f"{what}: {times} times, {events} events, each once; {hidden} records taken back")  # noqa: T201
