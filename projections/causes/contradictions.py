"""Where what somebody declared as the cause of a loss left no trace in the deal's events."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from domain.deal.outlook import DealCompetitorNoted, DealCriterionAnswered, DealPaused
from domain.deal.reading import Standing
from projections.causes.measured_negotiation import Talks
from projections.causes.unusual import Compared, Fact

TRACES: Mapping[str, tuple[str, ...]] = {
    "price": ("price-objection", "counter-offer"),
    "product-fit": ("product-objection", "unmet-need"),
    "missing-feature": ("product-objection", "unmet-need"),
    "delivery": ("delivery-objection",),
    "after-sales": ("after-sales-objection",),
    "trust": ("trust-objection", "hostile-contact"),
    "relationship": ("hostile-contact", "contact-left", "contact-never-met"),
    "timing": ("timing-objection", "timing-denied", "push", "pause"),
    "no-need": ("need-denied", "unmet-need"),
    "no-budget": ("budget-denied", "price-objection", "counter-offer"),
    "budget-cut": ("budget-denied", "price-objection", "counter-offer"),
    "authority": ("authority-objection", "authority-denied", "contact-never-met"),
    "champion-left": ("contact-left",),
    "competitor": ("competitor-noted", "competitor-objection"),
    "no-follow-up": ("long-silence", "late-follow-up"),
    "slow-response": ("slow-answer",),
    "legal": ("legal-objection",),
}
"""What each cause would leave behind: one of these at least. Causes that are not named leave nothing for certain."""

COUNTED: Mapping[str, tuple[str, ...]] = {
    "unmet-need": ("needs-unmet",),
    "hostile-contact": ("hostile",),
    "contact-left": ("champions-left", "contacts-left"),
    "contact-never-met": ("never-met",),
    "push": ("pushes",),
    "late-follow-up": ("late-follow-ups",),
}
"""The traces that are there when one of these facts is counted at all."""

LONGER: Mapping[str, tuple[str, ...]] = {
    "long-silence": ("silence",),
    "slow-answer": ("question-answer", "objection-answer", "counter-offer-answer", "first-response"),
}
"""The traces that are there when one of these lasted longer than in most won deals."""


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A declared cause, who declared it, and the traces that it left none of."""

    reason: str
    told_by: tuple[str, ...]
    missing: tuple[str, ...]


def contradictions(
    declared: Mapping[str, Sequence[str]],
    lines: Sequence[Standing],
    talks: Talks,
    facts: Mapping[Fact, tuple[int, Compared]],
) -> list[Contradiction]:
    """The causes of a loss (by reason: who declared it) of which the lines up to the closing show nothing.

    Where too few won deals say how long is long, any silence or wait is taken for the trace.
    """
    seen = {*_told(lines, talks), *_shown(facts)}
    return [
        Contradiction(reason, tuple(tellers), TRACES[reason])
        for reason, tellers in declared.items()
        if reason in TRACES and not seen.intersection(TRACES[reason])
    ]


def _told(lines: Sequence[Standing], talks: Talks) -> Iterator[str]:
    for topic, _ in talks.objected:
        yield f"{topic}-objection"
    if talks.counters:
        yield "counter-offer"
    for line in lines:
        match line.recorded.event:
            case DealCompetitorNoted():
                yield "competitor-noted"
            case DealPaused():
                yield "pause"
            case DealCriterionAnswered(answer="denied") as event:
                yield f"{event.criterion}-denied"
            case _:
                pass


def _shown(facts: Mapping[Fact, tuple[int, Compared]]) -> Iterator[str]:
    for fact, (value, beside) in facts.items():
        for trace, names in COUNTED.items():
            if fact.name in names and value:
                yield trace
        for trace, names in LONGER.items():
            if fact.name in names and (beside.percentile is None or beside.percentile > 50):
                yield trace
