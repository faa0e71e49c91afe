"""Every figure about pushes and slips, as of and known at any instant, equals a count by hand; its deals add up."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from projections.running.runner import catch_up
from projections.stages.slips import slips
from tests.projections.slips_by_hand import slips_by_hand
from tests.projections.spare_views import views_of
from tests.projections.stage_histories import Told, store_of, told
from tests.projections.stage_questions import READ, asked_of, question_of
from tests.projections.walked_by_hand import BERLIN

MOVES = ("DealExpectedCloseMoved", "DealExpectedCloseMoved", "DealForecastSet", "DealWon")
GROUPINGS: tuple[tuple[str, ...], ...] = ((), ("owner",), ("pipeline", "kind"))

# An example is many deals with many questions: the stores cost more than the answers.
FEW = settings(max_examples=settings().max_examples // 4)


@FEW
@given(told(MOVES, deals=18, length=7), st.data())
def test_pushes_and_slips_equal_a_count_by_hand(told: Told, data: st.DataObject) -> None:
    with store_of(told, BERLIN) as deals, views_of(deals) as views:
        catch_up(views, deals, READ, page=data.draw(st.sampled_from([1, 3, 5_000])))
        for _ in range(6):
            asked = data.draw(asked_of(told.history))
            by = data.draw(st.sampled_from(GROUPINGS))
            answer = slips(views, deals, question_of(asked, by)).model_dump(mode="json")
            groups = {tuple(group.pop("by").values()): group for group in answer["groups"]}
            for group in groups.values():
                assert_its_deals_add_up(group, group.pop("behind"))
            expected, undated = slips_by_hand(told, asked, by)
            assert (groups, answer["undated"]) == (expected, undated)


def assert_its_deals_add_up(group: dict[str, Any], behind: list[dict[str, Any]]) -> None:
    """That each figure of the group is made of its listed deals."""
    pushes = [push for deal in behind for push in deal["pushes"]]
    assert len(behind) == group["deals"]
    assert len(pushes) == group["pushed"]["pushes"] == group["pushed"]["days"]["n"]
    for border in ("months", "quarters"):
        assert sum(push[border] for push in pushes) == group["pushed"][border]
    for name, forecasts in (("slip", ("commit", "best-case")), ("slip_any", None)):
        if group[name] is None:
            continue
        those = [
            deal["became"]
            for deal in behind
            if deal["became"] and (forecasts is None or deal["forecast"] in forecasts)
        ]
        assert len(those) == group[name]["expected"]
        for became in ("won", "lost", "slipped", "pending"):
            assert those.count(became) == group[name][became]
