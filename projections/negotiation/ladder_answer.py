"""The shape of one deal's negotiation step by step, as scripts read it."""

from datetime import date
from typing import Literal
from uuid import UUID

from domain.event import Precision
from projections.asking.amounts import Amount
from projections.asking.periods import Instant
from projections.asking.report_answer import Shape


class Step(Shape):
    """What one event brought; `at` is the instant at which it is read."""

    version: int
    type: str
    at: Instant
    precision: Precision
    by: str


class TermChanged(Shape):
    """A term of an offer that is not as the last offer that named it had it; `before`: it was not named yet."""

    term: str
    before: str | None
    after: str


class OfferStep(Step):
    """An offer, or a counter-offer of the `buyer`.

    `list_price` is its own, or the last that was named; `discount` a share of it. `change` is price − the last
    price of the same side. `took_days` is since the offer that it names, else since the other side's if that was the
    last.
    """

    kind: Literal["offer"] = "offer"
    offer: str
    side: str
    round: int
    price: Amount | None
    list_price: Amount | None
    discount: float | None
    change: Amount | None
    terms: tuple[TermChanged, ...]
    in_reply_to: str | None
    took_days: float | None
    valid_until: date | None
    approved_by: str | None


class AnswerStep(Step):
    """What became of an offer; without `made_by` nobody had made it. `took_days` is since it was made."""

    kind: Literal["answer"] = "answer"
    offer: str
    answer: str
    side: str | None
    made_by: str | None
    price: Amount | None
    took_days: float | None
    reason: str | None
    note: str | None


class ConcessionStep(Step):
    """One side gave way on a term."""

    kind: Literal["concession"] = "concession"
    side: str
    term: str
    before: str | None
    after: str | None
    value: Amount | None
    in_return_for: str | None


class ObjectionStep(Step):
    """An objection was raised, answered or settled; without a topic nobody had raised it.

    `took_days` is since it was raised. `text` is the objection, our answer, or the note of its settling.
    """

    kind: Literal["objection"] = "objection"
    objection: str
    what: Literal["raised", "answered", "settled"]
    topic: str | None
    text: str | None
    contact: str | None
    resolved: bool | None
    took_days: float | None


class ApprovalStep(Step):
    """Somebody asked to be allowed an offer, or it was decided; `took_days` is since it was asked for."""

    kind: Literal["approval"] = "approval"
    approval: str
    for_offer: str | None
    discount: float | None
    granted: bool | None
    took_days: float | None
    note: str | None


class PriceRangeStep(Step):
    """How low we would go, and what we aim for."""

    kind: Literal["price-range"] = "price-range"
    floor: Amount | None
    target: Amount | None
    note: str | None


class OutcomeStep(Step):
    """How the deal ended, or that it is open again."""

    kind: Literal["outcome"] = "outcome"
    outcome: Literal["won", "lost", "open"]
    amount: Amount | None
    loss_kind: str | None
    competitor: str | None
    competitor_price: Amount | None


AnyStep = (
    OfferStep | AnswerStep | ConcessionStep | ObjectionStep | ApprovalStep | PriceRangeStep | OutcomeStep
)


class Pending(Shape):
    """An offer, objection or approval that waits: since when, and until when it holds.

    `text` is what was objected, or the offer that an approval is for.
    """

    name: str
    side: str | None = None
    topic: str | None = None
    text: str | None = None
    price: Amount | None = None
    since: Instant
    precision: Precision
    valid_until: date | None = None


class Stands(Shape):
    """Where the negotiation stands at the end of the steps.

    Prices as in the report on discounts; `their_price` is the last that the buyer named, `gap` is our last price −
    theirs while none is accepted. `below_floor`: the accepted price, else our last, lies below the floor.
    """

    rounds: int
    list_price: Amount | None
    first_price: Amount | None
    last_price: Amount | None
    their_price: Amount | None
    accepted_price: Amount | None
    discount: float | None
    conceded: Amount | None
    conceded_share: float | None
    gap: Amount | None
    floor: Amount | None
    target: Amount | None
    below_floor: bool | None
    given: int
    given_in_return: int
    received: int
    offers: tuple[Pending, ...]
    objections: tuple[Pending, ...]
    approvals: tuple[Pending, ...]


class Ladder(Shape):
    """The negotiation of one deal."""

    definition: str = "ladder@1"
    deal: UUID
    title: str | None
    as_of: Instant | None
    known_at: Instant | None
    timezone: str
    steps: tuple[AnyStep, ...]
    stands: Stands
