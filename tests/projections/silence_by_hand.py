"""Silences and idle days counted by hand from plain facts; nothing of the projections or of the domain is used."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

from tests.projections.closing_histories import Fact, History, instant, stream
from tests.projections.count_by_hand import standing
from tests.projections.touching_histories import REVISED, ROTS

ZONE = ZoneInfo("Europe/Berlin")
CLOSED = {"DealWon": "won", "DealLost": "lost", "DealMerged": "merged", "DealDiscarded": "discarded"}
Point = tuple[datetime, str]
"""An instant, and how exactly it is known."""


@dataclass
class Told:
    """A deal as it stands after its lines up to an instant."""

    deal: bytes
    outcome: str = "open"
    paused: bool = False
    pipeline: str = ""
    stage: str | None = None
    revision: int = 0
    quiet: tuple[int, Point] | None = None
    """The version that the silence which is running began with, and its point."""
    silences: list[tuple[str, str | None, float, int, int | None]] = field(default_factory=list)
    """(pipeline, stage, days, since, until) of those that are measured."""
    reset: tuple[int, str, Point] | None = None
    rests: list[tuple[Point, Point | None]] = field(default_factory=list)
    theirs: set[str] = field(default_factory=set)


def told(history: History, as_of: int | None, known_at: int | None) -> Iterator[Told]:
    """Every deal that was opened by then; `as_of` and `known_at` in quarters of a day."""
    for name in history.deals:
        lines = standing(history.of(name), known_at)
        upto = [line for line in lines if as_of is None or line[0] <= as_of]
        if upto:
            deal = Told(stream(name).bytes)
            for read_at, version, fact in upto:
                _tell(deal, version, fact, (instant(read_at), fact.precision))
            yield deal


def _tell(deal: Told, version: int, fact: Fact, point: Point) -> None:
    kind, data = fact.kind, fact.data
    was_live = deal.outcome == "open" and not deal.paused and kind != "DealOpened"
    voice = _voice(deal, kind, data)
    if kind in ("DealOpened", "DealStageChanged", "DealPipelineChanged"):
        deal.pipeline = data.get("to_pipeline") or data.get("pipeline") or deal.pipeline
        deal.stage = data["stage"] if kind == "DealOpened" else data["to_stage"]
        deal.revision = data["pipeline_revision"]
    if kind == "DealReopened":
        deal.outcome, deal.stage = "open", data["stage"] or deal.stage
    deal.outcome = CLOSED.get(kind, deal.outcome)
    if kind == "DealPaused" and not deal.paused:
        deal.rests.append((point, None))
    if kind == "DealResumed" and deal.paused:
        deal.rests[-1] = (deal.rests[-1][0], point)
    deal.paused = {"DealPaused": True, "DealResumed": False}.get(kind, deal.paused)
    is_live = deal.outcome == "open" and not deal.paused
    if was_live and (voice or not is_live):
        _ends(deal, version, point)
    if is_live and (voice or not was_live):
        deal.quiet = (version, point)
    if kind == "OfferMade" and data["side"] == "buyer":
        deal.theirs.add(data["offer"])
    if kind.startswith(("DealOpened", "Touchpoint", "Offer", "Contact")) and kind != "ContractSigned":
        deal.reset = (version, kind, point)
    if kind in ("DealStageChanged", "DealPipelineChanged", "DealReopened"):
        deal.reset = (version, kind, point)


def _voice(deal: Told, kind: str, data: dict[str, Any]) -> bool:
    if kind in ("OfferMade", "ConcessionMade"):
        return bool(data["side"] == "buyer")
    if kind in ("OfferAccepted", "OfferRejected", "OfferWithdrawn"):
        maker = "buyer" if data["offer"] in deal.theirs else "seller"
        other = "seller" if maker == "buyer" else "buyer"
        return (data["side"] or (maker if kind == "OfferWithdrawn" else other)) == "buyer"
    if kind == "DealCriterionAnswered":
        return data["contact"] is not None
    return kind in (
        "TouchpointHeld",
        "ObjectionRaised",
        "QuestionRaised",
        "FeedbackReceived",
        "DealSignalNoted",
        "DealBuyerStageNoted",
        "ContractSigned",
        "PaymentReceived",
    )


def _ends(deal: Told, version: int | None, point: Point) -> None:
    if deal.quiet is None:
        return
    since, start = deal.quiet
    took = days(start, point)
    if took is not None:
        deal.silences.append((deal.pipeline, deal.stage, took, since, version))
    deal.quiet = None


def days(start: Point, end: Point) -> float | None:
    """From one point to another; None where one is undated."""
    if "unknown" in (start[1], end[1]):
        return None
    if "day" in (start[1], end[1]):
        first, last = (each[0].astimezone(ZONE).date() for each in (start, end))
        return float((last - first).days)
    return (end[0] - start[0]).total_seconds() / 86_400


def longest(deal: Told, at: datetime) -> dict[tuple[str, str | None], tuple[float, int, int | None]]:
    """The longest silence of each stage, one that is running included."""
    _ends(deal, None, (at, "instant"))
    found: dict[tuple[str, str | None], tuple[float, int, int | None]] = {}
    for pipeline, stage, took, since, until in deal.silences:
        if (pipeline, stage) not in found or took > found[pipeline, stage][0]:
            found[pipeline, stage] = (took, since, until)
    return found


def won_medians(
    deals: list[Told], longest_of: dict[bytes, dict[tuple[str, str | None], tuple[float, int, int | None]]]
) -> dict[tuple[str, str | None], tuple[int, float]]:
    """n and median of the longest silences of won deals, by stage."""
    found: dict[tuple[str, str | None], list[float]] = {}
    for deal in deals:
        if deal.outcome == "won":
            for stage, (took, _, _) in longest_of[deal.deal].items():
                found.setdefault(stage, []).append(took)
    return {stage: (len(each), round(median(each), 6)) for stage, each in found.items()}


def idle(deal: Told, at: datetime) -> float | None:
    """For how many days the clock has run, pauses left out."""
    assert deal.reset is not None
    since, end = deal.reset[2], (at, "instant")
    took = days(since, end)
    if took is None:
        return None
    for paused, resumed in deal.rests:
        start = max(paused, since, key=lambda point: point[0]) if paused[0] > since[0] else since
        stop = end if resumed is None or resumed[0] >= at else resumed
        if stop[0] > start[0]:
            took -= days(start, stop) or 0
    return max(took, 0.0)


def limit(deal: Told, as_of: int | None, known_at: int | None) -> int | None:
    """After how many days a deal rots where it is, by the definition in force."""
    if deal.pipeline != "standard" or deal.stage is None:
        return None
    revision = 2 if all(each is None or each >= REVISED for each in (as_of, known_at)) else 1
    return ROTS[revision][deal.stage]
