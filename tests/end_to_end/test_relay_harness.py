"""The harness is red when the relay breaks a promise: each control breaks one, and all else is the real relay."""

from pathlib import Path
from time import sleep

from tests.end_to_end.relay_process import Plan
from tests.end_to_end.relay_story import Story
from tests.servers.keeper import Keeper

SOON = 2.0
"""Seconds after which what is missing is lost."""


def test_a_position_that_is_saved_before_the_records_loses_them(
    kafka_address: str, topic_prefix: str, tmp_path: Path
) -> None:
    with Story(tmp_path, kafka_address, topic_prefix) as story:
        story.write(80)
        with story.relay(Plan(point="committed", nth=2, broken="early")) as relay:
            assert relay.ended() == -9
        assert [each.split(":")[0] for each in story.finish(within=SOON)] == ["missing"]


def test_records_of_which_nobody_asks_what_became_are_lost_and_their_position_is_saved(
    kafka_of_our_own: Keeper, topic_prefix: str, tmp_path: Path
) -> None:
    options = {"request_timeout_ms": 1_000, "delivery_timeout_ms": 2_000}
    plan = Plan(
        point="sending", nth=190, act="wait", then="flushed", broken="unasked", batch=200, options=options
    )
    with Story(tmp_path, kafka_of_our_own.address, topic_prefix) as story:
        story.write(120)
        with story.relay(plan) as relay:
            relay.hears("waiting")
            # So that all of its partitions belong to the transaction: what is not sent then can fail.
            sleep(1)
            kafka_of_our_own.ask("kill")
            relay.go_on()
            relay.hears("waiting")
            kafka_of_our_own.ask("start")
            relay.go_on()
            relay.committed(story.deals.head().position)
            assert relay.stop() == 0
        found = story.wrong(SOON)
        print(f"nobody asked what became of the records: {found}")  # noqa: T201
        assert [each.split(":")[0] for each in found] == ["missing"]


def test_a_relay_that_fences_no_older_one_lets_it_double_its_events(
    kafka_address: str, topic_prefix: str, tmp_path: Path
) -> None:
    with Story(tmp_path, kafka_address, topic_prefix) as story:
        story.write(80)
        with story.relay(Plan(point="answers asked for", nth=2, act="freeze", broken="unfenced")) as frozen:
            frozen.hears("here")
            with story.relay(Plan(broken="unfenced")) as second:
                second.committed(story.deals.head().position)
                frozen.wake()
                frozen.hears("committed")
                second.kill()
        found = story.finish(Plan(broken="unfenced"), within=SOON)
        assert "doubled" in {each.split(":")[0] for each in found}
