"""What was due at an instant, and what was overdue: every follow-up that was open then."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Row, Table, select

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


@dataclass(frozen=True, slots=True)
class Today:
    """An instant (µs), the calendar day that it lies in, and the last day of what is due soon."""

    at: int
    day: date
    last: date
    zone: ZoneInfo

    def when(self, due_day: str | None, due_at: int | None) -> When:
        """A day is overdue when it is over, an instant when it is past; due up to the end of the last day."""
        if due_at is not None and due_at < self.at:
            return "overdue"
        due = self.due(due_day, due_at)
        if due is None:
            return "no-date"
        if due < self.day:
            return "overdue"
        return "due" if due <= self.last else "later"

    def due(self, due_day: str | None, due_at: int | None) -> date | None:
        """The calendar day of a follow-up, whichever way it is given."""
        if due_at is not None:
            return day_of(due_at, self.zone)
        return None if due_day is None else date.fromisoformat(due_day)


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
    return [
        FollowUp(
            deal=row.deal,
            version=row.version,
            kind=row.kind,
            item=row.item,
            text=row.text,
            person=row.person,
            arose=row.arose,
            read_at=row.read_at,
            precision=row.precision,
            due=soon.due(row.due_day, row.due_at),
            due_at=row.due_at,
            when=soon.when(row.due_day, row.due_at),
        )
        for row in _open(known, asked)
        if row.deal in since and row.read_at > since[row.deal]
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
    for row in _open(known, asked, *over):
        kinds[row.deal].add(row.kind)
    return {deal: tuple(sorted(each)) for deal, each in kinds.items()}


def with_next_step(known: Known, asked: Asked) -> set[bytes]:
    """The deals that have a next step at the instant, overdue or not, whatever their outcome.

    `known` has the tables of FollowUps.
    """
    return {row.deal for row in _open(known, asked, known.table(followups).c.kind == "next-step")}


def is_over(day: date | str | None, asked: Asked, zone: ZoneInfo, now: datetime) -> bool:
    """Whether a calendar day (an expected close) is over at the instant; None never is."""
    if day is None:
        return False
    return (day if isinstance(day, date) else date.fromisoformat(day)) < today(asked, zone, now).day


def _open(known: Known, asked: Asked, *conditions: ColumnElement[bool]) -> Iterator[Row[Any]]:
    table = known.table(followups)
    statement = select(table).where(*_at(table, asked), *conditions)
    ordered = statement.order_by(table.c.arose, table.c.deal, table.c.version)
    yield from known.connection.execute(ordered).all()


def _at(table: Table, asked: Asked) -> tuple[ColumnElement[bool], ...]:
    return table.c.read_at <= asked.as_of_micros, table.c.until > asked.as_of_micros
