"""Every figure about how fast deals go, as of and known at any instant, equals a count by hand; its deals add up."""

from statistics import median
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from projections.running.runner import catch_up
from projections.stages.velocity import velocity
from tests.projections.spare_views import views_of
from tests.projections.stage_histories import Told, store_of, told
from tests.projections.stage_questions import READ, asked_of, question_of
from tests.projections.velocity_by_hand import velocity_by_hand
from tests.projections.walked_by_hand import BERLIN

ENDS = (
    "DealWon",
    "DealWon",
    "DealLost",
    "DealLeadAccepted",
    "ContractSigned",
    "PaymentReceived",
    "PaymentReceived",
    "DeliveryCompleted",
)
GROUPINGS: tuple[tuple[str, ...], ...] = ((), ("owner",), ("pipeline", "kind"))

# An example is many deals with many questions: the stores cost more than the answers.
FEW = settings(max_examples=settings().max_examples // 4)


@FEW
@given(told(ENDS, deals=12), st.data())
def test_how_fast_deals_go_equals_a_count_by_hand(told: Told, data: st.DataObject) -> None:
    with store_of(told, BERLIN) as deals, views_of(deals) as views:
        catch_up(views, deals, READ, page=data.draw(st.sampled_from([1, 3, 5_000])))
        for _ in range(6):
            asked = data.draw(asked_of(told.history))
            by = data.draw(st.sampled_from(GROUPINGS))
            since_sql = data.draw(st.booleans())
            answer = velocity(views, deals, question_of(asked, by), since_sql=since_sql)
            document = answer.model_dump(mode="json")
            groups = {tuple(group.pop("by").values()): group for group in document["groups"]}
            for group in groups.values():
                assert_its_deals_add_up(group, group.pop("behind"), decided=asked.decided)
            expected, undated = velocity_by_hand(told, asked, by, since_sql=since_sql)
            assert (groups, document["undated"]) == (expected, undated)


def assert_its_deals_add_up(group: dict[str, Any], behind: list[dict[str, Any]], *, decided: bool) -> None:
    """That each figure of the group is made of its listed deals."""
    won = [deal for deal in behind if deal["closed"] and deal["outcome"] == "won"]
    lost = [deal for deal in behind if deal["closed"] and deal["outcome"] == "lost"]
    lost = [deal for deal in lost if not decided or deal["kind"] != "disqualified"]
    assert (len(won), len(lost)) == (group["won"], group["lost"])
    assert sum(deal["opened"] for deal in behind) == group["cohort"]["opened"]
    assert sum(deal["outcome"] == "open" for deal in behind) == group["sales_velocity"]["open"]
    for name, deals in (("won", won), ("lost", lost)):
        assert _middle([deal["cycle_days"] for deal in deals]) == group["cycle_days"][name]["median"]
    for step, figures in group["after_win"].items():
        assert sum(not deal["after_win"][step]["done"] for deal in won) == figures["open"]
        assert _middle([deal["after_win"][step]["days"] for deal in won]) == figures["days"]["median"]


def _middle(days: list[float | None]) -> float | None:
    dated = [each for each in days if each is not None]
    return round(median(dated), 6) if dated else None
