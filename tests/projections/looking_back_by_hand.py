"""Retrospectives counted by hand from plain facts; nothing of the projections or of the domain is used."""

from collections import Counter
from datetime import date
from itertools import product
from typing import Any
from zoneinfo import ZoneInfo

from tests.projections.closing_histories import Fact, History, instant, stream
from tests.projections.count_by_hand import Counted, standing

ZONE = ZoneInfo("Europe/Berlin")


def groups_by_hand(
    history: History,
    question: Counted,
    by: tuple[str, ...],
    now: Any,  # noqa: ANN401 - an instant
) -> tuple[dict[Any, dict[str, Any]], int]:
    """The figures of each group, and how many deals are left out for want of a date."""
    cases, undated = _cases(history, question)
    groups: dict[Any, list[dict[str, Any]]] = {} if by else {(): []}
    for case in cases:
        for key in product(*([case[name]] for name in by)):
            groups.setdefault(key, []).append(case)
    return {key: _figures(each, now) for key, each in groups.items()}, undated


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
        told = [fact for at, _, fact in lines if question.as_of is None or at <= question.as_of]
        reads = [at for at, _, _ in lines]
        state = _state(told)
        if state["outcome"] == "gone" or question.owner not in (None, state["owner"]):
            continue
        held = _held(told, reads)
        if bounded and any(each["precision"] == "unknown" for each in held):
            undated += 1
        inside = [each for each in held if not bounded or _within(each, question)]
        if inside:
            cases.append({"deal": str(stream(deal)), "held": inside, **state})
    return cases, undated


def _within(held: dict[str, Any], question: Counted) -> bool:
    return (
        held["precision"] != "unknown"
        and (question.start is None or held["at"] >= question.start)
        and (question.end is None or held["at"] < question.end)
    )


def _state(told: list[Fact]) -> dict[str, Any]:
    state: dict[str, Any] = {}
    for fact in told:
        if fact.kind == "DealOpened":
            state = {"owner": fact.data["owner"], "pipeline": fact.data["pipeline"], "outcome": "open"}
        elif fact.kind == "DealOwnerAssigned":
            state["owner"] = fact.data["owner"]
        elif fact.kind in ("DealWon", "DealLost", "DealReopened"):
            state["outcome"] = "closed"
        elif fact.kind == "DealMerged":
            state["outcome"] = "gone"
    return state


def _held(told: list[Fact], reads: list[int]) -> list[dict[str, Any]]:
    """The retrospectives that stand, each with its actions, of which a finished one has its instant."""
    held: list[dict[str, Any]] = []
    for read_at, fact in zip(reads, told, strict=False):
        if fact.kind == "RetrospectiveHeld":
            data = fact.data
            held = [each for each in held if each["name"] != data["retrospective"]]
            actions = {each["action"]: {**each, "done": None} for each in data["actions"]}
            for each in held:
                each["actions"] = {
                    name: what for name, what in each["actions"].items() if name not in actions
                }
            held.append(
                {
                    "name": data["retrospective"],
                    "at": fact.at,
                    "precision": fact.precision,
                    "data": data,
                    "actions": actions,
                }
            )
        elif fact.kind == "RetrospectiveActionFinished":
            for each in held:
                action = each["actions"].get(fact.data["action"])
                if action is not None and action["done"] is None:
                    action["done"] = read_at
    return held


def _figures(cases: list[dict[str, Any]], now: Any) -> dict[str, Any]:  # noqa: ANN401 - an instant
    held = [(case["deal"], each) for case in cases for each in case["held"]]
    today = now.astimezone(ZONE).date()
    actions = [(deal, each["name"], action) for deal, each in held for action in each["actions"].values()]
    late = [
        action
        for _, _, action in actions
        if action["done"] is None and action["due"] and date.fromisoformat(action["due"]) < today
    ]
    done = [action for _, _, action in actions if action["done"] is not None]
    return {
        "deals": len(cases),
        "retrospectives": len(held),
        "pushed": _seen(held, "pushed", "reason"),
        "blocked": _seen(held, "blocked", "reason"),
        "lessons": _seen(held, "lessons", "area"),
        "actions": {
            "planned": len(actions),
            "done": len(done),
            "open": len(actions) - len(done),
            "overdue": len(late),
        },
        "lessons_told": sorted(
            (deal, str(each["area"]), each["text"]) for deal, one in held for each in one["data"]["lessons"]
        ),
        "actions_told": sorted(
            (
                deal,
                name,
                action["action"],
                str(action["owner"]),
                str(action["due"]),
                None if action["done"] is None else instant(action["done"]).isoformat(),
            )
            for deal, name, action in actions
        ),
        "behind": sorted(case["deal"] for case in cases),
    }


def _seen(held: list[tuple[str, dict[str, Any]]], kind: str, code: str) -> list[dict[str, Any]]:
    times = Counter(each[code] for _, one in held for each in one["data"][kind])
    within = Counter(
        name for _, name in {(deal, each[code]) for deal, one in held for each in one["data"][kind]}
    )
    order = sorted(times, key=lambda name: (name is None, -times[name], name or ""))
    return [{"times": times[name], "deals": within[name], code: name} for name in order]
