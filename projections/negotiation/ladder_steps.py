"""What each event of a deal brought to its negotiation, in the light of what was said before."""

from datetime import datetime
from typing import TypedDict
from zoneinfo import ZoneInfo

from domain.deal.approvals import ApprovalDecided, ApprovalRequested
from domain.deal.life import DealDetailsChanged, DealOpened
from domain.deal.negotiation import (
    ConcessionMade,
    DealPriceRangeSet,
    OfferAccepted,
    OfferExpired,
    OfferMade,
    OfferRejected,
    OfferWithdrawn,
)
from domain.deal.objections import ObjectionAnswered, ObjectionRaised, ObjectionSettled
from domain.deal.outcome import DealLost, DealReopened, DealWon
from domain.deal.reading import Standing
from domain.event import Precision
from domain.values import Money, Terms
from engine.clock import to_micros
from projections.asking.periods import DAY, Moment, duration
from projections.negotiation.bargaining import ANSWERS
from projections.negotiation.ladder_answer import (
    AnswerStep,
    AnyStep,
    ApprovalStep,
    ConcessionStep,
    ObjectionStep,
    OfferStep,
    OutcomeStep,
    PriceRangeStep,
    TermChanged,
)
from projections.negotiation.price_course import PARTS, discount, price_of_money, shown

Answered = OfferAccepted | OfferRejected | OfferWithdrawn | OfferExpired


class Common(TypedDict):
    """What every step tells of its event."""

    version: int
    type: str
    at: datetime
    precision: Precision
    by: str


