"""What is to be done in a deal, until when it was open and how it ended; and how soon the buyer was first spoken to."""

from dataclasses import dataclass, replace

from domain.deal.negotiation import OfferAccepted, OfferExpired, OfferMade, OfferRejected, OfferWithdrawn
from domain.deal.outlook import DealLeadAccepted, DealNextStepSet
from domain.deal.reading import Standing
from domain.deal.touchpoints import (
    QuestionAnswered,
    QuestionRaised,
    TaskAdded,
    TaskFinished,
    TouchpointHeld,
    TouchpointMissed,
    TouchpointPlanned,
    TouchpointRescheduled,
)
from domain.values import Day
from engine.clock import to_micros
from projections.running.reading_on import FOREVER


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to be done, as the table holds it: a new due time begins another row of the same `item`."""

    version: int
    kind: str
    item: str | None
    text: str | None
    person: str | None
    due_day: str | None
    due_at: int | None
    arose: int
    read_at: int
    precision: str
    until: int = FOREVER
    ended: str | None = None
    ended_version: int | None = None
    ended_precision: str | None = None


@dataclass(frozen=True, slots=True)
class Spoken:
    """An instant of the deal's story and how exactly it is known; without them it has not happened."""

    at: int | None = None
    precision: str | None = None


@dataclass(frozen=True, slots=True)
class Agenda:
    """A deal's follow-ups as far as its story was read, and when the buyer was first spoken to.

    `responded` is the first touchpoint out, `accepted` the lead's first acceptance, `taken_up` the first
    touchpoint out from then on.
    """

    opened: int
    opened_precision: str
    read_to: int
    responded: Spoken = Spoken()
    accepted: Spoken = Spoken()
    taken_up: Spoken = Spoken()
    items: tuple[Item, ...] = ()


def step(agenda: Agenda | None, line: Standing) -> Agenda:  # noqa: C901, PLR0911, PLR0912 - one table
    """The agenda after one more line of the story; the first is the opening."""
    event, at = line.recorded.event, to_micros(line.at)
    if agenda is None:
        return Agenda(at, line.recorded.precision, at)
    agenda = replace(agenda, read_to=at)
    match event:
        case DealNextStepSet():
            return _arisen(agenda, line, "next-step", None, text=event.text, due=event.due)
        case TaskAdded():
            return _arisen(
                agenda, line, "task", event.task, text=event.text, due=event.due, person=event.owner
            )
        case TaskFinished():
            return _ended(agenda, line, "task", event.task, "done")
        case QuestionRaised():
            return _arisen(agenda, line, "question", event.question, text=event.text)
        case QuestionAnswered():
            return _ended(agenda, line, "question", event.question, "answered")
        case OfferMade():
            return _offered(agenda, line, event)
        case OfferAccepted():
            return _ended(agenda, line, "offer", event.offer, "accepted")
        case OfferRejected():
            return _ended(agenda, line, "offer", event.offer, "rejected")
        case OfferWithdrawn():
            return _ended(agenda, line, "offer", event.offer, "withdrawn")
        case OfferExpired():
            return _ended(agenda, line, "offer", event.offer, "expired")
        case TouchpointPlanned():
            return _planned(agenda, line, event)
        case TouchpointRescheduled():
            return _rescheduled(agenda, line, event)
        case TouchpointHeld():
            return _held(agenda, line, event)
        case TouchpointMissed():
            return _ended(agenda, line, "touchpoint", event.touchpoint, "missed")
        case DealLeadAccepted():
            return agenda if agenda.accepted.at is not None else replace(agenda, accepted=_spoken(line))
        case _:
            return agenda  # an opening that stands behind the first line: nothing to be done


def _arisen(
    agenda: Agenda,
    line: Standing,
    kind: str,
    item: str | None,
    *,
    text: str | None = None,
    due: Day | None = None,
    due_at: int | None = None,
    person: str | None = None,
    arose: int | None = None,
) -> Agenda:
    """One thing more is to be done; what was open under the same name is replaced by it."""
    at = to_micros(line.at)
    new = Item(
        version=line.recorded.version,
        kind=kind,
        item=item,
        text=text,
        person=person,
        due_day=None if due is None else due.isoformat(),
        due_at=due_at,
        arose=at if arose is None else arose,
        read_at=at,
        precision=line.recorded.precision,
    )
    agenda = _ended(agenda, line, kind, item, "replaced")
    return replace(agenda, items=(*agenda.items, new))


def _ended(agenda: Agenda, line: Standing, kind: str, item: str | None, ended: str) -> Agenda:
    """What is open under that name is so no longer."""
    items = tuple(
        replace(
            each,
            until=to_micros(line.at),
            ended=ended,
            ended_version=line.recorded.version,
            ended_precision=line.recorded.precision,
        )
        if (each.kind, each.item, each.until) == (kind, item, FOREVER)
        else each
        for each in agenda.items
    )
    return replace(agenda, items=items)


def _offered(agenda: Agenda, line: Standing, event: OfferMade) -> Agenda:
    """An offer without a date does not expire: nobody has to come back to it on a day."""
    if event.valid_until is None:
        return _ended(agenda, line, "offer", event.offer, "replaced")
    return _arisen(agenda, line, "offer", event.offer, text=event.side, due=event.valid_until)


def _planned(agenda: Agenda, line: Standing, event: TouchpointPlanned) -> Agenda:
    return _arisen(
        agenda,
        line,
        "touchpoint",
        event.touchpoint,
        text=event.kind,
        due_at=to_micros(event.planned_for),
        person=event.hosts[0] if event.hosts else None,
    )


def _rescheduled(agenda: Agenda, line: Standing, event: TouchpointRescheduled) -> Agenda:
    """The same appointment at another time, also one that was held or missed before; it arose when it first did."""
    before = next((each for each in reversed(agenda.items) if _is(each, event.touchpoint)), None)
    agenda = _ended(agenda, line, "touchpoint", event.touchpoint, "moved")
    return _arisen(
        agenda,
        line,
        "touchpoint",
        event.touchpoint,
        text=None if before is None else before.text,
        due_at=to_micros(event.planned_for),
        person=None if before is None else before.person,
        arose=None if before is None else before.arose,
    )


def _is(item: Item, touchpoint: str) -> bool:
    return (item.kind, item.item) == ("touchpoint", touchpoint)


def _held(agenda: Agenda, line: Standing, event: TouchpointHeld) -> Agenda:
    agenda = _ended(agenda, line, "touchpoint", event.touchpoint, "held")
    if event.direction != "out":
        return agenda
    if agenda.responded.at is None:
        agenda = replace(agenda, responded=_spoken(line))
    if agenda.taken_up.at is None and agenda.accepted.at is not None:
        agenda = replace(agenda, taken_up=_spoken(line))
    return agenda


def _spoken(line: Standing) -> Spoken:
    return Spoken(to_micros(line.at), line.recorded.precision)
