"""The negotiation of every deal: offers and counter-offers, what became of them, concessions, objections."""

from collections.abc import Sequence
from typing import TypeVar

from sqlalchemy import BigInteger, Boolean, Column, Integer, LargeBinary, MetaData, String, Table

from domain.event import Recorded
from projections.negotiation.bargaining import Answer, Bargaining, Concession, Offer, step
from projections.negotiation.objecting import Objecting, Objection, Settlement
from projections.running.projection import Row, Rows, Story
from projections.running.reading_on import in_reading_order, read_on

_metadata = MetaData()


def _deal_and_version() -> tuple[Column[bytes], Column[int]]:
    return (
        Column("deal", LargeBinary(16), primary_key=True),
        Column("version", Integer, primary_key=True),
    )


offers = Table(
    "negotiation_offers",
    _metadata,
    *_deal_and_version(),
    Column("offer", String, nullable=False),
    Column("side", String, nullable=False),
    Column("price", BigInteger),
    Column("currency", String),
    Column("list_price", BigInteger),
    Column("list_currency", String),
    Column("in_reply_to", String),
    Column("valid_until", String),
    Column("read_at", BigInteger, nullable=False),
    Column("precision", String, nullable=False),
    Column("until", BigInteger, nullable=False),
    Column("answered_by", String),
    Column("answered_at", BigInteger),
    Column("answered_precision", String),
)
"""One row per offer made, of either side. At T those with read_at ≤ T < until stand, one for each id; the others
with read_at ≤ T were made and then made once more. `answered_by` is `accepted`, `rejected` or `countered`,
whichever came first, and holds from `answered_at` on. `valid_until` is a day in ISO 8601.
"""

offer_answers = Table(
    "negotiation_answers",
    _metadata,
    *_deal_and_version(),
    Column("offer", String, nullable=False),
    Column("answer", String, nullable=False),
    Column("side", String),
    Column("read_at", BigInteger, nullable=False),
    Column("precision", String, nullable=False),
    Column("until", BigInteger, nullable=False),
)
"""One row per `accepted`, `rejected`, `withdrawn` or `expired`, also of an offer that nobody made.
At T the one with read_at ≤ T < until is what has become of the offer; without one it waits for an answer.
"""

concessions = Table(
    "negotiation_concessions",
    _metadata,
    *_deal_and_version(),
    Column("side", String, nullable=False),
    Column("term", String, nullable=False),
    Column("value", BigInteger),
    Column("currency", String),
    Column("in_return", Boolean, nullable=False),
    Column("read_at", BigInteger, nullable=False),
    Column("precision", String, nullable=False),
)
"""One row per concession, of the `seller` (given) or the `buyer` (received)."""

objections = Table(
    "negotiation_objections",
    _metadata,
    *_deal_and_version(),
    Column("objection", String, nullable=False),
    Column("topic", String, nullable=False),
    Column("contact", String),
    Column("read_at", BigInteger, nullable=False),
    Column("precision", String, nullable=False),
    Column("until", BigInteger, nullable=False),
    Column("answered_at", BigInteger),
    Column("answered_precision", String),
)
"""One row per objection raised. At T those with read_at ≤ T < until stand, one for each id."""

objection_settlements = Table(
    "negotiation_settlements",
    _metadata,
    *_deal_and_version(),
    Column("objection", String, nullable=False),
    Column("resolved", Boolean, nullable=False),
    Column("read_at", BigInteger, nullable=False),
    Column("precision", String, nullable=False),
    Column("until", BigInteger, nullable=False),
)
"""One row per settlement, also of an objection that nobody raised; at T the one with read_at ≤ T < until holds."""

negotiations = Table(
    "negotiations",
    _metadata,
    Column("deal", LargeBinary(16), primary_key=True),
    Column("opened", BigInteger, nullable=False),
    Column("read_to", BigInteger, nullable=False),
)
"""One row per deal: how far its negotiation was read."""

Kind = TypeVar("Kind", Offer, Answer, Concession, Objection, Settlement)


class Negotiations:
    """The negotiation of every deal, as it is known now, in the reading order."""

    name = "negotiations"
    version = 1
    types = frozenset(
        {
            "DealOpened",
            "OfferMade",
            "OfferAccepted",
            "OfferRejected",
            "OfferWithdrawn",
            "OfferExpired",
            "ConcessionMade",
            "ObjectionRaised",
            "ObjectionAnswered",
            "ObjectionSettled",
            "EventCorrected",
            "EventRetracted",
        }
    )
    tables = (negotiations, offers, offer_answers, concessions, objections, objection_settlements)

    def fold(self, have: Rows, events: Sequence[Recorded], story: Story) -> Rows:
        """The rows of a deal after `events`."""
        known = read_on(_bargaining(have), events, story, self.types, step)
        return {} if known is None else _rows(events[0].stream_id.bytes, known)


def _bargaining(have: Rows) -> Bargaining | None:
    heads = have.get(negotiations.name)
    if not heads:
        return None
    return Bargaining(
        opened=heads[0]["opened"],
        read_to=heads[0]["read_to"],
        offers=_read(have, offers, Offer),
        answers=_read(have, offer_answers, Answer),
        concessions=_read(have, concessions, Concession),
        objecting=Objecting(
            _read(have, objections, Objection), _read(have, objection_settlements, Settlement)
        ),
    )


def _read(have: Rows, table: Table, kind: type[Kind]) -> tuple[Kind, ...]:
    """The rows of a table as values, in reading order."""
    return tuple(kind(**each) for each in in_reading_order(have.get(table.name, ())))


def _rows(deal: bytes, known: Bargaining) -> Rows:
    def rows(values: Sequence[Kind]) -> list[Row]:
        return [{"deal": deal, **each._asdict()} for each in values]

    return {
        negotiations.name: [{"deal": deal, "opened": known.opened, "read_to": known.read_to}],
        offers.name: rows(known.offers),
        offer_answers.name: rows(known.answers),
        concessions.name: rows(known.concessions),
        objections.name: rows(known.objecting.objections),
        objection_settlements.name: rows(known.objecting.settlements),
    }
