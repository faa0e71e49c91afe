"""How long a deal was in which stage: every visit [entered, left), how it was left, and the pauses."""

from collections.abc import Sequence

from sqlalchemy import BigInteger, Column, Integer, LargeBinary, MetaData, String, Table

from domain.event import Recorded
from projections.running.projection import Row, Rows, Story
from projections.running.reading_on import Place, columns, read_on
from projections.stages.journey import Journey, Rest, Visit, step

_metadata = MetaData()

stage_visits = Table(
    "stage_visits",
    _metadata,
    Column("deal", LargeBinary(16), primary_key=True),
    Column("nth", Integer, primary_key=True),
    Column("pipeline", String, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("stage", String, nullable=False),
    Column("outcome", String, nullable=False),
    Column("entered", BigInteger, nullable=False),
    Column("entered_precision", String, nullable=False),
    Column("entered_version", Integer, nullable=False),
    Column("left", BigInteger, nullable=False),
    Column("left_precision", String),
    Column("left_version", Integer),
    Column("left_by", String),
)
"""One row per visit, in reading order. `left` is ∞ (2^62) while it lasts; `left_by` is `moved`, `reopened`,
or the outcome that ended it. `outcome` is the deal's on entering: `open`, or `won` for stages after the win.
"""

stage_pauses = Table(
    "stage_pauses",
    _metadata,
    Column("deal", LargeBinary(16), primary_key=True),
    Column("nth", Integer, primary_key=True),
    Column("paused", BigInteger, nullable=False),
    Column("paused_precision", String, nullable=False),
    Column("resumed", BigInteger, nullable=False),
    Column("resumed_precision", String),
)
"""One row per rest of the deal, whatever stages it was in; `resumed` is ∞ while it lasts."""

journeys = Table(
    "journeys",
    _metadata,
    Column("deal", LargeBinary(16), primary_key=True),
    Column("opened", BigInteger, nullable=False),
    Column("read_to", BigInteger, nullable=False),
    Column("outcome", String, nullable=False),
    Column("pipeline", String, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("stage", String),
)
"""One row per deal: how far its visits were read, and where it stood then."""


class StageVisits:
    """The visits and pauses of every deal, as they are known now, in the reading order."""

    name = "stage_visits"
    version = 1
    types = frozenset(
        {
            "DealOpened",
            "DealStageChanged",
            "DealPipelineChanged",
            "DealWon",
            "DealLost",
            "DealReopened",
            "DealMerged",
            "DealDiscarded",
            "DealPaused",
            "DealResumed",
            "EventCorrected",
            "EventRetracted",
        }
    )
    tables = (journeys, stage_visits, stage_pauses)

    def fold(self, have: Rows, events: Sequence[Recorded], story: Story) -> Rows:
        """The rows of a deal after `events`."""
        journey = read_on(_journey(have), events, story, self.types, step)
        return {} if journey is None else _rows(events[0].stream_id.bytes, journey)


def _journey(have: Rows) -> Journey | None:
    heads = have.get(journeys.name)
    if not heads:
        return None
    head = heads[0]
    return Journey(
        opened=head["opened"],
        read_to=head["read_to"],
        outcome=head["outcome"],
        place=Place(head["pipeline"], head["revision"], head["stage"]),
        visits=tuple(Visit(**_without_key(row)) for row in _in_order(have, stage_visits.name)),
        rests=tuple(Rest(**_without_key(row)) for row in _in_order(have, stage_pauses.name)),
    )


def _rows(deal: bytes, journey: Journey) -> Rows:
    head = {
        "deal": deal,
        "opened": journey.opened,
        "read_to": journey.read_to,
        "outcome": journey.outcome,
        **columns(journey.place),
    }
    return {
        journeys.name: [head],
        stage_visits.name: _numbered(deal, journey.visits),
        stage_pauses.name: _numbered(deal, journey.rests),
    }


def _in_order(have: Rows, table: str) -> list[Row]:
    return sorted(have.get(table, ()), key=lambda row: row["nth"])


def _without_key(row: Row) -> Row:
    return {name: value for name, value in row.items() if name not in ("deal", "nth")}


def _numbered(deal: bytes, stays: Sequence[Visit | Rest]) -> list[Row]:
    return [{"deal": deal, "nth": nth, **columns(stay)} for nth, stay in enumerate(stays, 1)]
