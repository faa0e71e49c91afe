from collections.abc import Iterator
from typing import Any

import pytest

from domain.deal.life import DealOpened, DealPipelineChanged, DealStageChanged
from domain.deal.outcome import DealLost, DealReopened, DealWon
from domain.deal.outlook import DealPaused, DealResumed
from domain.event import Actor
from domain.pipeline import RevisePipeline
from domain.stages import Stage
from domain.templates.shipped import TEMPLATES
from domain.values import Labels
from engine.timing import ALWAYS
from projections.asking.asked import Asked, Filters
from projections.asking.question import Question
from projections.stages.funnel import funnel
from projections.stages.funnel_answer import FunnelGroup
from tests.projections.closing_stories import Stories, day

ANNA = Actor(id="anna")
LOST = DealLost(kind="declined")


def opened(stage: str | None = "prospecting", pipeline: str = "standard") -> DealOpened:
    return DealOpened(title="Pumps", pipeline=pipeline, pipeline_revision=1, stage=stage, owner="anna")


def to(stage: str, revision: int = 1) -> DealStageChanged:
    return DealStageChanged(to_stage=stage, pipeline_revision=revision)


@pytest.fixture
def stories() -> Iterator[Stories]:
    stories = Stories()
    for slug in ("standard", "nodes"):
        stories.deals.handle_pipeline(slug, TEMPLATES[slug], by=ANNA, at=ALWAYS)
    yield stories
    stories.close()


def ask(stories: Stories, **question: Any) -> tuple[FunnelGroup, ...]:  # noqa: ANN401 - what a question takes
    return funnel(stories.caught_up(), stories.deals, Question(**question)).groups


def only(stories: Stories, **question: Any) -> FunnelGroup:  # noqa: ANN401 - what a question takes
    (group,) = ask(stories, **question)
    return group


def told(group: FunnelGroup, *figures: str) -> dict[str, tuple[Any, ...]]:
    """These figures of each stage in which one of them is not nought."""
    found = {each.stage: tuple(getattr(each, name) for name in figures) for each in group.stages}
    return {stage: values for stage, values in found.items() if any(values)}


def test_a_skipped_stage_counts_as_passed_but_was_not_entered(stories: Stories) -> None:
    stories.story(opened(), to("proposal"))
    assert told(only(stories), "entered", "reached", "passed", "open") == {
        "prospecting": (1, 1, 1, 1),
        "qualification": (0, 1, 1, 1),
        "meeting": (0, 1, 1, 1),
        "proposal": (1, 1, 0, 1),
    }


def test_a_move_back_takes_nothing_away_and_is_counted_beside(stories: Stories) -> None:
    stories.story(opened("meeting"), to("proposal"), to("meeting"), LOST)
    assert told(only(stories), "reached", "passed", "lost", "returned", "furthest") == {
        "prospecting": (1, 1, 1, 0, 0),
        "qualification": (1, 1, 1, 0, 0),
        "meeting": (1, 1, 1, 1, 0),
        "proposal": (1, 0, 1, 0, 1),
    }


def test_a_won_deal_has_passed_every_stage_before_the_win(stories: Stories) -> None:
    stories.story(opened("research", "nodes"), DealWon(), to("delivery"))
    assert told(only(stories), "reached", "passed", "won") == {
        "research": (1, 1, 1),
        "identification": (1, 1, 1),
        "first-contact": (1, 1, 1),
        "needs-analysis": (1, 1, 1),
        "demonstration": (1, 1, 1),
        "contract-negotiation": (1, 1, 1),
        "delivery": (1, 0, 1),
    }


def test_a_win_that_was_undone_passed_nothing(stories: Stories) -> None:
    stories.story(opened(), DealWon(), DealReopened(reason="other"))
    assert told(only(stories), "reached", "passed", "open") == {"prospecting": (1, 0, 1)}
    assert only(stories, asked=Asked(as_of=day(2))).won == 1


def test_a_stage_that_the_pipeline_no_longer_has_stands_where_it_stood(stories: Stories) -> None:
    stages = {stage.stage: stage for stage in TEMPLATES["standard"].stages}
    scoping = Stage(stage="scoping", labels=Labels(en="Scoping"), phase="middle")
    revised = (stages["prospecting"], stages["meeting"], scoping, stages["negotiation"])
    stories.story(opened(), to("qualification"), to("proposal"))
    stories.story(opened("scoping").model_copy(update={"pipeline_revision": 2}), deal="D-2")
    stories.deals.handle_pipeline("standard", RevisePipeline(stages=revised), by=ANNA, at=day(9))
    group = only(stories)
    assert [each.stage for each in group.stages] == [
        "prospecting",
        "qualification",
        "meeting",
        "proposal",
        "scoping",
        "negotiation",
    ]
    # Under the first revision there was no scoping that the first deal could have passed.
    assert told(group, "reached", "passed") == {
        "prospecting": (2, 2),
        "qualification": (1, 1),
        "meeting": (2, 2),
        "proposal": (1, 0),
        "scoping": (1, 0),
    }
    before = only(stories, asked=Asked(as_of=day(8)))
    assert "scoping" not in [each.stage for each in before.stages if not each.reached]


