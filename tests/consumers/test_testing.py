"""The kit for testing jobs plays what really happens to them: repeats, gaps, failures, a release."""

from collections.abc import Sequence

import pytest
from sqlalchemy import Column, Connection, Integer, MetaData, Table, Text, insert

from consumers.job import Job
from consumers.testing import BEGINNING, deal, failing, given, happened, story
from consumers.wire import Delivered
from domain.deal.corrections import EventCorrected, Replacement
from domain.deal.life import DealOpened
from domain.deal.outcome import DealWon
from domain.deal.outlook import DealNoteAdded
from domain.event import Actor, Recorded

TABLES = MetaData()
SEEN = Table(
    "seen", TABLES, Column("id", Integer, primary_key=True), Column("event", Text), Column("by", Text)
)


def see(recorded: Recorded, connection: Connection) -> None:
    connection.execute(insert(SEEN), {"event": f"{recorded.type} {recorded.version}", "by": recorded.by.id})


def see_all(batch: Sequence[Delivered], connection: Connection) -> None:
    for each in batch:
        see(each.event, connection)


ONE_BY_ONE = Job(name="seeing", on_event=see, tables=TABLES)
IN_BATCHES = Job(name="seeing", on_batch=see_all, tables=TABLES)
both_kinds = pytest.mark.parametrize("job", [ONE_BY_ONE, IN_BATCHES], ids=["one by one", "in batches"])

OPENED = DealOpened(title="Crane", pipeline_revision=1)
CRANE = story("crane", OPENED, DealNoteAdded(text="Call"), DealWon())
LAMP = story("lamp", OPENED, DealNoteAdded(text="Write"))


@both_kinds
def test_a_job_does_each_event_once_however_often_it_comes(job: Job) -> None:
    given(*CRANE, CRANE[1]).when(job).again().then(
        SEEN, {"event": "DealOpened 1"}, {"event": "DealNoteAdded 2"}, {"event": "DealWon 3"}
    ).then_parked()


@both_kinds
def test_a_gap_parks_a_deal_until_what_was_missing_comes(job: Job) -> None:
    played = given(CRANE[0], CRANE[2], *LAMP).when(job).then_parked(("crane", 3))
    assert len(played.rows(SEEN)) == 3
    played.and_then(CRANE[1]).released("crane").then_parked()
    assert [row["event"] for row in played.rows(SEEN)][-2:] == ["DealNoteAdded 2", "DealWon 3"]


@both_kinds
def test_a_deal_that_fails_is_parked_and_the_others_go_on_until_the_job_is_mended(job: Job) -> None:
    played = given(*CRANE, *LAMP).when(failing(job, "crane"), attempts=2)
    played.then(SEEN, {"event": "DealOpened 1"}, {"event": "DealNoteAdded 2"})
    played.then_parked(("crane", 1), ("crane", 2), ("crane", 3))
    played.released("crane", job=job).then_parked()
    assert len(played.rows(SEEN)) == 5


def test_a_job_gets_what_it_wants_and_corrections_of_that() -> None:
    mended = EventCorrected(corrects=3, type="DealWon", replacement=Replacement(data={}), reason="other")
    wins = Job(name="wins", on_event=see, tables=TABLES, types=frozenset({"DealWon"}))
    given(*CRANE, happened("crane", 4, mended)).when(wins).then(
        SEEN, {"event": "DealWon 3"}, {"event": "EventCorrected 4"}
    )


def test_a_job_that_starts_at_the_end_begins_with_what_it_meets() -> None:
    job = Job(name="seeing", on_event=see, tables=TABLES, starts="end")
    given(CRANE[2]).when(job).then(SEEN, {"event": "DealWon 3"})


def test_the_envelope_of_an_event_can_be_another() -> None:
    event = happened("crane", 1, OPENED, by=Actor(id="li.lei"), position=17)
    given(event).when(ONE_BY_ONE).then(SEEN, {"by": "li.lei"})
    assert (event.stream_id, event.occurred_at) == (deal("crane"), BEGINNING)


def test_what_is_not_so_is_an_error_of_the_test() -> None:
    played = given(*CRANE).when(failing(ONE_BY_ONE, "crane"))
    with pytest.raises(AssertionError, match="seen holds"):
        played.then(SEEN, {"event": "DealOpened 1"})
    with pytest.raises(AssertionError, match=r"parked are \[\('crane', 1\)"):
        played.then_parked()
    with pytest.raises(AssertionError):
        given(*LAMP).when(ONE_BY_ONE).then(SEEN, {"event": "DealOpened 1"})
    with pytest.raises(AssertionError):
        given(LAMP[0]).when(ONE_BY_ONE).then(SEEN, {"event": "DealOpened 2"})


def test_a_job_is_told_its_partition_before_the_first_event() -> None:
    told: list[object] = []
    job = Job(name="seeing", on_event=lambda event, _: told.append(event.version), on_assigned=told.append)
    given(*LAMP).when(job)
    assert told == [{0: 0}, 1, 2]
