"""Load, decide, record: how one command is carried out, once and only once, whoever else writes."""

from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import datetime
from random import uniform
from threading import Lock
from time import sleep
from uuid import UUID

from domain.errors import CommandReused, VersionConflict
from domain.event import Actor, Event, Precision, Recorded
from engine.clock import Clock, from_micros
from engine.entries import decode_all
from engine.ids import new_id
from engine.log import Log, LogEntry, command_taken
from engine.mapper import entries_of, from_entry
from engine.timing import live_time

TRIES = 10
"""How often a command is decided again after somebody else was first."""

PAUSE = 0.005
"""Seconds that a caller waits at most before its next try, so that two processes fall out of step."""

Decision = Callable[[Sequence[Recorded], datetime], Sequence[Event]]
"""Decides on a stream's events at an instant: what happens next."""


@dataclass(frozen=True, slots=True)
class Beside:
    """Another stream that the same command happens to, and what is decided there."""

    stream_id: UUID
    decide: Decision


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A command's envelope: whose it is, where it goes, and what the caller relies on."""

    stream_id: UUID
    fingerprint: bytes
    by: Actor
    channel: str
    at: datetime | None
    precision: Precision
    command_id: str | None
    expected_version: int | None
    correlation_id: str | None
    causation_id: str | None


class Orders:
    """Carries out orders on one log."""

    def __init__(self, log: Log, clock: Clock) -> None:
        self._log = log
        self._clock = clock
        self._again = Lock()

    def carry_out(self, order: Order, decide: Decision, beside: Beside | None = None) -> list[Recorded]:
        """What `decide` says, recorded; the first answer for a command id that has one.

        What is decided `beside` is recorded in the same transaction, if anything happens at all.
        A conflict is decided again, unless the caller expects a version: then VersionConflict.
        CommandReused for an id that was used with another fingerprint.
        """
        answered = self._answered(order)
        if answered:
            return answered
        tries = 0
        while True:
            tries += 1
            # One at a time from the second try on: those who lost a race do not race each other again.
            with self._again if tries > 1 else nullcontext():
                try:
                    return self._once(order, decide, beside)
                except VersionConflict:
                    if order.expected_version is not None or tries == TRIES:
                        raise
                except CommandReused:
                    return self._answered_meanwhile(order)
            sleep(uniform(0, PAUSE))  # noqa: S311 - nothing secret

    def _once(self, order: Order, decide: Decision, beside: Beside | None) -> list[Recorded]:
        story = self._story(order.stream_id)
        if order.expected_version not in (None, len(story)):
            raise VersionConflict(
                f"{order.stream_id} is at version {len(story)}, not at {order.expected_version} "
                "as expected. Look at what is new and decide again."
            )
        other = [] if beside is None else self._story(beside.stream_id)
        at = live_time([*story, *other], self._clock()) if order.at is None else order.at
        events = decide(story, at)
        if not events:
            return []
        if order.command_id is None:
            order = replace(order, command_id=str(new_id()))
        decided = _with_envelopes(order, events, at, len(story))
        if beside is not None:
            there = replace(order, stream_id=beside.stream_id)
            decided += _with_envelopes(there, beside.decide(other, at), at, len(other))
        first, recorded_at = self._log.append(entries_of(decided, order.fingerprint))
        taken = from_micros(recorded_at)
        return [
            replace(recorded, position=first + nth, recorded_at=taken) for nth, recorded in enumerate(decided)
        ]

    def _story(self, stream_id: UUID) -> list[Recorded]:
        return decode_all(self._log.stream(stream_id))

    def _answered(self, order: Order) -> list[Recorded]:
        """The events that were first recorded under the order's command id; none if it is new."""
        if order.command_id is None:
            return []
        entries = self._log.command(order.command_id)
        if entries and entries[0].fingerprint != order.fingerprint:
            raise command_taken(order.command_id)
        return [from_entry(entry) for entry in entries]

    def _answered_meanwhile(self, order: Order) -> list[Recorded]:
        # The same command came twice at once, and the other one was first.
        answered = self._answered(order)
        if not answered:
            raise command_taken(str(order.command_id))
        return answered


def recorded_before(log: Log, entries: Sequence[LogEntry]) -> list[int]:
    """The positions of exactly these entries where all were recorded already, else none."""
    known = {
        (entry.command_id, entry.nth): entry
        for command_id in {entry.command_id for entry in entries}
        for entry in log.command(command_id)
    }
    found = [known.get((entry.command_id, entry.nth)) for entry in entries]
    if any(
        before is None or before.state != entry.state for before, entry in zip(found, entries, strict=True)
    ):
        return []
    return [before.position for before in found if before is not None]


def _with_envelopes(order: Order, events: Sequence[Event], at: datetime, version: int) -> list[Recorded]:
    return [
        Recorded(
            stream_id=order.stream_id,
            version=version + nth,
            occurred_at=at,
            event=event,
            by=order.by,
            channel=order.channel,
            command_id=str(order.command_id),
            precision=order.precision,
            correlation_id=order.correlation_id,
            causation_id=order.causation_id,
        )
        for nth, event in enumerate(events, start=1)
    ]
