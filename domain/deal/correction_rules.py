"""The rules of correcting and retracting: what may be replaced by what, and what others lean on."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from domain.deal.corrections import (
    CorrectEvent,
    EventCorrected,
    EventRetracted,
    RetractEvent,
)
from domain.deal.evidence import named_as_evidence
from domain.deal.life import DealOpened
from domain.deal.reading import Standing, last_words, standing
from domain.errors import BadInput, RuleBroken
from domain.event import Event, Recorded, recorded_as
from domain.events import EVENTS

INTRODUCES: Mapping[str, str] = {
    "OfferMade": "offer",
    "NeedRecorded": "need",
    "SolutionProposed": "solution",
    "ContactAdded": "contact",
    "TouchpointPlanned": "touchpoint",
    "QuestionRaised": "question",
    "TaskAdded": "task",
    "ObjectionRaised": "objection",
    "ApprovalRequested": "approval",
    "RetrospectiveHeld": "retrospective",
}
"""The field in which an event gives something its id."""

REFERS: Mapping[str, str] = {
    **{kind: kind for kind in (*INTRODUCES.values(), "action")},
    "in_reply_to": "offer",
    "for_offer": "offer",
    "needs": "need",
    "revises": "solution",
    "contacts": "contact",
    "reports_to": "contact",
    "replaced_by": "contact",
}
"""The fields in which events speak of something by its id, and the kind of thing that it is."""

FOLLOWS_FROM_HISTORY = ("from_stage", "from_pipeline", "previous", "pipeline_revision")
"""Fields that a replacement may leave out: they stay as they were."""


class NoSuchEvent(RuleBroken):
    """The deal has no event of that version."""

    def __init__(self, version: int, last: int) -> None:
        self.version = version
        super().__init__(f"The deal has no event {version}; its last one is {last}.")


class NotCorrectable(RuleBroken):
    """This event cannot be corrected or retracted so."""

    def __init__(self, recorded: Recorded, why: str) -> None:
        self.version, self.type = recorded.version, recorded.type
        super().__init__(f"Event {recorded.version} ({recorded.type}) stays: {why}.")


class StillReferredTo(NotCorrectable):
    """A standing event names this one, or the id that it gave."""

    def __init__(self, recorded: Recorded, by: Recorded) -> None:
        self.by = by.version
        super().__init__(
            recorded, f"event {by.version} ({by.type}) refers to it; correct or retract that first"
        )


def corrected(command: CorrectEvent, events: Sequence[Recorded]) -> list[Event]:
    """The correction that `command` asks for, or nothing where it already stands so."""
    original = _original(command.corrects, events)
    new = command.replacement
    type_name = new.type or original.type
    if type_name != original.type and not {type_name, original.type} <= {"DealWon", "DealLost"}:
        raise NotCorrectable(original, f"it cannot become a {type_name}; retract it instead")
    kept = original.event.model_dump(mode="json", include=set(FOLLOWS_FROM_HISTORY), exclude_unset=True)
    event = _validated(type_name, {**kept, **new.data}, original)
    lines = standing(events)
    _check_opening_stays_first(original, command, lines)
    _check_ids_stay(original, event, lines)
    replacement = new.model_copy(update={"data": event.model_dump(mode="json", exclude_unset=True)})
    last = last_words(events).get(original.version)
    if isinstance(last, EventCorrected) and last.replacement == replacement:
        return []
    return [recorded_as(command, replacement=replacement, type=original.type)]


def retracted(command: RetractEvent, events: Sequence[Recorded]) -> list[Event]:
    """The retraction that `command` asks for, or nothing where the event is already taken back."""
    original = _original(command.retracts, events)
    if isinstance(original.event, DealOpened):
        raise NotCorrectable(original, "the opening is corrected, never retracted; discard the deal instead")
    if isinstance(last_words(events).get(original.version), EventRetracted):
        return []
    referring = _referring(original, standing(events))
    if referring is not None:
        raise StillReferredTo(original, referring)
    return [recorded_as(command, type=original.type)]


def _original(version: int, events: Sequence[Recorded]) -> Recorded:
    original = next((each for each in events if each.version == version), None)
    if original is None:
        raise NoSuchEvent(version, events[-1].version)
    if isinstance(original.event, EventCorrected | EventRetracted):
        raise NotCorrectable(
            original, "corrections are not corrected; correct the original again, the last word counts"
        )
    return original


def _validated(type_name: str, data: dict[str, Any], original: Recorded) -> Event:
    try:
        return EVENTS[type_name].model_validate(data, extra="forbid")
    except ValidationError as error:
        wrong = "; ".join(
            f"{'.'.join(str(part) for part in each['loc']) or 'data'}: {each['msg']}"
            for each in error.errors(include_input=False, include_url=False)
        )
        raise BadInput(
            f"The replacement of event {original.version} is not a {type_name}: {wrong}."
        ) from None


def _check_opening_stays_first(original: Recorded, command: CorrectEvent, lines: Sequence[Standing]) -> None:
    at = command.replacement.occurred_at
    if at is None or not isinstance(original.event, DealOpened):
        return
    others = [each.recorded for each in lines if each.recorded.version != original.version]
    earlier = next((each for each in others if each.occurred_at < at), None)
    if earlier is not None:
        raise NotCorrectable(original, f"the opening cannot move behind event {earlier.version}")


def _check_ids_stay(original: Recorded, event: Event, lines: Sequence[Standing]) -> None:
    lost = _ids_given(original.event) - _ids_given(event)
    referring = next((each for each in _others(original, lines) if lost & _ids_named(each.event)), None)
    if referring is not None:
        raise StillReferredTo(original, referring)


def _referring(original: Recorded, lines: Sequence[Standing]) -> Recorded | None:
    """The first other standing event that names `original` or an id that it gave."""
    given = _ids_given(original.event)
    for other in _others(original, lines):
        if original.version in set(_versions(other.event)) or given & _ids_named(other.event):
            return other
    return None


def _others(original: Recorded, lines: Sequence[Standing]) -> Iterator[Recorded]:
    return (line.recorded for line in lines if line.recorded.version != original.version)


Ids = set[tuple[str, str]]
"""Ids with the kind of thing that each stands for."""


def _ids_given(event: Event) -> Ids:
    """The ids that `event` gives to something."""
    kind = INTRODUCES.get(type(event).__name__)
    given = {(kind, getattr(event, kind))} if kind is not None else set()
    return given | {("action", each.action) for each in getattr(event, "actions", ())}


def _ids_named(event: Event) -> Ids:
    """The ids that `event` speaks of, beside those that it gives itself."""
    named: Ids = set()
    for name, kind in REFERS.items():
        value = getattr(event, name, None)
        named.update((kind, each) for each in ((value,) if isinstance(value, str) else value or ()))
    return named - _ids_given(event)


def _versions(event: Event) -> Iterator[int]:
    """The versions that an event names: its evidence, and the outcome that it speaks of."""
    yield from named_as_evidence(event)
    outcome = getattr(event, "outcome", None)
    if isinstance(outcome, int):
        yield outcome
