"""Marks and offsets are a job's own: what one job remembers is nothing to another, on either database."""

from sqlalchemy import insert

from consumers.running import offsets
from consumers.running.marks import STREAMS_A_SELECT, first_parked, marks_of, write_marks
from consumers.running.state import PARKED, State
from tests.end_to_end.consumer_feed import deal

ONE, TWO, THREE = (deal(nth).bytes for nth in (1, 2, 3))


def parked(job: str, stream: bytes, version: int) -> dict[str, object]:
    """A row of an event that was set aside."""
    place = {"topic": "deals", "partition": 0, "offset": version}
    return {
        **place,
        "job": job,
        "stream": stream,
        "version": version,
        "value": b"{}",
        "kind": "failed",
        "reason": "a reason",
        "parked_at": 1,
    }


def test_a_job_finds_the_marks_that_it_left(state: State) -> None:
    with state.writing() as connection:
        write_marks(connection, "one", {ONE: 3, TWO: 1})
        write_marks(connection, "one", {ONE: 5})
        write_marks(connection, "other", {ONE: 9, THREE: 9})
        write_marks(connection, "one", {})
    with state.reading() as connection:
        assert marks_of(connection, "one", [ONE, TWO, THREE]) == {ONE: 5, TWO: 1}
        assert marks_of(connection, "one", [TWO]) == {TWO: 1}
        assert marks_of(connection, "other", [ONE, TWO]) == {ONE: 9}
        assert marks_of(connection, "one", []) == {}


def test_a_mark_may_be_set_back(state: State) -> None:
    with state.writing() as connection:
        write_marks(connection, "one", {ONE: 3})
        write_marks(connection, "one", {ONE: 2})
        assert marks_of(connection, "one", [ONE]) == {ONE: 2}


def test_a_deal_is_parked_from_its_lowest_version_on_and_for_that_job_alone(state: State) -> None:
    rows = [
        parked("one", ONE, 4),
        parked("one", ONE, 3),
        parked("one", ONE, 5),
        parked("one", TWO, 7),
        parked("other", ONE, 1),
        parked("other", THREE, 2),
    ]
    with state.writing() as connection:
        connection.execute(insert(PARKED), rows)
    with state.reading() as connection:
        assert first_parked(connection, "one", [ONE, TWO, THREE]) == {ONE: 3, TWO: 7}
        assert first_parked(connection, "one", [TWO]) == {TWO: 7}
        assert first_parked(connection, "other", [ONE]) == {ONE: 1}


def test_more_deals_than_one_question_asks_for_are_all_found(state: State) -> None:
    marks = {nth.to_bytes(16): nth for nth in range(1, 2 * STREAMS_A_SELECT + 2)}
    with state.writing() as connection:
        write_marks(connection, "one", marks)
        assert marks_of(connection, "one", [*marks, ONE]) == marks


def test_a_job_starts_once_and_goes_on_in_each_partition_for_itself(state: State) -> None:
    with state.writing() as connection:
        offsets.start(connection, "one", "deals", "beginning", 1, {0: 0, 1: 10})
        offsets.start(connection, "one", "deals", "end", 2, {0: 99, 1: 99, 2: 99})
        offsets.start(connection, "other", "deals", "end", 1, {0: 50})
        offsets.add(connection, "one", "elsewhere", {0: 70, 1: 71})
        offsets.move(connection, "one", "deals", 1, 11)
        offsets.add(connection, "one", "deals", {1: 99, 2: 20})
    with state.writing() as connection:
        assert offsets.next_offsets(connection, "one", "deals") == {0: 0, 1: 11, 2: 20}
        assert offsets.next_offsets(connection, "one", "elsewhere") == {0: 70, 1: 71}
        assert offsets.next_offsets(connection, "other", "deals") == {0: 50}
        assert offsets.next_offsets(connection, "nobody", "deals") == {}
        held = [offsets.held(connection, "one", "deals", partition) for partition in (0, 1, 3)]
        assert held == [0, 11, None]
        assert (offsets.started(connection, "one"), offsets.started(connection, "other")) == (
            "beginning",
            "end",
        )
        assert offsets.started(connection, "nobody") is None
