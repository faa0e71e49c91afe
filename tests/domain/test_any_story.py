"""Any story can be told: whatever is ordered in whatever order, it is recorded, already so, or refused."""

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.deal.corrections import CorrectEvent, EventCorrected, EventRetracted, Replacement, RetractEvent
from domain.deal.deciding import DEAL_COMMANDS, DealCommand, decide
from domain.deal.life import (
    ChangeDetails,
    ChangePipeline,
    ChangeStage,
    MoveExpectedClose,
    OpenDeal,
    ReviseAmount,
)
from domain.deal.outcome import DiscardDeal, LoseDeal, RecordCauses, ReopenDeal, WinDeal
from domain.deal.outlook import (
    AcceptLead,
    AddNote,
    AnswerCriterion,
    NoteBuyerStage,
    NoteCompetitor,
    NoteSignal,
    PauseDeal,
    ResumeDeal,
    ScoreDeal,
    SetForecast,
    SetNextStep,
)
from domain.deal.story import evolve, fold
from domain.deal.team import AssignOwner, AssignTeammate, ReleaseTeammate
from domain.errors import Refused
from domain.event import Recorded
from domain.values import Cause, Money
from tests.domain.telling import PLAIN, recorded

amounts = st.none() | st.integers(0, 3).map(lambda n: Money.model_validate({"amount": n, "currency": "EUR"}))
stages = st.sampled_from(["prospecting", "meeting", "proposal", "negotiation", "care", "nowhere"])
people = st.sampled_from(["li.lei", "han.mei", "wu"])
versions = st.integers(1, 12)
days = st.sampled_from([date(2026, 6, 30), date(2026, 9, 30)])

ORDERS: dict[type[DealCommand], st.SearchStrategy[DealCommand]] = {
    OpenDeal: st.builds(OpenDeal, title=st.just("Crane"), owner=people),
    ChangeStage: st.builds(ChangeStage, to_stage=stages),
    ChangePipeline: st.builds(ChangePipeline, to_pipeline=st.just("path"), to_stage=stages),
    ReviseAmount: st.builds(ReviseAmount, amount=amounts),
    MoveExpectedClose: st.builds(MoveExpectedClose, expected_close=st.none() | days),
    ChangeDetails: st.builds(ChangeDetails, segment=st.dictionaries(people, st.none() | people)),
    AssignOwner: st.builds(AssignOwner, owner=st.none() | people),
    AssignTeammate: st.builds(AssignTeammate, person=people, duty=st.just("ae")),
    ReleaseTeammate: st.builds(ReleaseTeammate, person=people, duty=st.just("ae")),
    AnswerCriterion: st.builds(AnswerCriterion, criterion=st.just("need"), answer=st.just("denied")),
    AcceptLead: st.builds(AcceptLead, level=st.sampled_from(["mql", "sql"])),
    ScoreDeal: st.builds(ScoreDeal, score=st.sampled_from([1.0, 2.0])),
    SetForecast: st.builds(SetForecast, category=st.sampled_from(["commit", "omitted"])),
    NoteCompetitor: st.builds(NoteCompetitor, competitor=people),
    NoteBuyerStage: st.builds(NoteBuyerStage, stage=stages),
    NoteSignal: st.just(NoteSignal(signal="pricing-visit")),
    SetNextStep: st.builds(SetNextStep, text=people),
    PauseDeal: st.just(PauseDeal(reason="holiday")),
    ResumeDeal: st.just(ResumeDeal()),
    AddNote: st.builds(AddNote, text=people),
    WinDeal: st.builds(WinDeal, amount=amounts),
    LoseDeal: st.builds(LoseDeal, kind=st.sampled_from(["declined", "unknown"])),
    ReopenDeal: st.builds(ReopenDeal, reason=st.just("new"), stage=st.none() | stages),
    RecordCauses: st.builds(
        RecordCauses,
        told_by=st.just("rep"),
        causes=st.builds(lambda v: (Cause(reason="price", evidence=v),), st.tuples(versions)),
    ),
    DiscardDeal: st.just(DiscardDeal(reason="test")),
    CorrectEvent: st.builds(
        CorrectEvent,
        corrects=versions,
        replacement=st.builds(
            Replacement,
            data=st.sampled_from([{"amount": None}, {"to_stage": "meeting"}, {"owner": "wu"}, {}]),
        ),
        reason=st.just("typo"),
    ),
    RetractEvent: st.builds(RetractEvent, retracts=versions, reason=st.just("typo")),
}

REPEATABLE = AddNote | NoteSignal
"""Orders that are a new fact each time."""


def tell(orders: list[DealCommand]) -> list[Recorded]:
    story: list[Recorded] = []
    for order in orders:
        try:
            events = decide(order, fold(story), PLAIN)
        except Refused:
            continue
        for event in events:
            story.append(recorded(event, len(story) + 1))
        if not isinstance(order, REPEATABLE):
            assert list(decide(order, fold(story), PLAIN)) == [], order
    return story


def test_every_command_takes_part() -> None:
    assert set(ORDERS) == set(DEAL_COMMANDS)


@settings(max_examples=200)
@given(st.lists(st.one_of(*ORDERS.values()), max_size=25))
def test_any_story_can_be_told(orders: list[DealCommand]) -> None:
    story = tell([OpenDeal(title="Crane", owner="li.lei"), *orders])
    deal = fold(story)
    assert deal is not None
    assert deal.recorded == tuple(story)
    if not any(isinstance(each.event, EventCorrected | EventRetracted) for each in story):
        step_by_step = None
        for each in story:
            step_by_step = evolve(step_by_step, each)
        assert step_by_step is not None
        assert (step_by_step.life, step_by_step.team, step_by_step.outlook, step_by_step.outcome) == (
            deal.life,
            deal.team,
            deal.outlook,
            deal.outcome,
        )
