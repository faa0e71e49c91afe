"""How long nothing has happened in a deal, and which deals rot: open, not paused, idle beyond a limit."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select

from engine.clock import to_micros
from projections.asking.asked import Asked
from projections.asking.periods import DAY, Moment, duration
from projections.running.known import Known
from projections.running.reading_on import FOREVER
from projections.stages.stage_visits import stage_pauses
from projections.touchpoints.last_signs import last_activity


@dataclass(frozen=True, slots=True)
class Idle:
    """How long (µs) a deal's clock has run, pauses left out, and the event that last reset it."""

    micros: int
    version: int
    type: str
    since: Moment

    @property
    def days(self) -> float:
        """How long, in days rounded to six places."""
        return round(self.micros / DAY, 6)

    def longer_than(self, days: int) -> bool:
        """Whether it is more than so many days."""
        return self.micros > days * DAY


@dataclass(frozen=True, slots=True)
class Rest:
    """A pause: [paused, resumed)."""

    paused: Moment
    resumed: Moment


def idle(known: Known, asked: Asked, zone: ZoneInfo, now: datetime) -> Mapping[bytes, Idle]:
    """How long each deal has been idle at the instant that is asked about (None: `now`), whatever its outcome.

    The clock is reset by the opening and the touchpoint, stage, offer and contact events (`voices.RESETS`),
    and stands still while the deal is paused. A deal whose last such event is undated is in no answer:
    nobody knows how long that is. `known` has the tables of Activity and StageVisits.
    """
    at = Moment(to_micros(asked.as_of or now), "instant")
    rests = _rests(known, at)
    answer = {}
    for deal, sign in last_activity(known, asked).items():
        since = Moment(sign.read_at, sign.precision)
        took = duration(since, at, zone)
        if took is not None:
            rested = sum(_within(rest, since, at, zone) for rest in rests.get(deal, ()))
            answer[deal] = Idle(max(0, took - rested), sign.version, sign.type, since)
    return answer


def _within(rest: Rest, since: Moment, at: Moment, zone: ZoneInfo) -> int:
    """How much of a pause lies between two instants; an undated one takes no time."""
    start = rest.paused if rest.paused.at > since.at else since
    end = rest.resumed if rest.resumed.at < at.at else at
    return 0 if end.at <= start.at else duration(start, end, zone) or 0


def _rests(known: Known, at: Moment) -> Mapping[bytes, list[Rest]]:
    table = known.table(stage_pauses)
    rests: dict[bytes, list[Rest]] = defaultdict(list)
    for row in known.connection.execute(select(table).where(table.c.paused <= at.at)):
        # One that goes on has no end to be exact about; it lasts beyond any instant.
        resumed = Moment(row.resumed, row.resumed_precision if row.resumed < FOREVER else "instant")
        rests[row.deal].append(Rest(Moment(row.paused, row.paused_precision), resumed))
    return rests
