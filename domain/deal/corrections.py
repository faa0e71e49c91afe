"""Corrections: a wrong event is replaced or taken back by a later one; the log keeps both."""

from datetime import datetime
from typing import Any, get_args

from domain.event import Command, Event, Facts, Precision
from domain.values import Code, Instant, Name, Text, Value, Version


class Replacement(Value):
    """What stands in the original's place. Without a time it happened when the original did."""

    type: Name | None = None
    data: dict[str, Any]
    occurred_at: Instant | None = None
    precision: Precision | None = None


class Correcting(Facts):
    """Which event (its version) is wrong, what stands in its place, and why."""

    corrects: Version
    replacement: Replacement
    reason: Code
    note: Text | None = None


class EventCorrected(Correcting, Event):
    """An earlier event was wrong; the replacement is read where it stood."""

    type: Name


class CorrectEvent(Correcting, Command):
    """Replace an event that was recorded wrongly."""

    becomes = EventCorrected


class Retracting(Facts):
    """Which event (its version) never happened, and why it is taken back."""

    retracts: Version
    reason: Code
    note: Text | None = None


class EventRetracted(Retracting, Event):
    """An earlier event never happened; nothing is read where it stood."""

    type: Name


class RetractEvent(Retracting, Command):
    """Take back an event that never happened."""

    becomes = EventRetracted


CorrectionsEvent = EventCorrected | EventRetracted
CORRECTIONS_EVENTS: tuple[type[Event], ...] = get_args(CorrectionsEvent)
CorrectionsCommand = CorrectEvent | RetractEvent
CORRECTIONS_COMMANDS: tuple[type[Command], ...] = get_args(CorrectionsCommand)


def named_version(event: CorrectionsEvent) -> int:
    """The version that a correction or retraction speaks of."""
    return event.corrects if isinstance(event, EventCorrected) else event.retracts


def replaced_at(command: Command) -> datetime | None:
    """The time that a correction gives its replacement, if it gives one."""
    return command.replacement.occurred_at if isinstance(command, CorrectEvent) else None
