from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from engine.deals import Deals
from projections.running.runner import catch_up
from projections.running.views import Views
from projections.states.deal_states import DealStates
from projections.states.waterfall import changes
from projections.states.waterfall_answer import CurrencyChanges
from tests.projections.brute_force import plain
from tests.projections.brute_waterfall import Brute, written
from tests.projections.histories import RECORDING, Told, histories, instants, recorded_in, store
from tests.projections.spare_views import views_of
from tests.projections.test_pipeline_equals_a_fold import as_filters, filters

ends = st.tuples(instants, instants).map(sorted)
knowing = st.none() | instants | st.just(RECORDING.replace(month=12))
windows = st.none() | st.just((date(2026, 2, 1), date(2026, 4, 1)))
currencies = st.sampled_from(("USD", "CNY"))


@st.composite
def questions(draw: st.DrawFn) -> dict[str, Any]:
    start, end = draw(ends)
    return {
        "start": start,
        "end": end,
        "known_at": draw(knowing),
        "currency": draw(currencies),
        "asked": draw(filters),
        "closing": draw(windows),
    }


def ask(deals: Deals, views: Views, question: dict[str, Any], **more: bool) -> CurrencyChanges:
    question = {**question, "filters": as_filters(question["asked"])} | more
    start, end = question.pop("start"), question.pop("end")
    del question["asked"]
    answer = changes(views, deals, start, end, **question)
    [only] = answer.currencies
    return only


def found(fall: CurrencyChanges) -> dict[str, tuple[str, int]]:
    return {each.bucket: (each.amount, each.deals) for each in fall.buckets}


@given(history=histories(), asked=st.lists(questions(), min_size=3, max_size=3))
def test_the_waterfall_balances_and_each_bucket_is_that_of_a_walk_through_all_events(
    history: list[Told], asked: list[dict[str, Any]]
) -> None:
    with store() as deals, views_of(deals) as views:
        told = recorded_in(deals, history)
        catch_up(views, deals, [DealStates()], page=5)
        for question in asked:
            brute = Brute(told, question["currency"], question["asked"], question["closing"])
            start, end, known_at = question["start"], question["end"], question["known_at"]
            gross = ask(deals, views, question)
            assert gross.balanced
            assert (gross.start, gross.end) == (
                plain(brute.total(start, known_at)),
                plain(brute.total(end, known_at)),
            )
            assert found(gross) == written(brute.gross(start, end, known_at))
            net = ask(deals, views, question, net=True)
            assert net.balanced
            assert (net.start, net.end) == (gross.start, gross.end)
            assert found(net) == written(brute.net(start, end, known_at))
            reported = ask(deals, views, question, as_reported=True)
            assert reported.balanced
            assert reported.start == plain(brute.total(start, start))
            restated = brute.total(start, known_at) - brute.total(start, start)
            assert found(reported).pop("restated", ("0", 0))[0] == plain(restated)


@given(history=histories(), question=questions(), by=st.sampled_from(("owner", "stage", "segment.region")))
def test_the_waterfalls_of_all_groups_add_up_to_the_whole(
    history: list[Told], question: dict[str, Any], by: str
) -> None:
    question["asked"] = {}
    with store() as deals, views_of(deals) as views:
        told = recorded_in(deals, history)
        catch_up(views, deals, [DealStates()])
        whole = ask(deals, views, question)
        keys = {"filters", "asked", "start", "end"}
        rest = {name: value for name, value in question.items() if name not in keys}
        every = changes(views, deals, question["start"], question["end"], **{**rest, "currency": None})
        assert [each for each in every.currencies if each.currency == whole.currency] in ([], [whole])
        for net in (False, True):
            answer = changes(views, deals, question["start"], question["end"], **rest, by=by, net=net)
            assert all(each.balanced for each in answer.currencies)
            assert sum(Decimal(each.start) for each in answer.currencies) == Decimal(whole.start)
            assert sum(Decimal(each.end) for each in answer.currencies) == Decimal(whole.end)
        if by == "owner":
            for each in changes(views, deals, question["start"], question["end"], **rest, by=by).currencies:
                assert each.by is not None
                brute = Brute(told, question["currency"], each.by, question["closing"])
                walked = brute.gross(question["start"], question["end"], question["known_at"])
                assert found(each) == written(walked)


@given(history=histories(), question=questions())
def test_what_is_behind_a_bucket_adds_up_to_it(history: list[Told], question: dict[str, Any]) -> None:
    with store() as deals, views_of(deals) as views:
        recorded_in(deals, history)
        catch_up(views, deals, [DealStates()])
        for net in (False, True):
            for bucket in ask(deals, views, question, with_deals=True, net=net).buckets:
                assert bucket.behind is not None
                assert sum(Decimal(move.amount) for move in bucket.behind) == Decimal(bucket.amount)
                assert len({move.deal for move in bucket.behind}) == bucket.deals
