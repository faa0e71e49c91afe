"""Causes, tellers and win rates counted by hand from plain facts; nothing of the projections is used."""

from collections import Counter
from itertools import combinations, product
from math import sqrt
from statistics import median
from typing import Any

from tests.projections.closing_histories import History, stream
from tests.projections.count_by_hand import Counted, standing
from tests.projections.measures_by_hand import measures, reasons
from tests.projections.stays_by_hand import Line

TELLERS = ("closing", "rep", "manager", "buyer", "analyst", "rule", "events")
PRESENT = {
    "champion-known": ("champions", 1),
    "champion-left": ("champions-left", 1),
    "contact-left": ("contacts-left", 1),
    "contact-never-met": ("never-met", 1),
    "hostile-contact": ("hostile", 1),
    "objection-raised": ("objections", 1),
    "objection-unsettled": ("objections-unsettled", 1),
    "need-unmet": ("needs-unmet", 1),
    "counter-offer": ("counter-offers", 1),
    "concession-unreturned": ("concessions-unreturned", 1),
    "pushed": ("pushes", 1),
    "pushed-again": ("pushes", 2),
    "rule-set-aside": ("overrides", 1),
    "competitor-noted": ("competitors", 1),
    "late-follow-up": ("late-follow-ups", 1),
}
LONGER = {
    "long-silence": "silence",
    "late-competitor": "competitor-arrival",
    "slow-answer-to-question": "question-answer",
    "slow-answer-to-objection": "objection-answer",
    "slow-answer-to-counter-offer": "counter-offer-answer",
    "slow-first-response": "first-response",
}


def groups_by_hand(
    history: History, question: Counted, by: tuple[str, ...], *, decided: bool
) -> tuple[dict[Any, dict[str, Any]], int]:
    """The figures of each group, and how many deals are left out for want of a date."""
    cases, undated = _cases(history, question)
    if decided:
        cases = [case for case in cases if case["kind"] != "disqualified"]
    groups: dict[Any, list[dict[str, Any]]] = {} if by else {(): []}
    for case in cases:
        for key in product(*([case[name]] for name in by)):
            groups.setdefault(key, []).append(case)
    return {key: _figures(each) for key, each in groups.items()}, undated


def closed_deals(history: History, question: Counted) -> list[dict[str, Any]]:
    """The deals that are closed at the instant, with the lines of their stories up to the closing."""
    return _cases(history, question)[0]


def _cases(history: History, question: Counted) -> tuple[list[dict[str, Any]], int]:
    cases, undated = [], 0
    bounded = question.start is not None or question.end is not None
    for deal in history.deals:
        lines = standing(history.of(deal), question.known_at)
        if not lines:
            continue
        opening = lines[0][2]
        if question.as_of is not None and opening.at > question.as_of:
            undated += opening.precision == "unknown" and question.owner in (None, opening.data["owner"])
            continue
        told = [line for line in lines if question.as_of is None or line[0] <= question.as_of]
        case = _told(deal, told)
        if case["closed"] is None or question.owner not in (None, case["owner"]):
            continue
        if bounded and case["precision"] == "unknown":
            undated += 1
        elif not bounded or _within(case["at"], question):
            cases.append(case)
    return cases, undated


def _within(at: int, question: Counted) -> bool:
    return (question.start is None or at >= question.start) and (question.end is None or at < question.end)


