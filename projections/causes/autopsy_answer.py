"""The shape of an autopsy, as scripts read it."""

from collections.abc import Mapping
from uuid import UUID

from projections.asking.periods import Instant
from projections.asking.report_answer import Shape
from projections.causes.measures import Unit


class Shown(Shape):
    """One of the deal's events that a fact, a cause or a retrospective points to."""

    version: int
    type: str
    at: Instant | None


class Peers(Shape):
    """The won deals that the deal is compared with: of its pipeline, with the same values of these segments.

    `left_out` are segments of the deal that would have left too few of them to call anything a difference.
    """

    pipeline: str
    segments: Mapping[str, str]
    left_out: tuple[str, ...]
    deals: int
    enough: bool


class AmongPeers(Shape):
    """How the peers that have it measure the same; under the floor nothing but their number is told."""

    n: int
    median: float | None
    percentile: float | None


class FactShown(Shape):
    """One measure of the deal, in days or as a count, with the events (versions) that show it.

    `as_odd` peers show anything, in any measure, that is as odd; `chance` is their share, the deal among
    them. It is a difference if that is at most the stated 5 %. `too_few`: no rank, and never a difference.
    """

    fact: str
    stage: str | None
    unit: Unit
    value: float
    events: tuple[int, ...]
    won: AmongPeers
    too_few: bool
    as_odd: int | None
    chance: float | None
    is_difference: bool


class CauseTold(Shape):
    """One declared cause; `evidence` are the events that whoever declared it points to."""

    reason: str
    effect: str | None
    weight: float | None
    note: str | None
    evidence: tuple[int, ...]


class Declared(Shape):
    """What one teller declares; `told_by` is null for the closing itself."""

    told_by: str | None
    confidence: float | None
    causes: tuple[CauseTold, ...]


class EventsSay(Shape):
    """A reason that the events themselves speak for."""

    reason: str
    events: tuple[int, ...]


class Contradicted(Shape):
    """A declared cause of which the events show none of the traces that it would leave."""

    reason: str
    told_by: tuple[str, ...]
    missing: tuple[str, ...]


class AutopsyAnswer(Shape):
    """What the events of a closed deal show, beside the same measures of won deals. Correlation, not cause.

    `facts` stand by how odd they are, those under the floor last. `stated` is how often chance alone makes
    any fact of a deal a difference. `events` are those that anything here points to.
    """

    definition: str
    deal: UUID
    title: str
    outcome: str
    kind: str | None
    competitor: str | None
    closed_at: Instant | None
    version: int
    as_of: Instant | None
    known_at: Instant | None
    timezone: str
    floor: int
    stated: float
    peers: Peers
    facts: tuple[FactShown, ...]
    declared: tuple[Declared, ...]
    events_say: tuple[EventsSay, ...]
    contradictions: tuple[Contradicted, ...]
    events: tuple[Shown, ...]
