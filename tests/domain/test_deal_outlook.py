"""What is thought of a deal: each order applies, is already so, or is refused."""

from datetime import date

import pytest

from domain.deal.closing import DealNotOpen
from domain.deal.deciding import DealCommand
from domain.deal.life import DealOpened
from domain.deal.outcome import DealDiscarded, DealLost
from domain.deal.outlook import (
    AcceptLead,
    AddNote,
    AnswerCriterion,
    DealCriterionAnswered,
    DealPaused,
    DealResumed,
    NoteBuyerStage,
    NoteCompetitor,
    NoteSignal,
    PauseDeal,
    ResumeDeal,
    ScoreDeal,
    SetForecast,
    SetNextStep,
)
from domain.event import Event
from tests.domain.telling import deal_of, given

OPENED = DealOpened(title="Crane", owner="li.lei", pipeline="standard", pipeline_revision=1)
PAUSED = DealPaused(reason="budget-freeze", until=date(2026, 9, 1))

NEEDS_AN_OPEN_DEAL: list[DealCommand] = [
    AcceptLead(level="sql", score=70),
    ScoreDeal(score=55.5),
    SetForecast(category="commit"),
    SetNextStep(text="Send the offer", due=date(2026, 4, 1)),
    PauseDeal(reason="budget-freeze"),
]
ANY_DEAL_THAT_COUNTS: list[DealCommand] = [
    AnswerCriterion(criterion="budget", answer="confirmed"),
    NoteCompetitor(competitor="Acme", standing="ahead"),
    NoteBuyerStage(stage="intent"),
]


def event_of(command: DealCommand) -> Event:
    return command.becomes.model_validate(command.model_dump(exclude_unset=True))


@pytest.mark.parametrize("command", [*NEEDS_AN_OPEN_DEAL, *ANY_DEAL_THAT_COUNTS], ids=repr)
def test_it_is_recorded_once(command: DealCommand) -> None:
    given(OPENED).when(command).then(event_of(command))
    given(OPENED, event_of(command)).when(command).then_nothing()


@pytest.mark.parametrize("command", NEEDS_AN_OPEN_DEAL, ids=repr)
def test_it_needs_an_open_deal(command: DealCommand) -> None:
    given(OPENED, DealLost(kind="declined")).when(command).then_refused(DealNotOpen, standing="lost")


@pytest.mark.parametrize("command", ANY_DEAL_THAT_COUNTS, ids=repr)
def test_it_is_said_of_a_lost_deal_too_but_not_of_a_discarded_one(command: DealCommand) -> None:
    given(OPENED, DealLost(kind="declined")).when(command).then(event_of(command))
    given(OPENED, DealDiscarded()).when(command).then_refused(DealNotOpen, standing="discarded")


@pytest.mark.parametrize(
    "command", [AddNote(text="They like it"), NoteSignal(signal="pricing-visit")], ids=repr
)
def test_two_equal_notes_or_signals_are_two(command: DealCommand) -> None:
    given(OPENED, event_of(command)).when(command).then(event_of(command))
    given(OPENED, DealDiscarded()).when(command).then_refused(DealNotOpen)


def test_a_paused_deal_goes_on() -> None:
    given(OPENED, PAUSED).when(ResumeDeal()).then(DealResumed())
    given(OPENED, PAUSED, DealResumed()).when(ResumeDeal()).then_nothing()
    given(OPENED, PAUSED, DealLost(kind="declined")).when(ResumeDeal()).then_refused(DealNotOpen)


def test_the_last_answer_to_a_criterion_counts() -> None:
    yes = DealCriterionAnswered(criterion="budget", answer="confirmed")
    no = DealCriterionAnswered(criterion="budget", answer="denied")
    assert deal_of(OPENED, no, yes).outlook.confirmed("budget")
    assert not deal_of(OPENED, yes, no).outlook.confirmed("budget")
    assert not deal_of(OPENED).outlook.confirmed("budget")
