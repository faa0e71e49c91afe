"""The verbs of `dealtrail deal`: one a command of the domain, its options made from the command's fields."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from domain.deal.after_the_win import CompleteDelivery, RecordPayment, SignContract
from domain.deal.approvals import DecideApproval, RequestApproval
from domain.deal.life import (
    ChangeDetails,
    ChangePipeline,
    ChangeStage,
    MoveExpectedClose,
    OpenDeal,
    ReviseAmount,
)
from domain.deal.needs import ProposeSolution, RecordNeed, ReviseNeed, SettleNeed
from domain.deal.negotiation import (
    AcceptOffer,
    ExpireOffer,
    MakeOffer,
    RecordConcession,
    RejectOffer,
    SetPriceRange,
    WithdrawOffer,
)
from domain.deal.objections import AnswerObjection, RaiseObjection, SettleObjection
from domain.deal.outcome import DiscardDeal, LoseDeal, MergeInto, RecordCauses, ReopenDeal, WinDeal
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
from domain.deal.people import AddContact, AssessContact, ChangeContact, RemoveContact
from domain.deal.retrospective import FinishAction, HoldRetrospective
from domain.deal.team import AssignOwner, AssignTeammate, ReleaseTeammate
from domain.deal.touchpoints import (
    AddTask,
    AnswerQuestion,
    FinishTask,
    LogTouchpoint,
    MissTouchpoint,
    PlanTouchpoint,
    RaiseQuestion,
    RecordFeedback,
    RescheduleTouchpoint,
)
from domain.event import Command
from interfaces.cli.fields import takes_null


@dataclass(frozen=True, slots=True)
class Verb:
    """A word, the command that it gives, and the fields that are given without an option, in their order.

    `makes` is the field whose id is made where none is given.
    """

    name: str
    command: type[Command]
    arguments: Sequence[str] = ()
    makes: str | None = None

    @property
    def clearable(self) -> list[str]:
        """The fields that `--clear` may set to null: what a deal can do without."""
        if self.command is not ChangeDetails and self.name not in ("amount", "close-date", "owner"):
            return []
        fields = self.command.model_fields
        kept = ("reason", "note", "title", "segment")
        return [name for name, field in fields.items() if takes_null(field) and name not in kept]


SECTIONS: Mapping[str, Sequence[Verb]] = {
    "The deal": (
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
    ),
    "Needs and solutions": (
        Verb("need", RecordNeed, ("kind", "text"), makes="need"),
        Verb("revise-need", ReviseNeed, ("need",)),
        Verb("settle-need", SettleNeed, ("need", "met")),
        Verb("solution", ProposeSolution, ("summary",), makes="solution"),
    ),
    "People: the decision chain": (
        Verb("contact", AddContact, ("contact", "name")),
        Verb("change-contact", ChangeContact, ("contact",)),
        Verb("assess", AssessContact, ("contact",)),
        Verb("remove-contact", RemoveContact, ("contact",)),
    ),
    "Touchpoints": (
        Verb("plan", PlanTouchpoint, ("kind", "planned_for"), makes="touchpoint"),
        Verb("reschedule", RescheduleTouchpoint, ("touchpoint", "planned_for")),
        Verb("touch", LogTouchpoint, ("kind",), makes="touchpoint"),
        Verb("missed", MissTouchpoint, ("touchpoint",)),
        Verb("question", RaiseQuestion, ("text",), makes="question"),
        Verb("answer", AnswerQuestion, ("question", "answer")),
        Verb("task", AddTask, ("text",), makes="task"),
        Verb("done", FinishTask, ("task",)),
        Verb("feedback", RecordFeedback),
    ),
    "Negotiation": (
        Verb("price-range", SetPriceRange),
        Verb("offer", MakeOffer, ("side", "price"), makes="offer"),
        Verb("accept-offer", AcceptOffer, ("offer",)),
        Verb("reject-offer", RejectOffer, ("offer",)),
        Verb("withdraw-offer", WithdrawOffer, ("offer",)),
        Verb("expire-offer", ExpireOffer, ("offer",)),
        Verb("concession", RecordConcession, ("side", "term")),
        Verb("objection", RaiseObjection, ("topic", "text"), makes="objection"),
        Verb("answer-objection", AnswerObjection, ("objection", "text")),
        Verb("settle-objection", SettleObjection, ("objection", "resolved")),
        Verb("ask-approval", RequestApproval, ("for_offer",), makes="approval"),
        Verb("decide-approval", DecideApproval, ("approval", "granted")),
    ),
    "Outcome": (
        Verb("win", WinDeal),
        Verb("lose", LoseDeal, ("kind",)),
        Verb("reopen", ReopenDeal, ("reason",)),
        Verb("causes", RecordCauses, ("told_by",)),
        Verb("sign", SignContract),
        Verb("payment", RecordPayment, ("amount",)),
        Verb("deliver", CompleteDelivery),
        Verb("retrospective", HoldRetrospective, makes="retrospective"),
        Verb("finish-action", FinishAction, ("action",)),
        Verb("merge", MergeInto, ("into",)),
        Verb("discard", DiscardDeal, ("reason",)),
    ),
}
"""The verbs as the vocabulary's sections have them.

Corrections and retractions speak of an event, not of a field: they are written out in `correcting`.
"""

VERBS = tuple(verb for section in SECTIONS.values() for verb in section)
