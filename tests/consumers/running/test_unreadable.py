"""What cannot be read: bytes that are no event, and events of a newer dealtrail."""

import pytest
from sqlalchemy import text

from consumers.job import Job
from consumers.running.state import State
from domain.deal.outlook import DealNoteAdded
from domain.errors import Unavailable
from tests.consumers.running.pages import Sent, Told, Trouble, event, record, told, write


def test_an_event_of_a_newer_dealtrail_parks_its_deal_unless_the_job_asks_for_other_types(
    state: State,
) -> None:
    newer = record(1, event(1, 2))
    newer.value = (newer.value or b"").replace(b'"DealNoteAdded"', b'"DealDreamtOf"')
    partition = Told(state, Job(name="testing", on_event=write))
    partition.page([*told((1, 1)), newer, *told((1, 3), start=2)])
    assert partition.parked == [(1, 2, "unreadable"), (1, 3, "behind")]


def test_a_job_about_other_types_passes_by_an_event_of_a_newer_dealtrail(state: State) -> None:
    newer = record(1, event(1, 2))
    newer.value = (newer.value or b"").replace(b'"DealNoteAdded"', b'"DealDreamtOf"')
    partition = Told(state, Job(name="testing", on_event=write, types=frozenset({"DealOpened"})))
    partition.page([*told((1, 1)), newer, *told((1, 3), start=2)])
    assert (partition.marks, partition.parked) == ({1: 3}, [])


def test_an_event_whose_fields_cannot_be_read_parks_its_deal(state: State) -> None:
    broken = record(1, event(1, 2))
    broken.value = (broken.value or b"")[:-9]
    partition = Told(state, Job(name="testing", on_event=write))
    (aside,) = partition.page([*told((1, 1)), broken, *told((2, 1), start=2)]).aside
    assert (aside.kind, "secret" in aside.reason) == ("unreadable", False)
    assert partition.effects == [(1, 1), (2, 1)]


@pytest.mark.parametrize(
    "value", [None, b"", b"\xff\xfe", b"[]", b'{"position":1}', b'{"position":1', b"[" * 9_999]
)
def test_bytes_that_are_no_event_become_a_dead_letter_and_the_rest_goes_on(
    state: State, value: bytes | None
) -> None:
    partition = Told(state, Job(name="testing", on_event=write))
    poison = Sent(1, b"any", value)
    partition.page([*told((1, 1)), poison, *told((1, 2), start=2)])
    assert [each.record for each in partition.dead] == [poison]
    assert partition.effects == [(1, 1), (1, 2)]
    assert partition.stands_at == 3


def test_an_event_under_another_deal_s_key_becomes_a_dead_letter(state: State) -> None:
    partition = Told(state, Job(name="testing", on_event=write))
    strange = record(0, event(1, 1))
    strange.key = str(event(2, 1).stream_id).encode()
    partition.page([strange])
    assert [each.reason for each in partition.dead] == ["the key is not the id of the event's stream"]


def test_no_offset_moves_past_a_dead_letter_that_kafka_has_not_confirmed(state: State) -> None:
    partition = Told(state, Job(name="testing", on_event=write), kafka_away=True)
    with pytest.raises(Unavailable):
        partition.page([*told((1, 1)), Sent(1, None, b"?")])
    assert (partition.effects, partition.stands_at) == ([], 0)


def test_a_dead_letter_behind_an_event_that_is_tried_again_waits_for_it(state: State) -> None:
    partition = Told(state, Trouble((1, 1)).job(batches=False), attempts=3)
    partition.page([*told((1, 1)), Sent(1, None, b"?")])
    assert partition.dead == []
    partition.to_the_end([*told((1, 1)), Sent(1, None, b"?")])
    assert len(partition.dead) == 1


def test_what_was_parked_as_newer_is_read_when_it_is_released_after_an_update(state: State) -> None:
    newer = record(0, event(1, 1, DealNoteAdded(text="x")))
    known, newer.value = newer.value, (newer.value or b"").replace(b'"DealNoteAdded"', b'"DealDreamtOf"')
    partition = Told(state, Job(name="testing", on_event=write))
    partition.page([newer])
    with state.writing() as connection:
        connection.execute(text("UPDATE consumer_parked SET value = :value"), {"value": known})
    partition.release(1)
    assert partition.effects == [(1, 1)]
