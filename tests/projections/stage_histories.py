"""Random histories of deals on their way through pipelines that are revised, as plain facts that hypothesis draws."""

from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from domain.event import Actor
from domain.pipeline import DefinePipeline, RevisePipeline
from domain.stages import Stage
from domain.values import Labels
from engine.clock import now
from engine.deals import Deals
from engine.settings import Settings
from engine.timing import ALWAYS
from tests.projections.closing_histories import (
    MONEY,
    PEOPLE,
    PRECISION,
    QUARTER_DAYS,
    Fact,
    History,
    instant,
    record,
)

PIPELINES: dict[str, list[tuple[str, ...]]] = {
    "standard": [("s1", "s2", "old", "s3", "care"), ("s1", "s3", "s2", "new", "care")],
    "path": [("s1", "p2", "after")],
}
"""The stages of each revision. The second of `standard` drops one, adds one, and turns two round."""

AFTER_WIN = ("care", "after")

ANYWHERE = st.sampled_from(["s1", "s1", "s2", "s2", "s3", "s3", "old", "new", "care", "p2", "nowhere"])
REVISION = st.sampled_from([1, 1, 2])
WORTH = st.none() | st.just({"amount": "100", "currency": "USD"}) | MONEY
# Most of them among the days on which things happen.
DAYS = st.sampled_from(["2026-03-28", "2026-03-30", "2026-03-31", "2026-04-01", "2026-04-02", "2026-07-01"])

OPENING = st.fixed_dictionaries(
    {
        "title": st.just("A deal"),
        "pipeline": st.sampled_from(["standard", "standard", "path"]),
        "pipeline_revision": REVISION,
        "owner": st.none() | PEOPLE,
        "stage": st.none() | ANYWHERE,
        "amount": MONEY,
        "segment": st.just({}),
        "lead_source": st.none() | st.just("referral"),
        "expected_close": st.none() | DAYS | DAYS,
    }
)
MOVED = st.fixed_dictionaries({"to_stage": ANYWHERE, "pipeline_revision": REVISION})
OTHERS: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    "DealStageChanged": MOVED,
    "DealPipelineChanged": st.fixed_dictionaries(
        {
            "from_pipeline": st.just("standard"),
            "to_pipeline": st.sampled_from(["standard", "path"]),
            "to_stage": ANYWHERE,
            "pipeline_revision": REVISION,
        }
    ),
    "DealWon": st.fixed_dictionaries({"amount": WORTH, "causes": st.just([])}),
    "DealLost": st.fixed_dictionaries(
        {
            "kind": st.sampled_from(["competitor", "disqualified", "unknown"]),
            "amount": MONEY,
            "competitor": st.none(),
            "causes": st.just([]),
        }
    ),
    "DealReopened": st.fixed_dictionaries({"stage": st.none() | ANYWHERE}),
    "DealPaused": st.fixed_dictionaries({"reason": st.just("timing")}),
    "DealResumed": st.just({}),
    "DealExpectedCloseMoved": st.fixed_dictionaries({"expected_close": st.none() | DAYS}),
    "DealForecastSet": st.fixed_dictionaries(
        {"category": st.sampled_from(["commit", "best-case", "pipeline"])}
    ),
    "DealLeadAccepted": st.fixed_dictionaries({"level": st.sampled_from(["mql", "sql"])}),
    "ContractSigned": st.just({}),
    "PaymentReceived": st.fixed_dictionaries(
        {
            "amount": st.builds(
                lambda amount, currency: {"amount": amount, "currency": currency},
                st.sampled_from(["40", "60", "100"]),
                st.sampled_from(["USD", "USD", "CNY"]),
            )
        }
    ),
    "DeliveryCompleted": st.just({}),
    "DealAmountRevised": st.fixed_dictionaries({"amount": MONEY}),
    "DealOwnerAssigned": st.fixed_dictionaries({"owner": st.none() | PEOPLE}),
    "DealNoteAdded": st.just({"text": "Called."}),
    "DealMerged": st.just({"into": "another"}),
    "DealDiscarded": st.just({}),
}


@dataclass(frozen=True, slots=True)
class Kinds:
    """Which events a history is made of: all kinds, these more often."""

    often: tuple[str, ...]

    @property
    def drawn(self) -> st.SearchStrategy[str]:
        """One kind of event."""
        words = ["EventCorrected", "EventRetracted"] * 2
        return st.sampled_from([*OTHERS, *self.often * 4, *words])


@dataclass(frozen=True)
class Told:
    """A history, and when `standard` was revised."""

    history: History
    revised: int

    def in_force(self, pipeline: str, as_of: int | None, known_at: int | None) -> int:
        """The revision at an instant, as known at another: all definitions are recorded before the deals."""
        if known_at is not None and known_at < QUARTER_DAYS:
            return 0
        return 2 if pipeline == "standard" and (as_of is None or as_of >= self.revised) else 1


@st.composite
def told(draw: st.DrawFn, often: tuple[str, ...], deals: int = 8, length: int = 9) -> Told:
    """Up to `deals` deals of up to `length` events each, in any order of recording."""
    facts: list[Fact] = []
    recorded = 0
    # Few short stories would leave most figures at nought.
    names = [f"D-{number}" for number in range(draw(st.integers(deals // 2, deals)))]
    before: dict[str, list[Fact]] = {name: [] for name in names}
    kinds = Kinds(often).drawn
    lines = [name for name in names for _ in range(draw(st.integers(2, length)))]
    for deal in draw(st.permutations(lines)):
        recorded += draw(st.integers(0, 2))
        fact = draw(_facts(deal, before[deal], recorded, kinds))
        before[deal].append(fact)
        facts.append(fact)
    return Told(History(tuple(facts)), draw(st.integers(0, QUARTER_DAYS)))


@st.composite
def _facts(
    draw: st.DrawFn, deal: str, before: list[Fact], recorded: int, kinds: st.SearchStrategy[str]
) -> Fact:
    kind = draw(kinds) if before else "DealOpened"
    if kind in ("EventCorrected", "EventRetracted"):
        kind, data = _correction(draw, before)
    else:
        data = draw(OTHERS[kind] if before else OPENING)
    return Fact(
        deal=deal,
        version=len(before) + 1,
        # Most of a story comes after its opening.
        at=draw(st.integers(0, QUARTER_DAYS if before else QUARTER_DAYS // 3)),
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
    data = draw(OPENING if kind == "DealOpened" else OTHERS[kind])
    replacement: dict[str, Any] = {"type": kind, "data": data}
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


def store_of(told: Told, timezone: str) -> Deals:
    """A store in memory that holds the pipelines and the history; each fact was recorded when it says."""
    clock = [instant(QUARTER_DAYS)]
    deals = Deals(Settings(store="memory:", timezone=timezone), clock=lambda: clock[0])
    anna = Actor(id="anna")
    for slug, (first, *later) in PIPELINES.items():
        defined = DefinePipeline(pipeline=slug, labels=Labels(en=slug), stages=_stages(first))
        deals.handle_pipeline(slug, defined, by=anna, at=ALWAYS)
        for stages in later:
            revised = RevisePipeline(stages=_stages(stages))
            deals.handle_pipeline(slug, revised, by=anna, at=instant(told.revised))
    record(deals, told.history, clock)
    clock[0] = now()
    return deals


def _stages(names: tuple[str, ...]) -> tuple[Stage, ...]:
    return tuple(
        Stage(stage=name, labels=Labels(en=name), phase="early", after_win=name in AFTER_WIN or None)
        for name in names
    )
