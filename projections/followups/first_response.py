"""How soon the buyer was first spoken to: from the opening, and from the lead's acceptance."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import select

from domain.event import Precision
from projections.asking.asked import Asked
from projections.asking.cycle import spread
from projections.asking.dimensions import Case
from projections.asking.periods import Moment, duration
from projections.followups.followups import FIRSTS, agendas
from projections.followups.followups_answer import ResponseTime
from projections.running.known import Known

HOUR = 3_600_000_000
"""An hour in µs."""


class Firsts(NamedTuple):
    """When a deal's buyer was first spoken to, its lead first accepted, and first taken up: spoken to from then on.

    None: not yet.
    """

    responded: Moment | None
    accepted: Moment | None
    taken_up: Moment | None


NONE_YET = Firsts(None, None, None)


class Wait(NamedTuple):
    """From a first time to another, which may not have come yet. `micros` is None also where either is undated."""

    answered: bool
    micros: int | None

    @property
    def hours(self) -> float | None:
        """How long it took, in hours rounded to six places."""
        return None if self.micros is None else round(self.micros / HOUR, 6)


def firsts(known: Known, asked: Asked) -> Mapping[bytes, Firsts]:
    """The first times of every deal up to the instant; `known` has the tables of FollowUps."""
    table = known.table(agendas)

    first = (column for name in FIRSTS for column in (table.c[name], table.c[f"{name}_precision"]))
    upto = asked.as_of_micros

    def moment(at: int | None, precision: Precision) -> Moment | None:
        return None if at is None or at > upto else Moment(at, precision)

    return {
        deal: Firsts(moment(responded, exactly), moment(accepted, surely), moment(taken_up, really))
        for deal, responded, exactly, accepted, surely, taken_up, really in known.connection.execute(
            select(table.c.deal, *first)
        )
    }


def first_response(case: Case, first: Firsts, zone: ZoneInfo) -> Wait:
    """From the opening to the first touchpoint out."""
    return _wait(case.opened, first.responded, zone)


def lead_response(first: Firsts, zone: ZoneInfo) -> Wait | None:
    """From the lead's acceptance to the first touchpoint out from then on; None for what was never accepted."""
    return None if first.accepted is None else _wait(first.accepted, first.taken_up, zone)


def response_time(waits: Iterable[tuple[Case, Wait | None]]) -> ResponseTime:
    """The figures of those who had something to wait for."""
    measured, waiting, never, undated = [], 0, 0, 0
    for case, wait in waits:
        if wait is None:
            continue
        if not wait.answered:
            waiting += case.outcome == "open"
            never += case.outcome != "open"
        elif wait.micros is None:
            undated += 1
        else:
            measured.append(wait.micros)
    return ResponseTime(hours=spread(measured, HOUR), waiting=waiting, never=never, undated=undated)


def _wait(since: Moment, until: Moment | None, zone: ZoneInfo) -> Wait:
    return Wait(until is not None, None if until is None else duration(since, until, zone))
