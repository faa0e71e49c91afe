"""The longest silences of every deal, stage by stage, beside those of the deals that were won."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import Row, select

from engine.clock import to_micros
from projections.activity import activity
from projections.asked import Asked
from projections.cycle import Spread, spread
from projections.known import Known
from projections.last_signs import last_signs
from projections.periods import DAY, Moment, duration
from projections.report_answer import FLOOR
from projections.signs_of_life import BEGINS

Stage = tuple[str, str | None]
"""A pipeline and a stage of it; None where an import does not know the stage."""


class Silence(NamedTuple):
    """A stretch in which nothing was heard of the buyer; the versions are those of the events around it.

    `until` is None where it is not over yet. `micros` counts whole calendar days where either end is a day.
    """

    pipeline: str
    stage: str | None
    micros: int
    since: int
    until: int | None

    @property
    def days(self) -> float:
        """How long, in days rounded to six places."""
        return round(self.micros / DAY, 6)


@dataclass(frozen=True, slots=True)
class Silences:
    """`longest` has for each deal its longest silence in each stage, the earlier of two that are as long.

    `won` has for each stage the spread (days) of the longest silences there of the deals that are won.
    """

    longest: Mapping[bytes, Mapping[Stage, Silence]]
    won: Mapping[Stage, Spread]

    def of(self, deal: bytes) -> Silence | None:
        """The longest silence of a deal in any stage; None where none is measured."""
        found = self.longest.get(deal, {}).values()
        return max(found, key=lambda silence: silence.micros, default=None)

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
    at = to_micros(asked.as_of or now)
    longest: dict[bytes, dict[Stage, Silence]] = defaultdict(dict)
    for deal, version, read_at, exactly, pipeline, stage, since, since_at, since_exactly in _ended(
        known, asked
    ):
        # Most are instants, and there are many.
        if exactly == since_exactly == "instant":
            took = read_at - since_at
        else:
            took = duration(Moment(since_at, since_exactly), Moment(read_at, exactly), zone)
        _longer(longest[deal], pipeline, stage, took, since, version)
    last = last_signs(known, asked)
    quiet = last_signs(known, asked, lambda signs: signs.c.silence.is_not(None))
    for deal, sign in quiet.items():
        if sign.silence == BEGINS:
            took = duration(Moment(sign.read_at, sign.precision), Moment(at, "instant"), zone)
            stands = last[deal]
            _longer(longest[deal], stands.pipeline, stands.stage, took, sign.version, None)
    won: dict[Stage, list[int]] = defaultdict(list)
    for deal, stages in longest.items():
        if last[deal].outcome == "won":
            for stage, silence in stages.items():
                won[stage].append(silence.micros)
    return Silences(longest, {stage: spread(each) for stage, each in won.items()})


def _longer(
    stages: dict[Stage, Silence],
    pipeline: str,
    stage: str | None,
    took: int | None,
    since: int,
    until: int | None,
) -> None:
    if took is None:
        return
    before = stages.get((pipeline, stage))
    if before is None or took > before.micros:
        stages[pipeline, stage] = Silence(pipeline, stage, took, since, until)


def _ended(known: Known, asked: Asked) -> Iterator[Row[Any]]:
    """The signs of life that ended a silence, those of a deal in reading order."""
    table = known.table(activity)
    ended = select(
        table.c.deal,
        table.c.version,
        table.c.read_at,
        table.c.precision,
        table.c.pipeline,
        table.c.stage,
        table.c.since,
        table.c.since_at,
        table.c.since_precision,
    ).where(table.c.since.is_not(None), table.c.read_at <= asked.as_of_micros)
    yield from known.connection.execute(ended.order_by(table.c.deal, table.c.read_at, table.c.version)).all()
