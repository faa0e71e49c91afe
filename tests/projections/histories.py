"""Random histories: what may happen to several deals and their pipeline, told as plain dicts and recorded."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from hypothesis import strategies as st

from domain.event import Actor, Recorded
from domain.events import EVENTS
from engine.deals import Deals
from engine.ids import pipeline_id
from engine.settings import Settings

Told = dict[str, Any]
"""An event: deal (0, 1, …; "standard" for the pipeline), version, at, precision, known (or None), type, data."""

START = datetime(2026, 1, 5, tzinfo=UTC)
RECORDING = datetime(2026, 9, 1, tzinfo=UTC)
STAGES = ("prospecting", "proposal", "negotiation")
ACTOR = Actor(id="tester", kind="import")

# Few instants, so that some coincide; none of them at midnight in every zone.
instants = st.integers(0, 40).map(lambda n: START + timedelta(hours=37 * n))
early = st.integers(0, 15).map(lambda n: START + timedelta(hours=37 * n))
days = st.integers(0, 6).map(lambda n: f"2026-{n + 1:02}-15")
_money = st.fixed_dictionaries(
    {
        "amount": st.sampled_from(("100", "250.5", "99.9999", "1000", "0")),
        "currency": st.sampled_from(("USD", "CNY")),
    }
)
moneys = st.one_of(_money, _money, st.none())
precisions = st.sampled_from(("instant", "instant", "instant", "day", "unknown"))
_segments = st.dictionaries(
    st.sampled_from(("region", 'say "x"')), st.sampled_from(("West", "东")), max_size=2
)


def _with(
    required: dict[str, st.SearchStrategy[Any]], **optional: st.SearchStrategy[Any]
) -> st.SearchStrategy[Any]:
    return st.fixed_dictionaries(required, optional=optional)


owners = st.sampled_from(("anna", "bo")) | st.none()
stages = st.sampled_from(STAGES)
DATA: dict[str, st.SearchStrategy[Any]] = {
    "DealOpened": _with(
        {"title": st.just("Deal"), "pipeline": st.just("standard"), "pipeline_revision": st.just(1)},
        stage=stages,
        owner=owners,
        amount=moneys,
        expected_close=days,
        segment=_segments,
        lead_source=st.sampled_from(("referral", "website")),
    ),
    "DealStageChanged": _with({"to_stage": stages, "pipeline_revision": st.sampled_from((1, 2))}),
    "DealAmountRevised": _with({"amount": moneys}),
    "DealExpectedCloseMoved": _with({"expected_close": st.none() | days}),
    "DealOwnerAssigned": _with({"owner": owners}),
    "DealDetailsChanged": _with(
        {"segment": st.dictionaries(st.just("region"), st.none() | st.sampled_from(("West", "东")))},
        lead_source=st.sampled_from(("referral", "website")),
        title=st.sampled_from(("Deal", "Other deal")),
    ),
    "DealPipelineChanged": _with(
        {
            "from_pipeline": st.just("standard"),
            "to_pipeline": st.sampled_from(("standard", "partners")),
            "to_stage": stages,
            "pipeline_revision": st.just(1),
        }
    ),
    "DealForecastSet": _with({"category": st.sampled_from(("commit", "omitted", "pipeline"))}, amount=moneys),
    "DealPaused": st.just({"reason": "budget"}),
    "DealResumed": st.just({}),
    "DealNoteAdded": st.just({"text": "said"}),
    "DealWon": _with({}, amount=moneys),
    "DealLost": _with({"kind": st.sampled_from(("competitor", "declined"))}, amount=moneys),
    "DealReopened": _with({"reason": st.just("back")}, stage=stages),
    "DealMerged": st.just({"into": "another"}),
    "DealDiscarded": st.just({"reason": "test"}),
}
CLOSINGS = ("DealWon", "DealLost")
_common = sorted(set(DATA) - {"DealOpened", "DealMerged", "DealDiscarded"})
_moving = (*CLOSINGS, "DealReopened", "DealAmountRevised", "DealExpectedCloseMoved", "DealOwnerAssigned")
_types = st.sampled_from((*_common, *_moving, *_moving, "DealMerged", "DealDiscarded"))


@st.composite
def deals_of(draw: st.DrawFn, deal: int) -> list[Told]:
    """One deal's events in version order; times in any order, some corrected or retracted."""
    story = [event_told(deal, 1, "DealOpened", draw(DATA["DealOpened"]), draw(instants), draw(precisions))]
    for _ in range(draw(st.integers(0, 9))):
        version = len(story) + 1
        at = draw(instants)
        what = draw(st.integers(0, 9))
        original = story[draw(st.integers(0, len(story) - 1))]
        if original["type"].startswith("Event") or what > 2:
            kind = draw(_types)
            data, precision = draw(DATA[kind]), draw(precisions)
            story.append(event_told(deal, version, kind, data, at, precision))
        elif what == 0 and original["version"] > 1:
            data = {"retracts": original["version"], "type": original["type"], "reason": "mistake"}
            story.append(event_told(deal, version, "EventRetracted", data, at, "instant"))
        else:
            story.append(
                event_told(deal, version, "EventCorrected", draw(_correction(original)), at, "instant")
            )
    for each in story:
        each["known"] = draw(st.none() | instants)
    return story


