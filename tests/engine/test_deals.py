"""Commands in, events out: what was recorded is answered, read again and never recorded twice."""

from collections.abc import Callable
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from domain.deal.deciding import NotOpened
from domain.deal.life import (
    ChangeStage,
    DealOpened,
)
from domain.deal.outcome import LoseDeal, WinDeal
from domain.deal.outlook import AddNote
from domain.deal.stage_moves import StageNotDefined
from domain.errors import CommandReused, NotFound
from domain.event import Actor, Recorded
from engine.deals import Deals
from engine.settings import Settings
from engine.verify import verify
from tests.engine.appending import FIRST, ME, NOON, OPEN, SECOND, SetClock, at_once, note


def test_a_command_is_answered_with_what_it_made_happen(deals: Deals, clock: SetClock) -> None:
    (opened,) = deals.handle(
        FIRST, OPEN, by=ME, channel="cli", command_id="c1", correlation_id="k", causation_id="e"
    )
    assert opened == Recorded(
        stream_id=FIRST,
        version=1,
        occurred_at=clock.instant,
        event=DealOpened(
            title="Pumps for Acme",
            owner="li.lei",
            pipeline="standard",
            pipeline_revision=1,
            stage="prospecting",
        ),
        by=ME,
        channel="cli",
        command_id="c1",
        correlation_id="k",
        causation_id="e",
        position=2,
        recorded_at=clock.instant,
    )
    assert deals.story(FIRST) == [opened]


def test_what_is_already_so_is_answered_with_nothing(deals: Deals) -> None:
    deals.handle(FIRST, OPEN, by=ME)
    before = deals.head()
    assert deals.handle(FIRST, ChangeStage(to_stage="prospecting"), by=ME) == []
    assert deals.handle(FIRST, OPEN, by=ME) == []
    assert deals.head() == before


def test_what_is_refused_records_nothing(deals: Deals) -> None:
    deals.handle(FIRST, OPEN, by=ME)
    before = deals.head()
    with pytest.raises(StageNotDefined):
        deals.handle(FIRST, ChangeStage(to_stage="nirvana"), by=ME)
    assert deals.head() == before


def test_nothing_happens_to_a_deal_that_is_not_there(deals: Deals) -> None:
    with pytest.raises(NotOpened):
        deals.handle(FIRST, AddNote(text="hello"), by=ME)
    with pytest.raises(NotFound, match=f"no deal {FIRST}"):
        deals.deal(FIRST)
    assert deals.story(FIRST) == []


def test_commands_without_an_id_get_one_each(deals: Deals) -> None:
    deals.handle(FIRST, OPEN, by=ME)
    deals.handle(FIRST, AddNote(text="a"), by=ME)
    deals.handle(FIRST, AddNote(text="a"), by=ME)
    ids = [recorded.command_id for recorded in deals.story(FIRST)]
    assert len(set(ids)) == 3


def test_a_store_that_was_closed_opens_where_it_ended(tmp_path: Path, clock: SetClock) -> None:
    settings = Settings(store=f"sqlite:///{tmp_path}/deals.db", timezone="Asia/Shanghai")
    with Deals(settings, clock=clock) as deals:
        deals.handle(FIRST, OPEN, by=ME)
        story, info = deals.story(FIRST), deals.info
    with Deals(replace_timezone(settings, "Europe/Berlin"), clock=clock) as again:
        assert (again.story(FIRST), again.info) == (story, info)
        assert again.zone == ZoneInfo("Asia/Shanghai")
        again.handle(FIRST, AddNote(text="went on"), by=ME)
        assert verify(again.store).position == 3


def replace_timezone(settings: Settings, timezone: str) -> Settings:
    return settings.model_copy(update={"timezone": timezone})


