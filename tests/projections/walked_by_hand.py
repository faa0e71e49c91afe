"""How each deal of a random history goes, walked by hand from plain facts; nothing of the projections is used."""

from dataclasses import dataclass
from datetime import date
from statistics import fmean, median
from typing import Any
from zoneinfo import ZoneInfo

from tests.projections.closing_histories import Fact, instant, stream
from tests.projections.count_by_hand import standing
from tests.projections.stage_histories import AFTER_WIN, PIPELINES, Told

BERLIN = "Europe/Berlin"
ZONE = ZoneInfo(BERLIN)
FLOOR = 5

Walked = dict[str, Any]
"""A deal: how it stands, its stays, rests, closing, milestones and pushes; instants are (quarter, precision)."""


@dataclass(frozen=True)
class Counted:
    """A question; instants in quarters of a day, None: not asked."""

    as_of: int | None
    known_at: int | None
    start: int | None
    end: int | None
    owner: str | None = None
    pipeline: str | None = None
    decided: bool = False

    def holds(self, at: int, precision: str) -> bool:
        """Whether the instant lies in the period."""
        if self.start is None and self.end is None:
            return True
        inside = (self.start is None or at >= self.start) and (self.end is None or at < self.end)
        return precision != "unknown" and inside

    @property
    def bounded(self) -> bool:
        return self.start is not None or self.end is not None


def walk(told: Told, asked: Counted) -> tuple[list[Walked], list[Walked]]:
    """The deals that count at the instant, and the openings without a date that lie after it."""
    deals, undated = [], []
    for name in told.history.deals:
        lines = standing(told.history.of(name), asked.known_at)
        if not lines:
            continue
        opening = lines[0][2]
        if asked.as_of is not None and opening.at > asked.as_of:
            if opening.precision == "unknown" and asked.owner in (None, opening.data["owner"]):
                undated.append({"pipeline": opening.data["pipeline"]})
            continue
        deal = walked(name, [line for line in lines if asked.as_of is None or line[0] <= asked.as_of])
        if deal["outcome"] != "gone" and asked.owner in (None, deal["owner"]):
            deals.append(deal)
    return deals, undated


def walked(name: str, lines: list[tuple[int, int, Fact]]) -> Walked:  # noqa: PLR0912 - a case per event
    """Where the deal is after these lines, and how it came there."""
    deal: Walked = {"deal": str(stream(name)), "outcome": "open", "closing": None, "stays": [], "rests": []}
    deal |= {"milestones": [], "pushes": [], "forecast": None, "won_in": None, "sql": None}
    for at, version, fact in lines:
        when, data = (at, fact.precision), fact.data
        match fact.kind:
            case "DealOpened":
                names = ("owner", "pipeline", "stage", "amount", "lead_source", "expected_close")
                deal |= {each: data[each] for each in names}
                deal |= {"opened": when, "revision": data["pipeline_revision"]}
                _enter(deal, when)
            case "DealStageChanged" | "DealPipelineChanged":
                _move(deal, when, str(data.get("to_pipeline", deal["pipeline"])), data["to_stage"], data)
            case "DealReopened":
                stage = data["stage"] or deal["stage"]
                if deal["outcome"] == "open":
                    _move(deal, when, deal["pipeline"], stage, {"pipeline_revision": deal["revision"]})
                else:
                    _leave(deal, when, "reopened")
                    deal |= {"outcome": "open", "stage": stage, "closing": None, "won_in": None}
                    _enter(deal, when)
            case "DealWon" | "DealLost":
                outcome = fact.kind.removeprefix("Deal").lower()
                if deal["outcome"] != outcome:
                    _leave(deal, when, outcome)
                deal["amount"] = data["amount"] or deal["amount"]
                deal["outcome"] = outcome
                deal["closing"] = {"at": fact.at, "when": when, "amount": deal["amount"], "sql": deal["sql"]}
                deal["closing"] |= {"kind": data.get("kind"), "precision": fact.precision, "by": fact.by}
                deal["won_in"] = (deal["pipeline"], deal["revision"]) if outcome == "won" else None
            case "DealMerged" | "DealDiscarded":
                deal["outcome"] = "gone"
                _leave(deal, when, "gone")
            case "DealPaused":
                if not deal["rests"] or deal["rests"][-1][1]:
                    deal["rests"].append((when, None))
            case "DealResumed":
                if deal["rests"] and not deal["rests"][-1][1]:
                    deal["rests"][-1] = (deal["rests"][-1][0], when)
            case "DealExpectedCloseMoved":
                _push(deal, when, version, data["expected_close"])
            case "DealForecastSet":
                deal["forecast"] = data["category"]
            case "DealAmountRevised" | "DealOwnerAssigned":
                deal |= data
            case "DealLeadAccepted" | "ContractSigned" | "PaymentReceived" | "DeliveryCompleted":
                deal["milestones"].append((fact.kind, data, when))
                if data.get("level") == "sql" and not deal["sql"]:
                    deal["sql"] = when
            case _:
                pass
    return deal


