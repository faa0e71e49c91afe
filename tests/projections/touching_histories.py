"""Random histories of deals that people call, meet, forget and take up again, as plain facts."""

from typing import Any

from hypothesis import strategies as st

from domain.event import Actor, Recorded
from domain.pipeline import PipelineDefined, PipelineRevised
from engine.deals import Deals
from engine.ids import pipeline_id
from tests.projections.closing_histories import QUARTER_DAYS, Fact, History, instant, stream
from tests.projections.drawn_facts import in_any_order, put_right

REVISED = 20
"""In this quarter of a day the pipeline `standard` got its second revision."""

ROTS: dict[int, dict[str, int | None]] = {1: {"first": 2, "second": None}, 2: {"first": 5, "second": 1}}
"""After so many days a deal rots in a stage, by the revision of `standard`; `path` is not defined."""

PEOPLE = st.sampled_from(["li", "anna"])
HOSTS = st.sampled_from([None, None, [], ["li"], ["anna", "li"], ["li", "li"]])
STAGES = st.sampled_from(["first", "second"])
TOUCHPOINTS = st.sampled_from(["t1", "t2", "t3"])
KINDS = st.sampled_from(["call", "meeting"])
OFFERS = st.sampled_from(["o1", "o2"])
SIDES = st.sampled_from([None, "seller", "buyer"])
ACCOUNTS = st.sampled_from([None, "acme", "umbrella"])
FOLLOWS = st.none() | st.fixed_dictionaries(
    {
        "deal": st.sampled_from([str(stream("D-0")), str(stream("D-1")), "crm:gone"]),
        "kind": st.sampled_from(["renewal", "referral", "x"]),
    }
)
MONEY = st.none() | st.builds(
    lambda amount, currency: {"amount": amount, "currency": currency},
    st.sampled_from(["100", "250.5"]),
    st.sampled_from(["USD", "CNY"]),
)


def _facts(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(fields)


OPENING = _facts(
    title=st.just("A deal"),
    pipeline=st.sampled_from(["standard", "standard", "path"]),
    pipeline_revision=st.just(1),
    owner=st.none() | PEOPLE,
    stage=st.none() | STAGES,
    account=ACCOUNTS,
    amount=MONEY,
    follows=FOLLOWS,
)
CLOSINGS: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    "DealWon": _facts(amount=MONEY),
    "DealLost": _facts(kind=st.just("unknown"), amount=MONEY),
}
TOUCHING: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    "TouchpointPlanned": _facts(
        touchpoint=TOUCHPOINTS,
        kind=KINDS,
        planned_for=st.integers(0, QUARTER_DAYS).map(lambda quarter: instant(quarter).isoformat()),
        hosts=HOSTS,
    ),
    "TouchpointRescheduled": _facts(touchpoint=TOUCHPOINTS, planned_for=st.just(instant(30).isoformat())),
    "TouchpointHeld": _facts(
        touchpoint=TOUCHPOINTS, kind=KINDS, hosts=HOSTS, direction=st.sampled_from([None, "in", "out"])
    ),
    "TouchpointMissed": _facts(touchpoint=TOUCHPOINTS),
}
BUYING: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    "OfferMade": _facts(offer=OFFERS, side=st.sampled_from(["seller", "buyer"])),
    "OfferAccepted": _facts(offer=OFFERS, side=SIDES),
    "OfferRejected": _facts(offer=OFFERS, side=SIDES),
    "OfferWithdrawn": _facts(offer=OFFERS, side=SIDES),
    "OfferExpired": _facts(offer=OFFERS),
    "ConcessionMade": _facts(side=st.sampled_from(["seller", "buyer"]), term=st.just("price")),
    "ObjectionRaised": _facts(objection=st.just("b"), topic=st.just("price"), text=st.just("Dear.")),
    "ObjectionAnswered": _facts(objection=st.just("b"), text=st.just("It lasts.")),
    "QuestionRaised": _facts(question=st.just("q"), text=st.just("When?")),
    "FeedbackReceived": _facts(text=st.just("Fine.")),
    "DealSignalNoted": _facts(signal=st.just("pricing-visit")),
    "DealBuyerStageNoted": _facts(stage=st.just("intent")),
    "DealCriterionAnswered": _facts(
        criterion=st.just("need"), answer=st.just("confirmed"), contact=st.sampled_from([None, "c"])
    ),
    "ContactAdded": _facts(contact=st.just("c")),
    "ContactRemoved": _facts(contact=st.just("c")),
    "PaymentReceived": st.just({"amount": {"amount": "5", "currency": "USD"}}),
    "DealNoteAdded": st.just({"text": "Called."}),
    "DealForecastSet": st.just({"category": "commit"}),
}
LEADING: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    "DealLeadAccepted": _facts(level=st.sampled_from(["mql", "sql", "opportunity"])),
    "DealOwnerAssigned": _facts(owner=st.none() | PEOPLE),
    "DealTeammateAssigned": _facts(person=PEOPLE, duty=st.sampled_from(["ae", "bdr", "presales"])),
    "DealTeammateReleased": _facts(person=PEOPLE, duty=st.sampled_from(["ae", "bdr", "presales"])),
    "ContractSigned": _facts(amount=MONEY),
    "DealDetailsChanged": st.one_of(_facts(follows=FOLLOWS), _facts(account=ACCOUNTS)),
}
MOVING: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    "DealStageChanged": _facts(to_stage=STAGES, pipeline_revision=st.sampled_from([1, 2])),
    "DealPipelineChanged": _facts(
        from_pipeline=st.just("standard"),
        to_pipeline=st.sampled_from(["standard", "path"]),
        to_stage=STAGES,
        pipeline_revision=st.just(1),
    ),
    "DealReopened": _facts(stage=st.none() | STAGES),
}
RESTING: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    "DealPaused": st.just({"reason": "timing"}),
    "DealResumed": st.just({}),
}
ENDS: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    "DealMerged": st.just({"into": "another"}),
    "DealDiscarded": st.just({}),
}
OTHERS = TOUCHING | BUYING | LEADING | MOVING | RESTING | CLOSINGS | ENDS


