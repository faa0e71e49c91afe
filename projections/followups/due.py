"""What was due at an instant, and what was overdue: every follow-up that was open then."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Row, select

from engine.clock import to_micros
from projections.asking.asked import Asked
from projections.asking.periods import day_of
from projections.followups.followups import followups
from projections.running.known import Known

When = Literal["overdue", "due", "later", "no-date"]
WHEN: tuple[When, ...] = ("overdue", "due", "later", "no-date")
KINDS = ("next-step", "task", "question", "offer", "touchpoint")


class FollowUp(NamedTuple):
    """A follow-up that is open at an instant, as `followups` has it; `due` is the day of an instant too.

    It was set so at `read_at`; `precision` is that of the event which did.
    """

    deal: bytes
    version: int
    kind: str
    item: str | None
    text: str | None
    person: str | None
    arose: int
    read_at: int
    precision: str
    due: date | None
    due_at: int | None
    when: When


DEAL, READ_AT = map(FollowUp._fields.index, ("deal", "read_at"))


@dataclass(frozen=True, slots=True)
class Today:
    """An instant (µs), the calendar day that it lies in, and the last day of what is due soon."""

    at: int
    day: date
    last: date
    zone: ZoneInfo

    def told(self, due_day: str | None, due_at: int | None) -> tuple[date | None, int | None, When]:
        """The calendar day of a follow-up, whichever way it is given; its instant; and whether it is overdue then.

        A day is overdue when it is over, an instant when it is past; due up to the end of the last day.
        """
        if due_at is not None:
            due = day_of(due_at, self.zone)
            if due_at < self.at:
                return due, due_at, "overdue"
        elif due_day is not None:
            due = date.fromisoformat(due_day)
        else:
            return None, None, "no-date"
        if due < self.day:
            return due, due_at, "overdue"
        return due, due_at, "due" if due <= self.last else "later"


def today(asked: Asked, zone: ZoneInfo, now: datetime, within: int = 0) -> Today:
    """The instant that is asked about (None: `now`), and what lies `within` so many days after its own."""
    at = to_micros(asked.as_of or now)
    day = day_of(at, zone)
    return Today(at, day, day + timedelta(days=within), zone)


def open_followups(known: Known, asked: Asked, soon: Today, since: Mapping[bytes, int]) -> list[FollowUp]:
    """The follow-ups that are open at the instant, in the order in which they arose.

    Of each deal in `since`, those that were set after that instant (µs): after its closing, say. `known`
    has the tables of FollowUps.
    """
    columns = (*FollowUp._fields[:-3], "due_day", "due_at")
    return [
        FollowUp._make((*said, *soon.told(due_day, due_at)))
        for *said, due_day, due_at in _open(known, asked, columns)
        if said[DEAL] in since and said[READ_AT] > since[said[DEAL]]
    ]


def overdue(known: Known, asked: Asked, zone: ZoneInfo, now: datetime) -> dict[bytes, tuple[str, ...]]:
    """The kinds (`next-step`, `task`) of which a deal has one whose day is over at the instant (None: `now`).

    Whatever the deal's outcome; deals without one are left out. `known` has the tables of FollowUps.
    """
    table = known.table(followups)
    over = (
        table.c.kind.in_(("next-step", "task")),
        table.c.due_day < today(asked, zone, now).day.isoformat(),
    )
    kinds: dict[bytes, set[str]] = defaultdict(set)
    for deal, kind in _open(known, asked, ("deal", "kind"), *over):
        kinds[deal].add(kind)
    return {deal: tuple(sorted(each)) for deal, each in kinds.items()}


def with_next_step(known: Known, asked: Asked) -> set[bytes]:
    """The deals that have a next step at the instant, overdue or not, whatever their outcome.

    `known` has the tables of FollowUps.
    """
    return {deal for (deal,) in _open(known, asked, ("deal",), known.table(followups).c.kind == "next-step")}


def is_over(day: date | str | None, asked: Asked, zone: ZoneInfo, now: datetime) -> bool:
    """Whether a calendar day (an expected close) is over at the instant; None never is."""
    if day is None:
        return False
    return (day if isinstance(day, date) else date.fromisoformat(day)) < today(asked, zone, now).day


def _open(
    known: Known, asked: Asked, names: Sequence[str], *conditions: ColumnElement[bool]
) -> Sequence[Row[Any]]:
    """These columns of what is open at the instant, in the order in which it arose."""
    table = known.table(followups)
    columns = (table.c[name] for name in names)
    at = (table.c.read_at <= asked.as_of_micros, table.c.until > asked.as_of_micros)
    statement = select(*columns).where(*at, *conditions)
    return known.connection.execute(statement.order_by(table.c.arose, table.c.deal, table.c.version)).all()
