from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from domain.event import Actor
from domain.pipeline import DefinePipeline, OutcomeLabels, RetirePipeline, RevisePipeline
from domain.stages import Stage
from domain.values import Labels
from engine.clock import to_micros
from engine.timing import ALWAYS
from projections.states.pipelines import pipeline_stages, pipelines
from tests.projections.closing_stories import LATER, Stories, day, micros, summary

LI = Actor(id="li.lei")


def stage(slug: str, **facts: Any) -> Stage:  # noqa: ANN401 - what a stage is made of
    return Stage.model_validate({"stage": slug, "labels": {"en": slug}, "phase": "early", **facts})


@pytest.fixture
def stories() -> Iterator[Stories]:
    stories = Stories()
    defined = DefinePipeline(
        pipeline="loan",
        labels=Labels(en="Loan", zh_cn="贷款"),
        stages=(stage("asked", probability=0.25), stage("checked", expected_days=3, rots_after_days=9)),
        outcome_labels=OutcomeLabels(won=Labels(en="Granted"), lost=Labels(en="Declined")),
    )
    stories.deals.handle_pipeline("loan", defined, by=LI, at=ALWAYS)
    yield stories
    stories.close()


def test_a_revision_holds_from_its_own_time_on_and_the_one_before_stays(stories: Stories) -> None:
    stories.clock = LATER + timedelta(days=1)
    revised = RevisePipeline(stages=(stage("checked"), stage("asked", after_win=True)))
    stories.deals.handle_pipeline("loan", revised, by=LI, at=day(9))
    names = ("pipeline", "revision", "valid_from", "known_from", "label_zh_cn", "won_en", "retired_from")
    assert summary(stories.rows(pipelines), *names) == [
        ("loan", 1, to_micros(ALWAYS), to_micros(LATER), "贷款", "Granted", None),
        ("loan", 2, micros(9), to_micros(stories.clock), "贷款", "Granted", None),
    ]
    rows = stories.rows(pipeline_stages)
    names = ("revision", "stage", "place", "probability", "expected_days", "rots_after_days", "after_win")
    assert summary(rows, *names) == [
        (1, "asked", 0, 0.25, None, None, False),
        (1, "checked", 1, None, 3, 9, False),
        (2, "asked", 1, None, None, None, True),
        (2, "checked", 0, None, None, None, False),
    ]


def test_the_last_revision_says_when_the_pipeline_was_retired(stories: Stories) -> None:
    stories.caught_up()
    stories.deals.handle_pipeline("loan", RetirePipeline(), by=LI, at=day(9))
    names = ("revision", "retired_from", "retired_known_from")
    assert summary(stories.rows(pipelines), *names) == [(1, micros(9), to_micros(LATER))]
