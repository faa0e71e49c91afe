"""Random histories of deals that are won, lost, reopened and explained, as plain facts that hypothesis draws."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from hypothesis import strategies as st

from domain.event import Actor, Precision, Recorded
from domain.events import EVENTS
from engine.clock import now
from engine.deals import Deals
from engine.ids import DEALTRAIL
from engine.settings import Settings

START = datetime(2026, 3, 25, tzinfo=UTC)
"""Four days before the clocks change in Berlin, a week before April."""

QUARTER_DAYS = 40
"""Instants of facts are drawn from so many quarters of a day: many fall together."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One event of a deal in plain words. `known` is the source's own time of recording, if it has one."""

    deal: str
    version: int
    at: int
    precision: Precision
    kind: str
    data: dict[str, Any]
    by: str
    known: int | None
    recorded: int


@dataclass(frozen=True)
class History:
    """All facts in the order in which they were recorded."""

    facts: tuple[Fact, ...] = field(default_factory=tuple)

    def of(self, deal: str) -> list[Fact]:
        """The facts of one deal, in version order."""
        return [fact for fact in self.facts if fact.deal == deal]

    @property
    def deals(self) -> list[str]:
        """The names of all deals."""
        return sorted({fact.deal for fact in self.facts})


def instant(quarter: int) -> datetime:
    """The instant that many quarters of a day after the start."""
    return START + timedelta(hours=6 * quarter)


def stream(deal: str) -> UUID:
    """The id of a deal by its name."""
    return uuid5(DEALTRAIL, deal)


def store_of(history: History, timezone: str) -> Deals:
    """A store in memory that holds the history; each fact was recorded when it says."""
    clock = [START]
    deals = Deals(Settings(store="memory:", timezone=timezone), clock=lambda: clock[0])
    record(deals, history, clock)
    clock[0] = now()
    return deals


def record(deals: Deals, history: History, clock: list[datetime]) -> None:
    """Record each fact when it says; the store's `clock` is set to that."""
    for number, fact in enumerate(history.facts, 1):
        clock[0] = instant(QUARTER_DAYS + fact.recorded)
        deals.record([_recorded(fact, number)])


def _recorded(fact: Fact, number: int) -> Recorded:
    data = dict(fact.data)
    if "replacement" in data:
        replacement = dict(data["replacement"])
        if "at" in replacement:
            replacement["occurred_at"] = instant(replacement.pop("at"))
        data["replacement"] = replacement
    return Recorded(
        stream_id=stream(fact.deal),
        version=fact.version,
        occurred_at=instant(fact.at),
        event=EVENTS[fact.kind].model_validate(data),
        by=Actor(id=fact.by),
        channel="python",
        command_id=f"c{number}",
        precision=fact.precision,
        source_recorded_at=None if fact.known is None else instant(fact.known),
    )


