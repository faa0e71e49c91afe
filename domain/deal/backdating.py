"""How a backdated command is decided: how early it may lie, and against how much of the deal's story."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.deal.approvals import DecideApproval, RequestApproval
from domain.deal.corrections import CorrectEvent, RetractEvent
from domain.deal.deciding import DealCommand
from domain.deal.needs import ProposeSolution, RecordNeed
from domain.deal.negotiation import AcceptOffer, ExpireOffer, MakeOffer, RejectOffer, WithdrawOffer
from domain.deal.objections import AnswerObjection, RaiseObjection, SettleObjection
from domain.deal.outcome import DiscardDeal, LoseDeal, MergeInto, RecordCauses, ReopenDeal, WinDeal
from domain.deal.reading import standing
from domain.deal.retrospective import FinishAction, HoldRetrospective
from domain.deal.story import Deal
from domain.deal.touchpoints import (
    AddTask,
    AnswerQuestion,
    FinishTask,
    LogTouchpoint,
    MissTouchpoint,
    PlanTouchpoint,
    RaiseQuestion,
    RescheduleTouchpoint,
)
from domain.event import Command, Event

OUTCOME_CHANGES = frozenset((WinDeal, LoseDeal, ReopenDeal, MergeInto, DiscardDeal))
"""What changes the outcome follows the last change of it."""

OF_THE_WHOLE = OUTCOME_CHANGES | {RecordCauses, CorrectEvent, RetractEvent}
"""What is decided against all that is known."""

SPEAKS_OF: Mapping[type[Command], str] = {
    AcceptOffer: "offer",
    RejectOffer: "offer",
    WithdrawOffer: "offer",
    ExpireOffer: "offer",
    AnswerObjection: "objection",
    SettleObjection: "objection",
    DecideApproval: "approval",
    AnswerQuestion: "question",
    FinishTask: "task",
    FinishAction: "action",
}
"""The commands that follow the last word about something, and the field that holds its id."""

TELLS_FIRST: Mapping[type[Command], str] = {
    MakeOffer: "offer",
    RaiseObjection: "objection",
    RequestApproval: "approval",
    RaiseQuestion: "question",
    AddTask: "task",
    PlanTouchpoint: "touchpoint",
    RecordNeed: "need",
    ProposeSolution: "solution",
    HoldRetrospective: "retrospective",
}
"""The commands that give something its id, and the field that holds it: an id is given once."""


@dataclass(frozen=True, slots=True)
class Earliest:
    """The instant that a command may not precede, and what happened then."""

    at: datetime
    what: str


def not_before(command: DealCommand, deal: Deal | None) -> Earliest | None:
    """What a backdated `command` may not precede, as all of the deal's story tells it; None: nothing.

    Of an outcome that is its last change, else the opening; of an offer, objection and so on, the last
    that was said of it.
    """
    if deal is None:
        return None
    if type(command) in OUTCOME_CHANGES:
        changed = deal.outcome.changed_at
        if changed is not None:
            return Earliest(changed, "the deal's outcome last changed")
        return Earliest(standing(deal.recorded)[0].at, "the deal was opened")
    if isinstance(command, RescheduleTouchpoint | LogTouchpoint | MissTouchpoint):
        meeting = deal.touchpoints.appointments.get(command.touchpoint)
        if meeting is None or meeting.standing == "planned":
            return None
        return Earliest(meeting.last_at, f"the touchpoint {command.touchpoint!r} was {meeting.standing}")
    return _last_word(command, deal)


def reads_whole_story(command: DealCommand) -> bool:
    """Whether `command` is decided against all that is known, whatever time it is given."""
    return type(command) in OF_THE_WHOLE


class _Dated(Protocol):
    @property
    def last_at(self) -> datetime: ...
    @property
    def facts(self) -> Event | None: ...


_KNOWN: Mapping[str, Callable[[Deal], Mapping[str, _Dated]]] = {
    "offer": lambda deal: deal.negotiation.offers,
    "objection": lambda deal: deal.negotiation.objections,
    "approval": lambda deal: deal.negotiation.approvals,
    "question": lambda deal: deal.touchpoints.questions,
    "task": lambda deal: deal.touchpoints.tasks,
    "touchpoint": lambda deal: deal.touchpoints.appointments,
    "need": lambda deal: deal.needs.needs,
    "solution": lambda deal: deal.needs.solutions,
    "retrospective": lambda deal: deal.outcome.retrospectives,
    "action": lambda deal: deal.outcome.actions,
}


def _last_word(command: DealCommand, deal: Deal) -> Earliest | None:
    first = TELLS_FIRST.get(type(command))
    kind = first or SPEAKS_OF.get(type(command))
    if kind is None:
        return None
    name = getattr(command, kind)
    known = _KNOWN[kind](deal).get(name)
    # What was only answered, in a history that was imported in part, may still be told.
    if known is None or (first is not None and known.facts is None):
        return None
    return Earliest(known.last_at, f"the {kind} {name!r} was last spoken of")
