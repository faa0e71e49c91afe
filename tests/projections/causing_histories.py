"""Random histories of deals that are closed, explained and looked back on, and of what happens before, as facts."""

from typing import Any

from hypothesis import strategies as st

from tests.projections.closing_histories import PRECISION, QUARTER_DAYS, Fact, History
from tests.projections.following_histories import KNOWING, NEEDING, OFFERING, PLANS, TOUCHING

PEOPLE = st.sampled_from(["li", "anna"])
STAGES = st.sampled_from(["prospecting", "meeting", "negotiation"])
REASONS = st.sampled_from(["price", "timing", "champion-left", "competitor", "other", "other"])
CAUSES = st.lists(
    st.fixed_dictionaries({"reason": REASONS, "effect": st.sampled_from([None, "pushed", "blocked"])}),
    max_size=2,
)
DAYS = st.none() | st.integers(24, 31).map(lambda day: f"2026-03-{day}")
AREAS = st.none() | st.sampled_from(["skill", "process"])
ACTIONS = st.sampled_from(["a1", "a2", "a3"])
VERSIONS = st.integers(2, 5)

Facts = st.SearchStrategy[dict[str, Any]]


def _facts(**fields: st.SearchStrategy[Any]) -> Facts:
    return st.fixed_dictionaries(fields)


OPENING = _facts(
    title=st.just("A deal"),
    pipeline=st.sampled_from(["standard", "path"]),
    pipeline_revision=st.just(1),
    owner=st.none() | PEOPLE,
    stage=st.none() | STAGES,
    expected_close=DAYS,
    segment=st.dictionaries(st.just("region"), st.sampled_from(["west", "east"])),
    lead_source=st.none() | st.just("referral"),
)
CLOSINGS: dict[str, Facts] = {
    "DealWon": _facts(causes=CAUSES),
    "DealLost": _facts(kind=st.sampled_from(["competitor", "disqualified", "unknown"]), causes=CAUSES),
}
OUTCOMES: dict[str, Facts] = {
    **CLOSINGS,
    "DealReopened": _facts(stage=st.none() | STAGES),
    "CausesRecorded": _facts(
        told_by=st.sampled_from(["rep", "manager", "buyer", "analyst", "rule"]),
        outcome=VERSIONS,
        causes=CAUSES,
    ),
    "DealMerged": st.just({"into": "another"}),
}
LOOKING_BACK: dict[str, Facts] = {
    "RetrospectiveHeld": _facts(
        retrospective=st.sampled_from(["r1", "r2"]),
        outcome=st.none() | VERSIONS,
        participants=st.lists(PEOPLE, max_size=2),
        pushed=st.lists(_facts(text=st.just("They liked us."), reason=st.none() | REASONS), max_size=2),
        blocked=st.lists(_facts(text=st.just("Too late."), reason=st.none() | REASONS), max_size=2),
        lessons=st.lists(_facts(text=st.sampled_from(["Ask.", "Listen."]), area=AREAS), max_size=2),
        actions=st.lists(
            _facts(action=ACTIONS, text=st.just("Do it."), owner=st.none() | PEOPLE, due=DAYS), max_size=2
        ),
    ),
    "RetrospectiveActionFinished": _facts(action=ACTIONS),
}
COURSE: dict[str, Facts] = {
    "DealStageChanged": _facts(
        to_stage=STAGES,
        pipeline_revision=st.just(1),
        override=st.none() | st.just({"rule": "may-skip", "reason": "other"}),
    ),
    "DealPipelineChanged": _facts(
        from_pipeline=st.just("standard"),
        to_pipeline=st.sampled_from(["standard", "path"]),
        to_stage=STAGES,
        pipeline_revision=st.just(1),
    ),
    "DealExpectedCloseMoved": _facts(expected_close=DAYS),
    "DealCompetitorNoted": _facts(
        competitor=st.sampled_from(["Acme", "Umbrella"]), standing=st.sampled_from([None, "ahead", "out"])
    ),
    "DealCriterionAnswered": _facts(
        criterion=st.sampled_from(["budget", "need", "metrics"]),
        answer=st.sampled_from(["confirmed", "denied"]),
        contact=st.none() | st.just("wang"),
    ),
    "DealPaused": st.just({"reason": "timing"}),
    "DealResumed": st.just({}),
    "DealOwnerAssigned": _facts(owner=st.none() | PEOPLE),
    "DealNoteAdded": st.just({"text": "Called."}),
}
BARGAINING: dict[str, Facts] = {
    "ObjectionRaised": _facts(
        objection=st.sampled_from(["x", "y"]),
        topic=st.sampled_from(["price", "delivery"]),
        text=st.just("But."),
    ),
    "ObjectionAnswered": _facts(objection=st.sampled_from(["x", "y"]), text=st.just("Yes.")),
    "ObjectionSettled": _facts(objection=st.sampled_from(["x", "y"]), resolved=st.booleans()),
    "ConcessionMade": _facts(
        side=st.sampled_from(["seller", "buyer"]),
        term=st.just("price"),
        in_return_for=st.none() | st.just("more"),
    ),
}
BEFORE = {**COURSE, **BARGAINING, **OFFERING, **PLANS, **TOUCHING, **KNOWING, **NEEDING}
"""What may happen before a deal is closed."""

ALL = {**OUTCOMES, **LOOKING_BACK, **BEFORE}


@st.composite
def histories(
    draw: st.DrawFn, kinds: list[str], deals: int = 3, length: int = 9, at_least: int = 1
) -> History:
    """Up to `deals` deals of up to `length` events of these kinds each, in any order of recording."""
    chosen = st.sampled_from([*kinds, *["EventCorrected", "EventRetracted"] * (1 + len(kinds) // 12)])
    facts: list[Fact] = []
    recorded = 0
    told: dict[str, list[Fact]] = {f"D-{number}": [] for number in range(draw(st.integers(at_least, deals)))}
    for deal in draw(st.permutations([name for name in told for _ in range(draw(st.integers(1, length)))])):
        recorded += draw(st.integers(0, 3))
        before = told[deal]
        kind, data = _next(draw, before, chosen)
        fact = Fact(
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
        before.append(fact)
        facts.append(fact)
    return History(tuple(facts))


def _next(draw: st.DrawFn, before: list[Fact], kinds: st.SearchStrategy[str]) -> tuple[str, dict[str, Any]]:
    if not before:
        return "DealOpened", draw(OPENING)
    kind = draw(kinds)
    closed = [fact.version for fact in before if fact.kind in CLOSINGS]
    if kind == "CausesRecorded" and closed:
        return kind, draw(ALL[kind]) | {"outcome": draw(st.sampled_from(closed))}
    if not kind.startswith("Event"):
        return kind, draw(ALL[kind])
    original = draw(st.sampled_from([fact for fact in before if not fact.kind.startswith("Event")]))
    named = {"type": original.kind, "reason": "other"}
    if kind == "EventRetracted" and original.kind != "DealOpened":
        return kind, {"retracts": original.version, **named}
    into = draw(st.sampled_from(sorted(CLOSINGS))) if original.kind in CLOSINGS else original.kind
    replacement: dict[str, Any] = {"type": into, "data": draw(OPENING if into == "DealOpened" else ALL[into])}
    if draw(st.booleans()):
        replacement["at"] = draw(st.integers(0, QUARTER_DAYS))
    if draw(st.booleans()):
        replacement["precision"] = draw(PRECISION)
    return "EventCorrected", {"corrects": original.version, "replacement": replacement, **named}
