"""Read models in PostgreSQL answer every question as those in SQLite do."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.deal.life import OpenDeal
from engine.clock import now
from engine.deals import Deals
from engine.ids import new_id
from engine.settings import Settings
from projections.asking.asked import Asked, Filters
from projections.catalogue import PROJECTIONS
from projections.running.runner import catch_up, rebuild
from projections.running.verifying import verify
from projections.running.views import Views
from projections.states.pipeline_view import pipeline
from tests.projections.all_histories import Everything, everything
from tests.projections.all_questions import answered, names, questions, waterfalls
from tests.projections.closing_histories import QUARTER_DAYS, START, instant
from tests.projections.histories import ACTOR
from tests.projections.spare_views import anew, views_of
from tests.servers.postgres import SpareDatabases

# Each example makes the tables of all read models anew in a server, and asks everything.
FEW = settings(max_examples=settings().max_examples // 12, suppress_health_check=[*HealthCheck])


@pytest.fixture(scope="module")
def views_there(postgres_databases: SpareDatabases) -> Iterator[Views]:
    """Read models in a database, in which each example begins anew."""
    with (
        postgres_databases.lent() as url,
        Deals(Settings(store="memory:")) as deals,
        Views.open(deals, url) as views,
    ):
        yield views


@contextmanager
def store_of(history: Everything) -> Iterator[Deals]:
    clock = [START]
    with Deals(Settings(store="memory:", timezone="Europe/Berlin"), clock=lambda: clock[0]) as deals:
        history.recorded_in(deals, clock)
        clock[0] = now()
        yield deals


@FEW
@given(everything(), st.data())
def test_every_question_about_any_instant_is_answered_alike(
    views_there: Views, history: Everything, data: st.DataObject
) -> None:
    # Instants at which something happened or was recorded are where answers change.
    facts = history.facts.facts
    telling = [fact.at for fact in facts] + [QUARTER_DAYS + fact.recorded for fact in facts]
    instants = (st.sampled_from(telling) | st.integers(0, 2 * QUARTER_DAYS)).map(instant)
    page, turn = data.draw(st.sampled_from([3, 20, 5_000])), data.draw(st.integers(0, 100))
    with store_of(history) as deals, views_of(deals) as here:
        there = anew(views_there, deals)
        catch_up(here, deals, PROJECTIONS)
        catch_up(there, deals, PROJECTIONS, page=page)
        start, end = sorted((data.draw(instants), data.draw(instants)))
        asked = [
            *questions(deals, Asked(data.draw(st.none() | instants)), turn),
            # What was known once is folded into another database: that takes long, so it is asked less.
            *list(questions(deals, Asked(data.draw(instants), data.draw(instants)), turn + 1))[turn % 5 :: 5],
            *waterfalls(deals, start, end, data.draw(st.none() | instants)),
            *names(deals, ["CRM:", "crm:", "c", "50%", "é", "Crm:closing D-0A deal", "0", "f"]),
        ]
        for what, ask in asked:
            assert answered(ask, there) == answered(ask, here), what
        rebuild(there, deals, PROJECTIONS[turn % len(PROJECTIONS)], page=page)
        assert [each.difference for each in verify(there, deals, PROJECTIONS)] == [None] * len(PROJECTIONS)


def test_a_segment_may_look_like_what_json_makes_of_a_character(views_there: Views) -> None:
    said = ["\\u0000", "\\\\u0000", "\\", '"\\u0000"', "nul \0 and \\u0000"]
    with Deals(Settings(store="memory:")) as deals, views_of(deals) as here:
        there = anew(views_there, deals)
        for number, region in enumerate(said):
            deals.handle(
                new_id(),
                OpenDeal(title=f"Deal {number}", owner="li.lei", segment={"region": region}),
                by=ACTOR,
            )
        for views in (here, there):
            catch_up(views, deals, PROJECTIONS)
            for region in said[:-1]:
                found = pipeline(views, deals, Asked(), Filters(segments={"region": region}))
                assert found.open.deals == 1, region
