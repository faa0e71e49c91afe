"""The longest silences of every deal, stage by stage, beside those of the deals that were won."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import and_, func, not_, select

from engine.clock import to_micros
from projections.asking.asked import Asked
from projections.asking.cycle import Spread, spread
from projections.asking.periods import DAY, Moment, duration
from projections.asking.report_answer import FLOOR
from projections.running.known import Known
from projections.touchpoints.activity import activity, lives
from projections.touchpoints.last_signs import last_signs
from projections.touchpoints.signs_of_life import BEGINS

Stage = tuple[str, str | None]
"""A pipeline and a stage of it; None where an import does not know the stage."""


class Silence(NamedTuple):
    """The longest stretch in a stage in which nothing was heard of the buyer; `running`: it is not over yet.

    `micros` counts whole calendar days where either end is a day.
    """

    micros: int
    running: bool = False

    @property
    def days(self) -> float:
        """How long, in days rounded to six places."""
        return round(self.micros / DAY, 6)


@dataclass(frozen=True, slots=True)
class Silences:
    """`longest` has for each deal its longest silence in each stage; of two that are as long, one that is over.

    `won` has for each stage the spread (days) of the longest silences there of the deals that are won.
    """

    longest: Mapping[bytes, Mapping[Stage, Silence]]
    won: Mapping[Stage, Spread]

    def typical(self, pipeline: str, stage: str | None) -> Spread | None:
        """How long deals that were won were silent in that stage; None where they are too few to tell."""
        known = self.won.get((pipeline, stage))
        return None if known is None or known.n < FLOOR else known


def silences(known: Known, asked: Asked, zone: ZoneInfo, now: datetime) -> Silences:
    """The silences up to the instant that is asked about (None: `now`), as far as they are known.

    A silence lasts from one voice to the next: touchpoints that were held, and what the buyer does
    (`voices.is_voice`). The first begins with the opening, one after the end with the reopening, and the
    last ends with the deal, or is still running at the instant. What is paused is not silent: a pause ends
    a silence, resuming begins one. It belongs to the stage in which it ends. One with an
    undated end is not measured. Deals of every outcome are in it, those that were merged or discarded too.

    `known` has the tables of Activity.
    """
    at = Moment(to_micros(asked.as_of or now), "instant")
    longest: dict[bytes, dict[Stage, Silence]] = defaultdict(dict)
    for deal, pipeline, stage, took in _over(known, asked, zone):
        _longer(longest[deal], (pipeline, stage), Silence(took))
    won: set[bytes] = set()
    for deal, pipeline, stage, outcome, since in _standing(known, asked):
        running = None if since is None else duration(since, at, zone)
        if running is not None:
            _longer(longest[deal], (pipeline, stage), Silence(running, running=True))
        if outcome == "won":
            won.add(deal)
    of_won: dict[Stage, list[int]] = defaultdict(list)
    for deal in won & longest.keys():
        for place, silence in longest[deal].items():
            of_won[place].append(silence.micros)
    return Silences(longest, {place: spread(each) for place, each in of_won.items()})


def _longer(stages: dict[Stage, Silence], place: Stage, silence: Silence) -> None:
    before = stages.get(place)
    if before is None or silence.micros > before.micros:
        stages[place] = silence


def _standing(known: Known, asked: Asked) -> Iterator[tuple[bytes, str, str | None, str, Moment | None]]:
    """How each deal stands at the instant: its pipeline, stage and outcome, and since when it is silent, if it is."""
    table = known.table(lives)
    stands = (table.c.deal, table.c.pipeline, table.c.stage, table.c.outcome)
    # Most deals stand as they were left, which their own row says; of the others it takes two searches each.
    left = select(*stands, table.c.since_at, table.c.since_precision).where(
        table.c.read_to <= asked.as_of_micros
    )
    for *stood, since_at, precision in known.connection.execute(left).all():
        yield (*stood, None if since_at is None else Moment(since_at, precision))
    last = last_signs(known, asked, ("pipeline", "stage", "outcome"), only_moved_on=True)
    marks = ("silence", "read_at", "precision")
    quiet = last_signs(known, asked, marks, lambda signs: signs.c.silence.is_not(None), only_moved_on=True)
    for deal, standing in last.items():
        mark = quiet.get(deal)
        since = None if mark is None or mark.silence != BEGINS else Moment(mark.read_at, mark.precision)
        yield (*standing, since)


def _over(known: Known, asked: Asked, zone: ZoneInfo) -> Iterator[tuple[bytes, str, str | None, int]]:
    """The silences that are over by then, by deal and stage: the longest of those between instants, and others."""
    table = known.table(activity)
    over = (table.c.since.is_not(None), table.c.read_at <= asked.as_of_micros)
    exact = and_(table.c.precision == "instant", table.c.since_precision == "instant")
    place = (table.c.deal, table.c.pipeline, table.c.stage)
    # The database finds the longest in half the time, but knows no calendar.
    longest = (
        select(*place, func.max(table.c.read_at - table.c.since_at)).where(*over, exact).group_by(*place)
    )
    yield from known.connection.execute(longest).tuples().all()
    ends = (table.c.since_at, table.c.since_precision, table.c.read_at, table.c.precision)
    for row in known.connection.execute(select(*place, *ends).where(*over, not_(exact))).all():
        took = duration(Moment(row.since_at, row.since_precision), Moment(row.read_at, row.precision), zone)
        if took is not None:
            yield row.deal, row.pipeline, row.stage, took
