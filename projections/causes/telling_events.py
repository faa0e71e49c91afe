"""What the events of a deal themselves say about why it ended so, in the words of the reason codes."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from domain.deal.outlook import DealCriterionAnswered
from domain.deal.reading import Standing
from projections.causes.measured_negotiation import Talks
from projections.causes.measuring import Measure

OBJECTIONS: Mapping[str, str] = {
    "price": "price",
    "delivery": "delivery",
    "after-sales": "after-sales",
    "product": "product-fit",
    "trust": "trust",
    "timing": "timing",
    "competitor": "competitor",
    "legal": "legal",
    "authority": "authority",
}
"""The reason that an objection of this topic speaks for while it is not settled."""

CRITERIA: Mapping[str, str] = {
    "need": "no-need",
    "budget": "no-budget",
    "authority": "authority",
    "timing": "timing",
    "economic-buyer": "authority",
}
"""The reason that a qualifying question speaks for when it was denied last."""

Reasons = Mapping[str, tuple[int, ...]]
"""The reasons that are told, each with the events (versions) that tell it."""


def reasons_of(lines: Sequence[Standing], talks: Talks, measured: Mapping[str, Measure]) -> Reasons:
    """What was left standing at the end.

    Unsettled objections, denied criteria, counter-offers that were not accepted, needs found not to
    be met, a champion who left, a competitor who is still there.
    """
    told: dict[str, list[int]] = defaultdict(list)
    for topic, version in talks.topics.values():
        if topic in OBJECTIONS:
            told[OBJECTIONS[topic]].append(version)
    for criterion, version in _denied(lines).items():
        told[CRITERIA[criterion]].append(version)
    for reason, versions in (
        ("price", tuple(talks.countered.values())),
        ("product-fit", tuple(talks.refused.values())),
        ("champion-left", measured["champions-left"].versions),
        ("competitor", measured["competitors"].versions),
    ):
        told[reason].extend(versions)
    return {reason: tuple(sorted(versions)) for reason, versions in sorted(told.items()) if versions}


def _denied(lines: Sequence[Standing]) -> Mapping[str, int]:
    """The criteria whose last answer is no, and the event that says so."""
    denied: dict[str, int] = {}
    for line in lines:
        event = line.recorded.event
        if isinstance(event, DealCriterionAnswered) and event.criterion in CRITERIA:
            denied.pop(event.criterion, None)
            if event.answer == "denied":
                denied[event.criterion] = line.recorded.version
    return denied
