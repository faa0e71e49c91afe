"""What was declared of one outcome by an instant: by the closing itself, and by each teller's last word."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from domain.deal.outcome import CausesRecorded, DealLost, DealWon
from domain.deal.reading import Standing
from domain.values import Cause

CLOSING = "closing"
"""The teller's name for what the closing itself says."""

Words = Mapping[str | None, tuple[float | None, Sequence[Cause]]]
"""By teller (None: the closing): how sure they are, and the causes."""


def declared_of(closing: Standing, lines: Iterable[Standing]) -> Words:
    """What the lines declare of the outcome; words that came before it count too."""
    event, version = closing.recorded.event, closing.recorded.version
    words: dict[str | None, tuple[float | None, Sequence[Cause]]] = {}
    if isinstance(event, DealWon | DealLost) and event.causes:
        words[None] = (None, event.causes)
    for line in lines:
        told = line.recorded.event
        if isinstance(told, CausesRecorded) and told.outcome == version:
            words.pop(told.told_by, None)
            words[told.told_by] = (told.confidence, told.causes)
    return words


def blamed(closing: Standing, words: Words) -> Mapping[str, list[str]]:
    """Who declares each reason for a loss; what is said to have pushed the deal is none."""
    event = closing.recorded.event
    if not isinstance(event, DealLost):
        return {}
    reasons: dict[str, list[str]] = defaultdict(list)
    if event.kind == "competitor" or event.competitor is not None:
        reasons["competitor"].append(CLOSING)
    for teller, (_, causes) in words.items():
        for cause in causes:
            name = CLOSING if teller is None else teller
            if cause.effect != "pushed" and name not in reasons[cause.reason]:
                reasons[cause.reason].append(name)
    return reasons
