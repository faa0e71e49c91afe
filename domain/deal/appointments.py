"""What became of each appointment with the buyer: planned, held or missed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from domain.event import Event

Appointment = Literal["planned", "held", "missed"]


@dataclass(frozen=True, slots=True)
class Meeting:
    """How an appointment stands, when it was last spoken of, and what was said.

    `plan` is what was planned, with its last time; None where we spoke without a plan, or know of none.
    """

    standing: Appointment
    last_at: datetime
    plan: Event | None = None
    said: Event | None = None

    @property
    def facts(self) -> Event | None:
        """What its id stands for: the plan, or what happened without one."""
        return self.plan or self.said


Appointments = Mapping[str, Meeting]
"""By id, in the order in which they were first heard of. Never changed in place."""


def planned(known: Appointments, name: str, at: datetime, plan: Event) -> Appointments:
    """`name` is planned; a plan that turns up after what became of it changes nothing about that."""
    before = known.get(name)
    standing = before.standing if before is not None and before.plan is None else "planned"
    return {**known, name: Meeting(standing, at, plan, plan)}


def rescheduled(known: Appointments, name: str, at: datetime, said: Event, to: datetime) -> Appointments:
    """`name` is planned for another time."""
    plan = _plan(known, name)
    moved = None if plan is None else plan.model_copy(update={"planned_for": to})
    return {**known, name: Meeting("planned", at, moved, said)}


def became(known: Appointments, name: str, at: datetime, said: Event, what: Appointment) -> Appointments:
    """`name` was held or missed, even if nobody ever planned it."""
    return {**known, name: Meeting(what, at, _plan(known, name), said)}


def _plan(known: Appointments, name: str) -> Event | None:
    before = known.get(name)
    return None if before is None else before.plan
