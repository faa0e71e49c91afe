"""What a deal passed besides its stages: accepted as a lead, contract signed, paid, delivered."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, MetaData, String, Table

from domain.deal.after_the_win import ContractSigned, DeliveryCompleted, PaymentReceived
from domain.deal.outlook import DealLeadAccepted
from domain.deal.reading import Standing
from domain.event import Recorded
from domain.values import Money
from engine.clock import to_micros
from projections.running.projection import Rows, Story
from projections.running.reading_on import columns, read_on, without_deal

_metadata = MetaData()

milestones = Table(
    "milestones",
    _metadata,
    Column("deal", LargeBinary(16), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("kind", String, nullable=False),
    Column("level", String),
    Column("read_at", BigInteger, nullable=False),
    Column("occurred_at", BigInteger, nullable=False),
    Column("precision", String, nullable=False),
    Column("amount", BigInteger),
    Column("currency", String),
    Column("by", String, nullable=False),
)
"""One row per milestone; at T those with read_at ≤ T are passed.

`kind` is `accepted` (`level` says as what: `mql`, `sql`, `opportunity`), `contract`, `payment` or
`delivery`; `by` is who recorded it.
"""

milestone_reading = Table(
    "milestone_reading",
    _metadata,
    Column("deal", LargeBinary(16), primary_key=True),
    Column("opened", BigInteger, nullable=False),
    Column("read_to", BigInteger, nullable=False),
)
"""One row per deal: how far its milestones were read."""

Index("milestones_by_kind", milestones.c.kind, milestones.c.read_at)


@dataclass(frozen=True, slots=True)
class Milestone:
    """One milestone, as the table holds it."""

    version: int
    kind: str
    level: str | None
    read_at: int
    occurred_at: int
    precision: str
    amount: int | None
    currency: str | None
    by: str


@dataclass(frozen=True, slots=True)
class Passed:
    """A deal's milestones, as far as its story was read."""

    opened: int
    read_to: int
    milestones: tuple[Milestone, ...] = ()


class Milestones:
    """The milestones of every deal, as they are known now, in the reading order."""

    name = "milestones"
    version = 1
    types = frozenset(
        {
            "DealOpened",
            "DealLeadAccepted",
            "ContractSigned",
            "PaymentReceived",
            "DeliveryCompleted",
            "EventCorrected",
            "EventRetracted",
        }
    )
    tables = (milestone_reading, milestones)

    def fold(self, have: Rows, events: Sequence[Recorded], story: Story) -> Rows:
        """The rows of a deal after `events`."""
        passed = read_on(_passed(have), events, story, self.types, _step)
        if passed is None:
            return {}
        deal = events[0].stream_id.bytes
        return {
            milestone_reading.name: [{"deal": deal, "opened": passed.opened, "read_to": passed.read_to}],
            milestones.name: [{"deal": deal, **columns(each)} for each in passed.milestones],
        }


def _passed(have: Rows) -> Passed | None:
    heads = have.get(milestone_reading.name)
    if not heads:
        return None
    return Passed(
        opened=heads[0]["opened"],
        read_to=heads[0]["read_to"],
        milestones=tuple(Milestone(**without_deal(row)) for row in have.get(milestones.name, ())),
    )


def _step(passed: Passed | None, line: Standing) -> Passed:
    """The milestones after one more line of the story; the first is the opening."""
    at = to_micros(line.at)
    if passed is None:
        return Passed(opened=at, read_to=at)
    passed = replace(passed, read_to=at)
    match line.recorded.event:
        case DealLeadAccepted() as event:
            return _with(passed, line, "accepted", level=event.level)
        case ContractSigned() as event:
            return _with(passed, line, "contract", amount=event.amount)
        case PaymentReceived() as event:
            return _with(passed, line, "payment", amount=event.amount)
        case DeliveryCompleted():
            return _with(passed, line, "delivery")
        case _:
            return passed  # an opening that is told twice adds nothing


def _with(
    passed: Passed, line: Standing, kind: str, *, level: str | None = None, amount: Money | None = None
) -> Passed:
    recorded = line.recorded
    milestone = Milestone(
        version=recorded.version,
        kind=kind,
        level=level,
        read_at=to_micros(line.at),
        occurred_at=to_micros(recorded.occurred_at),
        precision=recorded.precision,
        amount=None if amount is None else amount.units,
        currency=None if amount is None else amount.currency,
        by=recorded.by.id,
    )
    return replace(passed, milestones=(*passed.milestones, milestone))
