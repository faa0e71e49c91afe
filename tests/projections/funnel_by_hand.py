"""The funnel counted by hand from walked deals; nothing of the projections is used."""

from typing import Any

from tests.projections.stage_histories import AFTER_WIN, PIPELINES, Told
from tests.projections.walked_by_hand import (
    FLOOR,
    Counted,
    Walked,
    before_the_win,
    grouped,
    place,
    spread,
    stages_of,
    unpaused,
    walk,
)

HOURS = 1 / 6
"""Quarters of a day an hour."""


def funnel_by_hand(
    told: Told, asked: Counted, by: tuple[str, ...]
) -> tuple[dict[tuple[Any, ...], dict[str, Any]], int]:
    """The figures of each group and pipeline, and how many deals have no date to count them by."""
    deals, unopened = walk(told, asked)
    if asked.pipeline is not None:
        deals = [deal for deal in deals if asked.pipeline in pipelines_of(deal)]
    undated = sum(asked.pipeline in (None, each["pipeline"]) for each in unopened)
    if asked.bounded:
        undated += sum(deal["opened"][1] == "unknown" for deal in deals)
    found = {}
    for key, members in grouped(deals, by).items():
        for pipeline in PIPELINES:
            here = [deal for deal in members if pipeline in pipelines_of(deal)]
            figures = _group(told, asked, pipeline, here)
            if asked.pipeline in (None, pipeline) and figures is not None:
                found[*key, pipeline] = figures
    return found, undated


def pipelines_of(deal: Walked) -> set[str]:
    return {deal["pipeline"], *(stay["pipeline"] for stay in deal["stays"]), (deal["won_in"] or "-")[0]}


def _group(told: Told, asked: Counted, pipeline: str, deals: list[Walked]) -> dict[str, Any] | None:
    counted = [deal for deal in deals if asked.holds(*deal["opened"])]
    every = {stage for revision in PIPELINES[pipeline] for stage in revision}
    every |= {stay["stage"] for deal in deals for stay in deal["stays"]}
    stages = {stage: _stage(asked, pipeline, stage, deals, counted) for stage in every}
    fates = [each for figures in stages.values() for each in figures["conversion"].values()]
    if not counted and not any(each["deals"] for each in fates):
        return None
    current = stages_of(pipeline, told.in_force(pipeline, asked.as_of, asked.known_at))
    return {
        "stages": {
            stage: figures
            for stage, figures in stages.items()
            if stage in current
            or figures["reached"]
            or any(each["deals"] for each in figures["conversion"].values())
        },
        **_outcomes(counted, asked),
        "deals": len(counted),
        "bottleneck": _bottleneck(stages),
    }


def _outcomes(deals: list[Walked], asked: Counted) -> dict[str, int]:
    figures = {"won": 0, "lost": 0, "open": 0, "disqualified": 0}
    for deal in deals:
        apart = asked.decided and (deal["closing"] or {}).get("kind") == "disqualified"
        figures["disqualified" if apart else deal["outcome"]] += 1
    return figures


def _stage(
    asked: Counted, pipeline: str, stage: str, deals: list[Walked], counted: list[Walked]
) -> dict[str, Any]:
    entered = [deal for deal in counted if stays_in(deal, pipeline, stage)]
    passed = [deal for deal in counted if _passed(deal, pipeline, stage)]
    reached = [deal for deal in counted if deal in entered or deal in passed]
    decided = [deal for deal in entered if deal["closing"] and deal["closing"]["kind"] != "disqualified"]
    won = [deal for deal in decided if deal["outcome"] == "won"]
    return {
        "entered": len(entered),
        "reached": len(reached),
        "passed": len(passed),
        "returned": sum(_returned(deal, pipeline, stage) for deal in counted),
        "furthest": sum(_furthest(deal, pipeline) == stage for deal in counted),
        **_outcomes(reached, asked),
        "conversion": {
            "cohort": _conversion(
                [_fate(deal, pipeline, stage, lambda stay: asked.holds(*stay["entered"])) for deal in deals]
            ),
            "active": _conversion(
                [_fate(deal, pipeline, stage, lambda stay: _there(stay, asked)) for deal in deals]
            ),
        },
        "probability": {
            "n": len(decided),
            "won": len(won),
            "share": round(len(won) / len(decided), 6) if len(decided) >= FLOOR else None,
            "too_few": len(decided) < FLOOR,
        },
        "hours": _hours(asked, pipeline, stage, entered),
    }