@st.composite
def _correction(draw: st.DrawFn, original: Told) -> dict[str, Any]:
    kind = draw(st.sampled_from(CLOSINGS)) if original["type"] in CLOSINGS else original["type"]
    replacement: dict[str, Any] = {"data": draw(DATA[kind])}
    if kind != original["type"]:
        replacement["type"] = kind
    if draw(st.booleans()):
        replacement["occurred_at"] = draw(instants).isoformat()
    if draw(st.integers(0, 4)) == 0:
        replacement["precision"] = draw(precisions)
    return {
        "corrects": original["version"],
        "type": original["type"],
        "replacement": replacement,
        "reason": "mistake",
    }


def event_told(deal: int | str, version: int, kind: str, data: Told, at: datetime, precision: str) -> Told:
    """An event of which only the store knows when it was recorded."""
    return {
        "deal": deal,
        "version": version,
        "type": kind,
        "data": data,
        "at": at,
        "precision": precision,
        "known": None,
    }


@st.composite
def pipelines(draw: st.DrawFn) -> list[Told]:
    """The pipeline `standard`: its second revision has other probabilities and no `negotiation`."""
    probabilities = st.sampled_from((0.25, 0.5, 0.333, 0, None))
    first = [_stage(stage, draw(probabilities)) for stage in STAGES]
    second = [_stage(stage, draw(probabilities)) for stage in STAGES[:2]]
    labels = {"en": "Standard"}
    data = {"pipeline": "standard", "labels": labels, "stages": first}
    story = [
        event_told("standard", 1, "PipelineDefined", data, datetime(1, 1, 1, tzinfo=UTC), "instant"),
        event_told("standard", 2, "PipelineRevised", {"stages": second}, draw(early), "instant"),
    ]
    for each in story:
        each["known"] = draw(st.none() | instants)
    return story[: draw(st.sampled_from((2, 2, 1)))]


def _stage(stage: str, probability: float | None) -> dict[str, Any]:
    told = {"stage": stage, "labels": {"en": stage}, "phase": "early"}
    return told if probability is None else {**told, "probability": probability}


@st.composite
def histories(draw: st.DrawFn) -> list[Told]:
    """The events of up to four deals and a pipeline, in the order in which they are recorded."""
    stories: list[list[Told]] = [draw(deals_of(deal)) for deal in range(draw(st.integers(1, 4)))]
    stories.append(draw(pipelines()))
    waiting = [list(reversed(story)) for story in stories]
    recorded = []
    while any(waiting):
        turn = draw(st.sampled_from([place for place, story in enumerate(waiting) if story]))
        recorded.append(waiting[turn].pop())
    return recorded


def stream(deal: int | str) -> UUID:
    """The stream of a deal, or of a pipeline."""
    return UUID(int=0xD000 + deal) if isinstance(deal, int) else pipeline_id(deal)


def as_recorded(told: Told) -> Recorded:
    """The event as an import records it."""
    return Recorded(
        stream_id=stream(told["deal"]),
        version=told["version"],
        occurred_at=told["at"],
        event=EVENTS[told["type"]].model_validate(told["data"]),
        by=ACTOR,
        channel="import:test",
        command_id=f"{told['deal']}:{told['version']}",
        precision=told["precision"],
        source_recorded_at=told["known"],
    )


def recorded_in(deals: Deals, history: Sequence[Told]) -> list[Told]:
    """Record `history`, one transaction an event; returned with the time that the store gave each."""
    taken = []
    for told in history:
        [position] = deals.record([as_recorded(told)])
        [recorded] = deals.feed(position - 1, limit=1)
        taken.append({**told, "recorded": recorded.recorded_at, "position": position})
    return taken


def store(timezone: str = "UTC", url: str = "memory:") -> Deals:
    """An empty store whose clock goes an hour further with every look at it."""
    ticks = iter(range(1_000_000))
    settings = Settings(store=url, timezone=timezone, views=None)
    return Deals(settings, clock=lambda: RECORDING + timedelta(hours=next(ticks)))
