"""The feed of all events, the story of one deal, and ready events recorded in bulk."""

from dataclasses import replace

import pytest

from domain.deal.life import (
    ChangeStage,
    DealStageChanged,
)
from domain.deal.outcome import WinDeal
from domain.deal.outlook import DealNoteAdded
from domain.errors import CommandReused, VersionConflict
from engine.deals import Deals
from tests.engine.appending import FIRST, ME, OPEN, SECOND, SetClock, note


@pytest.fixture
def told_deals(deals: Deals) -> Deals:
    """One pipeline, two deals, six events."""
    for deal_id in (FIRST, SECOND):
        deals.handle(deal_id, OPEN, by=ME)
        deals.handle(deal_id, ChangeStage(to_stage="qualification"), by=ME)
    deals.handle(FIRST, WinDeal(), by=ME)
    return deals


def test_the_feed_tells_every_event_in_order(told_deals: Deals) -> None:
    feed = told_deals.feed()
    assert [(recorded.position, recorded.type) for recorded in feed] == [
        (1, "PipelineDefined"),
        (2, "DealOpened"),
        (3, "DealStageChanged"),
        (4, "DealOpened"),
        (5, "DealStageChanged"),
        (6, "DealWon"),
    ]
    assert told_deals.feed(6) == []
    assert told_deals.feed(2, limit=2) == feed[2:4]
    assert told_deals.head().position == 6


def test_the_feed_tells_the_types_that_are_asked_for(told_deals: Deals) -> None:
    assert [recorded.position for recorded in told_deals.feed(2, types={"DealOpened", "DealWon"})] == [4, 6]
    assert told_deals.feed(types=["DealLost"]) == []


def test_a_story_is_told_up_to_a_position(told_deals: Deals) -> None:
    story = told_deals.story(FIRST)
    assert [recorded.position for recorded in story] == [2, 3, 6]
    assert told_deals.story(FIRST, upto=5) == story[:2]
    assert told_deals.story(FIRST, upto=1) == []
    assert story[1].event == DealStageChanged(
        from_stage="prospecting", to_stage="qualification", pipeline_revision=1
    )


def test_a_part_of_a_stream_is_read_through_the_event_store(told_deals: Deals) -> None:
    part: list[object] = list(told_deals.events.get(FIRST, gt=2))
    assert part == told_deals.story(FIRST)[2:]


def test_ready_events_of_many_deals_are_recorded_in_one_transaction(deals: Deals, clock: SetClock) -> None:
    ready_ones = [note(FIRST, 1), note(SECOND, 1), note(FIRST, 2)]
    assert deals.record(ready_ones) == [1, 2, 3]
    assert deals.feed() == [
        replace(recorded, position=place, recorded_at=clock.instant)
        for place, recorded in enumerate(ready_ones, start=1)
    ]
    assert deals.record([]) == []


def test_ready_events_that_conflict_record_nothing(deals: Deals) -> None:
    deals.record([note(FIRST, 1)])
    with pytest.raises(VersionConflict):
        deals.record([note(SECOND, 1), note(FIRST, 1, command_id="other")])
    with pytest.raises(CommandReused):
        deals.record([note(SECOND, 1, command_id=note(FIRST, 1).command_id)])
    assert deals.head().position == 1


def test_exactly_the_same_ready_events_again_have_their_first_positions(deals: Deals) -> None:
    batch = [note(FIRST, 1), note(SECOND, 1), note(FIRST, 2)]
    deals.record([note(FIRST, 1)])
    with pytest.raises(CommandReused):
        deals.record(batch)
    deals.record(batch[1:])
    assert deals.record(batch) == [1, 2, 3]
    assert deals.head().position == 3


def test_one_ready_event_may_be_saved_as_eventsourcing_does(deals: Deals) -> None:
    (recording,) = deals.events.put([note(FIRST, 1)])  # type: ignore[list-item]
    assert recording.notification.id == 1
    assert deals.story(FIRST)[0].event == DealNoteAdded(text="called")
