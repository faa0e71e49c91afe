from collections.abc import Iterator

import pytest

from domain.deal.life import DealOpened, DealStageChanged, Override
from domain.deal.outcome import DealReopened, DealWon
from domain.event import Actor
from domain.pipeline import RevisePipeline
from domain.templates.shipped import TEMPLATES
from engine.timing import ALWAYS
from projections.asked import Asked
from projections.definitions import definitions_on
from projections.known import as_known
from projections.stage_moves import StageMove, stage_moves
from projections.stage_visits import StageVisits
from projections.stays import stays_on
from tests.projections.closing_stories import Stories, day

ANNA = Actor(id="anna")


def opened(stage: str = "prospecting", pipeline: str = "standard") -> DealOpened:
    return DealOpened(title="Pumps", pipeline=pipeline, pipeline_revision=1, stage=stage)


def to(stage: str, revision: int = 1, override: Override | None = None) -> DealStageChanged:
    return DealStageChanged(to_stage=stage, pipeline_revision=revision, override=override)


@pytest.fixture
def stories() -> Iterator[Stories]:
    stories = Stories()
    for slug in ("standard", "path", "nodes"):
        stories.deals.handle_pipeline(slug, TEMPLATES[slug], by=ANNA, at=ALWAYS)
    yield stories
    stories.close()


def moves(stories: Stories, asked: Asked | None = None) -> list[StageMove]:
    asked, views = asked or Asked(), stories.caught_up()
    with as_known(views, stories.deals, (StageVisits(),), asked.known_at) as known:
        (stays,) = stays_on(known, asked).values()
        return stage_moves(stays, definitions_on(views, known.live, asked))


def skipped(stories: Stories) -> list[tuple[str, tuple[str, ...]]]:
    return [(move.to_stage, move.skipped) for move in moves(stories)]


def test_a_move_skips_the_stages_that_it_passes_over(stories: Stories) -> None:
    stories.story(opened(), to("proposal"), to("negotiation"))
    assert skipped(stories) == [("proposal", ("qualification", "meeting")), ("negotiation", ())]


def test_a_move_back_skips_nothing_and_is_one(stories: Stories) -> None:
    stories.story(opened("negotiation"), to("prospecting"), to("qualification"))
    assert [(move.back, move.skipped) for move in moves(stories)] == [(True, ()), (False, ())]


def test_a_rule_that_was_set_aside_is_told_with_the_move(stories: Stories) -> None:
    stories.story(opened(), to("meeting", override=Override(rule="skip", reason="other")), to("proposal"))
    assert [(move.version, move.override) for move in moves(stories)] == [(2, "skip"), (3, None)]


def test_the_order_is_that_of_the_revision_that_the_move_was_made_under(stories: Stories) -> None:
    stages = {stage.stage: stage for stage in TEMPLATES["standard"].stages}
    fewer = RevisePipeline(stages=tuple(stages[name] for name in ("prospecting", "meeting", "negotiation")))
    stories.deals.handle_pipeline("standard", fewer, by=ANNA, at=day(1))
    stories.story(opened(), to("negotiation", 2), to("prospecting", 2), to("negotiation", 1))
    assert [each for _, each in skipped(stories)] == [
        ("meeting",),
        (),
        ("qualification", "meeting", "proposal"),
    ]


def test_a_reopening_is_no_move(stories: Stories) -> None:
    reopened = (DealWon(), DealReopened(stage="research"))
    stories.story(opened("first-contact", "nodes"), *reopened)
    assert moves(stories) == []


def test_only_a_won_deal_passes_over_a_stage_that_comes_after_the_win(stories: Stories) -> None:
    stories.story(opened("contract-negotiation", "nodes"), DealWon(), to("after-sales"))
    assert skipped(stories) == [("after-sales", ("delivery",))]


def test_a_stage_that_the_revision_does_not_define_is_nowhere(stories: Stories) -> None:
    stories.story(opened(), to("elsewhere"), to("negotiation"))
    assert [(move.back, move.skipped) for move in moves(stories)] == [(False, ()), (False, ())]
