"""The factors that closed deals have or do not have: what they were, and what their events show."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from projections.asking.dimensions import Case
from projections.asking.periods import DAY

PRESENT: Mapping[str, str] = {
    "champion-known": "champions",
    "champion-left": "champions-left",
    "contact-left": "contacts-left",
    "contact-never-met": "never-met",
    "hostile-contact": "hostile",
    "objection-raised": "objections",
    "objection-unsettled": "objections-unsettled",
    "need-unmet": "needs-unmet",
    "counter-offer": "counter-offers",
    "concession-unreturned": "concessions-unreturned",
    "pushed": "pushes",
    "pushed-again": "pushes",
    "rule-set-aside": "overrides",
    "stage-skipped": "stages-skipped",
    "competitor-noted": "competitors",
    "late-follow-up": "late-follow-ups",
}
"""The factors that a deal has if so much of a measure is there: once, or as often as `TIMES` says."""

TIMES: Mapping[str, int] = {"pushed-again": 2}

FEWER: Mapping[str, tuple[str, int]] = {"fewer-than-two-met": ("contacts-met", 2)}
"""The factors that a deal has if there is less of a measure."""

LONGER: Mapping[str, str] = {
    "long-silence": "silence",
    "late-competitor": "competitor-arrival",
    "slow-answer-to-question": "question-answer",
    "slow-answer-to-objection": "objection-answer",
    "slow-answer-to-counter-offer": "counter-offer-answer",
    "slow-first-response": "first-response",
}
"""The factors that a deal has if a measure is longer than in half of the closed deals that have it."""

Values = Mapping[str, int]
"""The measures of a deal by name; one that it does not have is left out."""


@dataclass(frozen=True, slots=True)
class Factor:
    """A factor: a label (`segment.region`, `lead-source`) with its value, or something that the events show.

    `over` is the length in days from which on it counts as long.
    """

    name: str
    value: str | None = None
    over: float | None = None

    @property
    def word(self) -> str:
        """How it is named on the command line."""
        return self.name if self.value is None else f"{self.name}={self.value}"


Having = tuple[Factor, Sequence[bool | None]]
"""A factor, and whether each deal has it; None: nobody can say, it is on neither side."""


def factors_of(cases: Sequence[Case], measured: Sequence[Values]) -> list[Having]:
    """Every factor of these deals, in an order of its own."""
    return [*_labels(cases), *_events(measured)]


def _labels(cases: Sequence[Case]) -> Iterator[Having]:
    names = sorted({name for case in cases for name in case.segments})
    columns = [
        *((f"segment.{name}", [case.segments.get(name) for case in cases]) for name in names),
        ("lead-source", [case.lead_source for case in cases]),
    ]
    for name, held in columns:
        values = sorted({each for each in held if each is not None})
        # Of two values one says all that the other says; a single one tells nothing apart.
        for value in values[1:] if len(values) <= 2 else values:
            yield Factor(name, value), [None if each is None else each == value for each in held]


def _events(measured: Sequence[Values]) -> Iterator[Having]:
    for name, measure in PRESENT.items():
        least = TIMES.get(name, 1)
        yield Factor(name), [each[measure] >= least if measure in each else None for each in measured]
    for name, (measure, least) in FEWER.items():
        yield Factor(name), [each[measure] < least if measure in each else None for each in measured]
    for name, measure in LONGER.items():
        lengths = [each.get(measure) for each in measured]
        known = [each for each in lengths if each is not None]
        if known:
            middle = median(known)
            long = [None if each is None else each > middle for each in lengths]
            yield Factor(name, over=round(middle / DAY, 6)), long


def named(having: Iterable[Having]) -> Mapping[str, Having]:
    """The factors by how they are named on the command line."""
    return {factor.word: (factor, held) for factor, held in having}
