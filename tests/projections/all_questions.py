"""Every question that read models answer, put once to each of two of them."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import BaseModel

from domain.errors import DealtrailError
from engine.deals import Deals
from projections.asking.asked import Asked, Filters
from projections.asking.dimensions import NAMES
from projections.asking.lookup import find_deal
from projections.asking.question import Question
from projections.asking.rates import Base, Rate
from projections.causes.autopsy import autopsy
from projections.causes.causes import causes
from projections.causes.retrospectives_report import retrospectives_of
from projections.closings.winloss import winloss
from projections.followups.followups_report import followups
from projections.negotiation.discounts import discounts
from projections.running.views import Views
from projections.stages.funnel import funnel
from projections.stages.slips import slips
from projections.stages.stage_times import stage_times
from projections.stages.velocity import velocity
from projections.states.deal_list import SORTS, deals
from projections.states.pipeline_slugs import pipeline_slugs
from projections.states.pipeline_view import pipeline
from projections.states.waterfall import changes
from projections.touchpoints.attention import Attention
from projections.touchpoints.scorecard import scorecard

Ask = Callable[[Views], Any]

Report = Callable[[Views, Deals, Question], Any]

REPORTS: tuple[Report, ...] = (
    winloss,
    discounts,
    funnel,
    stage_times,
    velocity,
    slips,
    scorecard,
    followups,
    causes,
    retrospectives_of,
)
BASE = Base(
    "USD", date(2026, 6, 1), [Rate(date=date(2026, 1, 1), currency="CNY", into="USD", rate=Decimal("0.14"))]
)
GROUPINGS = tuple("segment.region" if name == "segment.<name>" else name for name in NAMES)
FILTERS = (
    Filters(),
    Filters(owner="anna"),
    Filters(pipeline="standard"),
    Filters(stage="first"),
    Filters(lead_source="referral"),
    Filters(segments={"region": "West"}),
    Filters(segments={'say "x"': "东"}),
    Filters(outcome="open"),
    Filters(search="Är"),
    Filters(search="ÄR"),
    Filters(search="%_"),
    Filters(search="東"),
    Filters(search="\\"),
)
ATTENTION = (
    Attention(rotting=True),
    Attention(stalled=3),
    Attention(overdue=True),
    Attention(no_next_step=True),
)
ZONE = ZoneInfo("Asia/Shanghai")


def answered(ask: Ask, views: Views) -> Any:  # noqa: ANN401 - whatever the question gives
    """The answer as plain data; a refusal is one too."""
    try:
        return _plain(ask(views))
    except DealtrailError as error:
        return f"{type(error).__name__}: {error}"


def questions(store: Deals, asked: Asked, turn: int) -> Iterator[tuple[str, Ask]]:
    """Every question as of and known at these instants; which groups and filters go together is each turn's own."""
    by = (GROUPINGS[turn % len(GROUPINGS)], GROUPINGS[(turn * 5 + 3) % len(GROUPINGS)])
    base = BASE if turn % 3 == 0 else None
    where = FILTERS[turn % 6]
    question = Question(
        asked=asked,
        by=by if by[0] != by[1] else by[:1],
        decided=turn % 2 == 0,
        filters=where,
        base=base,
        zone=ZONE if turn % 2 else None,
        with_deals=True,
    )
    for report in REPORTS:
        for each in (question, replace(question, by=(), filters=Filters(), with_deals=False)):
            yield f"{report} {each}", partial(_report, report, store, each)
    for filters in FILTERS:
        yield f"pipeline {filters}", partial(pipeline, deals=store, asked=asked, filters=filters)
        yield f"list {filters}", partial(deals, deals=store, asked=asked, filters=filters, sort="title")
    for sort in SORTS:
        by_it = partial(deals, deals=store, asked=asked, filters=Filters(), sort=f"-{sort}")
        yield f"list by {sort}", by_it
    for attention in ATTENTION:
        of_those = partial(
            deals,
            deals=store,
            asked=asked,
            filters=Filters(),
            sort="idle",
            attention=attention,
            zone=ZONE,
        )
        yield f"list {attention}", of_those


def waterfalls(
    store: Deals, start: datetime, end: datetime, known_at: datetime | None
) -> Iterator[tuple[str, Ask]]:
    """How the pipeline changed between two instants, in every form."""
    forms: tuple[dict[str, Any], ...] = (
        {},
        {"by": "owner"},
        {"by": "segment.region", "with_deals": True},
        {"net": True, "with_deals": True},
        {"as_reported": True},
        {"closing": (date(2026, 3, 1), date(2026, 4, 1))},
        {"filters": Filters(owner="li")},
        {"base": BASE},
    )
    for form in forms:
        asked = partial(changes, deals=store, start=start, end=end, known_at=known_at, **form)
        yield f"changes {form}", asked


def names(store: Deals, names: list[str]) -> Iterator[tuple[str, Ask]]:
    """Which deal is meant, and what an autopsy finds of it."""
    yield "pipelines", pipeline_slugs
    for name in names:
        yield f"lookup {name!r}", partial(_looked_up, name)
    for recorded in store.feed(limit=1_000):
        if recorded.type in ("DealWon", "DealLost"):
            deal = recorded.stream_id
            yield f"autopsy {deal}", partial(autopsy, deals=store, deal=deal, asked=Asked())


def _report(report: Report, store: Deals, question: Question, views: Views) -> Any:  # noqa: ANN401
    return report(views, store, question)


def _looked_up(name: str, views: Views) -> str:
    return str(find_deal(views, name))


def _plain(answer: Any) -> Any:  # noqa: ANN401 - whatever the question gives
    match answer:
        case BaseModel():
            return _plain(answer.model_dump(mode="json", by_alias=True))
        case dict():
            return {name: _plain(value) for name, value in answer.items()}
        case list() | tuple():
            return [_plain(value) for value in answer]
        case _:
            return answer
