"""Two relays of one store: the one that slept finds that it was overtaken, says so, and nothing is doubled."""

from pathlib import Path

from tests.end_to_end.relay_process import POINTS, Plan
from tests.end_to_end.relay_reader import taken_back
from tests.end_to_end.relay_story import Story

BEFORE_IT_IS_KNOWN = ("not known yet", "making itself known")
"""Where a frozen relay has fenced nobody yet: when it wakes up, it may overtake the other one in its turn."""


def test_a_frozen_relay_that_wakes_up_was_overtaken_and_says_so_and_doubles_nothing(
    kafka_address: str, topic_prefix: str, tmp_path: Path, torture: bool
) -> None:
    points = [*POINTS] * 3 if torture else ["answers asked for", "position saved"]
    with Story(tmp_path, kafka_address, topic_prefix) as story:
        for point in points:
            story.write(80)
            nth = 1 if "known" in point else 30 if point == "sending" else 2
            with story.relay(Plan(point=point, nth=nth, act="freeze")) as frozen:
                frozen.hears("here")
                with story.relay(Plan()) as second:
                    second.committed(story.deals.head().position)
                    frozen.wake()
                    if point not in BEFORE_IT_IS_KNOWN:
                        assert "Producer" in frozen.hears("overtaken")
                    story.write(20)
                    if point not in BEFORE_IT_IS_KNOWN:
                        second.committed(story.deals.head().position)
                    assert (frozen.stop(), second.stop()) == (0, 0)
            assert story.finish() == []
        events, hidden = story.deals.head().position, taken_back(story.settings)
    print(  # noqa: T201
        f"relay frozen and overtaken: {len(points)} times, {events} events, each once; {hidden} records taken back"
    )
