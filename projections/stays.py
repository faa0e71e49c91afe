"""Where deals were and rested up to an instant: their visits and pauses, as the figures of stages read them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy import select

from domain.event import Precision
from projections.asked import Asked
from projections.known import Known
from projections.periods import Moment, duration
from projections.stage_visits import stage_pauses, stage_visits


@dataclass(frozen=True, slots=True)
class Stay:
    """A visit of a deal to a stage; `left` and `left_by` are None where it lasts at the instant.

    `outcome` is the deal's on entering, `version` the event that it entered by, `override` the rule that
    was set aside for it.
    """

    pipeline: str
    revision: int
    stage: str
    outcome: str
    version: int
    override: str | None
    entered: Moment
    left: Moment | None
    left_by: str | None


@dataclass(frozen=True, slots=True)
class Pause:
    """A rest of a deal, up to the instant at the latest. Without a date at one end it takes up no time."""

    start: int
    end: int
    dated: bool


def stays_on(known: Known, asked: Asked) -> Mapping[bytes, Sequence[Stay]]:
    """The visits that every deal had begun by the instant, in reading order.

    `known` has the tables of StageVisits, among others.
    """
    table, as_of = known.table(stage_visits), asked.as_of_micros
    begun = select(table).where(table.c.entered <= as_of).order_by(table.c.deal, table.c.nth)
    stays: dict[bytes, list[Stay]] = defaultdict(list)
    for row in known.connection.execute(begun):
        over = row.left <= as_of
        stays[row.deal].append(
            Stay(
                pipeline=row.pipeline,
                revision=row.revision,
                stage=row.stage,
                outcome=row.outcome,
                version=row.entered_version,
                override=row.override,
                entered=Moment(row.entered, row.entered_precision),
                left=Moment(row.left, row.left_precision) if over else None,
                left_by=row.left_by if over else None,
            )
        )
    return stays


def pauses_on(known: Known, asked: Asked) -> Mapping[bytes, Sequence[Pause]]:
    """The pauses that every deal had begun by the instant, in reading order."""
    table, as_of = known.table(stage_pauses), asked.as_of_micros
    begun = select(table).where(table.c.paused <= as_of).order_by(table.c.deal, table.c.nth)
    pauses: dict[bytes, list[Pause]] = defaultdict(list)
    for row in known.connection.execute(begun):
        over = row.resumed <= as_of
        dated = row.paused_precision != "unknown" and not (over and row.resumed_precision == "unknown")
        pauses[row.deal].append(Pause(row.paused, min(row.resumed, as_of), dated))
    return pauses


def time_between(
    entered: Moment, left: Moment, pauses: Sequence[Pause], zone: ZoneInfo
) -> tuple[int, int] | None:
    """How long a visit was without its pauses, and how long these were, in µs; None where it has no date.

    The pauses are measured as the visit is: in calendar days where it is.
    """
    whole = duration(entered, left, zone)
    if whole is None:
        return None
    exactness: Precision = "day" if "day" in (entered.precision, left.precision) else "instant"
    paused = 0
    for pause in pauses:
        start, end = max(entered.at, pause.start), min(left.at, pause.end)
        if pause.dated and start < end:
            paused += duration(Moment(start, exactness), Moment(end, exactness), zone) or 0
    return whole - paused, paused