def test_a_deal_that_went_to_another_pipeline_is_in_the_funnel_of_both(stories: Stories) -> None:
    moved = DealPipelineChanged(
        from_pipeline="standard", to_pipeline="nodes", to_stage="research", pipeline_revision=1
    )
    stories.story(opened(), to("meeting"), moved)
    nodes, standard = ask(stories)
    assert (nodes.pipeline, told(nodes, "entered", "open")) == ("nodes", {"research": (1, 1)})
    assert (standard.pipeline, standard.deals, standard.open) == ("standard", 1, 1)
    assert only(stories, filters=Filters(pipeline="standard")) == standard
    meeting = next(each for each in standard.stages if each.stage == "meeting")
    assert meeting.conversion.cohort.open == 1


def test_a_cohort_enters_in_the_period_and_an_active_deal_is_there_in_it(stories: Stories) -> None:
    stories.tell(opened(), day(1))
    stories.tell(to("meeting"), day(3))
    stories.tell(to("proposal"), day(6))
    stories.tell(LOST, day(9))
    group = only(stories, start=day(4), end=day(7))
    cohort, active = (
        {
            each.stage: (conversion.passed, conversion.lost)
            for each in group.stages
            if (conversion := getattr(each.conversion, which)).deals
        }
        for which in ("cohort", "active")
    )
    assert group.deals == 0
    assert cohort == {"proposal": (0, 1)}
    assert active == {"meeting": (1, 0), "proposal": (0, 1)}


def test_with_a_period_the_deals_opened_in_it_are_counted(stories: Stories) -> None:
    stories.tell(opened(), day(1))
    stories.tell(opened(), day(5), deal="D-2")
    stories.tell(opened(), day(5), deal="D-3", precision="unknown")
    answer = funnel(stories.caught_up(), stories.deals, Question(start=day(4), end=day(6)))
    (group,) = answer.groups
    assert (group.deals, answer.undated) == (1, 1)


def decided_deals(stories: Stories, won: int, lost: int) -> None:
    """Deals that spend one day in prospecting if they are won, three if they are lost, and pause for another."""
    for number in range(won + lost):
        deal = f"D-{number}"
        stories.tell(opened(), day(1), deal=deal)
        stories.tell(DealPaused(reason="timing"), day(1.25), deal=deal)
        stories.tell(DealResumed(), day(2.25), deal=deal)
        stories.tell(to("qualification"), day(3 if number < won else 5), deal=deal)
        end = DealWon() if number < won else LOST
        stories.tell(end, day(6), deal=deal)


def test_the_bottleneck_is_where_lost_deals_stay_longer_and_where_fewest_get_past(stories: Stories) -> None:
    decided_deals(stories, won=5, lost=6)
    stuck = only(stories).bottleneck
    assert stuck.slowest is not None
    assert (stuck.slowest.stage, stuck.slowest.ratio) == ("prospecting", 3.0)
    assert (stuck.slowest.won.n, stuck.slowest.lost.n, stuck.slowest.lost.median) == (5, 6, 72.0)
    assert stuck.narrowest is not None
    assert (stuck.narrowest.stage, stuck.narrowest.rate, stuck.narrowest.deals) == (
        "qualification",
        0.454545,
        11,
    )


def test_under_the_floor_there_is_no_bottleneck_and_no_probability(stories: Stories) -> None:
    decided_deals(stories, won=1, lost=3)
    group = only(stories)
    probability = group.stages[0].probability
    assert (group.bottleneck.slowest, group.bottleneck.narrowest) == (None, None)
    assert (probability.n, probability.won, probability.share, probability.too_few) == (4, 1, None, True)


def test_the_derived_probability_is_of_decided_deals_only(stories: Stories) -> None:
    decided_deals(stories, won=2, lost=3)
    stories.story(opened(), DealLost(kind="disqualified"), deal="unfit")
    stories.story(opened(), deal="open")
    probability = only(stories).stages[0].probability
    assert (probability.n, probability.share, probability.too_few) == (5, 0.4, False)


def test_with_decided_disqualified_deals_stand_beside_the_lost_ones(stories: Stories) -> None:
    stories.story(opened(), DealLost(kind="disqualified"))
    stories.story(opened(), LOST, deal="D-2")
    assert told(only(stories), "lost", "disqualified") == {"prospecting": (2, 0)}
    assert told(only(stories, decided=True), "lost", "disqualified") == {"prospecting": (1, 1)}


def test_a_deal_whose_stage_nobody_knows_is_counted_but_in_no_stage(stories: Stories) -> None:
    stories.story(opened(None))
    group = only(stories)
    assert (group.deals, group.open, told(group, "reached")) == (1, 1, {})


def test_groups_are_asked_for_by_dimension(stories: Stories) -> None:
    stories.story(opened())
    stories.story(opened().model_copy(update={"owner": None}), LOST, deal="D-2")
    assert [(each.by, each.open, each.lost) for each in ask(stories, by=("owner",))] == [
        ({"owner": "anna"}, 1, 0),
        ({"owner": None}, 0, 1),
    ]