class Walk:
    """Goes through a deal's story and remembers what a step is measured against."""

    def __init__(self, zone: ZoneInfo) -> None:
        self.title: str | None = None
        self._zone = zone
        self._round = 0
        self._side: str | None = None
        self._last_offer = ""
        self._list: Money | None = None
        self._prices: dict[str, Money] = {}
        self._terms: dict[str, str] = {}
        self._offers: dict[str, tuple[Standing, OfferMade]] = {}
        self._objections: dict[str, tuple[Standing, ObjectionRaised]] = {}
        self._approvals: dict[str, tuple[Standing, ApprovalRequested]] = {}

    def step(self, line: Standing) -> AnyStep | None:  # noqa: PLR0911 - one table
        """The step that the next line of the story is; None where it has nothing to do with the negotiation."""
        match event := line.recorded.event:
            case DealOpened():
                self.title = event.title
            case DealDetailsChanged():
                self.title = event.title or self.title
            case OfferMade():
                return self._offer(line, event)
            case OfferAccepted() | OfferRejected() | OfferWithdrawn() | OfferExpired():
                return self._answer(line, event)
            case ConcessionMade():
                return self._concession(line, event)
            case ObjectionRaised() | ObjectionAnswered() | ObjectionSettled():
                return self._objection(line, event)
            case ApprovalRequested() | ApprovalDecided():
                return self._approval(line, event)
            case DealPriceRangeSet():
                floor, target = shown(price_of_money(event.floor)), shown(price_of_money(event.target))
                return PriceRangeStep(**_common(line), floor=floor, target=target, note=event.note)
            case DealWon() | DealLost() | DealReopened():
                return _outcome(line, event)
            case _:
                pass
        return None

    def _offer(self, line: Standing, event: OfferMade) -> OfferStep:
        turned = event.side != self._side
        self._round += turned
        self._side = event.side
        self._list = event.list_price or self._list
        price, list_price = price_of_money(event.price), price_of_money(self._list)
        off = discount(price, list_price)
        before = price_of_money(self._prices.get(event.side))
        change = None if price is None or before is None else price.less(before)
        replied = self._offers.get(event.in_reply_to or (self._last_offer if turned else ""))
        step = OfferStep(
            **_common(line),
            offer=event.offer,
            side=event.side,
            round=self._round,
            price=shown(price),
            list_price=shown(list_price),
            discount=None if off is None else round(off / PARTS, 6),
            change=shown(change),
            terms=self._changed(event.terms),
            in_reply_to=event.in_reply_to,
            took_days=self._days(replied[0] if replied else None, line),
            valid_until=event.valid_until,
            approved_by=event.approved_by,
        )
        if event.price is not None:
            self._prices[event.side] = event.price
        self._offers[event.offer] = (line, event)
        self._last_offer = event.offer
        return step

    def _changed(self, terms: Terms | None) -> tuple[TermChanged, ...]:
        given = {} if terms is None else terms.model_dump(exclude_none=True)
        changed = tuple(
            TermChanged(term=term, before=self._terms.get(term), after=text)
            for term, text in given.items()
            if self._terms.get(term) != text
        )
        self._terms.update(given)
        return changed

    def _answer(self, line: Standing, event: Answered) -> AnswerStep:
        made_at, made = self._offers.get(event.offer, (None, None))
        return AnswerStep(
            **_common(line),
            offer=event.offer,
            answer=ANSWERS[type(event)],
            side=event.side,
            made_by=made.side if made else None,
            price=shown(price_of_money(made.price)) if made else None,
            took_days=self._days(made_at, line),
            reason=event.reason,
            note=event.note,
        )

    def _concession(self, line: Standing, event: ConcessionMade) -> ConcessionStep:
        return ConcessionStep(
            **_common(line),
            side=event.side,
            term=event.term,
            before=event.before,
            after=event.after,
            value=shown(price_of_money(event.value)),
            in_return_for=event.in_return_for,
        )

    def _objection(
        self, line: Standing, event: ObjectionRaised | ObjectionAnswered | ObjectionSettled
    ) -> ObjectionStep:
        raised_at, raised = self._objections.get(event.objection, (None, None))
        if isinstance(event, ObjectionRaised):
            self._objections[event.objection] = (line, event)
            raised_at, raised = None, event
        return ObjectionStep(
            **_common(line),
            objection=event.objection,
            what="raised"
            if isinstance(event, ObjectionRaised)
            else "settled"
            if isinstance(event, ObjectionSettled)
            else "answered",
            topic=raised.topic if raised else None,
            text=event.note if isinstance(event, ObjectionSettled) else event.text,
            contact=raised.contact if raised else None,
            resolved=event.resolved if isinstance(event, ObjectionSettled) else None,
            took_days=self._days(raised_at, line),
        )

    def _approval(self, line: Standing, event: ApprovalRequested | ApprovalDecided) -> ApprovalStep:
        asked_at, asked = self._approvals.get(event.approval, (None, None))
        decided = event if isinstance(event, ApprovalDecided) else None
        if isinstance(event, ApprovalRequested):
            self._approvals[event.approval] = (line, event)
            asked_at, asked = None, event
        return ApprovalStep(
            **_common(line),
            approval=event.approval,
            for_offer=asked.for_offer if asked else None,
            discount=float(asked.discount) if asked and asked.discount is not None else None,
            granted=decided.granted if decided else None,
            took_days=self._days(asked_at, line),
            note=decided.note if decided else None,
        )

    def _days(self, start: Standing | None, end: Standing) -> float | None:
        if start is None:
            return None
        took = duration(_moment(start), _moment(end), self._zone)
        return None if took is None else round(took / DAY, 6)


def _common(line: Standing) -> Common:
    recorded = line.recorded
    return {
        "version": recorded.version,
        "type": recorded.type,
        "at": line.at,
        "precision": recorded.precision,
        "by": recorded.by.id,
    }


def _moment(line: Standing) -> Moment:
    return Moment(to_micros(line.at), line.recorded.precision)


def _outcome(line: Standing, event: DealWon | DealLost | DealReopened) -> OutcomeStep:
    lost = event if isinstance(event, DealLost) else None
    amount = None if isinstance(event, DealReopened) else event.amount
    return OutcomeStep(
        **_common(line),
        outcome="lost" if lost else "open" if isinstance(event, DealReopened) else "won",
        amount=shown(price_of_money(amount)),
        loss_kind=lost.kind if lost else None,
        competitor=lost.competitor if lost else None,
        competitor_price=shown(price_of_money(lost.competitor_price)) if lost else None,
    )
