"""Who comes second decides again; who expects a version is told that it is another."""

from collections.abc import Sequence

import pytest

from domain.deal.life import (
    DealOpened,
)
from domain.deal.outcome import DealWon, WinDeal
from domain.deal.outlook import AddNote, DealNoteAdded
from domain.errors import CommandReused, VersionConflict
from engine.deals import Deals
from engine.log import Appended, LogEntry
from engine.mapper import ready_entries
from engine.orders import TRIES
from tests.engine.appending import FIRST, ME, OPEN, at_once, note, told


class Rushing:
    """A log in front of which somebody else always, or so many times, is first."""

    def __init__(self, deals: Deals, times: int) -> None:
        self.append = deals.store.append
        self.times = times
        self.version = 1

    def __call__(self, entries: Sequence[LogEntry]) -> Appended:
        if self.times:
            self.times -= 1
            self.version += 1
            self.append(ready_entries([note(FIRST, self.version, f"rushed in as {self.version}")]))
        return self.append(entries)


@pytest.mark.parametrize("times", [1, 2, TRIES - 1])
def test_who_comes_second_decides_again(deals: Deals, monkeypatch: pytest.MonkeyPatch, times: int) -> None:
    deals.handle(FIRST, OPEN, by=ME)
    monkeypatch.setattr(deals.store, "append", Rushing(deals, times))
    (won,) = deals.handle(FIRST, WinDeal(), by=ME)
    assert won.version == 2 + times
    assert [type(event) for event in told(deals.story(FIRST))] == [
        DealOpened,
        *[DealNoteAdded] * times,
        DealWon,
    ]


def test_who_always_comes_second_gives_up(deals: Deals, monkeypatch: pytest.MonkeyPatch) -> None:
    deals.handle(FIRST, OPEN, by=ME)
    monkeypatch.setattr(deals.store, "append", Rushing(deals, 10**6))
    with pytest.raises(VersionConflict, match=f"is at version {1 + TRIES}"):
        deals.handle(FIRST, WinDeal(), by=ME)


def test_who_expects_a_version_is_not_decided_for_again(
    deals: Deals, monkeypatch: pytest.MonkeyPatch
) -> None:
    deals.handle(FIRST, OPEN, by=ME)
    with pytest.raises(VersionConflict, match="is at version 1, not at 7 as expected"):
        deals.handle(FIRST, WinDeal(), by=ME, expected_version=7)
    monkeypatch.setattr(deals.store, "append", Rushing(deals, 1))
    with pytest.raises(VersionConflict, match="is at version 2"):
        deals.handle(FIRST, WinDeal(), by=ME, expected_version=1)
    assert len(deals.story(FIRST)) == 2
    (won,) = deals.handle(FIRST, WinDeal(), by=ME, expected_version=2)
    assert won.version == 3


def test_a_lost_acknowledgement_is_no_conflict(deals: Deals, monkeypatch: pytest.MonkeyPatch) -> None:
    deals.handle(FIRST, OPEN, by=ME)
    append = deals.store.append

    def recorded_but_told_otherwise(entries: Sequence[LogEntry]) -> Appended:
        append(entries)
        return append(entries)

    monkeypatch.setattr(deals.store, "append", recorded_but_told_otherwise)
    (won,) = deals.handle(FIRST, WinDeal(), by=ME, command_id="w")
    assert deals.story(FIRST)[1:] == [won]
    with pytest.raises(CommandReused):
        deals.handle(FIRST, AddNote(text="without an id"), by=ME)


def test_many_threads_may_tell_one_deal(deals: Deals) -> None:
    deals.handle(FIRST, OPEN, by=ME)

    def add_note(number: int) -> None:
        deals.handle(FIRST, AddNote(text=f"{number}"), by=ME)

    at_once(16, add_note)
    story = deals.story(FIRST)
    assert [recorded.version for recorded in story] == list(range(1, 18))
    assert {str(getattr(event, "text", "")) for event in told(story[1:])} == {str(n) for n in range(16)}
