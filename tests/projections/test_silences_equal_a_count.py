"""Every silence, and every list of rotting and stalled deals, as of and known at any instant equals a count by hand."""

from datetime import datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from projections.asking.asked import Asked, Filters
from projections.closings.outcomes import Outcomes
from projections.running.known import as_known
from projections.running.runner import catch_up
from projections.running.verifying import verify
from projections.stages.stage_visits import StageVisits
from projections.states.deal_list import deals as list_of_deals
from projections.states.deal_states import DealStates
from projections.states.pipelines import Pipelines
from projections.touchpoints.activity import Activity
from projections.touchpoints.attention import Attention
from projections.touchpoints.silences import silences
from tests.projections.closing_histories import QUARTER_DAYS, History, instant, store_of
from tests.projections.count_by_hand import BERLIN
from tests.projections.silence_by_hand import ZONE, idle, limit, longest, told, won_medians
from tests.projections.spare_views import views_of
from tests.projections.touching_histories import (
    BUYING,
    CLOSINGS,
    ENDS,
    MOVING,
    RESTING,
    TOUCHING,
    define_pipeline,
    histories,
    kinds_of,
)

FEW = settings(max_examples=settings().max_examples // 3)
ACTIVE = kinds_of(BUYING, *[TOUCHING] * 3, *[MOVING] * 2, *[RESTING] * 2, *[CLOSINGS] * 3, ENDS)
IDLE = kinds_of({"TouchpointHeld": None, "DealReopened": None}, *[RESTING] * 3, {"DealResumed": None})
READ = (DealStates(), Outcomes(), StageVisits(), Activity(), Pipelines())
PAGES = st.sampled_from([1, 3, 5_000])


def _instants(history: History) -> st.SearchStrategy[int | None]:
    telling = [fact.at for fact in history.facts] + [QUARTER_DAYS + fact.recorded for fact in history.facts]
    return st.none() | st.sampled_from(telling) | st.integers(0, 2 * QUARTER_DAYS)


@FEW
@given(histories(ACTIVE, deals=5, length=12, least=4), st.data())
def test_silences_equal_a_count_by_hand(history: History, data: st.DataObject) -> None:
    with store_of(history, BERLIN) as deals, views_of(deals) as views:
        catch_up(views, deals, READ, page=data.draw(PAGES))
        for _ in range(4):
            as_of, known_at = data.draw(_instants(history)), data.draw(_instants(history))
            asked, now = Asked(_maybe(as_of), _maybe(known_at)), deals.clock()
            with as_known(views, deals, (Activity(),), asked.known_at) as known:
                found = silences(known, asked, ZONE, now)
            by_hand = list(told(history, as_of, known_at))
            expected = {deal.deal: longest(deal, asked.as_of or now) for deal in by_hand}
            assert {
                deal: {stage: (each.days, each.running) for stage, each in of.items()}
                for deal, of in found.longest.items()
                if of
            } == {
                deal: {stage: (round(took, 6), until is None) for stage, (took, _, until) in of.items()}
                for deal, of in expected.items()
                if of
            }
            assert {stage: (each.n, each.median) for stage, each in found.won.items()} == won_medians(
                by_hand, expected
            )


@FEW
@given(histories(IDLE, deals=7, least=4), st.data())
def test_rotting_and_stalled_deals_equal_a_count_by_hand(history: History, data: st.DataObject) -> None:
    with store_of(history, BERLIN) as deals, views_of(deals) as views:
        define_pipeline(deals)
        catch_up(views, deals, READ, page=data.draw(PAGES))
        for _ in range(8):
            as_of, known_at = data.draw(_instants(history)), data.draw(_instants(history))
            stalled = data.draw(st.sampled_from([None, 0, 0, 1]))
            rotting = stalled is None or data.draw(st.booleans())
            found = list_of_deals(
                views,
                deals,
                Asked(_maybe(as_of), _maybe(known_at)),
                Filters(),
                attention=Attention(rotting=rotting, stalled=stalled),
            )
            expected = {}
            for deal in told(history, as_of, known_at):
                took = idle(deal, _maybe(as_of) or deals.clock())
                rots = limit(deal, as_of, known_at)
                limits = [*([stalled] if stalled is not None else []), *([rots] if rotting else [])]
                if took is None or deal.outcome != "open" or deal.paused:
                    continue
                if all(each is not None and took > each for each in limits):
                    assert deal.reset is not None
                    version, kind, (since, precision) = deal.reset
                    expected[deal.deal] = (round(took, 6), version, kind, since, precision, rots)
            assert {
                row.deal.bytes: (
                    row.idle.days,
                    row.idle.version,
                    row.idle.type,
                    row.idle.at,
                    row.idle.precision,
                    row.idle.rots_after_days,
                )
                for row in found
                if row.idle is not None
            } == expected
            assert len(found) == len(expected)


@FEW
@given(history=histories(ACTIVE), page=st.sampled_from([1, 2, 7]))
def test_pages_of_any_size_give_the_signs_of_life_that_the_whole_log_gives(
    history: History, page: int
) -> None:
    with store_of(history, BERLIN) as deals, views_of(deals) as views:
        catch_up(views, deals, [Activity()], page=page)
        assert [each.difference for each in verify(views, deals, [Activity()])] == [None]


def _maybe(quarter: int | None) -> datetime | None:
    return None if quarter is None else instant(quarter)
