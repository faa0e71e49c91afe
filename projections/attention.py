"""Which open deals somebody should look at: rotting, stalled."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from projections.activity import Activity
from projections.asked import Asked
from projections.definitions import definitions_on
from projections.known import Known
from projections.projection import Projection
from projections.rotting import idle
from projections.stage_visits import StageVisits
from projections.views import Views

Line = Mapping[str, Any]
"""A deal on a list: the columns of its state, and what is said of it besides."""


@dataclass(frozen=True, slots=True)
class Attention:
    """What is asked for; a deal on the list is all of it.

    `rotting`: idle for longer than its stage's limit in the revision in force. `stalled`: the same with so
    many days for the limit.
    """

    rotting: bool = False
    stalled: int | None = None

    @property
    def of_time(self) -> bool:
        """Whether it is about how long nothing has happened."""
        return self.rotting or self.stalled is not None

    @property
    def projections(self) -> Sequence[Projection]:
        """What must be known to answer it."""
        return (Activity(), StageVisits()) if self.of_time else ()


def attended(
    lines: Iterable[Line],
    attention: Attention,
    known: Known,
    views: Views,
    asked: Asked,
    zone: ZoneInfo,
    now: datetime,
) -> Iterator[Line]:
    """The lines that need that attention, each with what is wrong: `idle`, and `rots_after_days` of its stage."""
    if not attention.of_time:
        yield from ({**line, "idle": None, "rots_after_days": None} for line in lines)
        return
    definitions = definitions_on(views, known.live, asked)
    idles = idle(known, asked, zone, now)
    for line in lines:
        stage = definitions.stage(line["pipeline"], line["revision"], line["stage"])
        limit = None if stage is None else stage.rots_after_days
        found = idles.get(line["deal"])
        if found is None or line["outcome"] != "open" or line["paused"]:
            continue
        if attention.rotting and (limit is None or not found.longer_than(limit)):
            continue
        if attention.stalled is not None and not found.longer_than(attention.stalled):
            continue
        yield {**line, "idle": found, "rots_after_days": limit}
