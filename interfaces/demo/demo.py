"""Makes the demo: the script is played against the real rules, then recorded in one go."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from operator import attrgetter
from uuid import UUID

from domain.event import Actor, Recorded
from domain.pipeline import RevisePipeline
from domain.templates.standard import STANDARD
from engine.deals import Deals
from engine.ids import deal_id
from engine.settings import Settings
from interfaces.demo.cast import AMERICAS, EAST
from interfaces.demo.ordinary import ordinary_deals
from interfaces.demo.script import SOURCE, TODAY, Order, Script
from interfaces.demo.stories.told import (
    LATE_COMPETITOR,
    LOST_FOR_PRICE,
    PUSHED,
    REOPENED,
    SAVED_WIN,
    told_stories,
)

EAST_DEALS = (1, 118)
AMERICAS_DEALS = (119, 204)
BATCH = 1_000
NEW_YEAR = datetime(2026, 1, 5, 1, tzinfo=UTC)
"""When the teams agreed on other probabilities."""
NEW_PROBABILITIES = {"proposal": 0.45, "negotiation": 0.7}


@dataclass(frozen=True, slots=True)
class Demo:
    """What the demo made, and the told stories in it. `recorded` is 0 where it was there already."""

    today: datetime
    deals: int
    recorded: int
    lost_deal: UUID
    reopened_deal: UUID
    saved_deal: UUID
    pushed_deal: UUID
    late_competitor_deal: UUID


def make_demo(deals: Deals) -> Demo:
    """Record the demo in the store of `deals`: the same deals, events and times in every run.

    Each event's `source_recorded_at` is the instant at which it was told in the story, so that the
    demo can be asked what was known on a past day. Making it again adds nothing.
    """
    orders = sorted(_script().orders, key=attrgetter("told_at", "nth"))
    recorded = [] if deals.story(deal_id(SOURCE, LOST_FOR_PRICE)) else _played(orders)
    for start in range(0, len(recorded), BATCH):
        deals.record(recorded[start : start + BATCH])
    return Demo(
        today=TODAY,
        deals=len({order.key for order in orders}),
        recorded=len(recorded),
        lost_deal=deal_id(SOURCE, LOST_FOR_PRICE),
        reopened_deal=deal_id(SOURCE, REOPENED),
        saved_deal=deal_id(SOURCE, SAVED_WIN),
        pushed_deal=deal_id(SOURCE, PUSHED),
        late_competitor_deal=deal_id(SOURCE, LATE_COMPETITOR),
    )


def _script() -> Script:
    script = Script()
    ordinary_deals(script, *EAST_DEALS, EAST)
    ordinary_deals(script, *AMERICAS_DEALS, AMERICAS)
    told_stories(script)
    return script


def _played(orders: list[Order]) -> list[Recorded]:
    """The events that the orders make when each is given at its time, as they are to be recorded."""
    now = [orders[0].told_at]
    with Deals(Settings(store="memory:"), clock=lambda: now[0]) as stage:
        revised = False
        for number, order in enumerate(orders, start=1):
            if order.told_at >= NEW_YEAR and not revised:
                now[0], revised = NEW_YEAR, True
                _revise(stage)
            now[0] = order.told_at
            stage.handle(
                deal_id(SOURCE, order.key),
                order.command,
                by=Actor(id=order.by),
                channel="cli",
                at=order.at,
                precision=order.precision,
                command_id=f"demo-{number}",
            )
        return [replace(event, source_recorded_at=event.recorded_at) for event in stage.feed(limit=100_000)]


def _revise(stage: Deals) -> None:
    stages = tuple(
        each.model_copy(update={"probability": NEW_PROBABILITIES.get(each.stage, each.probability)})
        for each in STANDARD.stages
    )
    stage.handle_pipeline(
        STANDARD.pipeline,
        RevisePipeline(stages=stages, note="What the last year taught us"),
        by=Actor(id=EAST.manager),
        at=NEW_YEAR,
        command_id="demo-revision",
    )
