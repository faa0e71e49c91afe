"""The steps of a negotiation in words: who did what, after how long, and what changed by it."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import assert_never

from interfaces.cli.session import Session
from projections.asking.amounts import Amount
from projections.negotiation.ladder_answer import (
    AnswerStep,
    AnyStep,
    ApprovalStep,
    ConcessionStep,
    ObjectionStep,
    OfferStep,
    OutcomeStep,
    Pending,
    PriceRangeStep,
)

OTHER_SIDE = {"seller": "buyer", "buyer": "seller"}


class LadderWords:
    """Tells the steps of one ladder."""

    def __init__(self, session: Session) -> None:
        self._formats = session.formats
        self._say = session.say

    def who(self, step: AnyStep) -> str:
        """Which side it came from; empty where it came from neither, or nobody knows."""
        side = _side(step)
        return "" if side is None else self._formats.label("side", side)

    def what(self, step: AnyStep) -> list[str]:
        """What happened, a line for each thing to know."""
        match step:
            case OfferStep():
                lines = self._offer(step)
            case AnswerStep():
                lines = self._answer(step)
            case ConcessionStep():
                lines = self._concession(step)
            case ObjectionStep():
                lines = self._objection(step)
            case ApprovalStep():
                lines = self._approval(step)
            case PriceRangeStep():
                lines = self._price_range(step)
            case OutcomeStep():
                lines = self._outcome(step)
            case _:
                assert_never(step)
        return list(filter(None, lines))

    def money(self, amount: Amount | None) -> str:
        """An amount with its currency; empty for none."""
        return "" if amount is None else self._formats.money(amount.model_dump())

    def pending(self, waiting: Sequence[Pending]) -> str:
        """What waits for somebody, a line for each."""
        return "\n".join(map(self._waiting, waiting))

    def _waiting(self, each: Pending) -> str:
        since = self._formats.happened(each.since, each.precision)
        told = [
            each.name,
            "" if each.topic is None else self._formats.label("objection_topic", each.topic),
            self.money(each.price),
            each.text or "",
            self._say("since-then", since=since),
            "" if each.valid_until is None else self._valid_until(each.valid_until),
        ]
        return self._formats.listed(list(filter(None, told)))

    def _valid_until(self, day: date) -> str:
        return self._say("valid-until", day=self._formats.day(day))

    def _offer(self, step: OfferStep) -> Iterator[str]:
        made = self._say("made-offer" if step.side == "seller" else "made-counter-offer", offer=step.offer)
        if step.in_reply_to is None:
            yield self._after(made, step.took_days)
        else:
            yield made
            yield self._after(self._say("in-reply-to", offer=step.in_reply_to), step.took_days)
        for term in step.terms:
            yield self._say(
                "set" if term.before is None else "term-changed",
                field=self._formats.field("Terms", term.term),
                before=term.before,
                after=term.after,
            )
        if step.valid_until is not None:
            yield self._valid_until(step.valid_until)
        if step.approved_by is not None:
            yield self._say("approved-by", who=step.approved_by)

    def _answer(self, step: AnswerStep) -> Iterator[str]:
        answer = self._formats.label("offer_standing", step.answer)
        yield self._after(self._say("answered", offer=step.offer, answer=answer), step.took_days)
        if step.made_by is None:
            yield self._say("never-made")
        if step.reason is not None:
            reason = self._formats.label("reason", step.reason)
            yield self._say("set", field=self._say("reason"), after=reason)
        yield step.note or ""

    def _concession(self, step: ConcessionStep) -> Iterator[str]:
        yield self._say("gave-way", term=self._formats.label("term", step.term))
        if step.before is not None or step.after is not None:
            yield f"{step.before or '–'} → {step.after or '–'}"
        if step.value is not None:
            yield self._say("worth-so-much", value=self.money(step.value))
        if step.in_return_for is not None:
            yield self._say("in-return-for", what=step.in_return_for)
        elif step.side == "seller":
            yield self._say("for-nothing")

    def _objection(self, step: ObjectionStep) -> Iterator[str]:
        topic = (
            self._say("never-raised-objection")
            if step.topic is None
            else self._formats.label("objection_topic", step.topic)
        )
        sentence = f"objection-{step.what}"
        if step.what == "settled":
            sentence = "objection-resolved" if step.resolved else "objection-stays"
        yield self._after(self._say(sentence, objection=step.objection, topic=topic), step.took_days)
        yield step.text or ""

    def _approval(self, step: ApprovalStep) -> Iterator[str]:
        sentence = {None: "approval-asked", True: "approval-granted", False: "approval-refused"}[step.granted]
        offer = step.for_offer or "–"
        yield self._after(self._say(sentence, approval=step.approval, offer=offer), step.took_days)
        if step.discount is not None and step.granted is None:
            yield self._say("at-a-discount", discount=self._formats.share(step.discount))
        yield step.note or ""

    def _price_range(self, step: PriceRangeStep) -> Iterator[str]:
        yield self._say("price-range-set")
        for name, amount in (("target", step.target), ("floor", step.floor)):
            if amount is not None:
                yield self._say("set", field=self._say(f"{name}-price"), after=self.money(amount))
        yield step.note or ""

    def _outcome(self, step: OutcomeStep) -> Iterator[str]:
        told = self._formats.label("outcome", step.outcome)
        yield self._say("said-of", field=told, what=self.money(step.amount)) if step.amount else told
        if step.loss_kind is not None:
            yield self._formats.label("loss_kind", step.loss_kind)
        if step.competitor is not None:
            price = self.money(step.competitor_price)
            yield self._say("said-of", field=step.competitor, what=price) if price else step.competitor

    def _after(self, told: str, days: float | None) -> str:
        """What was told, and how long it took."""
        if days is None:
            return told
        if days == 0:
            return self._say("at-once", told=told)
        minutes = round(days * 24 * 60)
        if not minutes:
            return self._say("within-a-minute", told=told)
        if minutes < 60:
            return self._say("after-minutes", told=told, minutes=minutes)
        if days < 1:
            return self._say("after-hours", told=told, hours=round(days * 24))
        number = self._formats.number(days)
        return self._say("after-a-day" if number == "1" else "after-days", told=told, days=number)


def _side(step: AnyStep) -> str | None:
    match step:
        case OfferStep() | ConcessionStep():
            return step.side
        case AnswerStep():
            if step.answer == "expired":
                return None
            from_other_side = step.answer in ("accepted", "rejected")
            made_by = OTHER_SIDE.get(step.made_by or "") if from_other_side else step.made_by
            return step.side or made_by
        case ObjectionStep():
            return {"raised": "buyer", "answered": "seller"}.get(step.what)
        case ApprovalStep() | PriceRangeStep():
            return "seller"
        case OutcomeStep():
            return None
        case _:
            assert_never(step)
