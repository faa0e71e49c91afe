"""Life, what is thought of the deal: criteria, level, score, forecast, competitors, next step, rest."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Literal, assert_never, get_args

from pydantic import Field

from domain.event import Command, Event, Facts
from domain.replacing import replace
from domain.values import Answer, Code, Day, Money, Name, Text, Value, Version

CompetitorStanding = Literal["ahead", "level", "behind", "out"]
ForecastCategory = Literal["pipeline", "best-case", "commit", "omitted"]
LeadLevel = Literal["mql", "sql", "opportunity"]
Score = Annotated[float, Field(ge=0, le=100)]


class Factor(Value):
    """One factor of a score and what it contributed."""

    factor: Name
    value: float


class CriterionAnswer(Facts):
    """What is known about a question that the pipeline asks."""

    criterion: Code
    answer: Answer
    amount: Money | None = None
    note: Text | None = None
    contact: Name | None = None


class DealCriterionAnswered(CriterionAnswer, Event):
    """A qualifying question was answered."""


class AnswerCriterion(CriterionAnswer, Command):
    """Answer a qualifying question (need, budget, authority, …)."""

    becomes = DealCriterionAnswered


class LeadAcceptance(Facts):
    """At which level a lead was accepted."""

    level: LeadLevel
    score: Score | None = None
    note: Text | None = None


class DealLeadAccepted(LeadAcceptance, Event):
    """The lead was accepted at a level."""


class AcceptLead(LeadAcceptance, Command):
    """Accept the lead as MQL, SQL or opportunity."""

    becomes = DealLeadAccepted


class Scoring(Facts):
    """A score between 0 and 100, and what it is made of."""

    score: Score
    factors: tuple[Factor, ...] | None = None


class DealScored(Scoring, Event):
    """The deal was scored."""


class ScoreDeal(Scoring, Command):
    """Score the deal."""

    becomes = DealScored


class Forecast(Facts):
    """How sure the deal is, and for how much."""

    category: ForecastCategory
    amount: Money | None = None
    note: Text | None = None


class DealForecastSet(Forecast, Event):
    """The forecast of the deal was set."""


class SetForecast(Forecast, Command):
    """Set the forecast of the deal."""

    becomes = DealForecastSet


class CompetitorNote(Facts):
    """A competitor in the deal and how they stand."""

    competitor: Name
    standing: CompetitorStanding | None = None
    price: Money | None = None
    note: Text | None = None


class DealCompetitorNoted(CompetitorNote, Event):
    """A competitor was seen in the deal."""


class NoteCompetitor(CompetitorNote, Command):
    """Note a competitor in the deal."""

    becomes = DealCompetitorNoted


class BuyerStage(Facts):
    """How far the buyer is, in a pipeline of the buyer's side."""

    stage: Code
    pipeline: Code | None = None
    evidence: tuple[Version, ...] | None = None


class DealBuyerStageNoted(BuyerStage, Event):
    """The buyer was seen at a stage of their own journey."""


class NoteBuyerStage(BuyerStage, Command):
    """Note how far the buyer is."""

    becomes = DealBuyerStageNoted


class Signal(Facts):
    """Something the buyer did that says something."""

    signal: Code
    contact: Name | None = None
    material: Name | None = None
    note: Text | None = None


class DealSignalNoted(Signal, Event):
    """The buyer gave a signal."""


class NoteSignal(Signal, Command):
    """Note a buying signal."""

    becomes = DealSignalNoted


class NextStep(Facts):
    """What happens next, and by when."""

    text: Text
    due: Day | None = None


class DealNextStepSet(NextStep, Event):
    """The next step was agreed."""


class SetNextStep(NextStep, Command):
    """Say what happens next."""

    becomes = DealNextStepSet


class Pause(Facts):
    """Why a deal rests, and until when."""

    reason: Code
    note: Text | None = None
    until: Day | None = None


class DealPaused(Pause, Event):
    """The deal rests."""


class PauseDeal(Pause, Command):
    """Let the deal rest."""

    becomes = DealPaused


class Resumption(Facts):
    """A word about why it goes on."""

    note: Text | None = None


class DealResumed(Resumption, Event):
    """The deal goes on."""


class ResumeDeal(Resumption, Command):
    """Let the deal go on."""

    becomes = DealResumed


class Note(Facts):
    """Free text."""

    text: Text


class DealNoteAdded(Note, Event):
    """Somebody wrote something down."""


class AddNote(Note, Command):
    """Write something down."""

    becomes = DealNoteAdded


OutlookEvent = (
    DealCriterionAnswered
    | DealLeadAccepted
    | DealScored
    | DealForecastSet
    | DealCompetitorNoted
    | DealBuyerStageNoted
    | DealSignalNoted
    | DealNextStepSet
    | DealPaused
    | DealResumed
    | DealNoteAdded
)
OUTLOOK_EVENTS: tuple[type[Event], ...] = get_args(OutlookEvent)
OutlookCommand = (
    AnswerCriterion
    | AcceptLead
    | ScoreDeal
    | SetForecast
    | NoteCompetitor
    | NoteBuyerStage
    | NoteSignal
    | SetNextStep
    | PauseDeal
    | ResumeDeal
    | AddNote
)
OUTLOOK_COMMANDS: tuple[type[Command], ...] = get_args(OutlookCommand)


@dataclass(frozen=True, slots=True)
class Outlook:
    """What is thought of a deal at an instant. Each of its fields is the last word on its subject."""

    criteria: Mapping[str, DealCriterionAnswered] = field(default_factory=dict)
    levels: Mapping[str, DealLeadAccepted] = field(default_factory=dict)
    score: DealScored | None = None
    forecast: DealForecastSet | None = None
    competitors: Mapping[str, DealCompetitorNoted] = field(default_factory=dict)
    buyer_stage: DealBuyerStageNoted | None = None
    signals: int = 0
    next_step: DealNextStepSet | None = None
    paused: DealPaused | None = None
    notes: int = 0

    def confirmed(self, criterion: str) -> bool:
        """Whether the last answer to `criterion` is yes."""
        answered = self.criteria.get(criterion)
        return answered is not None and answered.answer == "confirmed"


def evolve_outlook(outlook: Outlook, event: OutlookEvent) -> Outlook:
    """The outlook after `event`. Never refuses: history is true."""
    match event:
        # What is recorded most comes first: each case that does not fit costs time.
        case DealNoteAdded():
            return replace(outlook, notes=outlook.notes + 1)
        case DealSignalNoted():
            return replace(outlook, signals=outlook.signals + 1)
        case DealCriterionAnswered():
            return replace(outlook, criteria={**outlook.criteria, event.criterion: event})
        case DealLeadAccepted():
            return replace(outlook, levels={**outlook.levels, event.level: event})
        case DealScored():
            return replace(outlook, score=event)
        case DealForecastSet():
            return replace(outlook, forecast=event)
        case DealCompetitorNoted():
            return replace(outlook, competitors={**outlook.competitors, event.competitor: event})
        case DealBuyerStageNoted():
            return replace(outlook, buyer_stage=event)
        case DealNextStepSet():
            return replace(outlook, next_step=event)
        case DealPaused():
            return replace(outlook, paused=event)
        case DealResumed():
            return replace(outlook, paused=None)
        case _:
            assert_never(event)
