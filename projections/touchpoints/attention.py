"""Which open deals somebody should look at: rotting, stalled, overdue, without a next step."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from projections.asking.asked import Asked
from projections.followups.due import is_over, overdue, with_next_step
from projections.followups.followups import FollowUps
from projections.running.known import Known
from projections.running.projection import Projection
from projections.running.views import Views
from projections.stages.stage_visits import StageVisits
from projections.states.definitions import definitions_on
from projections.touchpoints.activity import Activity
from projections.touchpoints.rotting import idle

Line = Mapping[str, Any]
"""A deal on a list: the columns of its state, and what is said of it besides."""

Said = Mapping[str, Any]
"""What is wrong with a deal, to be added to its line."""

NOTHING: Said = {"idle": None, "rots_after_days": None, "overdue": None}


@dataclass(frozen=True, slots=True)
class Attention:
    """What is asked for; an open deal on the list is all of it.

    `rotting`: not paused, and idle for longer than its stage's limit in the revision in force. `stalled`: the
    same with so many days for the limit. `overdue`: the day of its next step, of a task or of its expected
    close is over. `no_next_step`: nobody said what comes next.
    """

    rotting: bool = False
    stalled: int | None = None
    overdue: bool = False
    no_next_step: bool = False

    @property
    def of_idle(self) -> bool:
        """Whether it is about how long nothing has happened."""
        return self.rotting or self.stalled is not None

    @property
    def projections(self) -> Sequence[Projection]:
        """What must be known to answer it."""
        followups = (FollowUps(),) if self.overdue or self.no_next_step else ()
        return (*((Activity(), StageVisits()) if self.of_idle else ()), *followups)


def attended(
    lines: Iterable[Line],
    attention: Attention,
    known: Known,
    views: Views,
    asked: Asked,
    zone: ZoneInfo,
    now: datetime,
) -> Iterator[Line]:
    """The lines that need that attention, each with what is wrong with it.

    `idle` and the `rots_after_days` of its stage where rotting or stalled deals are asked for; `overdue`, of
    `next-step`, `task` and `expected-close` those that are, where overdue ones are. None: not asked.
    """
    looks: list[Callable[[Line], Said | None]] = []
    if attention.of_idle:
        looks.append(_idling(attention, known, views, asked, zone, now))
    if attention.overdue:
        looks.append(_overdue(known, asked, zone, now))
    if attention.no_next_step:
        stepping = with_next_step(known, asked)
        looks.append(lambda line: None if line["deal"] in stepping else {})
    for line in lines:
        if looks and line["outcome"] != "open":
            continue
        said = [look(line) for look in looks]
        if None not in said:
            yield {
                **line,
                **NOTHING,
                **{name: value for each in said if each for name, value in each.items()},
            }


def _idling(
    attention: Attention, known: Known, views: Views, asked: Asked, zone: ZoneInfo, now: datetime
) -> Callable[[Line], Said | None]:
    definitions = definitions_on(views, known.connection, asked)
    idles = idle(known, asked, zone, now)

    def look(line: Line) -> Said | None:
        found = idles.get(line["deal"])
        stage = definitions.stage(line["pipeline"], line["revision"], line["stage"])
        limit = None if stage is None else stage.rots_after_days
        if found is None or line["paused"]:
            return None
        if attention.rotting and (limit is None or not found.longer_than(limit)):
            return None
        if attention.stalled is not None and not found.longer_than(attention.stalled):
            return None
        return {"idle": found, "rots_after_days": limit}

    return look


def _overdue(known: Known, asked: Asked, zone: ZoneInfo, now: datetime) -> Callable[[Line], Said | None]:
    late = overdue(known, asked, zone, now)

    def look(line: Line) -> Said | None:
        past = is_over(line["expected_close"], asked, zone, now)
        what = (*(("expected-close",) if past else ()), *late.get(line["deal"], ()))
        return {"overdue": what} if what else None

    return look
