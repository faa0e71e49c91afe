"""How deals ended: each win and loss with its causes, its tellers and its competitors."""

from collections.abc import Sequence
from dataclasses import fields

from sqlalchemy import BigInteger, Column, Float, Index, Integer, LargeBinary, MetaData, String, Table

from domain.event import Recorded
from projections.closings.closings import Beginning, Closed, Closings, Noted, Told, step
from projections.running.projection import Row, Rows, Story
from projections.running.reading_on import Place, columns, read_on, without_deal

_metadata = MetaData()

outcomes = Table(
    "outcomes",
    _metadata,
    Column("deal", LargeBinary(16), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("nth", Integer, nullable=False),
    Column("outcome", String, nullable=False),
    Column("occurred_at", BigInteger, nullable=False),
    Column("precision", String, nullable=False),
    Column("read_at", BigInteger, nullable=False),
    Column("until", BigInteger, nullable=False),
    Column("amount", BigInteger),
    Column("currency", String),
    Column("kind", String),
    Column("competitor", String),
    Column("closed_by", String, nullable=False),
    Column("pipeline", String, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("stage", String),
    Column("opened", BigInteger, nullable=False),
    Column("opened_precision", String, nullable=False),
    Column("sql", BigInteger),
    Column("sql_precision", String),
)
"""One row per win or loss, `nth` in reading order. At T the one with read_at ≤ T < until stands, if there is one.

`amount` is what the deal stood at as of its closing, `until` ∞ (2^62) while the outcome stands.
"""

outcome_causes = Table(
    "outcome_causes",
    _metadata,
    Column("deal", LargeBinary(16), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("nth", Integer, primary_key=True),
    Column("outcome", Integer, nullable=False),
    Column("told_by", String),
    Column("read_at", BigInteger, nullable=False),
    Column("until", BigInteger, nullable=False),
    Column("reason", String, nullable=False),
    Column("effect", String),
    Column("weight", Float),
    Column("confidence", Float),
)
"""One row per cause that was told of an outcome (its version); `told_by` is null where the outcome itself
names it. At T those with read_at ≤ T < until are said."""

outcome_competitors = Table(
    "outcome_competitors",
    _metadata,
    Column("deal", LargeBinary(16), primary_key=True),
    Column("competitor", String, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("read_at", BigInteger, nullable=False),
)
"""One row per competitor noted in a deal, since when."""

closings = Table(
    "closings",
    _metadata,
    Column("deal", LargeBinary(16), primary_key=True),
    Column("read_to", BigInteger, nullable=False),
    Column("opened", BigInteger, nullable=False),
    Column("opened_precision", String, nullable=False),
    Column("sql", BigInteger),
    Column("sql_precision", String),
    Column("pipeline", String, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("stage", String),
    Column("amount", BigInteger),
    Column("currency", String),
)
"""One row per deal: how far its outcomes were read, and what the next one will need to know."""

Index("outcomes_read_at", outcomes.c.read_at)

OWN = tuple(field.name for field in fields(Closed) if field.name not in ("place", "beginning"))
"""The columns of an outcome besides where the deal was then and how it began."""


class Outcomes:
    """The outcomes of every deal, as they are known now, in the reading order."""

    name = "outcomes"
    version = 1
    types = frozenset(
        {
            "DealOpened",
            "DealStageChanged",
            "DealPipelineChanged",
            "DealAmountRevised",
            "DealWon",
            "DealLost",
            "DealReopened",
            "DealMerged",
            "DealDiscarded",
            "DealLeadAccepted",
            "DealCompetitorNoted",
            "CausesRecorded",
            "EventCorrected",
            "EventRetracted",
        }
    )
    tables = (closings, outcomes, outcome_causes, outcome_competitors)

    def fold(self, have: Rows, events: Sequence[Recorded], story: Story) -> Rows:
        """The rows of a deal after `events`."""
        known = read_on(_closings(have), events, story, self.types, step)
        return {} if known is None else _rows(events[0].stream_id.bytes, known)


def _closings(have: Rows) -> Closings | None:
    heads = have.get(closings.name)
    if not heads:
        return None
    head = heads[0]
    return Closings(
        read_to=head["read_to"],
        beginning=_beginning(head),
        place=_place(head),
        amount=head["amount"],
        currency=head["currency"],
        closed=tuple(_closed(row) for row in sorted(have.get(outcomes.name, ()), key=_nth)),
        told=tuple(Told(**without_deal(row)) for row in have.get(outcome_causes.name, ())),
        noted=tuple(Noted(**without_deal(row)) for row in have.get(outcome_competitors.name, ())),
    )


def _rows(deal: bytes, known: Closings) -> Rows:
    head = {
        "deal": deal,
        "read_to": known.read_to,
        **columns(known.beginning),
        **columns(known.place),
        "amount": known.amount,
        "currency": known.currency,
    }
    return {
        closings.name: [head],
        outcomes.name: [_outcome(deal, nth, each) for nth, each in enumerate(known.closed, 1)],
        outcome_causes.name: [{"deal": deal, **columns(each)} for each in known.told],
        outcome_competitors.name: [{"deal": deal, **columns(each)} for each in known.noted],
    }


def _outcome(deal: bytes, nth: int, closed: Closed) -> Row:
    row = {"deal": deal, "nth": nth, **columns(closed), **columns(closed.place), **columns(closed.beginning)}
    del row["place"], row["beginning"]
    return row


def _closed(row: Row) -> Closed:
    own = {name: row[name] for name in OWN}
    return Closed(**own, place=_place(row), beginning=_beginning(row))


def _place(row: Row) -> Place:
    return Place(row["pipeline"], row["revision"], row["stage"])


def _beginning(row: Row) -> Beginning:
    return Beginning(row["opened"], row["opened_precision"], row["sql"], row["sql_precision"])


def _nth(row: Row) -> int:
    nth: int = row["nth"]
    return nth
