"""The figures of one stage of a funnel, and where deals get stuck."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from projections.asking.cycle import Spread, spread
from projections.asking.report_answer import FLOOR
from projections.stages.courses import Course, Fate
from projections.stages.funnel_answer import (
    Bottleneck,
    Conversion,
    Conversions,
    DerivedProbability,
    FunnelStage,
    Narrowest,
    Slowest,
    StageTimes,
)
from projections.stages.stays import Pause, time_between

HOUR = 3_600_000_000
"""An hour in µs."""

Fates = Mapping[str, Fate]
"""What became of a deal, by the stages of whose conversion it is."""


@dataclass(slots=True)
class Counted:
    """What is counted of one stage, deal by deal."""

    figures: Counter[str] = field(default_factory=Counter)
    cohort: Counter[Fate] = field(default_factory=Counter)
    active: Counter[Fate] = field(default_factory=Counter)
    won: list[int] = field(default_factory=list)
    lost: list[int] = field(default_factory=list)
    """µs that each won and each lost deal was in it."""


def outcome_of(course: Course, *, decided: bool) -> str:
    """How the deal counts: with `decided` a disqualified one is not among the lost."""
    closing = course.case.closing
    apart = decided and closing is not None and closing.kind == "disqualified"
    return "disqualified" if apart else course.case.outcome


def count(
    stages: Mapping[str, Counted],
    course: Course,
    pauses: Sequence[Pause],
    *,
    decided: bool,
    zone: ZoneInfo,
) -> None:
    """One more deal of the funnel."""
    outcome = outcome_of(course, decided=decided)
    fits = course.case.closing is not None and course.case.closing.kind != "disqualified"
    for stage in course.reached:
        stages[stage].figures[outcome] += 1
    for stage in course.passed:
        stages[stage].figures["passed"] += 1
    for stage in course.returned:
        stages[stage].figures["returned"] += 1
    if course.furthest is not None:
        stages[course.furthest].figures["furthest"] += 1
    for stage in course.entered:
        counted = stages[stage]
        counted.figures["entered"] += 1
        counted.figures["decided"] += fits
        counted.figures["decided_won"] += course.case.outcome == "won"
        if outcome in ("won", "lost"):
            spent = time_in(course, stage, pauses, zone)
            if spent is not None:
                (counted.won if outcome == "won" else counted.lost).append(spent)


def time_in(course: Course, stage: str, pauses: Sequence[Pause], zone: ZoneInfo) -> int | None:
    """µs that a deal was in a stage without its pauses; None where it is there still, or a date is missing."""
    total = 0
    for stay in course.stays:
        if stay.stage == stage:
            measured = None if stay.left is None else time_between(stay.entered, stay.left, pauses, zone)
            if measured is None:
                return None
            total += measured[0]
    return total


def convert(stages: Mapping[str, Counted], cohort: Fates, active: Fates) -> None:
    """One more deal of the conversions."""
    for stage, became in cohort.items():
        stages[stage].cohort[became] += 1
    for stage, became in active.items():
        stages[stage].active[became] += 1


def stage_figures(stage: str, counted: Counted) -> FunnelStage:
    """The figures of the stage."""
    figures = counted.figures
    n, won = figures["decided"], figures["decided_won"]
    return FunnelStage(
        stage=stage,
        entered=figures["entered"],
        reached=sum(figures[each] for each in ("won", "lost", "open", "disqualified")),
        passed=figures["passed"],
        won=figures["won"],
        lost=figures["lost"],
        open=figures["open"],
        disqualified=figures["disqualified"],
        returned=figures["returned"],
        furthest=figures["furthest"],
        conversion=Conversions(cohort=_conversion(counted.cohort), active=_conversion(counted.active)),
        probability=DerivedProbability(
            n=n, won=won, share=round(won / n, 6) if n >= FLOOR else None, too_few=n < FLOOR
        ),
        hours=_times(spread(counted.won, HOUR), spread(counted.lost, HOUR)),
    )


def bottleneck(stages: Iterable[FunnelStage], after_win: frozenset[str]) -> Bottleneck:
    """Where deals get stuck, in the first of equal stages; those after the win are no obstacle to it."""
    slowest: Slowest | None = None
    narrowest: Narrowest | None = None
    for each in stages:
        times, cohort = each.hours, each.conversion.cohort
        if each.stage in after_win:
            continue
        if times.ratio is not None and (slowest is None or times.ratio > slowest.ratio):
            slowest = Slowest(stage=each.stage, ratio=times.ratio, lost=times.lost, won=times.won)
        if (
            cohort.rate is not None
            and not cohort.too_few
            and (narrowest is None or cohort.rate < narrowest.rate)
        ):
            narrowest = Narrowest(stage=each.stage, rate=cohort.rate, deals=cohort.deals)
    return Bottleneck(slowest=slowest, narrowest=narrowest)


def _conversion(fates: Counter[Fate]) -> Conversion:
    deals = fates.total()
    return Conversion(
        deals=deals,
        passed=fates["passed"],
        lost=fates["lost"],
        open=fates["open"],
        rate=round(fates["passed"] / deals, 6) if deals else None,
        too_few=deals < FLOOR,
    )


def _times(won: Spread, lost: Spread) -> StageTimes:
    too_few = min(won.n, lost.n) < FLOOR
    comparable = not too_few and won.median is not None and lost.median is not None and won.median > 0
    ratio = round(lost.median / won.median, 6) if comparable else None  # type: ignore[operator]
    return StageTimes(won=won, lost=lost, ratio=ratio, too_few=too_few)
