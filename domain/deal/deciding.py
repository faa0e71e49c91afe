"""What may happen to a deal next: one case a command, with the rules in the sections."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, assert_never, cast, get_args

from domain.deal.after_the_win import AfterTheWinCommand
from domain.deal.aftermath import decide_after_the_win, decide_retrospective
from domain.deal.closing import causes_recorded, check_counts, check_open, lost, won
from domain.deal.correction_rules import corrected, retracted
from domain.deal.corrections import CorrectEvent, CorrectionsCommand, RetractEvent
from domain.deal.evidence import check_evidence
from domain.deal.life import (
    ChangeDetails,
    ChangePipeline,
    ChangeStage,
    LifeCommand,
    MoveExpectedClose,
    OpenDeal,
    ReviseAmount,
)
from domain.deal.merging import merged
from domain.deal.moving import check_stages, opened, pipeline_changed, reopened, stage_changed
from domain.deal.need_rules import decide_needs
from domain.deal.needs import NEEDS_COMMANDS, NeedsCommand
from domain.deal.negotiation import NEGOTIATION_COMMANDS, NegotiationCommand
from domain.deal.offer_rules import decide_negotiation
from domain.deal.outcome import (
    DiscardDeal,
    LoseDeal,
    MergeInto,
    OutcomeCommand,
    RecordCauses,
    ReopenDeal,
    WinDeal,
)
from domain.deal.outlook import (
    AcceptLead,
    AddNote,
    AnswerCriterion,
    NoteBuyerStage,
    NoteCompetitor,
    NoteSignal,
    OutlookCommand,
    PauseDeal,
    ResumeDeal,
    ScoreDeal,
    SetForecast,
    SetNextStep,
)
from domain.deal.people import PEOPLE_COMMANDS, PeopleCommand
from domain.deal.people_rules import decide_people
from domain.deal.retrospective import RetrospectiveCommand
from domain.deal.story import Deal, evolve
from domain.deal.team import AssignOwner, AssignTeammate, ReleaseTeammate, TeamCommand
from domain.deal.touchpoint_rules import decide_touchpoints
from domain.deal.touchpoints import TOUCHPOINTS_COMMANDS, TouchpointsCommand
from domain.errors import RuleBroken
from domain.event import Command, Event, recorded_as
from domain.pipeline import Pipeline

DealCommand = (
    LifeCommand
    | TeamCommand
    | OutlookCommand
    | NeedsCommand
    | PeopleCommand
    | TouchpointsCommand
    | NegotiationCommand
    | OutcomeCommand
    | CorrectionsCommand
)
DEAL_COMMANDS: tuple[type[Command], ...] = get_args(DealCommand)


class NotOpened(RuleBroken):
    """There is no deal yet (at that instant)."""

    def __init__(self) -> None:
        super().__init__("There is no such deal at that time. Open it first, or give a later time.")


PlainCommand = (
    ChangeStage
    | ChangePipeline
    | ReviseAmount
    | MoveExpectedClose
    | ChangeDetails
    | TeamCommand
    | OutlookCommand
    | WinDeal
    | LoseDeal
    | ReopenDeal
    | RecordCauses
)
"""The commands that say how the deal is from here on: saying it again is no news."""

CountingCommand = (
    PlainCommand
    | NeedsCommand
    | PeopleCommand
    | TouchpointsCommand
    | NegotiationCommand
    | AfterTheWinCommand
    | RetrospectiveCommand
)
"""The commands that only a deal that counts takes: not one that was merged or discarded."""


def pipeline_needed(command: DealCommand, deal: Deal | None) -> str | None:
    """The pipeline whose definition `decide` wants to see; None before there is a deal."""
    if isinstance(command, OpenDeal):
        return command.pipeline
    if isinstance(command, ChangePipeline):
        return command.to_pipeline
    return deal.life.pipeline if deal is not None else None


def decide(command: DealCommand, deal: Deal | None, pipeline: Pipeline) -> Sequence[Event]:
    """What happens when `command` is given: its events, none where it is already so.

    `pipeline` is the definition in force of the pipeline that `pipeline_needed` names.
    Raises a kind of RuleBroken where it is not allowed.
    """
    if isinstance(command, OpenDeal):
        return opened(command, deal, pipeline)
    if deal is None:
        raise NotOpened
    match command:
        case CorrectEvent():
            events = corrected(command, deal.recorded)
            check_stages(command, deal, pipeline)
            return events
        case RetractEvent():
            return retracted(command, deal.recorded)
        case MergeInto():
            return merged(command, deal)
        case DiscardDeal():
            return [] if deal.outcome.standing == "discarded" else [recorded_as(command)]
        case _:
            check_counts(deal.outcome)
            check_evidence(command, deal.recorded)
            return _decided(command, deal, pipeline)


def _decided(command: CountingCommand, deal: Deal, pipeline: Pipeline) -> Sequence[Event]:
    """By the section that the command belongs to, which is looked up: asking sixty types in turn takes time."""
    section = _SECTIONS.get(type(command))
    if section is not None:
        return section(command, deal, pipeline)
    said = _said(cast("PlainCommand", command), deal, pipeline)
    return [event for event in said if _is_news(deal, event)]


_SECTIONS: Mapping[type[Command], Callable[[Any, Deal, Pipeline], Sequence[Event]]] = {
    **dict.fromkeys(NEEDS_COMMANDS, lambda command, deal, _: decide_needs(command, deal)),
    **dict.fromkeys(PEOPLE_COMMANDS, lambda command, deal, _: decide_people(command, deal.people)),
    **dict.fromkeys(TOUCHPOINTS_COMMANDS, decide_touchpoints),
    **dict.fromkeys(NEGOTIATION_COMMANDS, lambda command, deal, _: decide_negotiation(command, deal)),
    **dict.fromkeys(
        get_args(AfterTheWinCommand), lambda command, deal, _: decide_after_the_win(command, deal.outcome)
    ),
    **dict.fromkeys(
        get_args(RetrospectiveCommand), lambda command, deal, _: decide_retrospective(command, deal.outcome)
    ),
}


def _said(command: PlainCommand, deal: Deal, pipeline: Pipeline) -> Sequence[Event]:
    match command:
        case ChangeStage():
            return stage_changed(command, deal, pipeline)
        case ChangePipeline():
            return pipeline_changed(command, deal, pipeline)
        case ReviseAmount():
            check_open(deal.outcome)
            return [recorded_as(command, previous=deal.life.amount)]
        case MoveExpectedClose():
            check_open(deal.outcome)
            return [recorded_as(command, previous=deal.life.expected_close)]
        case AcceptLead() | ScoreDeal() | SetForecast() | SetNextStep() | PauseDeal() | ResumeDeal():
            check_open(deal.outcome)
            return [recorded_as(command)]
        case AssignOwner():
            return [recorded_as(command, previous=deal.team.owner)]
        case AssignTeammate() | ReleaseTeammate() | ChangeDetails():
            return [recorded_as(command)]
        case AnswerCriterion() | NoteCompetitor() | NoteBuyerStage() | NoteSignal() | AddNote():
            return [recorded_as(command)]
        case WinDeal():
            return won(command, deal.life, deal.negotiation, deal.outcome)
        case LoseDeal():
            return lost(command, deal.outcome)
        case ReopenDeal():
            return reopened(command, deal, pipeline)
        case RecordCauses():
            return causes_recorded(command, deal.outcome)
        case _:
            assert_never(command)


def _is_news(deal: Deal, event: Event) -> bool:
    """Whether `event` would change anything: what is already so is not recorded again."""
    last = deal.recorded[-1]
    return evolve(deal, replace(last, version=last.version + 1, event=event)) != deal
