"""Time in stages counted by hand from walked deals; nothing of the projections is used."""

from typing import Any

from tests.projections.funnel_by_hand import HOURS, pipelines_of, stays_in
from tests.projections.stage_histories import PIPELINES, Told
from tests.projections.walked_by_hand import (
    FLOOR,
    Counted,
    Walked,
    grouped,
    spread,
    stages_of,
    unpaused,
    walk,
)


def stage_times_by_hand(
    told: Told, asked: Counted, by: tuple[str, ...]
) -> tuple[dict[tuple[Any, ...], dict[str, Any]], int]:
    """The figures of each group, pipeline and stage, without ages where the instant is the present one."""
    deals, unopened = walk(told, asked)
    undated = sum(asked.pipeline in (None, each["pipeline"]) for each in unopened)
    shown = [asked.pipeline] if asked.pipeline else list(PIPELINES)
    undated += sum(any(_nobody_knows(asked, deal, each) for each in shown) for deal in deals)
    found = {}
    for key, members in grouped(deals, by).items():
        for pipeline in shown:
            here = [deal for deal in members if pipeline in pipelines_of(deal)]
            names = {stay["stage"] for deal in here for stay in deal["stays"] if stay["pipeline"] == pipeline}
            stages = {stage: _stage(asked, pipeline, stage, here) for stage in names}
            visited = {name for name, each in stages.items() if each["deals"] or each["there"]["deals"]}
            if visited:
                current = stages_of(pipeline, told.in_force(pipeline, asked.as_of, asked.known_at))
                nobody = _stage(asked, pipeline, "", [])
                found[*key, pipeline] = {each: stages.get(each, nobody) for each in visited.union(current)}
    return found, undated


def _nobody_knows(asked: Counted, deal: Walked, pipeline: str) -> bool:
    """Whether the deal left a stage for good without a date, where dates are asked for."""
    last = {stay["stage"]: stay for stay in deal["stays"] if stay["pipeline"] == pipeline}
    return asked.bounded and any(stay["left"] and stay["left"][1] == "unknown" for stay in last.values())


def _stage(asked: Counted, pipeline: str, stage: str, deals: list[Walked]) -> dict[str, Any]:
    gone, there = [], []
    for deal in deals:
        stays = stays_in(deal, pipeline, stage)
        if stays and not stays[-1]["left"]:
            there.append((deal, stays))
        elif stays and asked.holds(*stays[-1]["left"]):
            gone.append((deal, stays))
    total, last, paused = [], [], []
    for deal, stays in gone:
        times = [unpaused(deal, stay, stay["left"]) for stay in stays]
        dated = [each for each in times if each is not None]
        if len(dated) == len(times):
            total.append(sum(each for each, _ in dated))
            last.append(dated[-1][0])
            paused.append(sum(each for _, each in dated))
    return {
        "deals": len(gone),
        "visits": sum(len(stays) for _, stays in gone),
        "hours": spread(total, HOURS),
        "last_hours": spread(last, HOURS),
        "paused_hours": spread(paused, HOURS),
        "visits_per_deal": spread([len(stays) for _, stays in gone], 1),
        "too_few": len(total) < FLOOR,
        "there": {"deals": len(there), "age_hours": _ages(asked, there)},
    }


def _ages(asked: Counted, there: list[tuple[Walked, list[dict[str, Any]]]]) -> dict[str, Any] | None:
    if asked.as_of is None:
        return None
    until = (asked.as_of, "instant")
    ages = [unpaused(deal, stays[-1], until) for deal, stays in there]
    return spread([each[0] for each in ages if each is not None], HOURS)
