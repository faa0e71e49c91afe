"""What a store promises of batches, small and very large, right after its own appends and in turns with others."""

from collections.abc import Callable
from typing import NoReturn
from uuid import UUID

import psycopg
import pytest

from domain.errors import CommandReused, VersionConflict
from engine.clock import to_micros
from engine.log import Appended, Log, LogEntry
from engine.postgres import PostgresLog
from engine.postgres_appending import MANY
from engine.verify import verify
from tests.engine.appending import FIRST, SECOND, entry, fill

SIZES = [2, 40, MANY, 3 * MANY + 1]


def batch(size: int, start: int = 0) -> list[LogEntry]:
    """Notes in deals of seven events, each a command of its own; texts and ids hold all that may go wrong."""
    return [
        entry(
            UUID(int=(9 << 76) + (2 << 62) + number // 7),
            number % 7 + 1,
            f"第{number}次 \t\n\\N\\. \u0000{'…' * (number % 5)}",
            command_id=f"行\t{number}\\0\0\n",
        )
        for number in range(start, start + size)
    ]


@pytest.fixture
def warm(log: Log) -> Log:
    """A log that has just appended, and knows that nobody else did."""
    fill(log, 3)
    return log


def test_the_rows_do_not_depend_on_how_many_come_at_once(log: Log, warm: Log) -> None:
    given = batch(2 * MANY)
    assert warm.append(given[:MANY]).first == 4
    for first in range(MANY, MANY + 100, 20):
        warm.append(given[first : first + 20])
    for one in given[MANY + 100 : MANY + 110]:
        warm.append([one])
    warm.append(given[MANY + 110 :])
    rows = warm.rows(3, 10**6)
    assert [row.position for row in rows] == list(range(4, 2 * MANY + 4))
    assert [
        (row.stream_id, row.version, row.type, row.state, row.command_id, row.nth, row.fingerprint)
        for row in rows
    ] == [
        (
            each.originator_id.bytes,
            each.originator_version,
            each.topic,
            each.state,
            each.command_id,
            each.nth,
            each.fingerprint,
        )
        for each in given
    ]
    assert verify(warm) == warm.head()


@pytest.mark.parametrize("bad", [1, 3])
def test_one_caller_s_conflict_does_not_fail_the_others_of_its_transaction(warm: Log, bad: int) -> None:
    callers = [[entry(FIRST, 1)], [entry(FIRST, bad, command_id="bad")], [entry(SECOND, 1)]]
    one, refused, other = warm.append_all(callers)
    assert isinstance(refused, VersionConflict)
    assert "is at version 1" in str(refused)
    recorded_at = warm.rows(3, 1)[0].recorded_at
    assert [one, other] == [Appended(4, recorded_at), Appended(5, recorded_at)]
    assert [row.command_id for row in warm.rows(3, 10)] == ["0001:1", "0002:1"]
    assert verify(warm) == warm.head()


@pytest.mark.parametrize("size", [0, *SIZES])
@pytest.mark.parametrize("place", ["first", "last"])
def test_one_version_that_is_taken_refuses_the_whole_batch(warm: Log, size: int, place: str) -> None:
    warm.append([entry(FIRST, 1)])
    taken = entry(FIRST, 1, command_id="late")
    given = batch(size)
    with pytest.raises(VersionConflict, match="is at version 1"):
        warm.append([taken, *given] if place == "first" else [*given, taken])
    assert warm.head().position == 4
    assert warm.append([*given, entry(FIRST, 2)]) == Appended(5, warm.rows(4, 1)[0].recorded_at)
    assert verify(warm).position == 5 + size


@pytest.mark.parametrize("size", [0, *SIZES])
def test_one_version_that_is_left_out_refuses_the_whole_batch(warm: Log, size: int) -> None:
    warm.append([entry(FIRST, 1)])
    with pytest.raises(VersionConflict, match="next event is version 2, not 3"):
        warm.append([*batch(size), entry(FIRST, 3)])
    assert warm.head().position == 4


@pytest.mark.parametrize("size", SIZES)
def test_one_command_id_that_is_taken_refuses_the_whole_batch(warm: Log, size: int) -> None:
    warm.append([entry(FIRST, 1, command_id="taken")])
    with pytest.raises(CommandReused, match="'taken'"):
        warm.append([*batch(size), entry(SECOND, 1, command_id="taken")])
    assert warm.head().position == 4
    warm.append(batch(size))
    assert verify(warm).position == 4 + size


@pytest.mark.parametrize("size", SIZES)
def test_a_batch_uses_no_command_id_twice(warm: Log, size: int) -> None:
    given = batch(size)
    with pytest.raises(CommandReused):
        warm.append([*given, entry(FIRST, 1, command_id=given[0].command_id)])
    assert warm.head().position == 3


@pytest.mark.parametrize("size", SIZES)
def test_a_batch_that_comes_again_is_told_as_used(warm: Log, size: int) -> None:
    warm.append(batch(size))
    with pytest.raises(CommandReused):
        warm.append(batch(size))
    assert verify(warm).position == 3 + size


@pytest.mark.parametrize("size", SIZES)
def test_two_who_record_batches_in_turns_follow_each_other(
    empty_database: Callable[[], str], size: int
) -> None:
    url = empty_database()
    logs = [PostgresLog(url), PostgresLog(url)]
    whose = [0, 0, 0, 1, 1, 1, 0, 1, 0, 0]
    for turn, who in enumerate(whose):
        assert logs[who].append(batch(size, size * turn)).first == size * turn + 1
    assert verify(logs[0]).position == size * len(whose)
    for log in logs:
        log.close()


@pytest.mark.parametrize("size", [1, 2, MANY, 2 * MANY + 1])
def test_whoever_records_alone_goes_on_where_it_was_without_taking_the_lock(
    empty_database: Callable[[], str], monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    def locked(_: object) -> NoReturn:
        raise AssertionError("the lock was taken")

    log = PostgresLog(empty_database())
    for turn in range(4):
        if turn == 2:
            monkeypatch.setattr(log._writer, "_append_locked", locked)
        log.append(batch(size, start=turn * 7 * size))
        head = log.head()
        assert head.recorded_at is not None
        assert log._writer.end == (head.position, head.digest, to_micros(head.recorded_at))
    log.close()


def test_who_stands_still_while_copying_keeps_nobody_waiting(empty_database: Callable[[], str]) -> None:
    url = empty_database()
    other = PostgresLog(url, busy_timeout=1)
    seen: list[Appended] = []

    class Slow(psycopg.Cursor[tuple[object, ...]]):
        def copy(self, *given: object, **options: object) -> object:  # type: ignore[override]
            copying = super().copy(*given, **options)  # type: ignore[arg-type]
            seen.append(other.append([entry(SECOND, len(seen) + 1)]))
            return copying

    log = PostgresLog(url)
    fill(log, 3)
    log._writer.connection().cursor_factory = Slow
    # Somebody else was first, so it is recorded under the lock after all.
    assert log.append(batch(MANY)).first == 5
    assert [each.first for each in seen] == [4]
    assert verify(log).position == 4 + MANY
    log.close()
    other.close()
