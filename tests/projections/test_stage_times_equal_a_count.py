"""Every figure about time in stages, as of and known at any instant, equals a count by hand; its deals add up."""

from statistics import median
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from projections.running.runner import catch_up
from projections.stages.stage_times import stage_times
from tests.projections.spare_views import views_of
from tests.projections.stage_histories import Told, store_of, told
from tests.projections.stage_questions import READ, asked_of, question_of
from tests.projections.stage_times_by_hand import stage_times_by_hand
from tests.projections.walked_by_hand import BERLIN

MOVES = ("DealStageChanged", "DealStageChanged", "DealPaused", "DealResumed", "DealWon")
GROUPINGS: tuple[tuple[str, ...], ...] = ((), ("owner",), ("pipeline", "kind"))

# An example is many deals with many questions: the stores cost more than the answers.
FEW = settings(max_examples=settings().max_examples // 4)


@FEW
@given(told(MOVES), st.data())
def test_time_in_stages_equals_a_count_by_hand(told: Told, data: st.DataObject) -> None:
    with store_of(told, BERLIN) as deals, views_of(deals) as views:
        catch_up(views, deals, READ, page=data.draw(st.sampled_from([1, 3, 5_000])))
        for _ in range(6):
            asked = data.draw(asked_of(told.history))
            by = data.draw(st.sampled_from(GROUPINGS))
            answer = stage_times(views, deals, question_of(asked, by)).model_dump(mode="json")
            for group in answer["groups"]:
                assert_its_deals_add_up(group)
                for stage in group["stages"]:
                    if asked.as_of is None:
                        # Of deals that are there now: until whenever this test runs.
                        stage["there"]["age_hours"] = None
            expected, undated = stage_times_by_hand(told, asked, by)
            assert answer["undated"] == undated
            found = {
                (*group["by"].values(), group["pipeline"]): group["stages"] for group in answer["groups"]
            }
            assert {
                key: {stage.pop("stage"): stage for stage in stages} for key, stages in found.items()
            } == expected


def assert_its_deals_add_up(group: dict[str, Any]) -> None:
    """That each figure of the group is made of its listed deals."""
    for stage in group["stages"]:
        behind = [deal["stages"].get(stage["stage"]) for deal in group["behind"]]
        gone = [each for each in behind if each and each["left"]]
        assert len(gone) == stage["deals"]
        assert sum(each["visits"] for each in gone) == stage["visits"]
        assert sum(not each["left"] for each in behind if each) == stage["there"]["deals"]
        for figure in ("hours", "last_hours", "paused_hours"):
            hours = [each[figure] for each in gone if each[figure] is not None]
            assert len(hours) == stage[figure]["n"]
            assert (round(median(hours), 6) if hours else None) == stage[figure]["median"]
