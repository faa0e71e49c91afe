"""The negotiation as a closed deal shows it: what was left unsettled, given for nothing, or answered late."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from domain.deal.needs import NeedRecorded, NeedSettled
from domain.deal.negotiation import (
    ConcessionMade,
    OfferAccepted,
    OfferExpired,
    OfferMade,
    OfferRejected,
    OfferWithdrawn,
)
from domain.deal.objections import ObjectionAnswered, ObjectionRaised, ObjectionSettled
from domain.deal.reading import Standing
from domain.deal.touchpoints import QuestionAnswered, QuestionRaised
from projections.causes.measuring import Mark, Measure, counted, lasted, longest, mark


@dataclass(slots=True)
class Asked:
    """What somebody waits for an answer to; those that were answered, and those still open."""

    open: dict[str, Mark] = field(default_factory=dict)
    waits: list[Measure | None] = field(default_factory=list)

    def ask(self, name: str, at: Mark) -> None:
        """Somebody waits from here on; asked again, they wait since the first time."""
        self.open.setdefault(name, at)

    def answer(self, name: str, at: Mark) -> None:
        """Nobody waits for this any longer."""
        asked = self.open.pop(name, None)
        if asked is not None:
            self.waits.append(lasted(asked, at))

    def longest(self, end: Mark) -> Measure | None:
        """The longest wait; what was never answered is waited for until the end. None: nothing was asked."""
        return longest([*self.waits, *(lasted(since, end) for since in self.open.values())])


@dataclass(slots=True)
class Talks:
    """What is open in a negotiation, as far as the story was read."""

    questions: Asked = field(default_factory=Asked)
    objections: Asked = field(default_factory=Asked)
    counter_offers: Asked = field(default_factory=Asked)
    topics: dict[str, tuple[str, int]] = field(default_factory=dict)
    """The unsettled objections: what about, and the event that raised it."""
    needs: dict[str, int] = field(default_factory=dict)
    """The needs that are not met, and the event that says so."""
    refused: dict[str, int] = field(default_factory=dict)
    """Those of them that were found not to be met."""
    unreturned: list[int] = field(default_factory=list)
    objected: list[tuple[str, int]] = field(default_factory=list)
    countered: dict[str, int] = field(default_factory=dict)
    """The counter-offers that were not accepted."""
    counters: list[int] = field(default_factory=list)


def talks(lines: Sequence[Standing]) -> Talks:
    """The negotiation at the end of the story."""
    found = Talks()
    for line in lines:
        _hear(found, line)
    return found


def negotiation(found: Talks, end: Mark) -> Mapping[str, Measure]:
    """The measures of the negotiation up to its end."""
    measured = {
        "objections": counted(version for _, version in found.objected),
        "counter-offers": counted(found.counters),
        "objections-unsettled": counted(version for _, version in found.topics.values()),
        "needs-unmet": counted(found.needs.values()),
        "concessions-unreturned": counted(found.unreturned),
    }
    return {**measured, **dict(_waits(found, end))}


def _waits(found: Talks, end: Mark) -> Iterator[tuple[str, Measure]]:
    for name, asked in (
        ("question-answer", found.questions),
        ("objection-answer", found.objections),
        ("counter-offer-answer", found.counter_offers),
    ):
        wait = asked.longest(end)
        if wait is not None:
            yield name, wait


def _hear(found: Talks, line: Standing) -> None:  # noqa: C901, PLR0912 - one table
    event, at = line.recorded.event, mark(line)
    match event:
        case QuestionRaised():
            found.questions.ask(event.question, at)
        case QuestionAnswered():
            found.questions.answer(event.question, at)
        case ObjectionRaised():
            found.objections.ask(event.objection, at)
            found.topics[event.objection] = (event.topic, at.version)
            found.objected.append((event.topic, at.version))
        case ObjectionAnswered():
            found.objections.answer(event.objection, at)
        case ObjectionSettled():
            found.objections.answer(event.objection, at)
            if event.resolved:
                found.topics.pop(event.objection, None)
        case NeedRecorded():
            found.needs[event.need] = at.version
            found.refused.pop(event.need, None)
        case NeedSettled():
            _settle_need(found, event, at)
        case ConcessionMade():
            if event.side == "seller" and event.in_return_for is None:
                found.unreturned.append(at.version)
        case OfferMade():
            _offered(found, event, at)
        case OfferAccepted():
            found.counter_offers.answer(event.offer, at)
            found.countered.pop(event.offer, None)
        case OfferRejected() | OfferWithdrawn() | OfferExpired():
            found.counter_offers.answer(event.offer, at)
        case _:
            pass


def _settle_need(found: Talks, event: NeedSettled, at: Mark) -> None:
    """A need that is partly met is met so far; one that is not was settled, but never met."""
    found.needs.pop(event.need, None)
    found.refused.pop(event.need, None)
    if event.met == "no":
        found.needs[event.need] = found.refused[event.need] = at.version


def _offered(found: Talks, event: OfferMade, at: Mark) -> None:
    """An offer of ours answers every counter-offer that waits."""
    if event.side == "buyer":
        found.counter_offers.ask(event.offer, at)
        found.countered[event.offer] = at.version
        found.counters.append(at.version)
        return
    for waiting in list(found.counter_offers.open):
        found.counter_offers.answer(waiting, at)