def _told(deal: str, lines: list[Line]) -> dict[str, Any]:
    state: dict[str, Any] = {"deal": str(stream(deal)), "closed": None}
    said: dict[int, dict[str, set[str]]] = {}
    for place, (_, version, fact) in enumerate(lines):
        data = fact.data
        if fact.kind == "DealOpened":
            state |= {name: data[name] for name in ("owner", "pipeline", "segment", "lead_source")}
        elif fact.kind == "DealOwnerAssigned":
            state["owner"] = data["owner"]
        elif fact.kind == "DealPipelineChanged":
            state["pipeline"] = data["to_pipeline"]
        elif fact.kind in ("DealWon", "DealLost"):
            state |= {"closed": place, "version": version, "at": fact.at, "precision": fact.precision}
            state |= {"won": fact.kind == "DealWon", "kind": data.get("kind")}
            said.setdefault(version, {})["closing"] = {cause["reason"] for cause in data["causes"]}
        elif fact.kind in ("DealReopened", "DealMerged"):
            state["closed"] = None
        elif fact.kind == "CausesRecorded":
            told = {cause["reason"] for cause in data["causes"]}
            said.setdefault(data["outcome"], {})[data["told_by"]] = told
    if state["closed"] is None:
        return state
    before = lines[: state["closed"] + 1]
    declared = [
        teller for teller, each in said.get(state["version"], {}).items() if each or teller != "closing"
    ]
    words = {teller: each for teller, each in said.get(state["version"], {}).items() if each}
    if not state["won"] and (shown := reasons(before)):
        words["events"] = shown
    return state | {"said": words, "measures": measures(before), "lines": before, "declared": declared}


def _figures(cases: list[dict[str, Any]]) -> dict[str, Any]:
    declared = [
        set().union(*(each for teller, each in case["said"].items() if teller != "events")) for case in cases
    ]
    agreements = {}
    for pair in combinations(TELLERS, 2):
        both = [case["said"] for case in cases if pair[0] in case["said"] and pair[1] in case["said"]]
        if both:
            agreements[pair] = (len(both), sum(bool(each[pair[0]] & each[pair[1]]) for each in both))
    return {
        "deals": len(cases),
        "won": sum(case["won"] for case in cases),
        "with_cause": sum(bool(each) for each in declared),
        "told_by_buyer": sum("buyer" in case["said"] for case in cases),
        "only_other": sum(each == {"other"} for each in declared),
        "tellers": {
            teller: (
                sum(teller in case["said"] for case in cases),
                Counter(reason for case in cases for reason in case["said"].get(teller, ())),
            )
            for teller in TELLERS
            if any(teller in case["said"] for case in cases)
        },
        "agreements": agreements,
        "drivers": _drivers(cases),
        "behind": sorted(case["deal"] for case in cases),
    }


def _drivers(cases: list[dict[str, Any]]) -> dict[str, Any]:
    """With and without: how many, and how many of them won; and Newcombe's interval where both are enough."""
    found = {}
    for name, has in _having(cases).items():
        one = [case["won"] for case, each in zip(cases, has, strict=True) if each is True]
        other = [case["won"] for case, each in zip(cases, has, strict=True) if each is False]
        if one and other:
            enough = min(len(one), len(other)) >= 5
            interval = _newcombe(sum(one), len(one), sum(other), len(other)) if enough else None
            found[name] = ((len(one), sum(one)), (len(other), sum(other)), interval)
    return found


def _having(cases: list[dict[str, Any]]) -> dict[str, list[bool | None]]:
    found: dict[str, list[bool | None]] = {}
    regions = sorted({case["segment"]["region"] for case in cases if "region" in case["segment"]})
    for region in regions[1:]:
        found[f"segment.region={region}"] = [
            case["segment"]["region"] == region if "region" in case["segment"] else None for case in cases
        ]
    for name, (measure, least) in PRESENT.items():
        found[name] = [case["measures"][measure] >= least for case in cases]
    found["fewer-than-two-met"] = [case["measures"]["contacts-met"] < 2 for case in cases]
    for name, measure in LONGER.items():
        known = [case["measures"][measure] for case in cases if measure in case["measures"]]
        middle = median(known) if known else 0
        found[name] = [
            case["measures"][measure] > middle if measure in case["measures"] else None for case in cases
        ]
    return found


def _newcombe(won: int, n: int, other_won: int, other_n: int) -> tuple[float, float]:
    (p, low, high), (q, other_low, other_high) = _wilson(won, n), _wilson(other_won, other_n)
    down = sqrt((p - low) ** 2 + (other_high - q) ** 2)
    up = sqrt((high - p) ** 2 + (q - other_low) ** 2)
    return round(p - q - down, 6), round(p - q + up, 6)


def _wilson(won: int, n: int) -> tuple[float, float, float]:
    z = 1.959963984540054
    p = won / n
    middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return p, middle - half, middle + half
