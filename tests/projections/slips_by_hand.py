"""Pushes and slips counted by hand from walked deals; nothing of the projections is used."""

from datetime import date, timedelta
from typing import Any

from tests.projections.closing_histories import instant
from tests.projections.count_by_hand import standing
from tests.projections.stage_histories import Told
from tests.projections.walked_by_hand import FLOOR, ZONE, Counted, Walked, grouped, spread, walk, walked


def slips_by_hand(
    told: Told, asked: Counted, by: tuple[str, ...]
) -> tuple[dict[tuple[Any, ...], dict[str, Any]], int]:
    """The figures of each group, and how many deals have no date to count them by."""
    deals, unopened = walk(told, asked)
    deals = [deal for deal in deals if asked.pipeline in (None, deal["pipeline"])]
    undated = sum(asked.pipeline in (None, each["pipeline"]) for each in unopened)
    counted = []
    for deal in deals:
        pushes = [push for push in deal["pushes"] if asked.holds(*push["when"])]
        became = _became(told, asked, deal)
        no_date = asked.bounded and any(push["when"][1] == "unknown" for push in deal["pushes"])
        undated += no_date or became == ("undated", None)
        known = None if became is None or became[0] == "undated" else became
        if pushes or known:
            counted.append(deal | {"inside": pushes, "became": known})
    return {key: _group(members, asked) for key, members in grouped(counted, by).items()}, undated


def _became(told: Told, asked: Counted, deal: Walked) -> tuple[str, str | None] | None:
    """What became of a deal that was expected in the period, and how it was forecast; None if it was not."""
    if asked.start is None or asked.end is None or asked.start >= asked.end:
        return None
    (name,) = [each for each in told.history.deals if deal["deal"] == walked(each, [])["deal"]]
    lines = standing(told.history.of(name), asked.known_at)
    before = [
        line for line in lines if line[0] < asked.start and (asked.as_of is None or line[0] <= asked.as_of)
    ]
    if not before:
        return None
    then = walked(name, before)
    if then["outcome"] != "open" or not _in_period(then["expected_close"], asked):
        return None
    closing = deal["closing"]
    if closing is None:
        running = asked.as_of is not None and asked.as_of < asked.end
        waiting = running and _in_period(deal["expected_close"], asked)
        return ("pending" if waiting else "slipped"), then["forecast"]
    if closing["precision"] == "unknown":
        return "undated", None
    inside = asked.start <= closing["at"] < asked.end
    return (deal["outcome"] if inside else "slipped"), then["forecast"]


def _in_period(day: str | None, asked: Counted) -> bool:
    if day is None or asked.start is None or asked.end is None:
        return False
    first = instant(asked.start).astimezone(ZONE).date()
    last = (instant(asked.end) - timedelta(microseconds=1)).astimezone(ZONE).date()
    return first <= date.fromisoformat(day) <= last


def _group(deals: list[Walked], asked: Counted) -> dict[str, Any]:
    pushes = [push for deal in deals for push in deal["inside"]]
    results = [deal["became"] for deal in deals if deal["became"]]
    sure = [became for became, forecast in results if forecast in ("commit", "best-case")]
    bounded = asked.start is not None and asked.end is not None
    return {
        "deals": len(deals),
        "pushed": {
            "pushes": len(pushes),
            "deals": sum(bool(deal["inside"]) for deal in deals),
            "days": spread([push["days"] for push in pushes], 1),
            "months": sum(push["months"] for push in pushes),
            "quarters": sum(push["quarters"] for push in pushes),
        },
        "slip": _slip(sure) if bounded else None,
        "slip_any": _slip([became for became, _ in results]) if bounded else None,
    }


def _slip(became: list[str]) -> dict[str, Any]:
    counts = {each: became.count(each) for each in ("won", "lost", "slipped", "pending")}
    rate = round(counts["slipped"] / len(became), 6) if became else None
    return {"expected": len(became), **counts, "rate": rate, "too_few": len(became) < FLOOR}
