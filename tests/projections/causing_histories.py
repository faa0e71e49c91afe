"""Random histories of deals that are closed, explained and looked back on, and of what happens before, as facts."""

from typing import Any

from hypothesis import strategies as st

from tests.projections.closing_histories import Fact, History
from tests.projections.drawn_facts import in_any_order, put_right
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
    return in_any_order(
        draw, (at_least, deals), (1, length), lambda draw, before: _next(draw, before, chosen)
    )


def _next(draw: st.DrawFn, before: list[Fact], kinds: st.SearchStrategy[str]) -> tuple[str, dict[str, Any]]:
    if not before:
        return "DealOpened", draw(OPENING)
    kind = draw(kinds)
    closed = [fact.version for fact in before if fact.kind in CLOSINGS]
    if kind == "CausesRecorded" and closed:
        return kind, draw(ALL[kind]) | {"outcome": draw(st.sampled_from(closed))}
    if not kind.startswith("Event"):
        return kind, draw(ALL[kind])
    return put_right(
        draw, kind, before, lambda into: OPENING if into == "DealOpened" else ALL[into], CLOSINGS
    )
