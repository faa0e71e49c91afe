"""Random histories of deals with tasks, questions, offers, appointments, people and needs, as plain facts."""

from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from tests.projections.closing_histories import QUARTER_DAYS, Fact, History, instant
from tests.projections.drawn_facts import in_any_order, put_right

DUE = st.none() | st.integers(-2, 14).map(lambda days: (date(2026, 3, 25) + timedelta(days=days)).isoformat())
PEOPLE = st.sampled_from(["li", "anna"])
STAGES = st.sampled_from(["first", "first", "second"])
CONTACTS = st.sampled_from(["wang", "zhao", "chen"])
SOME_CONTACTS = st.none() | st.lists(CONTACTS, max_size=3)
TOUCHPOINTS = st.sampled_from(["t1", "t2"])
OFFERS = st.sampled_from(["o1", "o2"])
SIDES = st.sampled_from(["seller", "buyer"])
NEEDS = st.sampled_from(["n1", "n2"])
SOLUTIONS = st.sampled_from(["s1", "s2"])
IMPORTANCE = st.none() | st.integers(1, 5)
AT = st.integers(0, QUARTER_DAYS).map(lambda quarter: instant(quarter).isoformat())
ROLES = st.lists(
    st.sampled_from(["economic-buyer", "decision-maker", "champion", "technical-buyer", "user"]), max_size=3
)

Facts = st.SearchStrategy[dict[str, Any]]


def _facts(**fields: st.SearchStrategy[Any]) -> Facts:
    return st.fixed_dictionaries(fields)


