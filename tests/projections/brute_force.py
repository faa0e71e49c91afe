"""past.md and metrics.md once more, the slow way, on plain dicts; shares no code with what it checks."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from statistics import mean, median
from typing import Any
from zoneinfo import ZoneInfo

Told = dict[str, Any]
State = dict[str, Any]
Step = tuple[datetime, Told, State | None, State]
"""When it is read, the event that stands, the state before and after."""

EVER = datetime(9999, 1, 1, tzinfo=UTC)


def steps(story: Sequence[Told], known_at: datetime | None) -> list[Step]:
    """The standing events of one deal, in reading order, each with the states around it."""
    stands: dict[int, Told] = {}
    latest = datetime(1, 1, 1, tzinfo=UTC)
    originals: dict[int, Told] = {}
    for told in story:
        latest = max(latest, told["known"] or told["recorded"])
        if known_at is not None and latest > known_at:
            break
        if told["type"] == "EventRetracted":
            stands.pop(told["data"]["retracts"], None)
        elif told["type"] == "EventCorrected":
            original = originals[told["data"]["corrects"]]
            stands[original["version"]] = _replaced(original, told["data"]["replacement"])
        else:
            originals[told["version"]] = stands[told["version"]] = told
    if 1 not in stands:
        return []
    opened = stands[1]["at"]
    order = sorted(stands.values(), key=lambda told: (max(told["at"], opened), told["version"]))
    walked: list[Step] = []
    state: State | None = None
    for told in order:
        after = _after(state, told)
        walked.append((max(told["at"], opened), told, state, after))
        state = after
    return walked


def _replaced(original: Told, replacement: Mapping[str, Any]) -> Told:
    told = {**original, "type": replacement.get("type", original["type"]), "data": replacement["data"]}
    if "occurred_at" in replacement:
        told["at"] = datetime.fromisoformat(replacement["occurred_at"])
        told["precision"] = replacement.get("precision", "instant")
    else:
        told["precision"] = replacement.get("precision", original["precision"])
    return told


def _after(state: State | None, told: Told) -> State:  # noqa: PLR0912
    data, kind = told["data"], told["type"]
    if state is None:
        assert kind == "DealOpened"
        return {
            "pipeline": data["pipeline"],
            "revision": data["pipeline_revision"],
            "stage": data.get("stage"),
            "owner": data.get("owner"),
            "title": data["title"],
            "lead_source": data.get("lead_source"),
            "segment": data.get("segment", {}),
            "money": _money(data.get("amount")),
            "expected_close": data.get("expected_close"),
            "forecast": None,
            "forecast_money": None,
            "outcome": "open",
            "opened": told["at"],
            "opened_precision": told["precision"],
        }
    after = dict(state)
    if kind == "DealStageChanged":
        after["stage"], after["revision"] = data["to_stage"], data["pipeline_revision"]
    elif kind == "DealPipelineChanged":
        after["pipeline"], after["stage"] = data["to_pipeline"], data["to_stage"]
        after["revision"] = data["pipeline_revision"]
    elif kind == "DealAmountRevised":
        after["money"] = _money(data["amount"])
    elif kind == "DealExpectedCloseMoved":
        after["expected_close"] = data["expected_close"]
    elif kind == "DealOwnerAssigned":
        after["owner"] = data["owner"]
    elif kind == "DealDetailsChanged":
        for name in ("lead_source", "title"):
            after[name] = data.get(name, after[name])
        merged = {**after["segment"], **data["segment"]}
        after["segment"] = {name: value for name, value in merged.items() if value is not None}
    elif kind == "DealForecastSet":
        after["forecast"], after["forecast_money"] = data["category"], _money(data.get("amount"))
    elif kind in ("DealWon", "DealLost"):
        after["outcome"] = {"DealWon": "won", "DealLost": "lost"}[kind]
        if data.get("amount") is not None:
            after["money"] = _money(data["amount"])
    elif kind == "DealReopened":
        after["outcome"], after["stage"] = "open", data.get("stage", after["stage"])
    elif kind == "DealMerged":
        after["outcome"] = "merged"
    elif kind == "DealDiscarded":
        after["outcome"] = "discarded"
    return after


def _money(money: Mapping[str, str] | None) -> tuple[Decimal, str] | None:
    return None if money is None else (Decimal(money["amount"]), money["currency"])


def state_at(story: Sequence[Told], as_of: datetime | None, known_at: datetime | None) -> State | None:
    """The deal at an instant, None before its opening."""
    state = None
    for at, _, _, after in steps(story, known_at):
        if as_of is None or at <= as_of:
            state = after
    return state


def fits(state: State, asked: Mapping[str, Any]) -> bool:
    """Whether a state fits filters: owner, pipeline, stage, lead_source, segment (name, value)."""
    for name, value in asked.items():
        if name == "segment":
            if state["segment"].get(value[0]) != value[1]:
                return False
        elif state[name] != value:
            return False
    return True


def stories(history: Iterable[Told]) -> dict[int | str, list[Told]]:
    """The events by deal or pipeline, in version order."""
    found: dict[int | str, list[Told]] = defaultdict(list)
    for told in history:
        found[told["deal"]].append(told)
    return found


def plain(amount: Decimal) -> str:
    """As the contract writes amounts: no exponent, no trailing zeros."""
    written = f"{amount:.4f}".rstrip("0").rstrip(".")
    return "0" if written == "-0" else written


def amounts(monies: Iterable[tuple[Decimal, str] | None]) -> list[dict[str, str]]:
    """Sums per currency."""
    sums: dict[str, Decimal] = {}
    for money in monies:
        if money is not None:
            sums[money[1]] = sums.get(money[1], Decimal(0)) + money[0]
    cent = Decimal("0.0001")
    return [
        {"amount": plain(sums[currency].quantize(cent, ROUND_HALF_EVEN)), "currency": currency}
        for currency in sorted(sums)
    ]


def pipeline_figures(
    history: Sequence[Told],
    as_of: datetime,
    known_at: datetime | None,
    asked: Mapping[str, Any],
    zone: ZoneInfo,
) -> dict[str, Any]:
    """Every figure of `pipeline -o json`, the stages by (pipeline, stage)."""
    by_deal = stories(history)
    definition = by_deal.pop("standard")
    found = [state_at(story, as_of, known_at) for story in by_deal.values()]
    states = [state for state in found if state is not None and fits(state, asked)]
    opened = [state for state in states if state["outcome"] == "open"]
    weights = [_weight(state, definition, as_of, known_at) for state in opened]
    groups: dict[tuple[str, str | None], list[int]] = defaultdict(list)
    for place, state in enumerate(opened):
        groups[state["pipeline"], state["stage"]].append(place)
    undated = 0
    for story in by_deal.values():
        walked = steps(story, known_at)
        if walked and walked[0][1]["precision"] == "unknown" and walked[0][0] > as_of:
            undated += fits(walked[0][3], asked)
    ages = [age for state in opened if (age := _age(state, as_of, zone)) is not None]
    return {
        "stages": {
            key: {
                "deals": len(places),
                "amounts": amounts(opened[place]["money"] for place in places),
                "weighted": amounts(w for place in places if isinstance(w := weights[place], tuple)),
            }
            for key, places in groups.items()
        },
        "open": {
            "deals": len(opened),
            "amounts": amounts(state["money"] for state in opened),
            "weighted": amounts(w for w in weights if isinstance(w, tuple)),
            "age_days": {
                "median": round(float(median(ages)), 6) if ages else None,
                "mean": round(float(mean(ages)), 6) if ages else None,
                "max": round(float(max(ages)), 6) if ages else None,
            },
        },
        **{
            outcome: {
                "deals": sum(state["outcome"] == outcome for state in states),
                "amounts": amounts(state["money"] for state in states if state["outcome"] == outcome),
            }
            for outcome in ("won", "lost")
        },
        "undated": undated,
        "unweighted": weights.count("none"),
    }


def _age(state: State, as_of: datetime, zone: ZoneInfo) -> Fraction | None:
    if state["opened_precision"] == "unknown":
        return None
    if state["opened_precision"] == "day":
        return Fraction((as_of.astimezone(zone).date() - state["opened"].astimezone(zone).date()).days)
    return Fraction((as_of - state["opened"]) // timedelta(microseconds=1), 86_400_000_000)


def _weight(
    state: State, definition: Sequence[Told], as_of: datetime, known_at: datetime | None
) -> tuple[Decimal, str] | str | None:
    """The weighted amount; None where it weighs nothing, "none" where nothing says what it weighs.

    Only the pipeline `standard` is defined; one in which no stage has a probability is not weighted at all.
    """
    if state["forecast"] == "omitted":
        return None
    if state["forecast_money"] is not None:
        money: tuple[Decimal, str] = state["forecast_money"]
        return money
    if state["money"] is None:
        return "none"
    stages = [stage for told in definition for stage in told["data"]["stages"]]
    if state["pipeline"] != "standard" or not any("probability" in stage for stage in stages):
        return None
    latest = datetime(1, 1, 1, tzinfo=UTC)
    in_force = None
    for told in definition:
        latest = max(latest, told["known"] or told["recorded"])
        if told["at"] <= as_of and (known_at is None or latest <= known_at):
            in_force = told
    own = definition[state["revision"] - 1] if state["revision"] <= len(definition) else None
    for revision in (in_force, own):
        for stage in revision["data"]["stages"] if revision else ():
            if stage["stage"] == state["stage"]:
                share = stage.get("probability")
                amount, currency = state["money"]
                return "none" if share is None else (amount * Decimal(str(share)), currency)
    return "none"
