"""What earlier exports told of a deal that no record of the source says: differences that only its own row showed."""

from collections.abc import Sequence
from dataclasses import replace

from domain.deal.life import (
    DealAmountRevised,
    DealDetailsChanged,
    DealExpectedCloseMoved,
    DealPipelineChanged,
    DealStageChanged,
)
from domain.deal.outcome import DealLost, DealReopened, DealWon
from domain.deal.outlook import DealNextStepSet
from domain.deal.reading import Standing, standing
from domain.deal.story import fold
from domain.deal.team import DealOwnerAssigned
from domain.event import Recorded
from interfaces.importing.crm.facts import DETAILS, LABEL, Known, Place
from interfaces.importing.crm.moments import Course, Told, place_in
from interfaces.importing.crm.rows import Row
from interfaces.importing.table.when import When

AS_OF = "as-of "
"""How the keys of such differences begin."""


def known_before(story: Sequence[Recorded]) -> list[Standing]:
    """Those differences, in the order in which they are read."""
    return [each for each in standing(story) if (each.recorded.line_key or "").startswith(AS_OF)]


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


def before(course: Course, recorded: Recorded, row: Row) -> None:
    """Let the course go on with an event that an earlier export told; `row` is the deal's own."""
    state, event = course.state, recorded.event
    place = place_in(state)
    match event:
        case DealStageChanged():
            state["place"] = replace(place, stage=event.to_stage) if place.standing == "open" else place
            course.seen = recorded.occurred_at
        case DealPipelineChanged():
            state["place"] = Place(event.to_pipeline, event.to_stage)
        case DealReopened():
            state["place"] = Place(place.pipeline, event.stage)
            course.outcome, course.cleared = None, False
        case DealWon() | DealLost():
            _close(course, recorded, event, row)
        case DealOwnerAssigned():
            state["owner"] = event.owner
        case DealAmountRevised():
            state["amount"] = event.amount
            course.cleared = event.amount is None and place.standing != "open"
        case DealExpectedCloseMoved():
            state["expected_close"] = event.expected_close
        case DealNextStepSet():
            state["next_step"] = event.text
        case DealDetailsChanged():
            named = event.model_fields_set.intersection(DETAILS)
            state |= {name: getattr(event, name) for name in named}
            state |= {f"{LABEL}{label}": value for label, value in (event.segment or {}).items()}
        case _:
            pass


def _close(course: Course, recorded: Recorded, event: DealWon | DealLost, row: Row) -> None:
    """It is told again, without its causes, for whatever the export says otherwise of it now."""
    place = place_in(course.state)
    course.state["place"] = replace(
        place, stage=None, standing="won" if isinstance(event, DealWon) else "lost"
    )
    if event.amount is not None:
        course.state["amount"] = event.amount
    course.cleared = False
    data = event.model_dump(mode="json", exclude_unset=True, exclude={"causes"})
    course.outcome = Told(row, recorded.type, data, recorded.line_key, When.of(recorded))
