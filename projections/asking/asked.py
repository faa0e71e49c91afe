"""What a question is about: the two instants, and which deals."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from engine.clock import to_micros
from projections.running.reading_on import FOREVER

LAST = FOREVER - 1
"""The last instant (µs) that anything can hold at: what holds for ever ends after it."""


@dataclass(frozen=True, slots=True)
class Asked:
    """When: `as_of` in business time, `known_at` in known time, both inclusive. None: no bound, the live view."""

    as_of: datetime | None = None
    known_at: datetime | None = None

    @property
    def as_of_micros(self) -> int:
        """The instant for SQL, in µs."""
        return LAST if self.as_of is None else to_micros(self.as_of)

    @property
    def known_micros(self) -> int:
        """The known time for SQL, in µs."""
        return LAST if self.known_at is None else to_micros(self.known_at)


@dataclass(frozen=True, slots=True)
class Filters:
    """Which deals: each that is given must fit the deal's state at the instant that is asked about."""

    owner: str | None = None
    pipeline: str | None = None
    stage: str | None = None
    lead_source: str | None = None
    segments: Mapping[str, str] = field(default_factory=dict)
    outcome: Literal["open", "won", "lost"] | None = None
    search: str | None = None
