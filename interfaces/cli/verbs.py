"""The verbs of `dealtrail deal`: one a command of the domain, its options made from the command's fields."""

from collections.abc import Sequence
from dataclasses import dataclass

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
from domain.deal.team import AssignOwner, AssignTeammate, ReleaseTeammate
from domain.event import Command
from interfaces.cli.fields import takes_null


@dataclass(frozen=True, slots=True)
class Verb:
    """A word, the command that it gives, and the fields that are given without an option, in their order."""

    name: str
    command: type[Command]
    arguments: Sequence[str] = ()

    @property
    def clearable(self) -> list[str]:
        """The fields that `--clear` may set to null: what a deal can do without."""
        if self.command is not ChangeDetails and self.name not in ("amount", "close-date", "owner"):
            return []
        fields = self.command.model_fields
        kept = ("reason", "note", "title", "segment")
        return [name for name, field in fields.items() if takes_null(field) and name not in kept]


VERBS = (
    Verb("open", OpenDeal, ("title",)),
    Verb("stage", ChangeStage, ("to_stage",)),
    Verb("move-pipeline", ChangePipeline, ("to_pipeline", "to_stage")),
    Verb("amount", ReviseAmount, ("amount",)),
    Verb("close-date", MoveExpectedClose, ("expected_close",)),
    Verb("owner", AssignOwner, ("owner",)),
    Verb("teammate", AssignTeammate, ("person", "duty")),
    Verb("release", ReleaseTeammate, ("person", "duty")),
    Verb("details", ChangeDetails),
    Verb("criterion", AnswerCriterion, ("criterion", "answer")),
    Verb("accept-lead", AcceptLead, ("level",)),
    Verb("score", ScoreDeal, ("score",)),
    Verb("forecast", SetForecast, ("category",)),
    Verb("competitor", NoteCompetitor, ("competitor",)),
    Verb("buyer-stage", NoteBuyerStage, ("stage",)),
    Verb("signal", NoteSignal, ("signal",)),
    Verb("next-step", SetNextStep, ("text",)),
    Verb("pause", PauseDeal, ("reason",)),
    Verb("resume", ResumeDeal),
    Verb("note", AddNote, ("text",)),
    Verb("win", WinDeal),
    Verb("lose", LoseDeal, ("kind",)),
    Verb("reopen", ReopenDeal, ("reason",)),
    Verb("causes", RecordCauses, ("told_by",)),
    Verb("discard", DiscardDeal, ("reason",)),
)
"""Corrections and retractions speak of an event, not of a field: they are written out in `correcting`."""
