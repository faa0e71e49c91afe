"""What an autopsy tells as of and known at any instant equals what is found by hand."""

from collections.abc import Mapping
from datetime import datetime
from statistics import median
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.errors import DealtrailError
from projections.asking.asked import Asked
from projections.asking.question import Question
from projections.causes.autopsy import autopsy
from projections.causes.autopsy_answer import AutopsyAnswer
from projections.causes.causes import causes
from projections.causes.measures import UNITS, Measures
from projections.closings.outcomes import Outcomes
from projections.running.runner import catch_up
from projections.states.deal_states import DealStates
from projections.states.pipelines import Pipelines
from tests.projections.causes_by_hand import closed_deals
from tests.projections.causing_histories import BEFORE, OUTCOMES, histories
from tests.projections.closing_histories import QUARTER_DAYS, History, instant, store_of, stream
from tests.projections.count_by_hand import Counted
from tests.projections.measures_by_hand import measures, path
from tests.projections.spare_views import views_of
from tests.projections.stays_by_hand import DAY, Line, silences

FEW = settings(max_examples=settings().max_examples // 5)
KINDS = [*BEFORE, *[*OUTCOMES] * 3, *["DealWon", "DealWon", "DealLost"] * 12]
NEEDED = (DealStates(), Outcomes(), Measures(), Pipelines())
NO_FACTS = ("silence", "champions", "contacts-met", "objections", "counter-offers")
"""Measures that are no facts; silence is told stage by stage."""


@FEW
@given(histories(KINDS, deals=16, length=8, at_least=10), st.data())
def test_facts_and_peers_equal_a_count_by_hand(history: History, data: st.DataObject) -> None:
    telling = [fact.at for fact in history.facts] + [QUARTER_DAYS + fact.recorded for fact in history.facts]
    instants = st.none() | st.sampled_from(telling)
    with store_of(history, "Europe/Berlin") as deals, views_of(deals) as views:
        catch_up(views, deals, NEEDED)
        for _ in range(3):
            as_of, known_at = data.draw(instants), data.draw(instants)
            asked = Asked(_maybe(as_of), _maybe(known_at))
            closed = closed_deals(history, Counted(as_of, known_at, None, None, None))
            by_hand = {case["deal"]: _facts(case["lines"]) for case in closed}
            for case in closed[:4]:
                answer = autopsy(views, deals, UUID(case["deal"]), asked)
                peers = [
                    by_hand[each["deal"]]
                    for each in closed
                    if each["won"] and each["pipeline"] == case["pipeline"] and each is not case
                ]
                assert answer.peers.deals == len(peers)
                assert _plain(answer) == _beside(by_hand[case["deal"]], peers)
                assert {each.told_by for each in answer.declared} == {
                    None if teller == "closing" else teller for teller in case["declared"]
                }
            is_closed = {case["deal"] for case in closed}
            for name in history.deals:
                if str(stream(name)) not in is_closed:
                    with pytest.raises(DealtrailError):
                        autopsy(views, deals, stream(name), asked)
            assert causes(views, deals, Question(asked)).groups[0].deals == len(closed)


def _facts(lines: list[Line]) -> dict[tuple[str, str | None], float]:
    found: dict[tuple[str, str | None], float] = {
        (name, None): value / DAY if UNITS[name] == "days" else value
        for name, value in measures(lines).items()
        if name not in NO_FACTS
    }
    found["stages-skipped", None] = 0
    stays = path(lines)
    for stay, length in silences(lines):
        fact = ("silence", stays[stay][2])
        found[fact] = max(length / DAY, found.get(fact, 0))
    return found


def _beside(own: Mapping[tuple[str, str | None], float], peers: list[dict[Any, float]]) -> dict[Any, Any]:
    found: dict[Any, Any] = {}
    for fact, value in own.items():
        others = [each[fact] for each in peers if fact in each]
        percentile = None
        if len(others) >= 5:
            below, equal = sum(each < value for each in others), sum(each == value for each in others)
            percentile = round(100 * (below + equal / 2) / len(others), 6)
        middle = round(median(others), 6) if len(others) >= 5 else None
        found[fact] = (round(value, 6), len(others), middle, percentile)
    return found


def _plain(answer: AutopsyAnswer) -> dict[Any, Any]:
    assert not answer.peers.enough
    assert not any(each.is_difference for each in answer.facts)
    return {
        (each.fact, each.stage): (each.value, each.won.n, each.won.median, each.won.percentile)
        for each in answer.facts
    }


def _maybe(quarter: int | None) -> datetime | None:
    return None if quarter is None else instant(quarter)
