"""The audit trail of a deal: what each event changed, what was corrected later, and which event set each field."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.deal.corrections import EventCorrected, EventRetracted, named_version
from domain.deal.life import DealOpened
from domain.deal.reading import known_by, known_times, standing
from domain.deal.story import Deal, evolve
from domain.event import Actor, Recorded
from projections.one_deal.fields_of_deal import fields_of

PROMPT = timedelta(days=1)
"""What is known this soon after it happened was recorded in time."""


@dataclass(frozen=True, slots=True)
class Change:
    """A field of the deal (`stage`, `segment.region`, `criterion.budget`, …) before and after; None: nothing."""

    field: str
    before: object
    after: object


@dataclass(frozen=True, slots=True)
class Word:
    """A correction or retraction: who said it, known since when."""

    version: int
    by: Actor
    known: datetime
    event: EventCorrected | EventRetracted


@dataclass(frozen=True, slots=True)
class Entry:
    """An event in the order in which things happened: read at `at`, known since `known`.

    `stands` is what stands in its place: the event itself, its replacement, or None after a
    retraction. `words` are the corrections and retractions that speak of it, in version order.
    """

    recorded: Recorded
    stands: Recorded | None
    at: datetime
    known: datetime
    changes: tuple[Change, ...]
    words: tuple[Word, ...]

    @property
    def late(self) -> timedelta | None:
        """How long after it happened it became known, if that was more than a day.

        None for what was imported without its source's times: all of that came in late.
        """
        imported = self.recorded.channel.startswith("import:")
        if self.recorded.precision == "unknown" or (imported and self.recorded.source_recorded_at is None):
            return None
        late = self.known - self.at
        return late if late > PROMPT else None


@dataclass(frozen=True, slots=True)
class Blame:
    """What a field holds, the event that set it, read at `at`, and what was there before."""

    field: str
    value: object
    set_by: Recorded
    at: datetime
    before: object


def trail(
    events: Sequence[Recorded], as_of: datetime | None = None, known_at: datetime | None = None
) -> list[Entry]:
    """A deal's events (given in version order) as they are read, up to `as_of`, as far as known at `known_at`.

    Corrections and retractions have no place of their own: they stand with what they speak of.
    """
    known = events if known_at is None else known_by(events, known_at)
    lines = standing(known)
    if not lines:
        return []
    times = dict(zip((each.version for each in known), known_times(known), strict=True))
    words = _words(known, times)
    changes = _changes(known)
    stands = {line.recorded.version: line for line in lines}
    opened = next(line.at for line in lines if isinstance(line.recorded.event, DealOpened))
    entries = [
        Entry(
            recorded=each,
            stands=line.recorded if (line := stands.get(each.version)) is not None else None,
            at=line.at if line is not None else max(each.occurred_at, opened),
            known=times[each.version],
            changes=tuple(changes.get(each.version, ())),
            words=tuple(words.get(each.version, ())),
        )
        for each in known
        if not isinstance(each.event, EventCorrected | EventRetracted)
    ]
    entries.sort(key=lambda entry: (entry.at, entry.recorded.version))
    return [entry for entry in entries if as_of is None or entry.at <= as_of]


def blame(
    events: Sequence[Recorded], as_of: datetime | None = None, known_at: datetime | None = None
) -> list[Blame]:
    """Every field that holds something, or held something once, in the order of `fields_of`."""
    last: dict[str, Blame] = {}
    for entry in trail(events, as_of, known_at):
        for change in entry.changes:
            set_by = entry.stands or entry.recorded
            last[change.field] = Blame(change.field, change.after, set_by, entry.at, change.before)
    return list(last.values())


def _words(events: Sequence[Recorded], times: Mapping[int, datetime]) -> dict[int, list[Word]]:
    """For each version the corrections and retractions that speak of it."""
    words: dict[int, list[Word]] = {}
    for each in events:
        if isinstance(each.event, EventCorrected | EventRetracted):
            word = Word(each.version, each.by, times[each.version], each.event)
            words.setdefault(named_version(each.event), []).append(word)
    return words


def _changes(events: Sequence[Recorded]) -> dict[int, list[Change]]:
    """For each version what the event that stands there changed."""
    changes: dict[int, list[Change]] = {}
    deal: Deal | None = None
    before: dict[str, object] = {}
    for line in standing(events):
        deal = evolve(deal, line.recorded)
        after = fields_of(deal)
        changes[line.recorded.version] = [
            Change(name, before.get(name), after.get(name))
            for name in dict.fromkeys((*after, *before))
            if before.get(name) != after.get(name)
        ]
        before = after
    return changes
