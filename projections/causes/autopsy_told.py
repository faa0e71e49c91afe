"""What was examined of a closed deal, told as an answer."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from domain.deal.outcome import DealLost
from domain.deal.reading import Standing
from domain.values import Cause
from engine.deals import Deals
from projections.asking.asked import Asked
from projections.asking.dimensions import Case
from projections.asking.periods import DAY
from projections.asking.report_answer import FLOOR
from projections.causes.autopsy_answer import (
    AmongPeers,
    AutopsyAnswer,
    CauseTold,
    Contradicted,
    Declared,
    EventsSay,
    FactShown,
    Peers,
    Shown,
)
from projections.causes.contradictions import contradictions
from projections.causes.declared_causes import Words, blamed
from projections.causes.measured_negotiation import talks
from projections.causes.measures import Measured
from projections.causes.measuring import Measure
from projections.causes.unusual import STATED, Compared, Fact

Beside = Mapping[Fact, tuple[int, Compared]]
"""The facts in their order, each with its value and how the peers measure the same."""


@dataclass(frozen=True, slots=True)
class Examined:
    """A closed deal as it stands at the instant.

    `lines` are its story up to the closing, `told` all of it; `words` what was declared of the closing.
    """

    case: Case
    own: Measured
    lines: Sequence[Standing]
    told: Sequence[Standing]
    peers: Peers
    facts: Mapping[Fact, Measure]
    beside: Beside
    words: Words


def answer_of(examined: Examined, deals: Deals, asked: Asked, zone: ZoneInfo) -> AutopsyAnswer:
    """The answer, with every event that anything in it points to."""
    own, closing = examined.own, examined.own.closing.recorded
    event = closing.event
    lost = event if isinstance(event, DealLost) else None
    shown = [_shown(fact, examined.facts[fact], *beside) for fact, beside in examined.beside.items()]
    declared = [_declared(teller, *word) for teller, word in examined.words.items()]
    blame = blamed(own.closing, examined.words)
    found = contradictions(blame, examined.lines, talks(examined.lines), examined.beside)
    pointed = {
        closing.version,
        *(version for each in shown for version in each.events),
        *(version for each in declared for cause in each.causes for version in cause.evidence),
        *(version for versions in own.reasons.values() for version in versions),
    }
    return AutopsyAnswer(
        definition="autopsy@1",
        deal=UUID(bytes=examined.case.deal),
        title=examined.case.title,
        outcome=examined.case.outcome,
        kind=lost.kind if lost else None,
        competitor=lost.competitor if lost else None,
        closed_at=_when(own.closing),
        version=closing.version,
        as_of=asked.as_of or deals.clock(),
        known_at=asked.known_at,
        timezone=zone.key,
        floor=FLOOR,
        stated=STATED,
        peers=examined.peers,
        facts=tuple(shown),
        declared=tuple(declared),
        events_say=tuple(
            EventsSay(reason=reason, events=versions)
            for reason, versions in own.reasons.items()
            if lost is not None
        ),
        contradictions=tuple(
            Contradicted(reason=each.reason, told_by=each.told_by, missing=each.missing) for each in found
        ),
        events=tuple(
            Shown(version=line.recorded.version, type=line.recorded.type, at=_when(line))
            for line in examined.told
            if line.recorded.version in pointed
        ),
    )


def _when(line: Standing) -> datetime | None:
    return None if line.recorded.precision == "unknown" else line.recorded.occurred_at


def _shown(fact: Fact, measure: Measure, value: int, beside: Compared) -> FactShown:
    return FactShown(
        fact=fact.name,
        stage=fact.stage,
        unit=fact.unit,
        value=round(value / DAY, 6) if fact.unit == "days" else value,
        events=measure.versions,
        won=AmongPeers(
            n=beside.n,
            median=None if beside.median is None else round(beside.median, 6),
            percentile=None if beside.percentile is None else round(beside.percentile, 6),
        ),
        too_few=beside.too_few,
        as_odd=beside.as_odd,
        chance=None if beside.chance is None else round(beside.chance, 6),
        is_difference=beside.is_difference,
    )


def _declared(teller: str | None, confidence: float | None, causes: Iterable[Cause]) -> Declared:
    return Declared(
        told_by=teller,
        confidence=confidence,
        causes=tuple(
            CauseTold(
                reason=cause.reason,
                effect=cause.effect,
                weight=cause.weight,
                note=cause.note,
                evidence=cause.evidence or (),
            )
            for cause in causes
        ),
    )
