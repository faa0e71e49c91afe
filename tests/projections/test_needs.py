from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Table

from domain.deal.life import DealOpened
from domain.deal.needs import NeedRecorded, NeedRevised, NeedSettled, SolutionProposed
from projections.people.needs import needs, solution_needs, solutions
from projections.running.reading_on import FOREVER
from tests.projections.closing_stories import Stories, micros

OPENED = DealOpened(title="Pumps", pipeline="standard", pipeline_revision=1, stage="prospecting")
QUIET = NeedRecorded(need="n1", kind="pain", topic="noise", text="Too loud", importance=3, contact="wang")


@pytest.fixture
def stories() -> Iterator[Stories]:
    stories = Stories()
    yield stories
    stories.close()


def rows(stories: Stories, table: Table, *columns: str) -> list[tuple[Any, ...]]:
    return [tuple(row.values()) for row in stories.rows(table, *columns)]


def test_a_need_is_as_it_was_last_told(stories: Stories) -> None:
    stories.story(
        OPENED,
        QUIET,
        NeedRevised(need="n1", importance=5),
        NeedRevised(need="n1", text="Far too loud"),
        NeedSettled(need="n1", met="partly", offer="o1"),
        NeedSettled(need="n1", met="yes"),
    )
    columns = ("kind", "topic", "text", "importance", "met", "offer", "recorded", "read_at", "until")
    assert rows(stories, needs, *columns) == [
        ("pain", "noise", "Too loud", 3, None, None, micros(2), micros(2), micros(3)),
        ("pain", "noise", "Too loud", 5, None, None, micros(2), micros(3), micros(4)),
        ("pain", "noise", "Far too loud", 5, None, None, micros(2), micros(4), micros(5)),
        ("pain", "noise", "Far too loud", 5, "partly", "o1", micros(2), micros(5), micros(6)),
        ("pain", "noise", "Far too loud", 5, "yes", None, micros(2), micros(6), FOREVER),
    ]


def test_a_need_that_is_recorded_again_is_open_again(stories: Stories) -> None:
    stories.story(OPENED, QUIET, NeedSettled(need="n1", met="no"), QUIET)
    assert rows(stories, needs, "met", "recorded", "until") == [
        (None, micros(2), micros(3)),
        ("no", micros(2), micros(4)),
        (None, micros(4), FOREVER),
    ]


def test_a_need_that_nobody_recorded_may_be_met_all_the_same(stories: Stories) -> None:
    stories.story(OPENED, NeedSettled(need="n9", met="yes"))
    assert rows(stories, needs, "need", "kind", "text", "met") == [("n9", None, None, "yes")]


def test_a_revision_takes_the_place_of_the_solution_that_it_revises(stories: Stories) -> None:
    stories.story(
        OPENED,
        SolutionProposed(solution="s1", summary="A pump", needs=("n1", "n2", "n1")),
        SolutionProposed(solution="s2", summary="Another way"),
        SolutionProposed(solution="s3", summary="A quiet pump", revises="s1", needs=("n1",)),
        SolutionProposed(solution="s3", summary="A quieter pump"),
    )
    assert rows(stories, solutions, "solution", "revises", "until") == [
        ("s1", None, micros(4)),
        ("s2", None, FOREVER),
        ("s3", "s1", micros(5)),
        ("s3", None, FOREVER),
    ]
    assert rows(stories, solution_needs, "version", "need") == [(2, "n1"), (2, "n2"), (4, "n1")]
