"""Every figure of the scorecard as of and known at any instant equals a count by hand."""

from hypothesis import given, settings
from hypothesis import strategies as st

from projections.asking.asked import Asked
from projections.asking.question import Question
from projections.closings.outcomes import Outcomes
from projections.running.runner import catch_up
from projections.running.verifying import verify
from projections.stages.milestones import Milestones
from projections.states.deal_states import DealStates
from projections.touchpoints.credit import Credits
from projections.touchpoints.scorecard import PERIODS, scorecard
from projections.touchpoints.touchpoints import Touchpoints
from tests.projections.closing_histories import QUARTER_DAYS, History, store_of
from tests.projections.count_by_hand import BERLIN
from tests.projections.scorecard_by_hand import cases_of, figures, grouped, maybe
from tests.projections.spare_views import views_of
from tests.projections.touching_histories import CLOSINGS, LEADING, TOUCHING, histories, kinds_of

FEW = settings(max_examples=settings().max_examples // 3)
TELLING = dict.fromkeys(("TouchpointHeld", "DealLeadAccepted", "DealWon"))
SCORED = kinds_of(TOUCHING, LEADING, CLOSINGS, *[TELLING] * 5)
READ = (DealStates(), Outcomes(), Touchpoints(), Credits(), Milestones())
GROUPINGS: tuple[tuple[str, ...], ...] = (("person",), ("owner",), ("account", "person"))


@FEW
@given(histories(SCORED, deals=5, length=16, least=5), st.data())
def test_a_scorecard_equals_a_count_by_hand(history: History, data: st.DataObject) -> None:
    telling = [fact.at for fact in history.facts] + [QUARTER_DAYS + fact.recorded for fact in history.facts]
    instants = st.none() | st.sampled_from(telling) | st.integers(0, 2 * QUARTER_DAYS)
    with store_of(history, BERLIN) as deals, views_of(deals) as views:
        catch_up(views, deals, READ, page=data.draw(st.sampled_from([1, 3, 5_000])))
        for _ in range(5):
            as_of, known_at = data.draw(instants), data.draw(instants)
            bounds = data.draw(st.sampled_from([(None, None), (10, 30), (None, 20)]))
            by, per = data.draw(st.sampled_from(GROUPINGS)), data.draw(st.sampled_from(sorted(PERIODS)))
            question = Question(
                asked=Asked(maybe(as_of), maybe(known_at)),
                by=by,
                start=maybe(bounds[0]),
                end=maybe(bounds[1]),
                with_deals=True,
            )
            answer = scorecard(views, deals, question, per=per).model_dump(mode="json")
            cases, undated = cases_of(history, as_of, known_at)
            counted = [case for case in cases if case["outcome"] != "gone"]
            names = {case["deal"]: case["account"] or "A deal" for case in cases}
            expected, undated_acts = grouped(counted, names, by, per, bounds)
            assert (answer["undated"], answer["undated_acts"]) == (undated, undated_acts)
            found = {}
            for group in answer["groups"]:
                key, behind = tuple(group.pop("by").values()), group.pop("behind")
                found[key] = _told(group), {each["deal"]: _told(_figures(each)) for each in behind}
            assert found == {
                key: (
                    figures(acts),
                    {
                        deal: figures([act for act in acts if act["deal"] == deal])
                        for deal in {act["deal"] for act in acts}
                    },
                )
                for key, acts in expected.items()
            }


@FEW
@given(history=histories(SCORED), page=st.sampled_from([1, 2, 7]))
def test_pages_of_any_size_give_the_touchpoints_and_duties_that_the_whole_log_gives(
    history: History, page: int
) -> None:
    with store_of(history, BERLIN) as deals, views_of(deals) as views:
        catch_up(views, deals, [Touchpoints(), Credits()], page=page)
        assert [each.difference for each in verify(views, deals, [Touchpoints(), Credits()])] == [None, None]


def _figures(behind: dict[str, object]) -> dict[str, object]:
    return {
        name: value for name, value in behind.items() if name not in ("deal", "title", "owner", "outcome")
    }


def _told(figures: dict[str, object]) -> dict[str, object]:
    """The figures with the referrers by name."""
    referred = figures["referred"]
    assert isinstance(referred, list)
    return {**figures, "referred": {each["referrer"]: each["deals"] for each in referred}}