PEOPLE = st.sampled_from(["li", "anna"])
MONEY = st.none() | st.builds(
    lambda amount, currency: {"amount": amount, "currency": currency},
    st.sampled_from(["100", "250.5", "0"]),
    st.sampled_from(["USD", "CNY"]),
)
STAGES = st.sampled_from(["first", "second"])
CAUSES = st.lists(
    st.builds(lambda reason: {"reason": reason}, st.sampled_from(["price", "timing"])), max_size=2
)
PRECISION: st.SearchStrategy[Precision] = st.sampled_from(["instant", "instant", "day", "unknown"])
OPENING = st.fixed_dictionaries(
    {
        "title": st.just("A deal"),
        "pipeline": st.sampled_from(["standard", "path"]),
        "pipeline_revision": st.just(1),
        "owner": st.none() | PEOPLE,
        "stage": st.none() | STAGES,
        "amount": MONEY,
        "segment": st.dictionaries(st.just("region"), st.sampled_from(["west", "east"])),
        "lead_source": st.none() | st.just("referral"),
    }
)
WON = st.fixed_dictionaries({"amount": MONEY, "causes": CAUSES})
LOST = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(["competitor", "disqualified", "unknown"]),
        "amount": MONEY,
        "competitor": st.none() | st.sampled_from(["Acme", "Umbrella"]),
        "causes": CAUSES,
    }
)
OTHERS: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    "DealWon": WON,
    "DealLost": LOST,
    "DealReopened": st.fixed_dictionaries({"stage": st.none() | STAGES}),
    "DealStageChanged": st.fixed_dictionaries({"to_stage": STAGES, "pipeline_revision": st.just(1)}),
    "DealPipelineChanged": st.fixed_dictionaries(
        {
            "from_pipeline": st.just("standard"),
            "to_pipeline": st.sampled_from(["standard", "path"]),
            "to_stage": STAGES,
            "pipeline_revision": st.just(1),
        }
    ),
    "DealAmountRevised": st.fixed_dictionaries({"amount": MONEY}),
    "DealOwnerAssigned": st.fixed_dictionaries({"owner": st.none() | PEOPLE}),
    "DealDetailsChanged": st.fixed_dictionaries({"lead_source": st.none() | st.just("website")}),
    "CausesRecorded": st.fixed_dictionaries(
        {"told_by": st.sampled_from(["rep", "buyer"]), "outcome": st.integers(2, 5), "causes": CAUSES}
    ),
    "DealCompetitorNoted": st.fixed_dictionaries({"competitor": st.sampled_from(["Acme", "Umbrella"])}),
    "DealLeadAccepted": st.fixed_dictionaries({"level": st.sampled_from(["mql", "sql"])}),
    "DealPaused": st.fixed_dictionaries({"reason": st.just("timing")}),
    "DealResumed": st.just({}),
    "DealNoteAdded": st.just({"text": "Called."}),
    "DealMerged": st.just({"into": "another"}),
    "DealDiscarded": st.just({}),
}
# Closing and reopening are what this is about; the ends of a deal would cut most of it off.
KINDS = st.sampled_from(
    [
        *OTHERS,
        *["DealWon", "DealLost", "DealReopened", "CausesRecorded"] * 3,
        *["EventCorrected", "EventRetracted"] * 2,
    ]
)


@st.composite
def histories(draw: st.DrawFn, deals: int = 3, length: int = 9) -> History:
    """Up to `deals` deals of up to `length` events each, in any order of recording."""
    facts: list[Fact] = []
    recorded = 0
    told: dict[str, list[Fact]] = {f"D-{number}": [] for number in range(draw(st.integers(1, deals)))}
    for deal in draw(st.permutations([name for name in told for _ in range(draw(st.integers(1, length)))])):
        recorded += draw(st.integers(0, 3))
        fact = draw(_facts(deal, told[deal], recorded))
        told[deal].append(fact)
        facts.append(fact)
    return History(tuple(facts))


@st.composite
def _facts(draw: st.DrawFn, deal: str, before: list[Fact], recorded: int) -> Fact:
    kind, data = "DealOpened", {}
    if not before:
        data = draw(OPENING)
    else:
        kind = draw(KINDS)
        if kind in ("EventCorrected", "EventRetracted"):
            kind, data = _correction(draw, before)
        else:
            data = draw(OTHERS[kind])
        closed = [fact.version for fact in before if fact.kind in ("DealWon", "DealLost")]
        if kind == "CausesRecorded" and closed:
            data |= {"outcome": draw(st.sampled_from(closed))}
    return Fact(
        deal=deal,
        version=len(before) + 1,
        at=draw(st.integers(0, QUARTER_DAYS)),
        precision=draw(PRECISION),
        kind=kind,
        data=data,
        by=draw(PEOPLE),
        known=draw(st.none() | st.integers(0, 2 * QUARTER_DAYS)),
        recorded=recorded,
    )


def _correction(draw: st.DrawFn, before: list[Fact]) -> tuple[str, dict[str, Any]]:
    original = draw(st.sampled_from([fact for fact in before if not fact.kind.startswith("Event")]))
    if original.kind != "DealOpened" and draw(st.booleans()):
        return "EventRetracted", {"retracts": original.version, "type": original.kind, "reason": "other"}
    kind = original.kind
    if kind in ("DealWon", "DealLost"):
        kind = draw(st.sampled_from(["DealWon", "DealLost"]))
    replacement: dict[str, Any] = {
        "type": kind,
        "data": draw(OPENING if kind == "DealOpened" else OTHERS[kind]),
    }
    if draw(st.booleans()):
        replacement["at"] = draw(st.integers(0, QUARTER_DAYS))
    if draw(st.booleans()):
        replacement["precision"] = draw(PRECISION)
    return "EventCorrected", {
        "corrects": original.version,
        "type": original.kind,
        "replacement": replacement,
        "reason": "other",
    }
