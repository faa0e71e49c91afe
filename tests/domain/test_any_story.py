"""Any story can be told: whatever is ordered in whatever order, it is recorded, already so, or refused."""

from dataclasses import replace

from hypothesis import given, settings

from domain.deal.corrections import EventCorrected, EventRetracted
from domain.deal.deciding import DEAL_COMMANDS, DealCommand, decide
from domain.deal.life import OpenDeal
from domain.deal.story import evolve, fold
from domain.errors import Refused
from domain.event import Recorded
from tests.domain.random_orders import ORDERS, REPEATABLE, any_orders, orders_of_one_section
from tests.domain.telling import PLAIN, recorded


def tell(orders: list[DealCommand]) -> list[Recorded]:
    story: list[Recorded] = []
    for order in orders:
        try:
            events = decide(order, fold(story), PLAIN)
        except Refused:
            continue
        for event in events:
            story.append(recorded(event, len(story) + 1))
        if not isinstance(order, REPEATABLE):
            assert list(decide(order, fold(story), PLAIN)) == [], order
    return story


def test_every_command_takes_part() -> None:
    assert set(ORDERS) == set(DEAL_COMMANDS)


@settings(max_examples=200)
@given(any_orders | orders_of_one_section)
def test_any_story_can_be_told(orders: list[DealCommand]) -> None:
    story = tell([OpenDeal(title="Crane", owner="li.lei"), *orders])
    deal = fold(story)
    assert deal is not None
    assert deal.recorded == tuple(story)
    if not any(isinstance(each.event, EventCorrected | EventRetracted) for each in story):
        step_by_step = None
        for each in story:
            step_by_step = evolve(step_by_step, each)
        assert step_by_step is not None
        assert replace(step_by_step, recorded=deal.recorded) == deal
