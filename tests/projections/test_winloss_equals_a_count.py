"""Every win/loss figure as of and known at any instant equals a count by hand."""

from datetime import datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from projections.asking.asked import Asked, Filters
from projections.asking.question import Question
from projections.catalogue import PROJECTIONS
from projections.closings.outcomes import Outcomes
from projections.closings.winloss import winloss
from projections.running.runner import catch_up
from projections.running.verifying import verify
from projections.states.deal_states import DealStates
from tests.projections.closing_histories import QUARTER_DAYS, History, histories, instant, store_of
from tests.projections.count_by_hand import BERLIN, Counted, cases_of, grouped
from tests.projections.spare_views import views_of

GROUPINGS: tuple[tuple[str, ...], ...] = (
    (),
    ("reason",),
    ("competitor", "reason"),
    ("owner", "kind"),
    ("lead-source", "pipeline"),
    ("stage-at-close", "closed-by"),
    ("closed-month", "opened-month"),
    ("closed-quarter", "opened-quarter"),
    ("segment.region", "account"),
    ("campaign",),
)


# An example is many deals with many questions: the stores cost more than the answers.
FEW = settings(max_examples=settings().max_examples // 4)


@FEW
@given(histories(deals=9), st.data())
def test_win_loss_figures_equal_a_count_by_hand(history: History, data: st.DataObject) -> None:
    # Instants at which something happened or was recorded are where answers change.
    telling = [fact.at for fact in history.facts] + [QUARTER_DAYS + fact.recorded for fact in history.facts]
    instants = st.none() | st.sampled_from(telling) | st.integers(0, 2 * QUARTER_DAYS)
    with store_of(history, BERLIN) as deals, views_of(deals) as views:
        catch_up(views, deals, (DealStates(), Outcomes()), page=data.draw(st.sampled_from([1, 3, 5_000])))
        for _ in range(4):
            as_of, known_at, start, end = (data.draw(instants) for _ in range(4))
            bounded, decided = data.draw(st.booleans()), data.draw(st.booleans())
            owner = data.draw(st.sampled_from([None, None, "li"]))
            asked = Counted(as_of, known_at, start if bounded else None, end if bounded else None, owner)
            for by in data.draw(st.lists(st.sampled_from(GROUPINGS), min_size=2, max_size=2)):
                answer = winloss(
                    views,
                    deals,
                    Question(
                        asked=Asked(_maybe(as_of), _maybe(known_at)),
                        by=by,
                        start=_maybe(asked.start),
                        end=_maybe(asked.end),
                        filters=Filters(owner=owner),
                        decided=decided,
                        with_deals=True,
                    ),
                ).model_dump(mode="json")
                groups = {tuple(group.pop("by").values()): group for group in answer["groups"]}
                for group in groups.values():
                    group["behind"] = sorted(deal["deal"] for deal in group["behind"])
                cases, undated = cases_of(history, asked)
                assert (groups, answer["undated"]) == (grouped(cases, by, decided=decided), undated)


@FEW
@given(history=histories(), page=st.sampled_from([1, 2, 7]))
def test_pages_of_any_size_give_the_rows_that_the_whole_log_gives(history: History, page: int) -> None:
    with store_of(history, BERLIN) as deals, views_of(deals) as views:
        catch_up(views, deals, PROJECTIONS, page=page)
        assert [each.difference for each in verify(views, deals, PROJECTIONS)] == [None] * len(PROJECTIONS)


def _maybe(quarter: int | None) -> datetime | None:
    return None if quarter is None else instant(quarter)
