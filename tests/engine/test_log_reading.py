"""What a store promises to who reads: whole streams, pages in order, and eventsourcing's selections."""

import pytest
from eventsourcing.persistence import Notification, NotSupportedError

from engine.clock import to_micros
from engine.log import Log
from tests.engine.appending import FIRST, NOON, SECOND, THIRD, entries, entry, note


@pytest.fixture
def told(log: Log) -> Log:
    """Ten events: 1–4 in the first stream, 5–9 in the second, 10 in the first again; types alternate."""
    log.append(entries(*(note(FIRST, version) for version in (1, 2, 3, 4))))
    log.append(entries(*(note(SECOND, version) for version in (1, 2, 3, 4, 5))))
    log.append([entry(FIRST, 5)])
    return log


def versions(log: Log, **bounds: int | bool | None) -> list[int]:
    return [e.originator_version for e in log.select_events(FIRST, **bounds)]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("bounds", "found"),
    [
        ({}, [1, 2, 3, 4, 5]),
        ({"gt": 0}, [1, 2, 3, 4, 5]),
        ({"gt": 2}, [3, 4, 5]),
        ({"gt": 5}, []),
        ({"lte": 3}, [1, 2, 3]),
        ({"lte": 0}, []),
        ({"lte": 99}, [1, 2, 3, 4, 5]),
        ({"gt": 1, "lte": 3}, [2, 3]),
        ({"gt": 3, "lte": 3}, []),
        ({"desc": True}, [5, 4, 3, 2, 1]),
        ({"desc": True, "limit": 1}, [5]),
        ({"desc": True, "gt": 1, "lte": 4, "limit": 2}, [4, 3]),
        ({"limit": 0}, []),
        ({"limit": 2}, [1, 2]),
        ({"limit": 99}, [1, 2, 3, 4, 5]),
    ],
)
def test_a_stream_is_selected_by_versions(told: Log, bounds: dict[str, int | bool], found: list[int]) -> None:
    assert versions(told, **bounds) == found


def test_a_stream_may_be_named_by_its_text(told: Log) -> None:
    assert told.select_events(str(SECOND)) == told.select_events(SECOND)


def test_an_unknown_stream_is_empty(told: Log) -> None:
    assert told.select_events(THIRD) == []
    assert told.stream(THIRD) == []


def test_a_whole_stream_is_read_in_the_order_of_its_versions(told: Log) -> None:
    assert [(type_name, position) for type_name, _, position, _ in told.stream(FIRST)] == [
        ("DealNoteAdded", position) for position in (1, 2, 3, 4, 10)
    ]
    assert told.stream(SECOND)[0][1:] == (entry(SECOND, 1).state, 5, to_micros(NOON))


@pytest.mark.parametrize(
    ("after", "limit", "found"),
    [
        (0, 100, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]),
        (0, 3, [1, 2, 3]),
        (3, 3, [4, 5, 6]),
        (9, 3, [10]),
        (10, 3, []),
        (99, 3, []),
        (-1, 2, [1, 2]),
        (-(2**63), 2, [1, 2]),
        (4, 0, []),
    ],
)
def test_the_log_is_read_page_by_page(told: Log, after: int, limit: int, found: list[int]) -> None:
    assert [position for _, _, position, _ in told.page(after, limit)] == found
    assert [row.position for row in told.rows(after, limit)] == found


@pytest.mark.parametrize("size", [1, 2, 3, 7, 10, 11])
def test_pages_of_any_size_tell_the_same_log(told: Log, size: int) -> None:
    read: list[int] = []
    while page := told.page(read[-1] if read else 0, size):
        read.extend(position for _, _, position, _ in page)
    assert read == list(range(1, 11))


@pytest.mark.parametrize(
    ("types", "found"),
    [((), 10), (("DealNoteAdded",), 10), (("DealWon", "DealNoteAdded"), 10), (("DealWon",), 0)],
)
def test_a_page_holds_the_types_that_are_asked_for(told: Log, types: tuple[str, ...], found: int) -> None:
    assert len(told.page(0, 100, types)) == found
    assert len(told.rows(0, 100, types)) == found


@pytest.mark.parametrize(
    ("start", "limit", "stop", "found"),
    [
        (None, 100, None, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]),
        (1, 2, None, [1, 2]),
        (4, 100, 6, [4, 5, 6]),
        (4, 2, 6, [4, 5]),
        (6, 100, 4, []),
        (None, 100, 2, [1, 2]),
        (11, 100, None, []),
    ],
)
def test_notifications_include_their_start(
    told: Log, start: int | None, limit: int, stop: int | None, found: list[int]
) -> None:
    assert [n.id for n in told.select_notifications(start, limit, stop)] == found


@pytest.mark.parametrize("start", [0, 1, 9, 10])
def test_notifications_leave_their_start_out_where_asked(told: Log, start: int) -> None:
    found = [n.id for n in told.select_notifications(start, 100, inclusive_of_start=False)]
    assert found == list(range(start + 1, 11))


def test_a_notification_tells_the_event(told: Log) -> None:
    (told_once,) = told.select_notifications(10, 1, topics=["DealNoteAdded"])
    assert told_once == Notification(FIRST, 5, "DealNoteAdded", entry(FIRST, 5).state, 10)
    assert told.select_notifications(1, 10, topics=["DealWon"]) == []


def test_the_last_position_is_the_greatest_notification(told: Log) -> None:
    assert told.max_notification_id() == 10 == told.head().position


def test_there_are_no_subscriptions_but_a_feed(log: Log) -> None:
    with pytest.raises(NotSupportedError, match=r"Deals\.feed"):
        log.subscribe()
