"""Appointments and touchpoints of every deal: made, moved, held, missed, and who of our people was there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from json import dumps, loads
from typing import NamedTuple

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, LargeBinary, MetaData, String, Table

from domain.deal.life import DealOpened
from domain.deal.reading import Standing
from domain.deal.team import DealOwnerAssigned
from domain.deal.touchpoints import (
    TouchpointHeld,
    TouchpointMissed,
    TouchpointPlanned,
    TouchpointRescheduled,
)
from domain.event import Recorded
from engine.clock import to_micros
from projections.running.projection import Row, Rows, Story
from projections.running.reading_on import columns, read_on

_metadata = MetaData()

touchpoints = Table(
    "touchpoints",
    _metadata,
    Column("deal", LargeBinary(16), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("touchpoint", String, nullable=False),
    Column("act", String, nullable=False),
    Column("kind", String),
    Column("direction", String),
    Column("planned_for", BigInteger),
    Column("contacts", String),
    Column("people", String),
    Column("planned", Boolean, nullable=False),
    Column("node", String),
    Column("minutes", Integer),
    Column("read_at", BigInteger, nullable=False),
    Column("occurred_at", BigInteger, nullable=False),
    Column("precision", String, nullable=False),
    Index("touchpoints_in_order", "deal", "read_at", "version"),
    info={"lazy": True},
)
"""One row per word about a touchpoint; at T those with read_at ≤ T are said.

`act` is `planned`, `rescheduled`, `held` or `missed`. `people` are ours, a JSON list, each once: its hosts, else
those of its plan, else whom the deal belonged to then; null where there was nobody. `kind` and `contacts` (a
JSON list of ids, null for none) are those of the plan too where the word itself has none. `planned`: it is
an appointment, made by then.
"""

touchpoint_reading = Table(
    "touchpoint_reading",
    _metadata,
    Column("deal", LargeBinary(16), primary_key=True),
    Column("opened", BigInteger, nullable=False),
    Column("read_to", BigInteger, nullable=False),
    Column("owner", String),
    Column("plans", String, nullable=False),
)
"""One row per deal: how far its touchpoints were read, whom it belonged to then, and its appointments: a JSON
object of their ids, each with the kind, contacts and hosts that were planned."""


class Plan(NamedTuple):
    """What was planned of an appointment."""

    kind: str | None = None
    contacts: Sequence[str] = ()
    hosts: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Word:
    """What was said of a touchpoint, as the table holds it."""

    version: int
    touchpoint: str
    act: str
    kind: str | None
    direction: str | None
    planned_for: int | None
    contacts: str | None
    people: str | None
    planned: bool
    node: str | None
    minutes: int | None
    read_at: int
    occurred_at: int
    precision: str


TouchpointEvent = TouchpointPlanned | TouchpointRescheduled | TouchpointHeld | TouchpointMissed


@dataclass(frozen=True, slots=True)
class Touched:
    """A deal as far as it was read; `words` are the new ones, all of them where it was read `anew`."""

    opened: int
    read_to: int
    owner: str | None
    plans: Mapping[str, Plan]
    words: tuple[Word, ...] = ()
    anew: bool = False


class Touchpoints:
    """The touchpoints of every deal, as they are known now, in the reading order."""

    name = "touchpoints"
    version = 2
    types = frozenset(
        {
            "DealOpened",
            "DealOwnerAssigned",
            "TouchpointPlanned",
            "TouchpointRescheduled",
            "TouchpointHeld",
            "TouchpointMissed",
            "EventCorrected",
            "EventRetracted",
        }
    )
    tables = (touchpoint_reading, touchpoints)

    def fold(self, have: Rows, events: Sequence[Recorded], story: Story) -> Rows:
        """The rows of a deal after `events`: its new words, or all of them where it was read anew."""
        heads = have.get(touchpoint_reading.name)
        touched = read_on(_touched(heads[0]) if heads else None, events, story, self.types, _step)
        if touched is None:
            return {}
        if heads and touched.anew:
            have[touchpoints.name]  # what was read before is replaced
        deal = events[0].stream_id.bytes
        head = {
            "deal": deal,
            "opened": touched.opened,
            "read_to": touched.read_to,
            "owner": touched.owner,
            "plans": dumps(touched.plans, ensure_ascii=False),
        }
        return {
            touchpoint_reading.name: [head],
            touchpoints.name: [{"deal": deal, **columns(each)} for each in touched.words],
        }


def _touched(head: Row) -> Touched:
    plans = {name: Plan(*plan) for name, plan in loads(head["plans"]).items()}
    return Touched(head["opened"], head["read_to"], head["owner"], plans)


def _step(touched: Touched | None, line: Standing) -> Touched:
    """The touchpoints after one more line of the story; the first is the opening."""
    event, at = line.recorded.event, to_micros(line.at)
    touched = Touched(at, at, None, {}, anew=True) if touched is None else replace(touched, read_to=at)
    match event:
        case DealOpened() | DealOwnerAssigned():
            return replace(touched, owner=event.owner)
        case TouchpointPlanned():
            plan = Plan(event.kind, event.contacts or (), event.hosts or ())
            return _said(_planned(touched, event.touchpoint, plan), line, event, plan)
        case TouchpointRescheduled():
            plan = touched.plans.get(event.touchpoint, Plan())
            return _said(_planned(touched, event.touchpoint, plan), line, event, plan)
        case TouchpointHeld():
            plan = touched.plans.get(event.touchpoint, Plan())
            said = Plan(event.kind, event.contacts or plan.contacts, event.hosts or plan.hosts)
            return _said(touched, line, event, said)
        case TouchpointMissed():
            return _said(touched, line, event, touched.plans.get(event.touchpoint, Plan()))
        case _:
            return touched


def _planned(touched: Touched, name: str, plan: Plan) -> Touched:
    return replace(touched, plans={**touched.plans, name: plan})


def _said(touched: Touched, line: Standing, event: TouchpointEvent, of: Plan) -> Touched:
    held = event if isinstance(event, TouchpointHeld) else None
    planned = event if isinstance(event, TouchpointPlanned | TouchpointRescheduled) else None
    word = Word(
        version=line.recorded.version,
        touchpoint=event.touchpoint,
        act=line.recorded.type.removeprefix("Touchpoint").lower(),
        kind=of.kind,
        direction=held.direction if held else None,
        planned_for=to_micros(planned.planned_for) if planned else None,
        contacts=_listed(of.contacts),
        people=_listed(of.hosts or ([] if touched.owner is None else [touched.owner])),
        planned=event.touchpoint in touched.plans,
        node=held.node if held else None,
        minutes=held.minutes if held else None,
        read_at=to_micros(line.at),
        occurred_at=to_micros(line.recorded.occurred_at),
        precision=line.recorded.precision,
    )
    return replace(touched, words=(*touched.words, word))


def _listed(names: Sequence[str]) -> str | None:
    return dumps(list(dict.fromkeys(names)), ensure_ascii=False) if names else None
