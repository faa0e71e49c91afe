from datetime import datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from engine.clock import to_micros
from projections.asking.asked import Asked, Filters
from projections.running.runner import catch_up
from projections.states.as_of import states_on
from projections.states.deal_states import DEALS, DealStates
from projections.states.pipeline_view import pipeline
from projections.states.pipelines import Pipelines
from projections.states.state import STATE
from tests.projections.brute_force import pipeline_figures, state_at, stories
from tests.projections.histories import (
    RECORDING,
    STAGES,
    Told,
    histories,
    instants,
    recorded_in,
    store,
    stream,
)
from tests.projections.spare_views import views_of

READ = (DealStates(), Pipelines())
knowing = (
    st.none() | instants | st.integers(0, 60).map(lambda n: RECORDING.replace(day=1 + n // 24, hour=n % 24))
)
FILTERS = {
    "owner": st.sampled_from(("anna", "bo")),
    "pipeline": st.sampled_from(("standard", "partners")),
    "stage": st.sampled_from(STAGES),
    "lead_source": st.sampled_from(("referral", "website")),
    "segment": st.sampled_from((("region", "West"), ("region", "东"), ('say "x"', "West"))),
}
# Several at once leave out nearly every deal: mostly none, or one.
filters: st.SearchStrategy[dict[str, Any]] = st.one_of(
    st.just({}),
    st.sampled_from(sorted(FILTERS)).flatmap(lambda name: st.fixed_dictionaries({name: FILTERS[name]})),
    st.fixed_dictionaries({}, optional=FILTERS),
)


def as_filters(asked: dict[str, Any]) -> Filters:
    plain = {name: value for name, value in asked.items() if name != "segment"}
    return Filters(**plain, segments=dict([asked["segment"]] if "segment" in asked else []))


@given(
    history=histories(),
    questions=st.lists(st.tuples(instants, knowing, filters), min_size=3, max_size=3),
    zone=st.sampled_from(("UTC", "Asia/Shanghai")),
)
def test_every_figure_of_a_past_pipeline_is_that_of_a_fold(
    history: list[Told], questions: list[tuple[datetime, datetime | None, dict[str, Any]]], zone: str
) -> None:
    with store(zone) as deals, views_of(deals) as views:
        told = recorded_in(deals, history)
        catch_up(views, deals, READ, page=7)
        for as_of, known_at, asked in questions:
            answer = pipeline(views, deals, Asked(as_of, known_at), as_filters(asked)).model_dump(mode="json")
            wanted = pipeline_figures(told, as_of, known_at, asked, deals.zone)
            stages = {(each.pop("pipeline"), each.pop("stage")): each for each in answer.pop("stages")}
            assert answer.pop("as_of") == as_of.isoformat()
            assert answer.pop("known_at") == (None if known_at is None else known_at.isoformat())
            assert answer.pop("position") == len(told)
            assert {**answer, "stages": stages} | {"open": answer["open"]} == wanted


@given(history=histories(), as_of=instants, known_at=knowing)
def test_the_state_of_a_deal_at_any_instant_is_the_fold_of_its_story(
    history: list[Told], as_of: datetime, known_at: datetime | None
) -> None:
    with store() as deals, views_of(deals) as views:
        told = recorded_in(deals, history)
        catch_up(views, deals, [DealStates()])
        with views.engine.connect() as connection:
            states = states_on(views, connection)
            statement = states.standing(Asked(as_of, known_at)).add_columns(
                *states.opening(Asked(as_of, known_at))
            )
            found = {row.deal: row for row in connection.execute(statement)}
        for deal, story in stories(told).items():
            if deal == "standard":
                continue
            wanted = state_at(story, as_of, known_at)
            row = found.pop(stream(deal).bytes, None)
            assert (row is None) == (wanted is None)
            if row is not None and wanted is not None:
                money = wanted["money"]
                assert (row.outcome, row.stage, row.owner, row.title, row.pipeline) == (
                    wanted["outcome"],
                    wanted["stage"],
                    wanted["owner"],
                    wanted["title"],
                    wanted["pipeline"],
                )
                assert (row.amount, row.currency) == (
                    (money[0] * 10_000, money[1]) if money else (None, None)
                )
                assert row.expected_close == wanted["expected_close"]
                assert (row.opened, row.opened_precision) == (
                    to_micros(wanted["opened"]),
                    wanted["opened_precision"],
                )
        assert not found


@given(history=histories())
def test_the_live_view_is_the_answer_as_of_now_and_the_deal_that_commands_see(history: list[Told]) -> None:
    with store() as deals, views_of(deals) as views:
        recorded_in(deals, history)
        catch_up(views, deals, [DealStates()])
        table = views.table(DEALS)
        with views.engine.connect() as connection:
            live = {row.deal: row._mapping for row in connection.execute(select(table))}
            states = states_on(views, connection)
            now = Asked(deals.clock(), deals.clock())
            as_of_now = {row.deal: row._mapping for row in connection.execute(states.standing(now))}
        assert (
            live.keys()
            == as_of_now.keys()
            == {stream(told["deal"]).bytes for told in history} - {stream("standard").bytes}
        )
        for name, row in live.items():
            assert [row[each] for each in STATE] == [as_of_now[name][each] for each in STATE]
        for told in history:
            if told["type"] == "DealOpened":
                deal = deals.deal(stream(told["deal"]))
                row = live[deal.id.bytes]
                amount = deal.life.amount
                assert (row["stage"], row["pipeline"], row["revision"]) == (
                    deal.life.stage,
                    deal.life.pipeline,
                    deal.life.revision,
                )
                assert (row["owner"], row["outcome"]) == (deal.team.owner, deal.outcome.standing)
                assert row["paused"] == (deal.outlook.paused is not None)
                assert row["amount"] == (None if amount is None else amount.units)
