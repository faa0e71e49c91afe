"""The negotiations as they stand at an instant, deal by deal: what was offered, answered, conceded and objected."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from heapq import merge
from itertools import groupby
from operator import itemgetter
from typing import assert_never

from sqlalchemy import Table, select

from projections.asking.asked import Asked
from projections.negotiation.bargaining import Answer, Concession, Offer
from projections.negotiation.negotiations import (
    concessions,
    objection_settlements,
    objections,
    offer_answers,
    offers,
)
from projections.negotiation.objecting import Objection, Settlement
from projections.running.known import Known

Said = Offer | Answer | Concession | Objection | Settlement
"""One thing that somebody said in a negotiation."""

TABLES: tuple[tuple[Table, type[Said]], ...] = (
    (offers, Offer),
    (offer_answers, Answer),
    (concessions, Concession),
    (objections, Objection),
    (objection_settlements, Settlement),
)
ROWS_AT_ONCE = 1_000
_DEAL = itemgetter(0)


@dataclass(slots=True)
class Negotiated:
    """One deal's negotiation up to an instant (µs), everything in reading order."""

    as_of: int
    offers: list[Offer] = field(default_factory=list)
    """All that were made by then; `standing` has those that were not made once more."""
    answers: list[Answer] = field(default_factory=list)
    concessions: list[Concession] = field(default_factory=list)
    objections: list[Objection] = field(default_factory=list)
    settlements: list[Settlement] = field(default_factory=list)

    def hear(self, said: Said) -> None:
        """Take the next thing that was said."""
        match said:
            case Offer():
                self.offers.append(said)
            case Answer():
                self.answers.append(said)
            case Concession():
                self.concessions.append(said)
            case Objection():
                self.objections.append(said)
            case Settlement():
                self.settlements.append(said)
            case _:
                assert_never(said)

    @property
    def standing(self) -> dict[str, Offer]:
        """The offers by id, each as it was made last."""
        return {each.offer: each for each in self.offers}

    @property
    def answered(self) -> list[Answer]:
        """What has become of the offers, made or not; one that is not here waits for an answer."""
        return [each for each in self.answers if each.until > self.as_of]

    @property
    def raised(self) -> dict[str, Objection]:
        """The objections by id, each as it was raised last."""
        return {each.objection: each for each in self.objections}

    @property
    def settled(self) -> list[Settlement]:
        """What was settled last of each objection, raised or not."""
        return [each for each in self.settlements if each.until > self.as_of]


def negotiated_on(known: Known, asked: Asked) -> Iterator[tuple[bytes, Negotiated]]:
    """The deals that were negotiated; `known` has the tables of Negotiations, among others.

    One deal after the other: a store may hold more than should be in memory at once.
    """
    as_of = asked.as_of_micros
    heard = merge(*(_said(known, table, kind, as_of) for table, kind in TABLES), key=_DEAL)
    for deal, lines in groupby(heard, key=_DEAL):
        negotiated = Negotiated(as_of)
        for _, said in lines:
            negotiated.hear(said)
        yield deal, negotiated


def _said(known: Known, logical: Table, kind: type[Said], as_of: int) -> Iterator[tuple[bytes, Said]]:
    """What was said by then, by deal and in reading order."""
    source = known.table(logical)
    statement = select(source.c.deal, *(source.c[name] for name in kind._fields))
    chosen = statement.where(source.c.read_at <= as_of)
    ordered = chosen.order_by(source.c.deal, source.c.read_at, source.c.version)
    for row in known.connection.execute(ordered.execution_options(yield_per=ROWS_AT_ONCE)):
        yield row[0], kind._make(row[1:])
