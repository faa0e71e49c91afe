"""Where deals were and rested up to an instant: their visits and pauses, as the figures of stages read them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import select

from domain.event import Precision
from projections.asking.asked import Asked
from projections.asking.periods import Moment, duration
from projections.running.known import Known
from projections.stages.stage_visits import stage_pauses, stage_visits


class Stay(NamedTuple):
    """A visit of a deal to a stage; `left` and `left_by` are None where it lasts at the instant.

    `outcome` is the deal's on entering.
    """

    pipeline: str
    revision: int
    stage: str
    outcome: str
    entered: Moment
    left: Moment | None
    left_by: str | None


@dataclass(frozen=True, slots=True)
class Pause:
    """A rest of a deal, up to the instant at the latest. Without a date at one end it takes up no time."""

    start: int
    end: int
    dated: bool


COLUMNS = (
    "deal",
    "pipeline",
    "revision",
    "stage",
    "outcome",
    "entered",
    "entered_precision",
    "left",
    "left_precision",
    "left_by",
)


class Stays(Mapping[bytes, Sequence[Stay]]):
    """The visits of every deal up to an instant (µs), in reading order; those of a deal are made when asked for.

    A store has many visits, and Python looks through what is kept again and again, unless it is as plain as
    these rows.
    """

    def __init__(self, rows: Iterable[tuple[Any, ...]], as_of: int) -> None:
        self._as_of = as_of
        self._rows: dict[bytes, list[tuple[Any, ...]]] = defaultdict(list)
        for row in rows:
            self._rows[row[0]].append(row)

    def __getitem__(self, deal: bytes) -> Sequence[Stay]:
        if deal not in self._rows:
            raise KeyError(deal)
        return [self._stay(*row) for row in self._rows[deal]]

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)

    def pipelines(self, deal: bytes) -> set[str]:
        """The pipelines that a deal was in a stage of."""
        return {row[1] for row in self._rows.get(deal, ())}

    def _stay(
        self,
        _: bytes,
        pipeline: str,
        revision: int,
        stage: str,
        outcome: str,
        entered: int,
        entered_precision: Precision,
        left: int,
        left_precision: Precision,
        left_by: str,
    ) -> Stay:
        over = left <= self._as_of
        return Stay(
            pipeline,
            revision,
            stage,
            outcome,
            Moment(entered, entered_precision),
            Moment(left, left_precision) if over else None,
            left_by if over else None,
        )


def stays_on(known: Known, asked: Asked) -> Stays:
    """The visits that every deal had begun by the instant.

    `known` has the tables of StageVisits, among others.
    """
    table, as_of = known.table(stage_visits), asked.as_of_micros
    begun = (
        select(*(table.c[name] for name in COLUMNS))
        .where(table.c.entered <= as_of)
        .order_by(table.c.deal, table.c.nth)
    )
    return Stays(map(tuple, known.connection.execute(begun)), as_of)


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
