"""What was learned from closed deals: every retrospective with its points, and its actions open and done."""

from collections.abc import Sequence
from json import dumps, loads

from sqlalchemy import BigInteger, Column, Integer, LargeBinary, MetaData, String, Table

from domain.event import Recorded
from projections.causes.looking_back import Held, Lookings, Planned, Point, step
from projections.running.projection import Row, Rows, Story
from projections.running.reading_on import columns, read_on, without_deal

_metadata = MetaData()

retrospectives = Table(
    "retrospectives",
    _metadata,
    Column("deal", LargeBinary(16), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("retrospective", String, nullable=False),
    Column("outcome", Integer),
    Column("participants", String, nullable=False),
    Column("occurred_at", BigInteger, nullable=False),
    Column("precision", String, nullable=False),
    Column("read_at", BigInteger, nullable=False),
    Column("until", BigInteger, nullable=False),
)
"""One row per retrospective; at T those with read_at ≤ T < until stand. `participants` is a JSON list."""

retrospective_points = Table(
    "retrospective_points",
    _metadata,
    Column("deal", LargeBinary(16), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("kind", String, primary_key=True),
    Column("nth", Integer, primary_key=True),
    Column("code", String),
    Column("text", String, nullable=False),
    Column("evidence", String, nullable=False),
)
"""One row per thing seen or learned in a retrospective (its version), which stands as long as that does.

`kind` is `pushed` or `blocked` (`code` is a reason) or `lesson` (`code` is an area); `evidence` a JSON list
of versions.
"""

retrospective_actions = Table(
    "retrospective_actions",
    _metadata,
    Column("deal", LargeBinary(16), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("nth", Integer, primary_key=True),
    Column("action", String, nullable=False),
    Column("text", String, nullable=False),
    Column("owner", String),
    Column("due", String),
    Column("read_at", BigInteger, nullable=False),
    Column("until", BigInteger, nullable=False),
    Column("finished", BigInteger, nullable=False),
    Column("finished_version", Integer),
)
"""One row per action of a retrospective (its version). At T those with read_at ≤ T < until stand, done if
finished ≤ T. `due` is a calendar day; `until` and `finished` are ∞ (2^62) while that has not come."""

lookings = Table(
    "retrospective_reading",
    _metadata,
    Column("deal", LargeBinary(16), primary_key=True),
    Column("opened", BigInteger, nullable=False),
    Column("read_to", BigInteger, nullable=False),
)
"""One row per deal: how far it was read."""


class Retrospectives:
    """The retrospectives of every deal, as they are known now, in the reading order."""

    name = "retrospectives"
    version = 1
    types = frozenset(
        {
            "DealOpened",
            "RetrospectiveHeld",
            "RetrospectiveActionFinished",
            "EventCorrected",
            "EventRetracted",
        }
    )
    tables = (lookings, retrospectives, retrospective_points, retrospective_actions)

    def fold(self, have: Rows, events: Sequence[Recorded], story: Story) -> Rows:
        """The rows of a deal after `events`."""
        known = read_on(_known(have), events, story, self.types, step)
        return {} if known is None else _rows(events[0].stream_id.bytes, known)


def _known(have: Rows) -> Lookings | None:
    heads = have.get(lookings.name)
    if not heads:
        return None
    return Lookings(
        opened=heads[0]["opened"],
        read_to=heads[0]["read_to"],
        held=tuple(Held(**_listed(row, "participants")) for row in have.get(retrospectives.name, ())),
        points=tuple(Point(**_listed(row, "evidence")) for row in have.get(retrospective_points.name, ())),
        planned=tuple(Planned(**without_deal(row)) for row in have.get(retrospective_actions.name, ())),
    )


def _rows(deal: bytes, known: Lookings) -> Rows:
    return {
        lookings.name: [{"deal": deal, "opened": known.opened, "read_to": known.read_to}],
        retrospectives.name: [
            {"deal": deal, **columns(each), "participants": dumps(each.participants, ensure_ascii=False)}
            for each in known.held
        ],
        retrospective_points.name: [
            {"deal": deal, **columns(each), "evidence": dumps(each.evidence)} for each in known.points
        ],
        retrospective_actions.name: [{"deal": deal, **columns(each)} for each in known.planned],
    }


def _listed(row: Row, name: str) -> Row:
    return without_deal(row) | {name: tuple(loads(row[name]))}
