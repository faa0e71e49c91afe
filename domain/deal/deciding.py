"""What may happen to a deal next: one case a command, with the rules in the sections."""

from collections.abc import Sequence
from dataclasses import replace
from typing import assert_never, get_args

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
    DealOpened,
    DealPipelineChanged,
    DealStageChanged,
    LifeCommand,
    MoveExpectedClose,
    OpenDeal,
    ReviseAmount,
)
from domain.deal.merging import merged
from domain.deal.need_rules import decide_needs
from domain.deal.needs import NeedsCommand
from domain.deal.negotiation import NegotiationCommand
from domain.deal.offer_rules import decide_negotiation
from domain.deal.outcome import (
    DealReopened,
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
from domain.deal.people import PeopleCommand
from domain.deal.people_rules import decide_people
from domain.deal.retrospective import RetrospectiveCommand
from domain.deal.stage_moves import check_move, defined_stage, entry_stage
from domain.deal.story import Deal, evolve
from domain.deal.team import AssignOwner, AssignTeammate, ReleaseTeammate, TeamCommand
from domain.deal.touchpoint_rules import decide_touchpoints
from domain.deal.touchpoints import TouchpointsCommand
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


class AlreadyOpened(RuleBroken):
    """The deal was opened before, with other facts."""

    def __init__(self, deal: Deal) -> None:
        super().__init__(
            f"The deal was opened before, as {deal.life.title!r}. "
            "Change its details, amount or stage instead."
        )


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
        return _opened(command, deal, pipeline)
    if deal is None:
        raise NotOpened
    match command:
        case CorrectEvent():
            events = corrected(command, deal.recorded)
            _check_stages(command, deal, pipeline)
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
    """By the section that the command belongs to."""
    if isinstance(command, NeedsCommand):
        return decide_needs(command, deal)
    if isinstance(command, PeopleCommand):
        return decide_people(command, deal.people)
    if isinstance(command, TouchpointsCommand):
        return decide_touchpoints(command, deal, pipeline)
    if isinstance(command, NegotiationCommand):
        return decide_negotiation(command, deal)
    if isinstance(command, AfterTheWinCommand):
        return decide_after_the_win(command, deal.outcome)
    if isinstance(command, RetrospectiveCommand):
        return decide_retrospective(command, deal.outcome)
    return [event for event in _said(command, deal, pipeline) if _is_news(deal, event)]


def _said(command: PlainCommand, deal: Deal, pipeline: Pipeline) -> Sequence[Event]:
    match command:
        case ChangeStage():
            return _stage_changed(command, deal, pipeline)
        case ChangePipeline():
            return _pipeline_changed(command, deal, pipeline)
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
            return _reopened(command, deal, pipeline)
        case RecordCauses():
            return causes_recorded(command, deal.outcome)
        case _:
            assert_never(command)


def _opened(command: OpenDeal, deal: Deal | None, pipeline: Pipeline) -> Sequence[Event]:
    if deal is not None:
        first = deal.recorded[0].event
        if all(getattr(first, name) == getattr(command, name) for name in command.model_fields_set):
            return []
        raise AlreadyOpened(deal)
    stage = entry_stage(pipeline, command.stage)
    return [recorded_as(command, pipeline=command.pipeline, pipeline_revision=pipeline.revision, stage=stage)]


def _stage_changed(command: ChangeStage, deal: Deal, pipeline: Pipeline) -> Sequence[Event]:
    if deal.outcome.standing != "won":
        check_open(deal.outcome)
    if command.to_stage == deal.life.stage:
        return []
    check_move(
        pipeline,
        deal.life,
        deal.outlook,
        command.to_stage,
        won=deal.outcome.standing == "won",
        has_evidence=bool(command.evidence),
        override=command.override,
    )
    return [recorded_as(command, from_stage=deal.life.stage, pipeline_revision=pipeline.revision)]


def _pipeline_changed(command: ChangePipeline, deal: Deal, pipeline: Pipeline) -> Sequence[Event]:
    check_open(deal.outcome)
    if (command.to_pipeline, command.to_stage) == (deal.life.pipeline, deal.life.stage):
        return []
    entry_stage(pipeline, command.to_stage)
    return [
        recorded_as(
            command,
            from_pipeline=deal.life.pipeline,
            from_stage=deal.life.stage,
            pipeline_revision=pipeline.revision,
        )
    ]


def _reopened(command: ReopenDeal, deal: Deal, pipeline: Pipeline) -> Sequence[Event]:
    if deal.outcome.standing == "open":
        return []
    if command.stage is not None:
        defined_stage(pipeline, command.stage)
    return [recorded_as(command)]


def _check_stages(command: CorrectEvent, deal: Deal, pipeline: Pipeline) -> None:
    """A replacement names only stages that are there; those of an earlier pipeline are not looked at."""
    if any(isinstance(recorded.event, DealPipelineChanged) for recorded in deal.recorded):
        return
    for name in ("stage", "to_stage"):
        stage = command.replacement.data.get(name)
        original = deal.recorded[command.corrects - 1].event
        if stage is not None and isinstance(original, DealOpened | DealStageChanged | DealReopened):
            defined_stage(pipeline, stage)


def _is_news(deal: Deal, event: Event) -> bool:
    """Whether `event` would change anything: what is already so is not recorded again."""
    last = deal.recorded[-1]
    return evolve(deal, replace(last, version=last.version + 1, event=event)) != deal
