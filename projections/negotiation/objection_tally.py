"""Adds up objections: by topic raised, settled and resolved, and how long they waited for an answer."""

from collections import Counter
from zoneinfo import ZoneInfo

from projections.asking.cycle import Spread, spread
from projections.negotiation.bargain import until_answered
from projections.negotiation.discounts_answer import ObjectionsOfTopic
from projections.negotiation.negotiated import Negotiated


class ObjectionTally:
    """Takes one negotiation after the other; its figures are those of all that it took."""

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone
        self._raised: Counter[str | None] = Counter()
        self._settled: Counter[str | None] = Counter()
        self._resolved: Counter[str | None] = Counter()
        self._waited: list[int] = []

    def add(self, negotiated: Negotiated) -> None:
        """Take one more negotiation."""
        raised = negotiated.raised
        for objection in raised.values():
            self._raised[objection.topic] += 1
        for settlement in negotiated.settled:
            known = raised.get(settlement.objection)
            topic = known.topic if known else None
            self._settled[topic] += 1
            self._resolved[topic] += settlement.resolved
        for objection in negotiated.objections:
            waited = until_answered(objection, negotiated.as_of, self._zone)
            if waited is not None:
                self._waited.append(waited)

    def topics(self) -> tuple[ObjectionsOfTopic, ...]:
        """Those raised most first; what was settled and never raised, of no topic, last."""
        topics = {*self._raised, *self._settled}
        return tuple(
            ObjectionsOfTopic(
                topic=topic,
                raised=self._raised[topic],
                settled=self._settled[topic],
                resolved=self._resolved[topic],
            )
            for topic in sorted(topics, key=lambda topic: (topic is None, -self._raised[topic], topic or ""))
        )

    def answer_days(self) -> Spread:
        """From being raised to our first answer, or the settling."""
        return spread(self._waited)
