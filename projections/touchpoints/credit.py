"""To whom a deal is credited, its owner and its teammates with their duties; and which deal it follows."""

from collections.abc import Sequence

from sqlalchemy import BigInteger, Column, Integer, LargeBinary, MetaData, String, Table

from domain.event import Recorded
from projections.running.projection import Rows, Story
from projections.running.reading_on import columns, read_on, without_deal
from projections.touchpoints.duties import Credit, Duty, Followed, step

_metadata = MetaData()

deal_duties = Table(
    "deal_duties",
    _metadata,
    Column("deal", LargeBinary(16), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("person", String, nullable=False),
    Column("duty", String, nullable=False),
    Column("read_at", BigInteger, nullable=False),
    Column("occurred_at", BigInteger, nullable=False),
    Column("precision", String, nullable=False),
    Column("until", BigInteger, nullable=False),
    Column("until_version", Integer, nullable=False),
)
"""One row per time that a person had a duty, `owner` among them. A person has it at an event of the deal
with (read_at, version) ≤ the event's < (until, until_version)."""

deal_follows = Table(
    "deal_follows",
    _metadata,
    Column("deal", LargeBinary(16), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("follows", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("read_at", BigInteger, nullable=False),
    Column("until", BigInteger, nullable=False),
)
"""One row per deal that a deal was said to follow; at T the one with read_at ≤ T < until holds."""

credit_reading = Table(
    "credit_reading",
    _metadata,
    Column("deal", LargeBinary(16), primary_key=True),
    Column("opened", BigInteger, nullable=False),
    Column("read_to", BigInteger, nullable=False),
)
"""One row per deal: how far it was read."""


class Credits:
    """The duties in every deal, as they are known now, in the reading order."""

    name = "credit"
    version = 1
    types = frozenset(
        {
            "DealOpened",
            "DealOwnerAssigned",
            "DealTeammateAssigned",
            "DealTeammateReleased",
            "DealDetailsChanged",
            "EventCorrected",
            "EventRetracted",
        }
    )
    tables = (credit_reading, deal_duties, deal_follows)

    def fold(self, have: Rows, events: Sequence[Recorded], story: Story) -> Rows:
        """The rows of a deal after `events`."""
        credit = read_on(_credit(have), events, story, self.types, step)
        if credit is None:
            return {}
        deal = events[0].stream_id.bytes
        return {
            credit_reading.name: [{"deal": deal, "opened": credit.opened, "read_to": credit.read_to}],
            deal_duties.name: [{"deal": deal, **columns(each)} for each in credit.duties],
            deal_follows.name: [{"deal": deal, **columns(each)} for each in credit.followed],
        }


def _credit(have: Rows) -> Credit | None:
    heads = have.get(credit_reading.name)
    if not heads:
        return None
    return Credit(
        opened=heads[0]["opened"],
        read_to=heads[0]["read_to"],
        duties=tuple(Duty(**without_deal(row)) for row in have.get(deal_duties.name, ())),
        followed=tuple(Followed(**without_deal(row)) for row in have.get(deal_follows.name, ())),
    )
