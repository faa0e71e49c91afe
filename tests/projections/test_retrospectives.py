"""Retrospectives: every figure equals a count by hand, and some stories of them."""

from datetime import date, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.deal.life import DealOpened
from domain.deal.outcome import DealLost
from domain.deal.retrospective import (
    Action,
    Lesson,
    Observation,
    RetrospectiveActionFinished,
    RetrospectiveHeld,
)
from projections.asking.asked import Asked, Filters
from projections.asking.question import Question
from projections.causes.retrospectives import Retrospectives
from projections.causes.retrospectives_answer import RetrospectivesGroup
from projections.causes.retrospectives_report import retrospectives_of
from projections.closings.outcomes import Outcomes
from projections.running.runner import catch_up
from projections.running.verifying import verify
from projections.states.deal_states import DealStates
from tests.projections.causing_histories import LOOKING_BACK, OUTCOMES, histories
from tests.projections.closing_histories import QUARTER_DAYS, History, instant, store_of
from tests.projections.closing_stories import Stories, day
from tests.projections.count_by_hand import Counted
from tests.projections.looking_back_by_hand import ZONE, groups_by_hand
from tests.projections.spare_views import views_of

FEW = settings(max_examples=settings().max_examples // 3)
NEEDED = (DealStates(), Outcomes(), Retrospectives())
KINDS = [*OUTCOMES, *[*LOOKING_BACK] * 4, "DealOwnerAssigned"]
GROUPINGS: tuple[tuple[str, ...], ...] = ((), ("owner",), ("owner", "pipeline"))


@FEW
@given(histories(KINDS, deals=5), st.data())
def test_retrospectives_equal_a_count_by_hand(history: History, data: st.DataObject) -> None:
    telling = [fact.at for fact in history.facts] + [QUARTER_DAYS + fact.recorded for fact in history.facts]
    instants = st.none() | st.sampled_from(telling) | st.integers(0, 2 * QUARTER_DAYS)
    with store_of(history, str(ZONE)) as deals, views_of(deals) as views:
        catch_up(views, deals, NEEDED, page=data.draw(st.sampled_from([1, 3, 5_000])))
        for _ in range(4):
            as_of, known_at, start, end = (data.draw(instants) for _ in range(4))
            owner, by = data.draw(st.sampled_from([None, None, "li"])), data.draw(st.sampled_from(GROUPINGS))
            bounds = (start, end) if data.draw(st.booleans()) else (None, None)
            question = Question(
                asked=Asked(_maybe(as_of), _maybe(known_at)),
                by=by,
                start=_maybe(bounds[0]),
                end=_maybe(bounds[1]),
                filters=Filters(owner=owner),
                with_deals=True,
            )
            answer = retrospectives_of(views, deals, question)
            now = deals.clock() if as_of is None else instant(as_of)
            groups, undated = groups_by_hand(history, Counted(as_of, known_at, *bounds, owner), by, now)
            assert {tuple(each.by.values()): _plain(each) for each in answer.groups} == groups
            assert answer.undated == undated


@FEW
@given(history=histories(KINDS), page=st.sampled_from([1, 2, 7]))
def test_pages_of_any_size_give_the_rows_that_the_whole_log_gives(history: History, page: int) -> None:
    with store_of(history, str(ZONE)) as deals, views_of(deals) as views:
        catch_up(views, deals, NEEDED, page=page)
        assert [each.difference for each in verify(views, deals, NEEDED)] == [None] * len(NEEDED)


def test_an_action_is_open_until_it_is_done_and_overdue_when_its_day_is_over() -> None:
    stories = Stories()
    held = RetrospectiveHeld(
        retrospective="april",
        participants=("li.lei", "anna"),
        pushed=(Observation(text="They knew us.", reason="relationship"),),
        blocked=(Observation(text="Nobody called for two weeks.", reason="no-follow-up"),),
        lessons=(Lesson(text="Call within two days.", area="process"),),
        actions=(Action(action="a", text="Write it down.", owner="anna", due=day(6).date()),),
    )
    stories.story(
        DealOpened(title="A deal", pipeline="standard", pipeline_revision=1, owner="li.lei"),
        DealLost(kind="no-decision"),
        held,
    )
    stories.tell(RetrospectiveActionFinished(action="a"), day(9))
    views = stories.caught_up()

    def seen(at: datetime) -> tuple[int, int, int]:
        (group,) = retrospectives_of(views, stories.deals, Question(asked=Asked(as_of=at))).groups
        return group.actions.open, group.actions.overdue, group.actions.done

    assert [seen(day(number)) for number in (2, 4, 6, 7, 9)] == [
        (0, 0, 0),
        (1, 0, 0),
        (1, 0, 0),
        (1, 1, 0),
        (0, 0, 1),
    ]
    (group,) = retrospectives_of(views, stories.deals, Question()).groups
    assert [(each.owner, each.due, each.done_at) for each in group.actions_told] == [
        ("anna", date(2026, 3, 8), day(9))
    ]
    assert [each.reason for each in group.blocked] == ["no-follow-up"]
    stories.close()


def _plain(group: RetrospectivesGroup) -> dict[str, object]:
    figures = group.model_dump(mode="json")
    del figures["by"]
    return figures | {
        "lessons_told": sorted(
            (each["deal"], str(each["area"]), each["text"]) for each in figures["lessons_told"]
        ),
        "actions_told": sorted(
            (
                each["deal"],
                each["retrospective"],
                each["action"],
                str(each["owner"]),
                str(each["due"]),
                each["done_at"],
            )
            for each in figures["actions_told"]
        ),
        "behind": sorted(each["deal"] for each in figures["behind"]),
    }


def _maybe(quarter: int | None) -> datetime | None:
    return None if quarter is None else instant(quarter)
