from collections.abc import Iterator, Sequence
from datetime import timedelta

import pytest
from sqlalchemy import delete, insert, select, update

from domain.deal.life import DealOpened, DealStageChanged
from domain.deal.outcome import DealLost
from domain.event import Recorded
from domain.values import Cause
from projections.catalogue import PROJECTIONS
from projections.closings.outcomes import Outcomes, outcome_causes, outcomes
from projections.running.known import as_known
from projections.running.projection import Rows, Story
from projections.running.runner import catch_up
from projections.running.status import ProjectionStatus, status
from projections.running.verifying import verify
from projections.running.views import Views
from projections.stages.stage_visits import stage_visits
from projections.states.deal_states import DEAL_STATES, DealStates
from tests.projections.closing_stories import LATER, Stories, day

OPENED = DealOpened(title="Pumps", pipeline="standard", pipeline_revision=1, stage="first")


@pytest.fixture
def stories() -> Iterator[Stories]:
    stories = Stories()
    stories.story(
        OPENED,
        DealStageChanged(to_stage="second", pipeline_revision=1),
        DealLost(kind="declined", causes=(Cause(reason="price"),)),
    )
    yield stories
    stories.close()


def differences(stories: Stories) -> list[str]:
    found = (each.difference for each in verify(stories.views, stories.deals, PROJECTIONS))
    return [
        str(each).partition(" of ")[0] + str(each).partition(",")[2] for each in found if each is not None
    ]


def test_read_models_that_say_what_the_log_says_are_right(stories: Stories) -> None:
    found = verify(stories.views, stories.deals, PROJECTIONS)
    assert [each.difference for each in found] == [None] * len(PROJECTIONS)
    rows = {each.name: each.rows for each in found}
    assert [rows[name] for name in ("deal_states", "stage_visits", "outcomes", "pipelines")] == [4, 3, 3, 0]


def test_a_value_that_was_changed_is_named(stories: Stories) -> None:
    views = stories.caught_up()
    with views.writing() as connection:
        connection.execute(update(views.table_on(connection, outcomes)).values(kind=None))
    assert differences(stories) == ["outcomes version 3: kind is empty, and the log says declined"]


def test_a_row_that_is_gone_is_named(stories: Stories) -> None:
    views = stories.caught_up()
    with views.writing() as connection:
        visits = views.table_on(connection, stage_visits)
        connection.execute(delete(visits).where(visits.c.nth == 1))
    assert differences(stories) == ["stage_visits nth 1: the row is missing"]


def test_a_row_that_nobody_recorded_is_named(stories: Stories) -> None:
    views = stories.caught_up()
    with views.writing() as connection:
        causes = views.table_on(connection, outcome_causes)
        row = {
            "deal": bytes(16),
            "version": 9,
            "nth": 1,
            "outcome": 9,
            "read_at": 1,
            "until": 2,
            "reason": "x",
        }
        connection.execute(insert(causes), [row])
    assert differences(stories) == ["outcome_causes version 9, nth 1: the log knows no such row"]


def test_a_past_state_that_was_changed_is_named(stories: Stories) -> None:
    views = stories.caught_up()
    with views.writing() as connection:
        states = views.table_on(connection, DEAL_STATES)
        connection.execute(update(states).where(states.c.version == 2).values(before_stage="third"))
    (difference,) = differences(stories)
    assert difference.endswith("before_stage is third, and the log says first")


def test_read_models_that_are_behind_say_by_how_much(stories: Stories) -> None:
    expected = ProjectionStatus(
        name="deal_states",
        version=1,
        position=0,
        head=3,
        lag_events=3,
        lag_seconds=0.0,
        state="absent",
        quarantined=0,
    )
    with Views.open(stories.deals) as new:
        assert status(new, stories.deals, PROJECTIONS)[0] == expected
    stories.caught_up()
    live = expected.model_copy(update={"position": 3, "lag_events": 0, "state": "live"})
    assert status(stories.views, stories.deals, PROJECTIONS)[0] == live
    stories.tell(DealStageChanged(to_stage="third", pipeline_revision=1), day(9))
    stories.clock = LATER + timedelta(seconds=90)
    behind = live.model_copy(update={"head": 4, "lag_events": 1, "lag_seconds": 90.0})
    assert status(stories.views, stories.deals, PROJECTIONS)[0] == behind


class Broken(Outcomes):
    """Cannot take a loss."""

    def fold(self, have: Rows, events: Sequence[Recorded], story: Story) -> Rows:
        if any(isinstance(each.event, DealLost) for each in events):
            raise ZeroDivisionError
        return super().fold(have, events, story)


def test_a_projection_that_cannot_take_a_deal_counts_it(stories: Stories) -> None:
    stories.story(OPENED, deal="D-2")
    catch_up(stories.views, stories.deals, [Broken()])
    (told,) = status(stories.views, stories.deals, [Broken()])
    assert (told.quarantined, told.lag_events) == (1, 0)


def test_an_answer_about_the_past_leaves_out_what_a_projection_could_not_take(stories: Stories) -> None:
    stories.clock = LATER + timedelta(days=1)
    stories.tell(DealStageChanged(to_stage="third", pipeline_revision=1), day(9))
    catch_up(stories.views, stories.deals, [DealStates(), Broken()])
    with as_known(stories.views, stories.deals, [Broken()], LATER) as known:
        assert known.connection.execute(select(known.table(outcomes))).all() == []
