"""Every figure about negotiations as of and known at any instant equals a count by hand."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from projections.asking.asked import Asked, Filters
from projections.asking.question import Question
from projections.closings.outcomes import Outcomes
from projections.negotiation.discounts import discounts
from projections.negotiation.negotiations import Negotiations
from projections.running.runner import catch_up
from projections.running.verifying import verify
from projections.states.deal_states import DealStates
from tests.projections.bargaining_histories import bargaining_histories
from tests.projections.bargains_by_hand import bargains_of, grouped
from tests.projections.closing_histories import QUARTER_DAYS, History, instant, store_of
from tests.projections.count_by_hand import BERLIN, Counted
from tests.projections.spare_views import views_of

READ = (DealStates(), Outcomes(), Negotiations())
GROUPINGS: tuple[tuple[str, ...], ...] = ((), ("owner",), ("reason", "kind"), ("segment.region",))
NOT_OF_A_NEGOTIATION = ("deal", "title", "owner", "outcome", "kind", "closed_at", "amount")

# An example is many deals with many questions: the stores cost more than the answers.
FEW = settings(max_examples=settings().max_examples // 2)
FEWER = settings(max_examples=settings().max_examples // 4)


@FEW
@given(bargaining_histories(deals=7), st.data())
def test_figures_about_negotiations_equal_a_count_by_hand(history: History, data: st.DataObject) -> None:
    # Instants at which something happened or was recorded are where answers change.
    telling = [fact.at for fact in history.facts] + [QUARTER_DAYS + fact.recorded for fact in history.facts]
    instants = st.none() | st.sampled_from(telling) | st.integers(0, 2 * QUARTER_DAYS)
    with store_of(history, BERLIN) as deals, views_of(deals) as views:
        catch_up(views, deals, READ, page=data.draw(st.sampled_from([1, 3, 5_000])))
        for _ in range(4):
            as_of, known_at, start, end = (data.draw(instants) for _ in range(4))
            bounded, decided = data.draw(st.booleans()), data.draw(st.booleans())
            owner = data.draw(st.sampled_from([None, None, "li"]))
            counted = Counted(as_of, known_at, start if bounded else None, end if bounded else None, owner)
            by = data.draw(st.sampled_from(GROUPINGS))
            question = Question(
                asked=Asked(_maybe(as_of), _maybe(known_at)),
                by=by,
                start=_maybe(counted.start),
                end=_maybe(counted.end),
                filters=Filters(owner=owner),
                decided=decided,
                with_deals=True,
            )
            answer = discounts(views, deals, question).model_dump(mode="json")
            groups = {tuple(group.pop("by").values()): group for group in answer["groups"]}
            for group in groups.values():
                _assert_deals_add_up(group)
                group["behind"] = {each["deal"]: _negotiation(each) for each in group["behind"]}
            cases, undated = bargains_of(history, counted)
            assert groups == grouped(cases, by, decided=decided)
            assert answer["undated"] == undated


@FEWER
@given(history=bargaining_histories(), page=st.sampled_from([1, 2, 7]))
def test_pages_of_any_size_give_the_negotiations_that_the_whole_log_gives(
    history: History, page: int
) -> None:
    with store_of(history, BERLIN) as deals, views_of(deals) as views:
        catch_up(views, deals, READ, page=page)
        assert [each.difference for each in verify(views, deals, READ)] == [None] * len(READ)


def _assert_deals_add_up(group: dict[str, Any]) -> None:
    behind = group["behind"]
    assert group["deals"] == len(behind)
    assert group["with_offer"] == sum(each["offers"] > 0 for each in behind)
    assert group["offers"]["made"] == sum(each["offers"] for each in behind)
    assert group["discount"]["n"] == sum(each["discount"] is not None for each in behind)
    assert group["concessions"]["given"]["number"] == sum(each["given"] for each in behind)
    assert group["concessions"]["received"]["number"] == sum(each["received"] for each in behind)
    assert sum(each["raised"] for each in group["objections"]) == sum(each["raised"] for each in behind)
    for amount in group["conceded"]["amounts"]:
        conceded = [each["conceded"] for each in behind if each["conceded"]]
        alike = [each for each in conceded if each["currency"] == amount["currency"]]
        assert Decimal(amount["amount"]) == sum(Decimal(each["amount"]) for each in alike)


def _negotiation(behind: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in behind.items() if name not in NOT_OF_A_NEGOTIATION}


def _maybe(quarter: int | None) -> datetime | None:
    return None if quarter is None else instant(quarter)
