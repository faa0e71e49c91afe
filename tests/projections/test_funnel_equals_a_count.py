"""Every figure of a funnel, as of and known at any instant, equals a count by hand; its deals add up."""

from collections import Counter
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from projections.running.runner import catch_up
from projections.running.verifying import verify
from projections.stages.funnel import funnel
from tests.projections.funnel_by_hand import funnel_by_hand
from tests.projections.spare_views import views_of
from tests.projections.stage_histories import Told, store_of, told
from tests.projections.stage_questions import READ, asked_of, question_of
from tests.projections.walked_by_hand import BERLIN

MOVES = (
    "DealStageChanged",
    "DealStageChanged",
    "DealStageChanged",
    "DealWon",
    "DealLost",
    "DealReopened",
    "DealPaused",
)
GROUPINGS: tuple[tuple[str, ...], ...] = ((), ("owner",), ("pipeline", "kind"))

# An example is many deals with many questions: the stores cost more than the answers.
FEW = settings(max_examples=settings().max_examples // 4)


@FEW
@given(told(MOVES, deals=12), st.data())
def test_the_figures_of_a_funnel_equal_a_count_by_hand(told: Told, data: st.DataObject) -> None:
    with store_of(told, BERLIN) as deals, views_of(deals) as views:
        catch_up(views, deals, READ, page=data.draw(st.sampled_from([1, 3, 5_000])))
        for _ in range(4):
            asked = data.draw(asked_of(told.history))
            by = data.draw(st.sampled_from(GROUPINGS))
            answer = funnel(views, deals, question_of(asked, by)).model_dump(mode="json")
            for group in answer["groups"]:
                assert_its_deals_add_up(group, decided=asked.decided)
            expected, undated = funnel_by_hand(told, asked, by)
            assert answer["undated"] == undated
            assert {_key(group): _figures(group) for group in answer["groups"]} == expected


@FEW
@given(told=told(MOVES), page=st.sampled_from([1, 2, 7]))
def test_pages_of_any_size_give_the_visits_and_milestones_that_the_whole_log_gives(
    told: Told, page: int
) -> None:
    with store_of(told, BERLIN) as deals, views_of(deals) as views:
        catch_up(views, deals, READ, page=page)
        assert [each.difference for each in verify(views, deals, READ)] == [None] * len(READ)


def assert_its_deals_add_up(group: dict[str, Any], *, decided: bool) -> None:
    """That each figure of the group is the number of listed deals that name the stage."""
    for stage in group["stages"]:
        listed = {
            figure: [deal for deal in group["behind"] if stage["stage"] in deal[figure]]
            for figure in ("entered", "reached", "passed", "returned", "cohort", "active")
        }
        for figure in ("entered", "reached", "passed", "returned"):
            assert len(listed[figure]) == stage[figure]
        furthest = [deal for deal in group["behind"] if deal["furthest"] == stage["stage"]]
        assert sum(deal["counted"] for deal in furthest) == stage["furthest"]
        outcomes = Counter(
            "disqualified" if decided and deal["kind"] == "disqualified" else deal["outcome"]
            for deal in listed["reached"]
        )
        assert {each: outcomes[each] for each in ("won", "lost", "open", "disqualified")} == {
            each: stage[each] for each in ("won", "lost", "open", "disqualified")
        }
        for figure in ("cohort", "active"):
            fates = Counter(deal[figure][stage["stage"]] for deal in listed[figure])
            conversion = stage["conversion"][figure]
            assert fates == Counter({fate: conversion[fate] for fate in ("passed", "lost", "open")})
    assert sum(deal["counted"] for deal in group["behind"]) == group["deals"]


def _key(group: dict[str, Any]) -> tuple[Any, ...]:
    return (*group["by"].values(), group["pipeline"])


def _figures(group: dict[str, Any]) -> dict[str, Any]:
    stuck = group["bottleneck"]
    return {
        **{name: group[name] for name in ("deals", "won", "lost", "open", "disqualified")},
        "stages": {stage.pop("stage"): stage for stage in group["stages"]},
        "bottleneck": {
            "slowest": stuck["slowest"] and stuck["slowest"]["ratio"],
            "narrowest": stuck["narrowest"] and stuck["narrowest"]["rate"],
        },
    }
