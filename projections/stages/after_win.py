"""What came after a win: when the contract was signed, the goods delivered, the money there."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal
from zoneinfo import ZoneInfo

from sqlalchemy import select

from projections.asking.asked import Asked
from projections.asking.dimensions import Closing
from projections.asking.periods import Moment, duration
from projections.running.known import Known
from projections.stages.milestones import milestones

Step = Literal["contract", "delivery", "first_payment", "paid"]
STEPS: tuple[Step, ...] = ("contract", "delivery", "first_payment", "paid")


@dataclass(frozen=True, slots=True)
class Reached:
    """A milestone of a deal, and the money that came in with it (1/10,000 of the unit)."""

    kind: str
    at: Moment
    amount: int | None
    currency: str | None


@dataclass(frozen=True, slots=True)
class Waited:
    """How long a step took from the win, in µs; None with `done` where nobody knows when it happened."""

    done: bool
    micros: int | None


def milestones_on(known: Known, asked: Asked, kinds: Sequence[str]) -> Mapping[bytes, Sequence[Reached]]:
    """The milestones of these kinds that every deal passed by the instant, in reading order.

    `known` has the tables of Milestones, among others.
    """
    table = known.table(milestones)
    passed = (
        select(table)
        .where(table.c.kind.in_(kinds), table.c.read_at <= asked.as_of_micros)
        .order_by(table.c.deal, table.c.read_at, table.c.version)
    )
    reached: dict[bytes, list[Reached]] = defaultdict(list)
    for row in known.connection.execute(passed):
        moment = Moment(row.read_at, row.precision)
        reached[row.deal].append(Reached(row.kind, moment, row.amount, row.currency))
    return reached


def after_win(won: Closing, reached: Sequence[Reached], zone: ZoneInfo) -> dict[Step, Waited]:
    """How long each step took from that win, by the first milestone of its kind; none where it came before.

    `paid`: when all that it was won for had come in, in that currency; where it was won for no amount, when
    the first payment came.
    """
    payments = [each for each in reached if each.kind == "payment"]
    found: dict[Step, Reached | None] = {
        "contract": _first(reached, "contract"),
        "delivery": _first(reached, "delivery"),
        "first_payment": _first(reached, "payment"),
        "paid": _paid(won, payments),
    }
    return {step: _waited(won.read_at, each, zone) for step, each in found.items()}


def _first(reached: Sequence[Reached], kind: str) -> Reached | None:
    return next((each for each in reached if each.kind == kind), None)


def _paid(won: Closing, payments: Sequence[Reached]) -> Reached | None:
    due = won.amount
    if not due:
        return payments[0] if payments else None
    for payment in payments:
        if payment.currency == won.currency:
            due -= payment.amount or 0
            if due <= 0:
                return payment
    return None


def _waited(won: Moment, reached: Reached | None, zone: ZoneInfo) -> Waited:
    if reached is None:
        return Waited(done=False, micros=None)
    later = reached.at if reached.at.at > won.at else Moment(won.at, reached.at.precision)
    return Waited(done=True, micros=duration(won, later, zone))
