"""The negotiations as they stand at an instant: what was offered, answered, conceded and objected by then."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import TypeVar

from sqlalchemy import Table, select

from projections.asked import Asked
from projections.bargaining import Answer, Concession, Offer
from projections.known import Known
from projections.negotiations import (
    concessions,
    objection_settlements,
    objections,
    offer_answers,
    offers,
)
from projections.objecting import Objection, Settlement

Kind = TypeVar("Kind", bound=Offer | Answer | Concession | Objection | Settlement)


@dataclass(frozen=True, slots=True)
class Negotiated:
    """One deal's negotiation up to an instant (µs), everything in reading order."""

    as_of: int
    offers: list[Offer] = field(default_factory=list)
    """All that were made by then; `standing` has those that were not made once more."""
    answers: list[Answer] = field(default_factory=list)
    concessions: list[Concession] = field(default_factory=list)
    objections: list[Objection] = field(default_factory=list)
    settlements: list[Settlement] = field(default_factory=list)

    @property
    def standing(self) -> dict[str, Offer]:
        """The offers by id, each as it was made last."""
        return {each.offer: each for each in self.offers if each.until > self.as_of}

    @property
    def answered(self) -> dict[str, Answer]:
        """What has become of which offer, made or not; one that is not here waits for an answer."""
        return {each.offer: each for each in self.answers if each.until > self.as_of}

    @property
    def raised(self) -> dict[str, Objection]:
        """The objections by id, each as it was raised last."""
        return {each.objection: each for each in self.objections if each.until > self.as_of}

    @property
    def settled(self) -> dict[str, Settlement]:
        """What was settled last of which objection, raised or not."""
        return {each.objection: each for each in self.settlements if each.until > self.as_of}


def negotiated_on(known: Known, asked: Asked) -> Mapping[bytes, Negotiated]:
    """The negotiations of all deals that have one; `known` has the tables of Negotiations, among others."""
    as_of = asked.as_of_micros
    found: dict[bytes, Negotiated] = defaultdict(lambda: Negotiated(as_of))
    for deal, offer in _by_then(known, offers, Offer, as_of):
        found[deal].offers.append(offer)
    for deal, answer in _by_then(known, offer_answers, Answer, as_of):
        found[deal].answers.append(answer)
    for deal, concession in _by_then(known, concessions, Concession, as_of):
        found[deal].concessions.append(concession)
    for deal, objection in _by_then(known, objections, Objection, as_of):
        found[deal].objections.append(objection)
    for deal, settlement in _by_then(known, objection_settlements, Settlement, as_of):
        found[deal].settlements.append(settlement)
    return found


def _by_then(known: Known, logical: Table, kind: type[Kind], as_of: int) -> list[tuple[bytes, Kind]]:
    """The rows that were read by then, in reading order, each with its deal."""
    source = known.table(logical)
    chosen = [source.c.deal, *(source.c[each.name] for each in fields(kind))]
    statement = select(*chosen).where(source.c.read_at <= as_of).order_by(source.c.read_at, source.c.version)
    return [(row[0], kind(*row[1:])) for row in known.connection.execute(statement)]
