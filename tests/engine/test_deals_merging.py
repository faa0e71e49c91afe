"""Two deals become one in one transaction: both are told, or neither."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import pytest

from domain.deal.closing import DealNotOpen
from domain.deal.corrections import RetractEvent
from domain.deal.merging import CannotAbsorb, MergedIntoItself, WouldMakeACircle
from domain.deal.outcome import DealAbsorbed, DealMerged, DiscardDeal, LoseDeal, MergeInto
from domain.deal.outlook import AddNote
from domain.errors import BadInput, CommandReused, NotFound, Refused, VersionConflict
from engine.deals import Deals
from engine.log import Appended, LogEntry
from engine.mapper import ready_entries
from engine.timing import TooEarly
from tests.engine.appending import FIRST, ME, NOON, OPEN, SECOND, THIRD, SetClock, at_once, note, told

MERGE = MergeInto(into=str(SECOND), reason="duplicate", note="entered twice")


@pytest.fixture
def two(deals: Deals) -> Deals:
    """A store with two open deals."""
    deals.handle(FIRST, OPEN, by=ME)
    deals.handle(SECOND, OPEN, by=ME)
    return deals


class Counting:
    """A log that counts what is appended, after somebody else did something first, once."""

    def __init__(self, deals: Deals, stream_id: UUID | None = None) -> None:
        self.append = deals.store.append
        self.rushing = stream_id
        self.batches: list[int] = []

    def __call__(self, entries: Sequence[LogEntry]) -> Appended:
        rushing, self.rushing = self.rushing, None
        if rushing is not None:
            self.append(ready_entries([note(rushing, 2, "first")]))
        self.batches.append(len(entries))
        return self.append(entries)


def test_both_deals_are_told_in_one_transaction(two: Deals, monkeypatch: pytest.MonkeyPatch) -> None:
    position = two.head().position
    log = Counting(two)
    monkeypatch.setattr(two.store, "append", log)
    merged, absorbed = two.handle(FIRST, MERGE, by=ME, command_id="m-1")
    assert told([merged, absorbed]) == [
        DealMerged(into=str(SECOND), reason="duplicate", note="entered twice"),
        DealAbsorbed(absorbed=str(FIRST), reason="duplicate", note="entered twice"),
    ]
    assert [(each.stream_id, each.version) for each in (merged, absorbed)] == [(FIRST, 2), (SECOND, 2)]
    assert [each.position for each in (merged, absorbed)] == [position + 1, position + 2]
    assert (merged.occurred_at, merged.recorded_at) == (absorbed.occurred_at, absorbed.recorded_at)
    entries = two.store.command("m-1")
    assert [(entry.originator_id, entry.nth) for entry in entries] == [(FIRST, 0), (SECOND, 1)]
    assert entries[0].fingerprint == entries[1].fingerprint
    assert log.batches == [2]
    assert two.story(FIRST)[-1] == merged
    assert two.story(SECOND)[-1] == absorbed


def test_without_an_id_both_events_are_of_one_command(two: Deals) -> None:
    merged, absorbed = two.handle(FIRST, MERGE, by=ME)
    assert merged.command_id == absorbed.command_id


def test_a_merger_that_is_ordered_again_is_answered_again(two: Deals) -> None:
    first = two.handle(FIRST, MERGE, by=ME, command_id="m-1")
    assert two.handle(FIRST, MERGE, by=ME, command_id="m-1") == first
    assert two.handle(FIRST, MERGE, by=ME) == []
    with pytest.raises(CommandReused):
        two.handle(FIRST, MergeInto(into=str(THIRD)), by=ME, command_id="m-1")
    assert two.head().position == first[-1].position


@pytest.mark.parametrize("rushing", [FIRST, SECOND])
def test_who_comes_second_on_either_deal_decides_again(
    two: Deals, monkeypatch: pytest.MonkeyPatch, rushing: UUID
) -> None:
    log = Counting(two, rushing)
    monkeypatch.setattr(two.store, "append", log)
    merged, absorbed = two.handle(FIRST, MERGE, by=ME)
    assert log.batches == [2, 2]
    versions = {FIRST: merged.version, SECOND: absorbed.version}
    assert versions == {FIRST: 2, SECOND: 2} | {rushing: 3}


@pytest.mark.parametrize("rushing", [FIRST, SECOND])
def test_who_expects_a_version_is_told_of_a_conflict_on_either_deal(
    two: Deals, monkeypatch: pytest.MonkeyPatch, rushing: UUID
) -> None:
    monkeypatch.setattr(two.store, "append", Counting(two, rushing))
    with pytest.raises(VersionConflict, match="is at version 2"):
        two.handle(FIRST, MERGE, by=ME, expected_version=1)
    assert [len(two.story(each)) for each in (FIRST, SECOND)] == [
        2 if each == rushing else 1 for each in (FIRST, SECOND)
    ]


def test_of_two_deals_that_are_merged_into_each_other_at_once_one_is(two: Deals) -> None:
    refused: list[Refused] = []

    def merge(number: int) -> None:
        this, other = ((FIRST, SECOND), (SECOND, FIRST))[number % 2]
        try:
            two.handle(this, MergeInto(into=str(other)), by=ME)
        except Refused as error:
            refused.append(error)

    at_once(4, merge)
    standings = sorted(two.deal(each).outcome.standing for each in (FIRST, SECOND))
    assert standings == ["merged", "open"]
    assert len(refused) == 2
    assert two.head().position == 5  # the pipeline, two openings, one merger


def test_a_deal_is_merged_into_one_that_is_there_and_counts(two: Deals) -> None:
    with pytest.raises(NotFound, match=str(THIRD)):
        two.handle(FIRST, MergeInto(into=str(THIRD)), by=ME)
    with pytest.raises(MergedIntoItself):
        two.handle(FIRST, MergeInto(into=str(FIRST)), by=ME)
    with pytest.raises(BadInput, match=r"'acme:D-1' is no deal's UUID"):
        two.handle(FIRST, MergeInto(into="acme:D-1"), by=ME)
    two.handle(SECOND, DiscardDeal(reason="test"), by=ME)
    with pytest.raises(CannotAbsorb, match="is discarded"):
        two.handle(FIRST, MERGE, by=ME)
    assert len(two.story(FIRST)) == 1


def test_deals_are_not_merged_in_a_circle(two: Deals) -> None:
    two.handle(FIRST, MERGE, by=ME)
    with pytest.raises(WouldMakeACircle):
        two.handle(SECOND, MergeInto(into=str(FIRST)), by=ME)
    two.handle(THIRD, OPEN, by=ME)
    with pytest.raises(CannotAbsorb, match="is merged"):
        two.handle(THIRD, MergeInto(into=str(FIRST)), by=ME)
    two.handle(SECOND, MergeInto(into=str(THIRD)), by=ME)
    with pytest.raises(CannotAbsorb, match="is merged"):
        two.handle(THIRD, MergeInto(into=str(FIRST)), by=ME)


def test_a_deal_may_absorb_several_and_go_on(two: Deals) -> None:
    two.handle(THIRD, OPEN, by=ME)
    two.handle(FIRST, MERGE, by=ME)
    two.handle(THIRD, MERGE, by=ME)
    assert two.deal(SECOND).outcome.absorbed == {str(FIRST), str(THIRD)}
    two.handle(SECOND, AddNote(text="goes on"), by=ME)
    with pytest.raises(DealNotOpen):
        two.handle(FIRST, AddNote(text="too late"), by=ME)


def test_the_other_deal_is_named_in_whatever_way_a_uuid_is_written(two: Deals) -> None:
    merged, _ = two.handle(FIRST, MergeInto(into=SECOND.hex.upper()), by=ME)
    assert told([merged]) == [DealMerged(into=str(SECOND))]


def test_a_merger_happens_after_both_deals_were_opened(deals: Deals, clock: SetClock) -> None:
    deals.handle(FIRST, OPEN, by=ME, at=NOON - timedelta(days=9))
    deals.handle(SECOND, OPEN, by=ME, at=NOON - timedelta(days=3))
    with pytest.raises(TooEarly, match="the deal that it goes on in was opened"):
        deals.handle(FIRST, MERGE, by=ME, at=NOON - timedelta(days=4))
    with pytest.raises(TooEarly, match="the deal was opened"):
        deals.handle(FIRST, MERGE, by=ME, at=NOON - timedelta(days=10))
    clock.pass_time(days=-5)
    merged, absorbed = deals.handle(FIRST, MERGE, by=ME)
    assert merged.occurred_at == absorbed.occurred_at == NOON - timedelta(days=3)


def test_a_merger_on_the_day_of_the_opening_is_not_too_early(deals: Deals) -> None:
    deals.handle(FIRST, OPEN, by=ME, at=NOON - timedelta(days=9))
    deals.handle(SECOND, OPEN, by=ME, at=NOON - timedelta(hours=2))
    midnight = NOON.replace(hour=0)
    merged, _ = deals.handle(FIRST, MERGE, by=ME, at=midnight, precision="day")
    assert merged.occurred_at == midnight


def test_a_merger_follows_the_last_outcome(two: Deals, clock: SetClock) -> None:
    clock.pass_time(days=1)
    two.handle(FIRST, LoseDeal(kind="declined"), by=ME)
    with pytest.raises(TooEarly, match="the deal's outcome last changed"):
        two.handle(FIRST, MERGE, by=ME, at=NOON)
    assert told(two.handle(FIRST, MERGE, by=ME))[0] == DealMerged(
        into=str(SECOND), reason="duplicate", note="entered twice"
    )


def test_a_merger_is_undone_by_retracting_both_events(two: Deals) -> None:
    merged, absorbed = two.handle(FIRST, MERGE, by=ME)
    two.handle(FIRST, RetractEvent(retracts=merged.version, reason="by-mistake"), by=ME)
    with pytest.raises(WouldMakeACircle, match="Retract that merging first"):
        two.handle(SECOND, MergeInto(into=str(FIRST)), by=ME)
    two.handle(SECOND, RetractEvent(retracts=absorbed.version, reason="by-mistake"), by=ME)
    two.handle(FIRST, AddNote(text="goes on by itself"), by=ME)
    assert told(two.handle(SECOND, MergeInto(into=str(FIRST)), by=ME)) == [
        DealMerged(into=str(FIRST)),
        DealAbsorbed(absorbed=str(SECOND)),
    ]