def test_the_environment_does_not_reach_into_the_application(
    settings: Settings, clock: SetClock, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PERSISTENCE_MODULE", "eventsourcing.sqlite")
    monkeypatch.setenv("SQLITE_DBNAME", f"{tmp_path}/somewhere-else.db")
    monkeypatch.setenv("COMPRESSOR_TOPIC", "zlib")
    monkeypatch.setenv("IS_SNAPSHOTTING_ENABLED", "y")
    with Deals(settings, clock=clock) as deals:
        deals.handle(FIRST, OPEN, by=ME)
        assert deals.snapshots is None
        assert deals.store.rows(1, 1)[0].state.startswith(b'{"stream_id":')
    assert not (tmp_path / "somewhere-else.db").exists()


def test_settings_come_from_the_environment_where_none_are_given(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DEALTRAIL_STORE", f"sqlite:///{tmp_path}/mine.db")
    with Deals() as deals:
        assert deals.info.url == f"sqlite:///{tmp_path}/mine.db"
    assert (tmp_path / "mine.db").exists()


def test_the_same_command_id_gives_the_first_answer_again(deals: Deals, clock: SetClock) -> None:
    first = deals.handle(FIRST, OPEN, by=ME, command_id="c1")
    deals.handle(FIRST, AddNote(text="later"), by=ME)
    clock.pass_time(days=1)
    assert deals.handle(FIRST, OPEN, by=Actor(id="han.mei"), channel="http", command_id="c1") == first
    assert len(deals.story(FIRST)) == 2


def test_the_first_answer_comes_before_any_rule_and_version(deals: Deals) -> None:
    deals.handle(FIRST, OPEN, by=ME)
    first = deals.handle(FIRST, WinDeal(), by=ME, command_id="w", expected_version=1)
    assert deals.handle(FIRST, WinDeal(), by=ME, command_id="w", expected_version=1) == first


@pytest.mark.parametrize(
    "other",
    [
        lambda deals: deals.handle(FIRST, AddNote(text="b"), by=ME, command_id="c1"),
        lambda deals: deals.handle(SECOND, AddNote(text="a"), by=ME, command_id="c1"),
        lambda deals: deals.handle(FIRST, AddNote(text="a"), by=ME, command_id="c1", at=NOON),
        lambda deals: deals.handle(FIRST, AddNote(text="a"), by=ME, command_id="c1", precision="day"),
        lambda deals: deals.handle(FIRST, LoseDeal(kind="unknown"), by=ME, command_id="c1"),
    ],
    ids=["another body", "another deal", "another time", "another precision", "another command"],
)
def test_the_same_command_id_for_another_command_is_refused(
    deals: Deals, other: Callable[[Deals], object]
) -> None:
    deals.handle(FIRST, OPEN, by=ME)
    deals.handle(SECOND, OPEN, by=ME)
    deals.handle(FIRST, AddNote(text="a"), by=ME, command_id="c1")
    with pytest.raises(CommandReused, match="'c1'"):
        other(deals)


def test_a_given_default_is_another_command_than_one_that_is_filled_in(deals: Deals) -> None:
    deals.handle(FIRST, OPEN, by=ME, command_id="c1")
    with pytest.raises(CommandReused):
        deals.handle(FIRST, OPEN.model_copy(update={"pipeline": "standard"}), by=ME, command_id="c1")


def test_the_same_instant_in_another_zone_is_the_same_command(deals: Deals) -> None:
    first = deals.handle(FIRST, OPEN, by=ME, command_id="c1", at=NOON)
    shanghai = NOON.astimezone(ZoneInfo("Asia/Shanghai"))
    assert deals.handle(FIRST, OPEN, by=ME, command_id="c1", at=shanghai) == first


def test_a_refusal_and_an_answer_without_events_are_not_remembered(deals: Deals) -> None:
    with pytest.raises(NotOpened):
        deals.handle(FIRST, AddNote(text="a"), by=ME, command_id="c1")
    deals.handle(FIRST, OPEN, by=ME)
    assert deals.handle(FIRST, ChangeStage(to_stage="prospecting"), by=ME, command_id="c1") == []
    (noted,) = deals.handle(FIRST, AddNote(text="a"), by=ME, command_id="c1")
    assert noted.version == 2


def test_two_facts_in_one_command_are_two_entries(deals: Deals) -> None:
    both = [note(FIRST, 1, "a", command_id="c"), note(FIRST, 2, "b", command_id="c"), note(FIRST, 3)]
    deals.record(both)
    assert [(row.command_id, row.nth) for row in deals.store.rows(0, 9)] == [
        ("c", 0),
        ("c", 1),
        (both[2].command_id, 0),
    ]


def test_the_same_command_from_many_threads_is_recorded_once(deals: Deals) -> None:
    deals.handle(FIRST, OPEN, by=ME)
    answers: list[list[Recorded]] = []
    at_once(8, lambda _: answers.append(deals.handle(FIRST, AddNote(text="once"), by=ME, command_id="c1")))
    assert len(deals.story(FIRST)) == 2
    assert answers == [deals.story(FIRST)[1:]] * 8
