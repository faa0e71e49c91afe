"""Every figure about follow-ups as of and known at any instant equals a count by hand."""

from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from projections.asking.asked import Asked, Filters
from projections.asking.question import Question
from projections.closings.outcomes import Outcomes
from projections.followups.followups import FollowUps
from projections.followups.followups_report import followups
from projections.people.contacts import Contacts
from projections.people.needs import Needs
from projections.running.runner import catch_up
from projections.running.verifying import verify
from projections.states.deal_states import DealStates
from projections.touchpoints.activity import Activity
from tests.projections.closing_histories import QUARTER_DAYS, History, instant, store_of
from tests.projections.following_histories import ALL, SUBJECTS, histories
from tests.projections.followup_figures_by_hand import grouped
from tests.projections.followups_by_hand import ZONE, Ask, deals_by_hand
from tests.projections.spare_views import views_of

FEW = settings(max_examples=settings().max_examples // 7)
GROUPINGS: tuple[tuple[str, ...], ...] = ((), ("owner",), ("pipeline", "owner"), ("kind",))
ASKED = (DealStates(), Outcomes(), FollowUps(), Contacts(), Activity())
OWN = (FollowUps(), Contacts(), Needs())


@pytest.mark.parametrize("subject", SUBJECTS)
@FEW
@given(data=st.data())
def test_follow_ups_equal_a_count_by_hand(subject: str, data: st.DataObject) -> None:
    history = data.draw(histories(*SUBJECTS[subject]))
    # Instants at which something happened or was recorded are where answers change; thirty days later too.
    telling = [fact.at for fact in history.facts] + [QUARTER_DAYS + fact.recorded for fact in history.facts]
    later = [fact.at + 120 for fact in history.facts if fact.kind == "TouchpointHeld"]
    instants = st.none() | st.sampled_from(telling) | st.integers(0, 2 * QUARTER_DAYS)
    with store_of(history, str(ZONE)) as deals, views_of(deals) as views:
        catch_up(views, deals, ASKED, page=data.draw(st.sampled_from([1, 3, 5_000])))
        for _ in range(4):
            as_of = data.draw(instants if not later else instants | st.sampled_from(later))
            known_at, start, end = (data.draw(instants) for _ in range(3))
            bounded = data.draw(st.booleans())
            owner, within = data.draw(st.sampled_from([None, None, "li"])), data.draw(st.integers(0, 8))
            bounds = (start, end) if bounded else (None, None)
            by = data.draw(st.sampled_from(GROUPINGS))
            question = Question(
                asked=Asked(_maybe(as_of), _maybe(known_at)),
                by=by,
                start=_maybe(bounds[0]),
                end=_maybe(bounds[1]),
                filters=Filters(owner=owner),
                with_deals=True,
            )
            answer = followups(views, deals, question, within=within).model_dump(mode="json")
            groups = {tuple(group.pop("by").values()): group for group in answer["groups"]}
            for group in groups.values():
                group["behind"].sort(key=lambda deal: deal["deal"])
            ask = Ask(as_of, known_at, *bounds, owner, within, deals.clock())
            found, undated = deals_by_hand(history, ask)
            assert groups == grouped(found, by)
            assert answer["undated"] == undated


@FEW
@given(history=histories(list(ALL)), page=st.sampled_from([1, 2, 7]))
def test_pages_of_any_size_give_the_rows_that_the_whole_log_gives(history: History, page: int) -> None:
    with store_of(history, str(ZONE)) as deals, views_of(deals) as views:
        catch_up(views, deals, OWN, page=page)
        assert [each.difference for each in verify(views, deals, OWN)] == [None] * len(OWN)


def _maybe(quarter: int | None) -> datetime | None:
    return None if quarter is None else instant(quarter)