def _enter(deal: Walked, when: tuple[int, str]) -> None:
    if deal["stage"] is not None:
        stay = {each: deal[each] for each in ("pipeline", "revision", "stage", "outcome")}
        deal["stays"].append(stay | {"entered": when, "left": None, "by": None})


def _leave(deal: Walked, when: tuple[int, str], by: str) -> None:
    if deal["stays"] and not deal["stays"][-1]["left"]:
        deal["stays"][-1] |= {"left": when, "by": by}


def _move(
    deal: Walked, when: tuple[int, str], pipeline: str, stage: str | None, data: dict[str, Any]
) -> None:
    same = (pipeline, stage) == (deal["pipeline"], deal["stage"])
    deal |= {"pipeline": pipeline, "stage": stage, "revision": data["pipeline_revision"]}
    if same:
        return
    _leave(deal, when, "moved")
    if deal["outcome"] in ("open", "won"):
        _enter(deal, when)


def _push(deal: Walked, when: tuple[int, str], version: int, to: str | None) -> None:
    before, deal["expected_close"] = deal["expected_close"], to
    if before is not None and to is not None and to > before:
        first, last = date.fromisoformat(before), date.fromisoformat(to)
        deal["pushes"].append(
            {
                "version": version,
                "when": when,
                "before": before,
                "after": to,
                "days": (last - first).days,
                "months": sum(_first_of_month(first, last)),
                "quarters": sum(month in (1, 4, 7, 10) for month in _first_of_month(first, last, names=True)),
            }
        )


def _first_of_month(first: date, last: date, *, names: bool = False) -> list[int]:
    """A one (or the month) for each first of a month after `first` and up to `last`."""
    days = [date.fromordinal(day) for day in range(first.toordinal() + 1, last.toordinal() + 1)]
    return [day.month if names else 1 for day in days if day.day == 1]


def place(pipeline: str, revision: int, stage: str) -> int | None:
    """Where a stage stands in a revision."""
    revisions = PIPELINES[pipeline]
    stages = revisions[revision - 1] if revision <= len(revisions) else ()
    return stages.index(stage) if stage in stages else None


def stages_of(pipeline: str, revision: int) -> tuple[str, ...]:
    """The stages of a revision, none where it is not defined."""
    revisions = PIPELINES[pipeline]
    return revisions[revision - 1] if 0 < revision <= len(revisions) else ()


def before_the_win(pipeline: str, revision: int) -> set[str]:
    """The stages that a deal which is won has behind it."""
    return {stage for stage in stages_of(pipeline, revision) if stage not in AFTER_WIN}


def lasted(start: tuple[int, str], end: tuple[int, str]) -> int | None:
    """Quarters of a day between two instants: whole days where one of them is a day."""
    exact = {start[1], end[1]}
    if "unknown" in exact:
        return None
    if "day" in exact:
        first, last = (instant(at).astimezone(ZONE).date() for at in (start[0], end[0]))
        return 4 * (last - first).days
    return end[0] - start[0]


def spread(quarters: list[int], per: float) -> dict[str, Any]:
    """Number, median, mean and 75th percentile, `per` quarters of a day a unit."""
    if not quarters:
        return {"n": 0, "median": None, "mean": None, "p75": None}
    figures = sorted(each / per for each in quarters)
    whole, part = divmod(3 * (len(figures) - 1), 4)
    p75 = figures[whole] if not part else figures[whole] + part / 4 * (figures[whole + 1] - figures[whole])
    middle, mean = median(figures), fmean(figures)
    return {"n": len(figures), "median": round(middle, 6), "mean": round(mean, 6), "p75": round(p75, 6)}


def grouped(deals: list[Walked], by: tuple[str, ...]) -> dict[tuple[Any, ...], list[Walked]]:
    """The deals by `owner`, `pipeline` or `kind`."""
    groups: dict[tuple[Any, ...], list[Walked]] = {} if by else {(): []}
    for deal in deals:
        values = deal | {"kind": (deal["closing"] or {}).get("kind")}
        groups.setdefault(tuple(values[name] for name in by), []).append(deal)
    return groups


def unpaused(deal: Walked, stay: dict[str, Any], left: tuple[int, str]) -> tuple[int, int] | None:
    """Quarters that a visit lasted without its pauses, and quarters of pauses."""
    entered = stay["entered"]
    whole = lasted(entered, left)
    if whole is None:
        return None
    measure = "day" if "day" in (entered[1], left[1]) else "instant"
    rested = 0
    for paused, resumed in deal["rests"]:
        if paused[1] == "unknown" or (resumed and resumed[1] == "unknown"):
            continue
        first, last = max(paused[0], entered[0]), min(resumed[0] if resumed else 10**6, left[0])
        if first < last:
            rested += lasted((first, measure), (last, measure)) or 0
    return whole - rested, rested
