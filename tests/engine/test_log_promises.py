"""What a store promises to who appends: all or nothing, in order, once, and never changed."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from eventsourcing.persistence import StoredEvent

from domain.errors import CommandReused, Unavailable, VersionConflict
from engine.clock import from_micros, to_micros
from engine.digest import first_digest, next_digest
from engine.log import Appended, Head, Log, LogEntry
from engine.verify import verify
from tests.engine.appending import (
    FIRST,
    NOON,
    SECOND,
    THIRD,
    OpenLog,
    SetClock,
    entries,
    entry,
    fill,
    note,
    places,
)


def test_a_new_store_is_empty(log: Log) -> None:
    assert log.head() == Head(0, first_digest(log.info.store_id), None)
    assert log.rows(0, 10) == []
    assert log.page(0, 10) == []
    assert log.max_notification_id() is None
    assert log.select_notifications(None, 10) == []


def test_a_store_knows_what_it_is(open_log: OpenLog) -> None:
    log = open_log(timezone="Asia/Shanghai")
    assert log.info.timezone == "Asia/Shanghai"
    assert log.info.created_at == NOON
    assert log.info.schema_version == 2
    assert log.info.store_id.version == 4


def test_two_stores_are_two(open_log: OpenLog) -> None:
    assert open_log().info.store_id != open_log().info.store_id


def test_the_first_event_takes_position_1(log: Log) -> None:
    assert log.append([entry(FIRST, 1)]) == Appended(1, to_micros(NOON))


def test_positions_follow_each_other_without_gaps(log: Log) -> None:
    assert log.append([entry(FIRST, 1)]).first == 1
    assert log.append(entries(note(SECOND, 1), note(SECOND, 2), note(SECOND, 3))).first == 2
    assert log.append([entry(FIRST, 2)]).first == 5
    assert places(log) == [(1, FIRST, 1), (2, SECOND, 1), (3, SECOND, 2), (4, SECOND, 3), (5, FIRST, 2)]


def test_a_refused_append_leaves_no_gap(log: Log) -> None:
    log.append([entry(FIRST, 1)])
    with pytest.raises(VersionConflict):
        log.append([entry(FIRST, 1, command_id="another")])
    assert log.append([entry(FIRST, 2)]).first == 2


def test_what_was_appended_is_read_back_whole(log: Log) -> None:
    given = entries(note(FIRST, 1, "问价"), note(FIRST, 2, "answered\n"), fingerprint=b"p" * 32)
    log.append(given)
    first, second = log.select_events(FIRST)
    micros = to_micros(NOON)
    assert (first, second) == (
        LogEntry(FIRST, 1, "DealNoteAdded", given[0].state, given[0].command_id, 0, b"p" * 32, 1, micros),
        LogEntry(FIRST, 2, "DealNoteAdded", given[1].state, given[1].command_id, 1, b"p" * 32, 2, micros),
    )


@pytest.mark.parametrize("text", ["a", "ö", "漢字", "👩‍🚀", "a\u0000b", '"quoted"', "\\", "x" * 20_000])
def test_any_text_survives(log: Log, text: str) -> None:
    given = entry(FIRST, 1, text)
    log.append([given])
    assert [row.state for row in log.rows(0, 10)] == [given.state]


SLASHED = ["\\", "\\\\", "\\0", "\\\\0", "\0", "\0\\0\\", "C:\\0 \0"]
"""Texts that look like what a database has instead of a sign that it cannot hold."""


@pytest.mark.parametrize("command_id", ["c", "a b", "命令", "it's", 'a"b', "x" * 500, "%", "_", *SLASHED])
def test_any_command_id_is_found_again(log: Log, command_id: str) -> None:
    log.append([entry(FIRST, 1, command_id=command_id)])
    log.append([entry(SECOND, 1, command_id="another one")])
    assert [found.command_id for found in log.command(command_id)] == [command_id]


def test_an_unused_command_id_has_no_events(log: Log) -> None:
    log.append([entry(FIRST, 1)])
    assert log.command("never used") == []


def test_a_command_s_events_come_in_their_order_whatever_their_streams(log: Log) -> None:
    log.append(
        entries(
            note(SECOND, 1, command_id="m"), note(FIRST, 1, command_id="m"), note(SECOND, 2, command_id="m")
        )
    )
    found = log.command("m")
    assert [(e.originator_id, e.originator_version, e.nth, e.position) for e in found] == [
        (SECOND, 1, 0, 1),
        (FIRST, 1, 1, 2),
        (SECOND, 2, 2, 3),
    ]


def test_a_taken_version_is_a_conflict_that_names_both(log: Log) -> None:
    log.append(entries(note(FIRST, 1), note(FIRST, 2)))
    with pytest.raises(VersionConflict, match=rf"{FIRST} is at version 2, .* version 3, not 2"):
        log.append([entry(FIRST, 2, command_id="late")])


@pytest.mark.parametrize("version", [2, 3, 17])
def test_a_new_stream_begins_with_version_1(log: Log, version: int) -> None:
    with pytest.raises(VersionConflict, match="is at version 0"):
        log.append([entry(FIRST, version)])
    assert log.head().position == 0


@pytest.mark.parametrize("version", [3, 4, 100])
def test_no_version_is_left_out(log: Log, version: int) -> None:
    log.append([entry(FIRST, 1)])
    with pytest.raises(VersionConflict, match="is at version 1"):
        log.append([entry(FIRST, version)])


@pytest.mark.parametrize("versions", [(1, 1), (1, 3), (2, 1), (1, 2, 2), (1, 2, 4)])
def test_versions_inside_one_append_follow_each_other_too(log: Log, versions: tuple[int, ...]) -> None:
    with pytest.raises(VersionConflict):
        log.append(entries(*(note(FIRST, version) for version in versions)))
    assert places(log) == []


@pytest.mark.parametrize("bad", [0, 1, 2])
def test_one_conflict_refuses_the_whole_append(log: Log, bad: int) -> None:
    log.append([entry(FIRST, 1)])
    batch = [note(SECOND, 1), note(SECOND, 2), note(THIRD, 1)]
    batch.insert(bad, note(FIRST, 1, command_id="c"))
    before = log.head()
    with pytest.raises(VersionConflict, match=str(FIRST)):
        log.append(entries(*batch))
    assert log.head() == before
    assert places(log) == [(1, FIRST, 1)]


def test_a_used_command_id_is_refused(log: Log) -> None:
    log.append([entry(FIRST, 1, command_id="c1")])
    with pytest.raises(CommandReused, match="'c1'"):
        log.append([entry(SECOND, 1, command_id="c1")])


def test_a_repeated_append_is_told_as_a_used_command_not_as_a_conflict(log: Log) -> None:
    log.append([entry(FIRST, 1, command_id="c1")])
    with pytest.raises(CommandReused):
        log.append([entry(FIRST, 1, command_id="c1")])


def test_two_commands_of_one_append_have_two_ids(log: Log) -> None:
    with pytest.raises(CommandReused, match="'c'"):
        log.append([entry(FIRST, 1, command_id="c"), entry(FIRST, 2, command_id="c")])
    assert places(log) == []


@pytest.mark.parametrize("place", [0, 1, 2])
def test_the_command_id_that_is_taken_is_the_one_that_is_named(log: Log, place: int) -> None:
    log.append([entry(FIRST, 1, command_id="taken")])
    ids = ["a", "b"]
    ids.insert(place, "taken")
    for again in (
        ids,
        [*ids, "taken"],
        [each.replace("taken", "twice") for each in ("x", *ids, "taken", "y")],
    ):
        batch = [entry(SECOND, number, command_id=command_id) for number, command_id in enumerate(again, 1)]
        with pytest.raises(CommandReused, match="'taken'" if "taken" in again else "'twice'"):
            log.append(batch)
    assert log.head().position == 1


def test_after_a_conflict_the_store_goes_on(log: Log) -> None:
    log.append([entry(FIRST, 1)])
    for _ in range(3):
        with pytest.raises(VersionConflict):
            log.append([entry(FIRST, 1, command_id="again"), entry(FIRST, 2, command_id="and again")])
    log.append([entry(FIRST, 2)])
    assert verify(log) == log.head()


def outcomes(log: Log, *batches: Sequence[LogEntry]) -> list[object]:
    """What became of each: its first position, or the kind of its refusal."""
    return [done.first if isinstance(done, Appended) else type(done) for done in log.append_all(batches)]


def test_appends_of_one_transaction_each_have_their_place(log: Log) -> None:
    assert outcomes(log, [entry(FIRST, 1)], entries(note(SECOND, 1), note(SECOND, 2)), [entry(THIRD, 1)]) == [
        1,
        2,
        4,
    ]


@pytest.mark.parametrize("bad", [0, 1, 2, 3])
def test_one_caller_s_conflict_does_not_fail_its_neighbours(log: Log, bad: int) -> None:
    log.append([entry(FIRST, 1)])
    batches = [[entry(SECOND, 1)], entries(note(THIRD, 1), note(THIRD, 2)), [entry(FIRST, 2)]]
    batches.insert(bad, entries(note(FIRST, 1, command_id="x"), note(FIRST, 2)))
    told = outcomes(log, *batches)
    assert told.pop(bad) is VersionConflict
    assert told == [2, 3, 5]
    assert places(log) == [(1, FIRST, 1), (2, SECOND, 1), (3, THIRD, 1), (4, THIRD, 2), (5, FIRST, 2)]
    assert verify(log) == log.head()


def test_a_batch_that_fails_in_its_middle_leaves_nothing_behind(log: Log) -> None:
    batch = [entry(FIRST, 1, command_id="a"), entry(SECOND, 7, command_id="b")]
    assert outcomes(log, batch, [entry(FIRST, 1)]) == [VersionConflict, 1]
    assert places(log) == [(1, FIRST, 1)]


def test_of_two_appends_to_one_version_in_one_transaction_the_first_wins(log: Log) -> None:
    assert outcomes(log, [entry(FIRST, 1, command_id="a")], [entry(FIRST, 1, command_id="b")]) == [
        1,
        VersionConflict,
    ]


def test_of_two_uses_of_one_command_id_in_one_transaction_the_first_wins(log: Log) -> None:
    assert outcomes(log, [entry(FIRST, 1, command_id="c")], [entry(SECOND, 1, command_id="c")]) == [
        1,
        CommandReused,
    ]


def test_a_transaction_of_conflicts_alone_changes_nothing(log: Log) -> None:
    before = log.head()
    assert outcomes(log, [entry(FIRST, 2)], [entry(SECOND, 3)]) == [VersionConflict, VersionConflict]
    assert log.head() == before


def test_the_store_s_clock_says_when_it_was_recorded(log: Log, clock: SetClock) -> None:
    clock.pass_time(microseconds=1)
    assert log.append([entry(FIRST, 1)]).recorded_at == to_micros(NOON) + 1
    assert log.head().recorded_at == NOON + timedelta(microseconds=1)


@pytest.mark.parametrize(("before", "back"), [(1, 1), (4, 1), (1, 3_600), (4, 86_400 * 400)])
def test_a_clock_that_is_set_back_never_sets_the_log_back(
    log: Log, clock: SetClock, before: int, back: int
) -> None:
    fill(log, before)
    clock.pass_time(seconds=-back)
    log.append([entry(FIRST, 1)])
    clock.pass_time(seconds=back + 1)
    log.append([entry(FIRST, 2)])
    assert [from_micros(row.recorded_at) - NOON for row in log.rows(before - 1, 10)] == [
        timedelta(0),
        timedelta(0),
        timedelta(seconds=1),
    ]
    assert verify(log) == log.head()


def test_a_store_works_before_1970(log: Log, clock: SetClock) -> None:
    clock.pass_time(days=-30_000)
    log.append([entry(FIRST, 1)])
    assert verify(log).recorded_at == clock.instant


def test_every_digest_follows_from_the_row_before(log: Log) -> None:
    fill(log, 7)
    digest = first_digest(log.info.store_id)
    for row in log.rows(0, 10):
        digest = next_digest(digest, *row[:3], row.recorded_at, row.type, row.state)
        assert row.digest == digest
    assert log.head().digest == digest


@pytest.mark.parametrize("sizes", [(1,), (7,), (1, 2, 4), (3, 1, 3)])
def test_the_chain_does_not_depend_on_how_events_share_transactions(
    open_log: OpenLog, sizes: tuple[int, ...]
) -> None:
    log = open_log()
    version = 0
    for size in sizes:
        log.append_all([[entry(FIRST, version := version + 1)] for _ in range(size)])
    digest = first_digest(log.info.store_id)
    for row in log.rows(0, 10):
        digest = next_digest(digest, *row[:3], row.recorded_at, row.type, row.state)
    assert log.head().digest == digest


def test_insert_events_returns_the_positions(log: Log) -> None:
    assert list(log.insert_events([])) == []
    assert list(log.insert_events(entries(note(FIRST, 1), note(FIRST, 2)))) == [1, 2]
    assert list(log.insert_events([entry(SECOND, 1)])) == [3]


def test_an_event_without_its_command_is_no_entry(log: Log) -> None:
    with pytest.raises(TypeError, match="LogEntry"):
        log.insert_events([StoredEvent(FIRST, 1, "DealNoteAdded", b"{}")])


def test_a_closed_store_says_so(log: Log) -> None:
    log.append([entry(FIRST, 1)])
    log.close()
    log.close()
    with pytest.raises(Unavailable, match="closed"):
        log.head()
    with pytest.raises(Unavailable, match="closed"):
        log.select_events(FIRST)
    with pytest.raises(Unavailable, match="closed"):
        log.append([entry(FIRST, 2)])
