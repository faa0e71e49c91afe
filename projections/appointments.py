"""Appointments and touchpoints as they are known at an instant: what was planned, who was there, what became of it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from json import loads

from sqlalchemy import select

from domain.event import Precision
from projections.asked import Asked
from projections.known import Known
from projections.periods import Moment
from projections.touchpoints import touchpoints


@dataclass(frozen=True, slots=True)
class Touch:
    """One word about a touchpoint, with what the plan of it says where the word itself does not.

    `people` are ours: its hosts, else those of its plan, else the deal's owner then; empty where there was
    none. `planned_for` is the last time that it was planned for; None: it was never planned.
    """

    deal: bytes
    version: int
    touchpoint: str
    act: str
    kind: str | None
    direction: str | None
    planned_for: int | None
    contacts: tuple[str, ...]
    hosts: tuple[str, ...]
    owner: str | None
    node: str | None
    read_at: int
    occurred_at: Moment

    @property
    def people(self) -> tuple[str, ...]:
        """Whom it counts for, each once."""
        return tuple(dict.fromkeys(self.hosts)) or (() if self.owner is None else (self.owner,))

    @property
    def was_planned(self) -> bool:
        """Whether it was an appointment."""
        return self.planned_for is not None


def touches(known: Known, asked: Asked) -> Iterator[Touch]:
    """What was said of the touchpoints of all deals up to the instant, those of a deal in reading order.

    `known` has the tables of Touchpoints.
    """
    table = known.table(touchpoints)
    said = select(table).where(table.c.read_at <= asked.as_of_micros)
    plans: dict[str, Touch] = {}
    deal = b""
    for row in known.connection.execute(said.order_by(table.c.deal, table.c.read_at, table.c.version)):
        if row.deal != deal:
            deal, plans = row.deal, {}
        precision: Precision = row.precision
        touch = Touch(
            deal=deal,
            version=row.version,
            touchpoint=row.touchpoint,
            act=row.act,
            kind=row.kind,
            direction=row.direction,
            planned_for=row.planned_for,
            contacts=() if row.contacts is None else tuple(loads(row.contacts)),
            hosts=() if row.hosts is None else tuple(loads(row.hosts)),
            owner=row.owner,
            node=row.node,
            read_at=row.read_at,
            occurred_at=Moment(row.occurred_at, precision),
        )
        plan = plans.get(row.touchpoint)
        if plan is not None and row.act != "planned":
            touch = _with(plan, touch)
        if row.act in ("planned", "rescheduled"):
            plans[row.touchpoint] = touch
        yield touch


def _with(plan: Touch, touch: Touch) -> Touch:
    return replace(
        touch,
        kind=touch.kind or plan.kind,
        planned_for=plan.planned_for if touch.planned_for is None else touch.planned_for,
        contacts=touch.contacts or plan.contacts,
        hosts=touch.hosts or plan.hosts,
    )
