"""Every figure about causes as of and known at any instant equals a count by hand."""

from datetime import datetime
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from projections.asking.asked import Asked, Filters
from projections.asking.question import Question
from projections.causes.causes import causes
from projections.causes.causes_answer import CausesGroup
from projections.causes.measures import Measures
from projections.closings.outcomes import Outcomes
from projections.running.runner import catch_up
from projections.states.deal_states import DealStates
from projections.states.pipelines import Pipelines
from tests.projections.causes_by_hand import groups_by_hand
from tests.projections.causing_histories import BEFORE, OUTCOMES, histories
from tests.projections.closing_histories import QUARTER_DAYS, History, instant, store_of
from tests.projections.count_by_hand import Counted
from tests.projections.spare_views import views_of

FEW = settings(max_examples=settings().max_examples // 5)
KINDS = [*BEFORE, *[*OUTCOMES] * 4, *["DealWon", "DealLost", "CausesRecorded"] * 16]
NEEDED = (DealStates(), Outcomes(), Measures(), Pipelines())
GROUPINGS: tuple[tuple[str, ...], ...] = ((), (), ("owner",), ("pipeline", "kind"))


@FEW
@given(histories(KINDS, deals=20, length=7, at_least=12), st.data())
def test_causes_equal_a_count_by_hand(history: History, data: st.DataObject) -> None:
    telling = [fact.at for fact in history.facts] + [QUARTER_DAYS + fact.recorded for fact in history.facts]
    instants = st.none() | st.none() | st.sampled_from(telling) | st.integers(QUARTER_DAYS, 2 * QUARTER_DAYS)
    with store_of(history, "Europe/Berlin") as deals, views_of(deals) as views:
        catch_up(views, deals, NEEDED)
        for _ in range(4):
            as_of, known_at, start, end = (data.draw(instants) for _ in range(4))
            owner, by = data.draw(st.sampled_from([None, None, "li"])), data.draw(st.sampled_from(GROUPINGS))
            bounds = (start, end) if data.draw(st.booleans()) else (None, None)
            decided = data.draw(st.booleans())
            question = Question(
                asked=Asked(_maybe(as_of), _maybe(known_at)),
                by=by,
                start=_maybe(bounds[0]),
                end=_maybe(bounds[1]),
                filters=Filters(owner=owner),
                decided=decided,
                with_deals=True,
            )
            answer = causes(views, deals, question)
            groups, undated = groups_by_hand(
                history, Counted(as_of, known_at, *bounds, owner), by, decided=decided
            )
            assert {tuple(each.by.values()): _plain(each) for each in answer.groups} == groups
            assert answer.undated == undated
            assert answer.tested == sum(
                interval is not None
                for group in groups.values()
                for _, _, interval in group["drivers"].values()
            )


def _plain(group: CausesGroup) -> dict[str, Any]:
    coverage = group.coverage
    assert coverage.with_cause + coverage.without_cause == group.deals
    for shown in group.drivers:
        assert shown.too_few == (shown.chance is None)
    return {
        "deals": group.deals,
        "won": group.won,
        "with_cause": coverage.with_cause,
        "told_by_buyer": coverage.told_by_buyer,
        "only_other": coverage.only_other,
        "tellers": {
            each.teller: (each.deals, {reason.reason: reason.deals for reason in each.reasons})
            for each in group.tellers
        },
        "agreements": {each.tellers: (each.n, each.agree) for each in group.agreements},
        "drivers": {
            (each.factor if each.value is None else f"{each.factor}={each.value}"): (
                (each.with_it.n, each.with_it.won),
                (each.without_it.n, each.without_it.won),
                None if each.low is None else (each.low, each.high),
            )
            for each in group.drivers
        },
        "behind": sorted(str(each.deal) for each in group.behind or ()),
    }


def _maybe(quarter: int | None) -> datetime | None:
    return None if quarter is None else instant(quarter)
