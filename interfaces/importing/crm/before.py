"""What earlier exports told of a deal that no record of the source says: differences that only its own row showed."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from domain.deal.corrections import EventCorrected, EventRetracted
from domain.deal.life import (
    DealAmountRevised,
    DealDetailsChanged,
    DealExpectedCloseMoved,
    DealOpened,
    DealPipelineChanged,
    DealStageChanged,
)
from domain.deal.outcome import DealLost, DealReopened, DealWon
from domain.deal.outlook import DealNextStepSet
from domain.deal.reading import Standing, standing
from domain.deal.story import fold
from domain.deal.team import DealOwnerAssigned
from domain.event import Event, Recorded
from interfaces.importing.crm.facts import DETAILS, LABEL, Known, Place
from interfaces.importing.crm.moments import Course, Told, place_in, written
from interfaces.importing.crm.rows import Row
from interfaces.importing.history.identity import SOURCE_CHANGED
from interfaces.importing.table.when import When

AS_OF = "as-of "
"""How the keys of such differences begin."""


def known_before(story: Sequence[Recorded], retold: Collection[str | None]) -> list[Standing]:
    """What was imported and is not `retold` (keys), as it was last imported, in the order of its first times.

    Mostly those differences; and what a history that was shorter then was taken to say. A close that was
    put on another day since then stays where it was told, or it would have another amount.
    """
    first = {recorded.version: recorded.occurred_at for recorded in story}
    found = [
        replace(each, at=first[each.recorded.version])
        for each in _imported(story)
        if each.recorded.line_key is not None
        and (each.recorded.line_key.startswith(AS_OF) or each.recorded.line_key not in retold)
        and not isinstance(each.recorded.event, DealOpened)
    ]
    return sorted(found, key=lambda each: each.at)


def causes_before(story: Sequence[Recorded]) -> dict[str, object]:
    """The causes of each outcome that was imported, by its key: an export names only those of the last one."""
    events = {each.recorded.line_key or "": each.recorded.event for each in _imported(story)}
    return {
        key: event.model_dump(mode="json", exclude_unset=True)["causes"]
        for key, event in events.items()
        if isinstance(event, DealWon | DealLost) and event.causes
    }


def _imported(story: Sequence[Recorded]) -> list[Standing]:
    """What stands of a story, without what people here corrected."""
    return standing([each for each in story if not _corrects(each) or _is_ours(each)])


def _corrects(recorded: Recorded) -> bool:
    return isinstance(recorded.event, EventCorrected | EventRetracted)


def _is_ours(recorded: Recorded) -> bool:
    """Whether an import corrected it, and not somebody here."""
    return isinstance(recorded.event, EventCorrected) and recorded.event.reason == SOURCE_CHANGED


def opening_known(story: Sequence[Recorded]) -> dict[str, Known]:
    """What was told of the beginning when the deal was first imported, by the names of facts."""
    deal = fold(story[:1])
    if deal is None:
        return {}
    life = deal.life
    known: dict[str, Known] = {name: getattr(life, name) for name in DETAILS}
    known |= {f"{LABEL}{label}": value for label, value in life.segment.items()}
    known |= {"owner": deal.team.owner, "amount": life.amount, "expected_close": life.expected_close}
    return known | {"place": Place(life.pipeline, life.stage)}


def before(course: Course, recorded: Recorded, first: Event, row: Row) -> None:
    """Let the course go on with an event that an earlier export told, `first` so; `row` is the deal's own."""
    state, event = course.state, recorded.event
    place = place_in(state)
    match event:
        case DealStageChanged():
            state["place"] = replace(place, stage=event.to_stage) if place.standing == "open" else place
            course.seen = recorded.occurred_at
        case DealPipelineChanged():
            state["place"] = Place(event.to_pipeline, event.to_stage)
            course.seen = recorded.occurred_at
        case DealReopened():
            state["place"] = Place(place.pipeline, event.stage)
            course.outcome, course.revised, course.seen = None, False, recorded.occurred_at
        case DealWon() | DealLost():
            _close(course, recorded, first, row)
        case DealOwnerAssigned():
            state["owner"] = event.owner
        case DealAmountRevised():
            _revise(course, event)
        case DealExpectedCloseMoved():
            state["expected_close"] = event.expected_close
        case DealNextStepSet():
            state["next_step"] = event.text
        case DealDetailsChanged():
            state |= _details(event)
        case _:
            pass


def _revise(course: Course, event: DealAmountRevised) -> None:
    """What is told of a closed deal's amount is told of its outcome, too."""
    course.state["amount"] = event.amount
    course.revised = course.revised or place_in(course.state).standing != "open"
    if event.amount is not None and course.outcome is not None:
        course.outcome.data["amount"] = written(event.amount)


def _details(event: DealDetailsChanged) -> dict[str, Known]:
    named: dict[str, Known] = {name: getattr(event, name) for name in event.model_fields_set & {*DETAILS}}
    return named | {f"{LABEL}{label}": value for label, value in (event.segment or {}).items()}


def _close(course: Course, recorded: Recorded, first: Event, row: Row) -> None:
    """It is told again as it was: the export may say otherwise of it now."""
    place, event = place_in(course.state), recorded.event
    course.state["place"] = replace(
        place, stage=None, standing="won" if isinstance(event, DealWon) else "lost"
    )
    if isinstance(first, DealWon | DealLost) and first.amount is not None:
        # What it was put right to since then was not known from its closing on.
        course.state["amount"] = first.amount
    course.revised = False
    course.seen = max(filter(None, (course.seen, course.closed)), default=None)
    course.closed = recorded.occurred_at
    data = event.model_dump(mode="json", exclude_unset=True)
    course.outcome = Told(row, recorded.type, data, recorded.line_key, When.of(recorded))
    course.told_before = course.outcome
    course.lines.append(course.outcome)
