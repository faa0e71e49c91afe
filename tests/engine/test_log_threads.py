"""What a store promises to many threads at once."""

from uuid import UUID

import pytest

from domain.errors import CommandReused, VersionConflict
from engine.log import Log
from engine.verify import verify
from tests.engine.appending import (
    FIRST,
    at_once,
    entry,
)


@pytest.mark.parametrize("callers", [2, 8, 16])
def test_appends_of_many_threads_are_all_there_once(log: Log, callers: int) -> None:
    each = 10

    def act(number: int) -> None:
        stream_id = UUID(int=number)
        for version in range(1, each + 1):
            log.append([entry(stream_id, version, command_id=f"{number}:{version}")])

    at_once(callers, act)
    rows = log.rows(0, 10**6)
    assert [row.position for row in rows] == list(range(1, callers * each + 1))
    assert {(row.stream_id, row.version) for row in rows} == {
        (UUID(int=number).bytes, version) for number in range(callers) for version in range(1, each + 1)
    }
    assert verify(log) == log.head()


@pytest.mark.parametrize("callers", [2, 16])
def test_of_many_threads_at_one_version_exactly_one_wins(log: Log, callers: int) -> None:
    won: list[int] = []

    def act(number: int) -> None:
        try:
            log.append([entry(FIRST, 1, command_id=f"{number}")])
        except VersionConflict:
            return
        won.append(number)

    at_once(callers, act)
    assert [row.command_id for row in log.rows(0, 10)] == [str(number) for number in won]
    assert len(won) == 1


def test_of_many_threads_with_one_command_id_exactly_one_wins(log: Log) -> None:
    refused: list[int] = []

    def act(number: int) -> None:
        try:
            log.append([entry(UUID(int=number), 1, command_id="c")])
        except CommandReused:
            refused.append(number)

    at_once(8, act)
    assert len(refused) == 7
    assert len(log.rows(0, 10)) == 1


def test_a_reader_that_goes_on_from_its_last_position_misses_nothing(log: Log) -> None:
    total = 120
    seen: list[int] = []

    def act(number: int) -> None:
        if number == 0:
            while len(seen) < total:
                seen.extend(position for _, _, position, _ in log.page(seen[-1] if seen else 0, 7))
        else:
            for version in range(1, total // 3 + 1):
                log.append([entry(UUID(int=number), version, command_id=f"{number}:{version}")])

    at_once(4, act)
    assert seen == list(range(1, total + 1))