OPENING = _facts(
    title=st.just("A deal"),
    pipeline=st.just("standard"),
    pipeline_revision=st.just(1),
    owner=st.none() | PEOPLE,
    stage=STAGES,
)
PLANS: dict[str, Facts] = {
    "DealNextStepSet": _facts(text=st.sampled_from(["Call", "Write"]), due=DUE),
    "TaskAdded": _facts(
        task=st.sampled_from(["a", "b"]), text=st.just("Quote"), due=DUE, owner=st.none() | PEOPLE
    ),
    "TaskFinished": _facts(task=st.sampled_from(["a", "b"])),
    "QuestionRaised": _facts(question=st.just("q"), text=st.sampled_from(["When?", "How?"])),
    "QuestionAnswered": _facts(question=st.just("q"), answer=st.just("So.")),
}
OFFERING: dict[str, Facts] = {
    "OfferMade": _facts(offer=OFFERS, side=SIDES, valid_until=DUE),
    "OfferAccepted": _facts(offer=OFFERS, side=st.none() | SIDES),
    "OfferRejected": _facts(offer=OFFERS, side=st.none() | SIDES),
    "OfferWithdrawn": _facts(offer=OFFERS, side=st.none() | SIDES),
    "OfferExpired": _facts(offer=OFFERS),
}
TOUCHING: dict[str, Facts] = {
    "TouchpointPlanned": _facts(
        touchpoint=TOUCHPOINTS,
        kind=st.sampled_from(["call", "visit"]),
        planned_for=AT,
        contacts=SOME_CONTACTS,
        hosts=st.sampled_from([None, [], ["li"], ["anna", "li"]]),
    ),
    "TouchpointRescheduled": _facts(touchpoint=TOUCHPOINTS, planned_for=AT),
    "TouchpointHeld": _facts(
        touchpoint=TOUCHPOINTS,
        kind=st.just("call"),
        contacts=SOME_CONTACTS,
        direction=st.sampled_from([None, "in", "out", "out"]),
    ),
    "TouchpointMissed": _facts(touchpoint=TOUCHPOINTS),
}
KNOWING: dict[str, Facts] = {
    "ContactAdded": _facts(contact=CONTACTS),
    "ContactChanged": _facts(contact=CONTACTS, title=st.just("CFO")),
    "ContactAssessed": _facts(
        contact=CONTACTS,
        roles=ROLES,
        influence=IMPORTANCE,
        stance=st.sampled_from([None, "advocate", "sceptic"]),
        reports_to=st.none() | CONTACTS,
    ),
    "ContactRemoved": _facts(
        contact=CONTACTS, reason=st.none() | st.just("left-company"), replaced_by=st.none() | CONTACTS
    ),
}
NEEDING: dict[str, Facts] = {
    "NeedRecorded": _facts(
        need=NEEDS, kind=st.sampled_from(["need", "pain"]), text=st.just("Quiet"), importance=IMPORTANCE
    ),
    "NeedRevised": _facts(need=NEEDS, text=st.none() | st.just("Silent"), importance=IMPORTANCE),
    "NeedSettled": _facts(need=NEEDS, met=st.sampled_from(["yes", "partly", "no"])),
    "SolutionProposed": _facts(
        solution=SOLUTIONS,
        revises=st.none() | SOLUTIONS,
        summary=st.just("A pump"),
        needs=st.none() | st.lists(NEEDS, max_size=3),
    ),
}
COURSE: dict[str, Facts] = {
    "DealLeadAccepted": _facts(level=st.sampled_from(["mql", "sql"])),
    "DealOwnerAssigned": _facts(owner=st.none() | PEOPLE),
    "DealStageChanged": _facts(to_stage=STAGES, pipeline_revision=st.just(1)),
    "DealReopened": _facts(stage=st.none() | STAGES),
    "DealPaused": st.just({"reason": "timing"}),
    "DealResumed": st.just({}),
}
CLOSINGS: dict[str, Facts] = {
    "DealWon": st.just({}),
    "DealLost": _facts(kind=st.sampled_from(["declined", "unknown"])),
}
ENDS: dict[str, Facts] = {"DealMerged": st.just({"into": "another"}), "DealDiscarded": st.just({})}
ALL = PLANS | OFFERING | TOUCHING | KNOWING | NEEDING | COURSE | CLOSINGS | ENDS
PEOPLE_MET = ["TouchpointPlanned", *["TouchpointHeld"] * 4]
SUBJECTS: dict[str, tuple[list[str], int, int]] = {
    "everything": ([*PLANS, *OFFERING, *TOUCHING, *COURSE, *KNOWING, *CLOSINGS, *ENDS], 6, 9),
    "next steps, tasks and questions": ([*PLANS, *PLANS, "DealReopened", *CLOSINGS], 5, 9),
    "offers": ([*OFFERING, *["OfferMade"] * 4, "DealOwnerAssigned", "DealWon"], 5, 9),
    "appointments": ([*TOUCHING, "TouchpointPlanned", "TouchpointRescheduled", "DealLost"], 5, 9),
    "people": ([*KNOWING, *["ContactAssessed"] * 3, *PEOPLE_MET], 5, 12),
    "responses": ([*["TouchpointHeld"] * 3, "DealLeadAccepted", "DealWon"], 8, 6),
    "silence": (["TouchpointHeld", "DealNextStepSet", *["DealWon"] * 6], 22, 3),
}
"""What there is to follow up: all of it, or one side of it, which then is dense enough to go wrong.

Kinds of events, up to how many deals, up to how many of the events each.
"""


@st.composite
def histories(draw: st.DrawFn, kinds: list[str], deals: int = 3, length: int = 10) -> History:
    """At least half of `deals` deals of at least half of `length` events of these kinds, recorded in any order."""
    chosen = st.sampled_from([*kinds, *["EventCorrected", "EventRetracted"] * (1 + len(kinds) // 12)])
    return in_any_order(
        draw,
        (deals // 2 + 1, deals),
        (length // 2 + 1, length),
        lambda draw, before: _next(draw, before, chosen),
    )


def _next(draw: st.DrawFn, before: list[Fact], kinds: st.SearchStrategy[str]) -> tuple[str, dict[str, Any]]:
    if not before:
        return "DealOpened", draw(OPENING)
    kind = draw(kinds)
    if not kind.startswith("Event"):
        return kind, draw(ALL[kind])
    return put_right(
        draw, kind, before, lambda into: OPENING if into == "DealOpened" else ALL[into], CLOSINGS
    )
