"""A deal as an export should find it: what had happened by then, without what was recorded of later times."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce

from domain.deal.corrections import EventCorrected, EventRetracted
from domain.deal.life import DealOpened, DealPipelineChanged, DealStageChanged
from domain.deal.outcome import DealReopened
from domain.deal.reading import standing
from domain.deal.story import Deal, evolve
from domain.event import Event, Recorded
from engine.timing import ALWAYS
from interfaces.importing.table.when import Export


@dataclass(frozen=True, slots=True)
class Line:
    """An event that stands, and the instant that it is taken for; an undated one stands behind those before it."""

    at: datetime
    recorded: Recorded


@dataclass(frozen=True, slots=True)
class Exported:
    """The events of a deal that an export should show, in the order in which they happened, and their fold."""

    lines: Sequence[Line]
    deal: Deal

    @property
    def opening(self) -> Recorded:
        """How the deal was opened."""
        return self.lines[0].recorded

    def stage_at(self, at: datetime) -> str | None:
        """The stage that the deal was in at an instant."""
        stages = [
            stage for line in self.lines if line.at <= at and (stage := stage_entered(line.recorded.event))
        ]
        return stages[-1] if stages else None


def as_exported(events: Sequence[Recorded], export: Export) -> Exported:
    """The deal with what had happened, and what had been corrected, by the time of the export.

    Undated events are not read where their import happened to be. So an older export that is
    imported once more meets the deal as it was then, and adds nothing.
    """
    known = [
        recorded
        for recorded in events
        if not isinstance(recorded.event, EventCorrected | EventRetracted)
        or recorded.occurred_at <= export.as_of
    ]
    opening, *rest = sorted((line.recorded for line in standing(known)), key=lambda each: each.version)
    lines = [Line(ALWAYS, opening)]
    latest = ALWAYS if opening.precision == "unknown" else opening.occurred_at
    for recorded in rest:
        undated = recorded.precision == "unknown"
        at = latest if undated else recorded.occurred_at
        latest = max(latest, at)
        if undated or at <= export.as_of:
            lines.append(Line(at, recorded))
    lines.sort(key=lambda line: (line.at, line.recorded.version))
    deal = reduce(evolve, (line.recorded for line in lines[1:]), evolve(None, opening))
    return Exported(lines, deal)


def stage_entered(event: Event) -> str | None:
    """The stage that an event put its deal into, if it did."""
    if isinstance(event, DealStageChanged | DealPipelineChanged):
        return event.to_stage
    return event.stage if isinstance(event, DealOpened | DealReopened) else None
