"""A deal event by event: what each that stands changed, and all that stood after it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.deal.story import Deal, evolve
from domain.event import Recorded
from projections.one_deal.audit import Change, Entry, trail
from projections.one_deal.fields_of_deal import fields_of
from projections.one_deal.surroundings import Surroundings, surroundings_after


@dataclass(frozen=True, slots=True)
class Step:
    """One event on the way, from 1: what it changed of the deal and of what stands around it.

    `entry` is its place in the audit trail, with every correction of it. `state` is all that holds
    something after it, by name (`stage`, `segment.region`, `contact.zhou`, …), without what is empty.
    """

    number: int
    entry: Entry
    changes: tuple[Change, ...]
    state: Mapping[str, object]

    @property
    def stands(self) -> Recorded:
        """The event itself, or the replacement that a correction put in its place."""
        return self.entry.stands or self.entry.recorded


def replay(
    events: Sequence[Recorded], as_of: datetime | None = None, known_at: datetime | None = None
) -> list[Step]:
    """A deal's events (given in version order) as they are read, up to `as_of`, as far as known at `known_at`.

    What was taken back did not happen: it is no step. Empty before the opening.
    """
    deal: Deal | None = None
    around: Surroundings = {}
    before: Mapping[str, object] = {}
    steps: list[Step] = []
    for entry in trail(events, as_of, known_at):
        if entry.stands is None:
            continue
        deal = evolve(deal, entry.stands)
        around = surroundings_after(around, entry.stands.event, entry.at)
        after = {**fields_of(deal), **around}
        steps.append(Step(len(steps) + 1, entry, tuple(_changes(before, after)), after))
        before = after
    return steps


def step_at(steps: Sequence[Step], instant: datetime) -> int:
    """The place (from 0) of the last step that was read at `instant` or before; 0 where all came later."""
    return max(0, sum(step.entry.at <= instant for step in steps) - 1)


def _changes(before: Mapping[str, object], after: Mapping[str, object]) -> list[Change]:
    return [
        Change(name, before.get(name), after.get(name))
        for name in dict.fromkeys((*after, *before))
        if before.get(name) != after.get(name)
    ]
