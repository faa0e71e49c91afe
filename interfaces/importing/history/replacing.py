"""Corrections and retractions out of a file: those that it tells, and those that its changes amount to."""

from collections.abc import Sequence

from domain.deal.correction_rules import corrected, retracted
from domain.deal.corrections import (
    CorrectEvent,
    EventCorrected,
    EventRetracted,
    Replacement,
    RetractEvent,
)
from domain.deal.reading import standing
from domain.event import Event, Recorded
from domain.events import EVENTS
from interfaces.importing.history.completing import completed, pipelines_named
from interfaces.importing.history.course import Course
from interfaces.importing.history.definitions import Definitions
from interfaces.importing.history.identity import SOURCE_CHANGED, News, dumped


def corrected_line(
    event: EventCorrected | EventRetracted, events: Sequence[Recorded], definitions: Definitions
) -> Event | None:
    """The correction that a line tells, complete; None where that stands so already.

    RuleBroken where the vocabulary forbids it, LineRefused where its stage or pipeline is not defined.
    """
    if isinstance(event, EventRetracted):
        order = RetractEvent.model_validate(dumped(event, ("type",)))
        return next(iter(retracted(order, events)), None)
    new = next(iter(corrected(CorrectEvent.model_validate(dumped(event, ("type",))), events)), None)
    if isinstance(new, EventCorrected):
        _check_defined(new, events, definitions)
    return new


def source_changed(item: News, known: Recorded, events: Sequence[Recorded]) -> Event | None:
    """The correction that makes `known` what the source says now; None where it stands so already."""
    kept = {name: value for name, value in dumped(known.event).items() if name in item.line.left_out}
    if "pipeline_revision" in kept:
        kept["pipeline_revision"] = dumped(item.event)["pipeline_revision"]
    moved = item.line.precision != known.precision or (
        item.line.at is not None and item.at != known.occurred_at
    )
    time = {"occurred_at": item.at, "precision": item.line.precision} if moved else {}
    replacement = Replacement.model_validate(
        {"data": {**dumped(item.event, item.line.left_out), **kept}, **time}
    )
    order = CorrectEvent(corrects=known.version, replacement=replacement, reason=SOURCE_CHANGED)
    return next(iter(corrected(order, events)), None)


def _check_defined(new: EventCorrected, events: Sequence[Recorded], definitions: Definitions) -> None:
    course = Course()
    for line in standing(events):
        course.go_on(line.recorded.event)
    replacement = new.replacement
    lives_in = sorted(frozenset[str]().union(*(pipelines_named(each.event) for each in events)))
    completed(
        EVENTS[replacement.type or new.type].model_validate(replacement.data),
        (),
        replacement.occurred_at or events[-1].occurred_at,
        course,
        definitions,
        external=None,
        lives_in=lives_in,
    )
