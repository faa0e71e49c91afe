"""The state of a deal that pipelines and waterfalls are made of, as plain columns."""

from json import dumps, loads
from typing import Any, assert_never

from domain.deal.life import (
    DealAmountRevised,
    DealDetailsChanged,
    DealExpectedCloseMoved,
    DealOpened,
    DealPipelineChanged,
    DealStageChanged,
)
from domain.deal.outcome import DealDiscarded, DealLost, DealMerged, DealReopened, DealWon
from domain.deal.outlook import DealForecastSet, DealPaused, DealResumed
from domain.deal.team import DealOwnerAssigned
from domain.event import Event
from domain.values import Day, Money

State = dict[str, Any]
"""A value for each of STATE. Money is an integer of 1/10,000 beside its currency, a date ISO text,
`segments` a JSON object with its keys in order. States are compared with `==` and never changed in place."""

STATE = (
    "pipeline",
    "revision",
    "stage",
    "owner",
    "account",
    "account_name",
    "title",
    "lead_source",
    "campaign",
    "segments",
    "amount",
    "currency",
    "expected_close",
    "forecast",
    "forecast_amount",
    "forecast_currency",
    "paused",
    "outcome",
)

StateEvent = (
    DealStageChanged
    | DealPipelineChanged
    | DealAmountRevised
    | DealExpectedCloseMoved
    | DealDetailsChanged
    | DealOwnerAssigned
    | DealForecastSet
    | DealPaused
    | DealResumed
    | DealWon
    | DealLost
    | DealReopened
    | DealMerged
    | DealDiscarded
)
"""What changes a state; an opening makes one."""

DETAILS = ("title", "account", "account_name", "lead_source", "campaign")


def evolved(state: State | None, event: Event) -> State:
    """The state after `event`: the same one where nothing in it changes.

    The first event is the opening; anything else in its place raises ValueError.
    """
    if state is None:
        if not isinstance(event, DealOpened):
            raise ValueError(f"the story does not begin with its opening but with {type(event).__name__}")
        return _opened(event)
    changed = changes(state, event)
    return {**state, **changed} if changed else state


def changes(state: State, event: Event) -> State:
    """What `event` makes different in a state (which may hold more than STATE); nothing where it is the same."""
    if isinstance(event, StateEvent):
        said = _said(state, event)
    elif isinstance(event, DealOpened):
        said = _opened(event)
    else:
        return {}
    return {name: value for name, value in said.items() if state[name] != value}


def _opened(event: DealOpened) -> State:
    return {
        "pipeline": event.pipeline,
        "revision": event.pipeline_revision,
        "stage": event.stage,
        "owner": event.owner,
        "account": event.account,
        "account_name": event.account_name,
        "title": event.title,
        "lead_source": event.lead_source,
        "campaign": event.campaign,
        "segments": _segments(event.segment or {}),
        **_money(event.amount),
        "expected_close": _day(event.expected_close),
        "forecast": None,
        "forecast_amount": None,
        "forecast_currency": None,
        "paused": False,
        "outcome": "open",
    }


def _said(state: State, event: StateEvent) -> State:  # noqa: C901, PLR0911, PLR0912 - a case per event
    match event:
        case DealStageChanged():
            return {"stage": event.to_stage, "revision": event.pipeline_revision}
        case DealAmountRevised():
            return _money(event.amount)
        case DealExpectedCloseMoved():
            return {"expected_close": _day(event.expected_close)}
        case DealOwnerAssigned():
            return {"owner": event.owner}
        case DealForecastSet():
            forecast = _money(event.amount)
            return {
                "forecast": event.category,
                "forecast_amount": forecast["amount"],
                "forecast_currency": forecast["currency"],
            }
        case DealDetailsChanged():
            return _details(state, event)
        case DealPipelineChanged():
            return {
                "pipeline": event.to_pipeline,
                "stage": event.to_stage,
                "revision": event.pipeline_revision,
            }
        case DealPaused():
            return {"paused": True}
        case DealResumed():
            return {"paused": False}
        case DealWon() | DealLost():
            worth = {} if event.amount is None else _money(event.amount)
            return {"outcome": "won" if isinstance(event, DealWon) else "lost", **worth}
        case DealReopened():
            return {"outcome": "open", "stage": event.stage or state["stage"]}
        case DealMerged():
            return {"outcome": "merged"}
        case DealDiscarded():
            return {"outcome": "discarded"}
        case _:
            assert_never(event)


def _details(state: State, event: DealDetailsChanged) -> State:
    named = event.model_fields_set
    change = {name: getattr(event, name) for name in DETAILS if name in named}
    if event.segment:
        merged = {**loads(state["segments"]), **event.segment}
        change["segments"] = _segments({name: value for name, value in merged.items() if value is not None})
    return change


def _money(amount: Money | None) -> State:
    if amount is None:
        return {"amount": None, "currency": None}
    return {"amount": amount.units, "currency": amount.currency}


def _day(day: Day | None) -> str | None:
    return None if day is None else day.isoformat()


def _segments(segments: dict[str, str]) -> str:
    return dumps(segments, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
