"""Appointments and touchpoints of every deal: made, moved, held, missed, and who of our people was there."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from json import dumps

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, MetaData, String, Table

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
from projections.projection import Rows, Story
from projections.reading_on import columns, read_on

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
    Column("hosts", String),
    Column("owner", String),
    Column("node", String),
    Column("minutes", Integer),
    Column("read_at", BigInteger, nullable=False),
    Column("occurred_at", BigInteger, nullable=False),
    Column("precision", String, nullable=False),
    Index("touchpoints_read_at", "read_at"),
    info={"lazy": True},
)
"""One row per word about a touchpoint; at T those with read_at ≤ T are said.

`act` is `planned`, `rescheduled`, `held` or `missed`. What the word itself does not say is null: who asks
looks it up in the plan of the same `touchpoint` (`appointments.touches`). `contacts` and `hosts` are JSON
lists of ids, `owner` is whom the deal belonged to then.
"""

touchpoint_reading = Table(
    "touchpoint_reading",
    _metadata,
    Column("deal", LargeBinary(16), primary_key=True),
    Column("opened", BigInteger, nullable=False),
    Column("read_to", BigInteger, nullable=False),
    Column("owner", String),
)
"""One row per deal: how far its touchpoints were read, and whom it belonged to then."""


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
    hosts: str | None
    owner: str | None
    node: str | None
    minutes: int | None
    read_at: int
    occurred_at: int
    precision: str


@dataclass(frozen=True, slots=True)
class Touched:
    """A deal as far as it was read; `words` are the new ones, all of them where it was read `anew`."""

    opened: int
    read_to: int
    owner: str | None
    words: tuple[Word, ...] = ()
    anew: bool = False


class Touchpoints:
    """The touchpoints of every deal, as they are known now, in the reading order."""

    name = "touchpoints"
    version = 1
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
        known = Touched(heads[0]["opened"], heads[0]["read_to"], heads[0]["owner"]) if heads else None
        touched = read_on(known, events, story, self.types, _step)
        if touched is None:
            return {}
        if heads and touched.anew:
            have[touchpoints.name]  # what was read before is replaced
        deal = events[0].stream_id.bytes
        head = {"opened": touched.opened, "read_to": touched.read_to, "owner": touched.owner}
        return {
            touchpoint_reading.name: [{"deal": deal, **head}],
            touchpoints.name: [{"deal": deal, **columns(each)} for each in touched.words],
        }


def _step(touched: Touched | None, line: Standing) -> Touched:
    """The touchpoints after one more line of the story; the first is the opening."""
    event, at = line.recorded.event, to_micros(line.at)
    touched = Touched(at, at, None, anew=True) if touched is None else replace(touched, read_to=at)
    match event:
        case DealOpened() | DealOwnerAssigned():
            return replace(touched, owner=event.owner)
        case TouchpointPlanned() | TouchpointRescheduled() | TouchpointHeld() | TouchpointMissed():
            return replace(touched, words=(*touched.words, _word(touched, line, event)))
        case _:
            return touched


def _word(
    touched: Touched,
    line: Standing,
    event: TouchpointPlanned | TouchpointRescheduled | TouchpointHeld | TouchpointMissed,
) -> Word:
    planned = event if isinstance(event, TouchpointPlanned | TouchpointRescheduled) else None
    told = event if isinstance(event, TouchpointPlanned | TouchpointHeld) else None
    held = event if isinstance(event, TouchpointHeld) else None
    return Word(
        version=line.recorded.version,
        touchpoint=event.touchpoint,
        act=line.recorded.type.removeprefix("Touchpoint").lower(),
        kind=told.kind if told else None,
        direction=held.direction if held else None,
        planned_for=to_micros(planned.planned_for) if planned else None,
        contacts=_listed(told.contacts) if told else None,
        hosts=_listed(told.hosts) if told else None,
        owner=touched.owner,
        node=held.node if held else None,
        minutes=held.minutes if held else None,
        read_at=to_micros(line.at),
        occurred_at=to_micros(line.recorded.occurred_at),
        precision=line.recorded.precision,
    )


def _listed(names: Sequence[str] | None) -> str | None:
    """Nobody is the same as nothing said."""
    return dumps(names, ensure_ascii=False) if names else None