def kinds_of(*weighed: dict[str, Any]) -> st.SearchStrategy[str]:
    """Types of events, those of a group that is named twice twice as often; corrections too."""
    names = [name for group in weighed for name in group]
    words = ["EventCorrected", "EventRetracted"] * (1 + len(names) // 12)
    return st.sampled_from([*names, *words])


@st.composite
def histories(
    draw: st.DrawFn, kinds: st.SearchStrategy[str], deals: int = 3, length: int = 9, least: int = 1
) -> History:
    """Up to `deals` deals of `least` to `length` events each, in any order of recording."""
    return in_any_order(
        draw, (min(least, deals), deals), (least, length), lambda draw, before: _next(draw, before, kinds)
    )


def _next(draw: st.DrawFn, before: list[Fact], kinds: st.SearchStrategy[str]) -> tuple[str, dict[str, Any]]:
    if not before:
        return "DealOpened", draw(OPENING)
    kind = draw(kinds)
    if not kind.startswith("Event"):
        return kind, draw(OTHERS[kind])
    return put_right(
        draw, kind, before, lambda into: OPENING if into == "DealOpened" else OTHERS[into], CLOSINGS
    )


def define_pipeline(deals: Deals) -> None:
    """Record both revisions of `standard`, which was known from the beginning."""
    labels = {"en": "Standard"}
    stages = {
        revision: [
            {"stage": stage, "labels": {"en": stage}, "phase": "early", "rots_after_days": days}
            for stage, days in limits.items()
        ]
        for revision, limits in ROTS.items()
    }
    defined = PipelineDefined.model_validate({"pipeline": "standard", "labels": labels, "stages": stages[1]})
    revised = PipelineRevised.model_validate({"stages": stages[2]})
    for version, (event, quarter) in enumerate(((defined, 0), (revised, REVISED)), 1):
        recorded = Recorded(
            stream_id=pipeline_id("standard"),
            version=version,
            occurred_at=instant(quarter),
            event=event,
            by=Actor(id="li"),
            channel="python",
            command_id=f"pipeline:{version}",
            source_recorded_at=instant(quarter),
        )
        deals.record([recorded])