def stays_in(deal: Walked, pipeline: str, stage: str) -> list[dict[str, Any]]:
    return [stay for stay in deal["stays"] if (stay["pipeline"], stay["stage"]) == (pipeline, stage)]


def _later(pipeline: str, stage: str, stay: dict[str, Any]) -> bool:
    """Whether a visit is to a stage behind this one."""
    if stay["pipeline"] != pipeline:
        return False
    here, there = (place(pipeline, stay["revision"], each) for each in (stage, stay["stage"]))
    return here is not None and there is not None and here < there


def _passed(deal: Walked, pipeline: str, stage: str) -> bool:
    if any(_later(pipeline, stage, stay) for stay in deal["stays"]):
        return True
    won_in: tuple[str, int] = deal["won_in"] or ("", 0)
    return won_in[0] == pipeline and stage in before_the_win(*won_in)


def _returned(deal: Walked, pipeline: str, stage: str) -> bool:
    for before, after in zip(deal["stays"], deal["stays"][1:], strict=False):
        moved = before["by"] == "moved" or before["by"] == after["outcome"] == "won"
        if moved and before["pipeline"] == after["pipeline"] == pipeline and after["stage"] == stage:
            start = place(pipeline, after["revision"], before["stage"])
            end = place(pipeline, after["revision"], stage)
            if start is not None and end is not None and end < start:
                return True
    return False


def _furthest(deal: Walked, pipeline: str) -> str | None:
    """The latest stage that the deal was in, each compared with the ones before under its own revision."""
    latest: str | None = None
    for stay in deal["stays"]:
        if stay["pipeline"] == pipeline and (latest is None or _later(pipeline, latest, stay)):
            latest = stay["stage"]
    return latest


def _fate(deal: Walked, pipeline: str, stage: str, counts: Any) -> str | None:  # noqa: ANN401 - a predicate
    for nth, stay in enumerate(deal["stays"]):
        if (stay["pipeline"], stay["stage"]) == (pipeline, stage) and counts(stay):
            if any(_later(pipeline, stage, each) for each in deal["stays"][nth + 1 :]):
                return "passed"
            if deal["outcome"] == "won":
                return "open" if stay["outcome"] == "won" else "passed"
            return str(deal["outcome"])
    return None


def _there(stay: dict[str, Any], asked: Counted) -> bool:
    """Whether there is an instant of the period at which the visit lasts."""
    entered, left = stay["entered"][0], stay["left"][0] if stay["left"] else 10**6
    first = entered if asked.start is None else max(entered, asked.start)
    if asked.end is not None and first >= asked.end:
        return False
    return bool(first < left or entered == left == first)


def _conversion(fates: list[str | None]) -> dict[str, Any]:
    of = {name: fates.count(name) for name in ("passed", "lost", "open")}
    deals = sum(of.values())
    rate = round(of["passed"] / deals, 6) if deals else None
    return {"deals": deals, **of, "rate": rate, "too_few": deals < FLOOR}


def _hours(asked: Counted, pipeline: str, stage: str, entered: list[Walked]) -> dict[str, Any]:
    spent: dict[str, list[int]] = {"won": [], "lost": []}
    for deal in entered:
        apart = asked.decided and (deal["closing"] or {}).get("kind") == "disqualified"
        stays = stays_in(deal, pipeline, stage)
        if deal["outcome"] in spent and not apart and all(stay["left"] for stay in stays):
            times = [unpaused(deal, stay, stay["left"]) for stay in stays]
            if None not in times:
                spent[deal["outcome"]].append(sum(each[0] for each in times if each))
    won, lost = (spread(spent[each], HOURS) for each in ("won", "lost"))
    few = min(won["n"], lost["n"]) < FLOOR
    ratio = None if few or not won["median"] else round(lost["median"] / won["median"], 6)
    return {"won": won, "lost": lost, "ratio": ratio, "too_few": few}


def _bottleneck(stages: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """The greatest ratio and the smallest rate; which of equal stages is named does not matter."""
    before = [figures for stage, figures in stages.items() if stage not in AFTER_WIN]
    ratios = [each["hours"]["ratio"] for each in before if each["hours"]["ratio"] is not None]
    cohorts = [each["conversion"]["cohort"] for each in before]
    rates = [each["rate"] for each in cohorts if not each["too_few"]]
    return {"slowest": max(ratios, default=None), "narrowest": min(rates, default=None)}
