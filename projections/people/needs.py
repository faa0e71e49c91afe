"""What the buyers of every deal need: recorded, revised, met or not; and the solutions proposed for it."""

from collections.abc import Sequence

from sqlalchemy import BigInteger, Column, Integer, LargeBinary, MetaData, String, Table

from domain.event import Recorded
from projections.people.needs_told import Need, NeedsTold, Purpose, Solution, step
from projections.running.projection import Rows, Story
from projections.running.reading_on import columns, read_on, without_deal

_metadata = MetaData()

needs = Table(
    "needs",
    _metadata,
    Column("deal", LargeBinary(16), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("need", String, nullable=False),
    Column("recorded", BigInteger, nullable=False),
    Column("read_at", BigInteger, nullable=False),
    Column("precision", String, nullable=False),
    Column("until", BigInteger, nullable=False),
    Column("kind", String),
    Column("topic", String),
    Column("text", String),
    Column("importance", Integer),
    Column("contact", String),
    Column("met", String),
    Column("offer", String),
)
"""One row per thing said of a need. At T the row of a need with read_at ≤ T < until is what it was then.

`recorded` is when it was first heard of; `met` is `yes`, `partly`, `no`, or null where nobody has found out,
`offer` what met it. Of a need that was settled but never recorded the `kind` is null. One recorded again is new.
"""

solutions = Table(
    "solutions",
    _metadata,
    Column("deal", LargeBinary(16), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("solution", String, nullable=False),
    Column("revises", String),
    Column("summary", String, nullable=False),
    Column("read_at", BigInteger, nullable=False),
    Column("precision", String, nullable=False),
    Column("until", BigInteger, nullable=False),
)
"""One row per proposal. At T those with read_at ≤ T < until are before the buyer; a revision takes the place
of what it revises."""

solution_needs = Table(
    "solution_needs",
    _metadata,
    Column("deal", LargeBinary(16), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("need", String, primary_key=True),
)
"""Which needs a proposal (its version) is for."""

needs_read = Table(
    "needs_read",
    _metadata,
    Column("deal", LargeBinary(16), primary_key=True),
    Column("opened", BigInteger, nullable=False),
    Column("read_to", BigInteger, nullable=False),
)
"""One row per deal: how far its needs were read."""


class Needs:
    """The needs of every deal, as they are known now, in the reading order."""

    name = "needs"
    version = 1
    types = frozenset(
        {
            "DealOpened",
            "NeedRecorded",
            "NeedRevised",
            "NeedSettled",
            "SolutionProposed",
            "EventCorrected",
            "EventRetracted",
        }
    )
    tables = (needs_read, needs, solutions, solution_needs)

    def fold(self, have: Rows, events: Sequence[Recorded], story: Story) -> Rows:
        """The rows of a deal after `events`."""
        told = read_on(_told(have), events, story, self.types, step)
        return {} if told is None else _rows(events[0].stream_id.bytes, told)


def _told(have: Rows) -> NeedsTold | None:
    heads = have.get(needs_read.name)
    if not heads:
        return None
    return NeedsTold(
        opened=heads[0]["opened"],
        read_to=heads[0]["read_to"],
        needs=tuple(Need(**without_deal(row)) for row in have.get(needs.name, ())),
        solutions=tuple(Solution(**without_deal(row)) for row in have.get(solutions.name, ())),
        purposes=tuple(Purpose(**without_deal(row)) for row in have.get(solution_needs.name, ())),
    )


def _rows(deal: bytes, told: NeedsTold) -> Rows:
    return {
        needs_read.name: [{"deal": deal, "opened": told.opened, "read_to": told.read_to}],
        needs.name: [{"deal": deal, **columns(each)} for each in told.needs],
        solutions.name: [{"deal": deal, **columns(each)} for each in told.solutions],
        solution_needs.name: [{"deal": deal, **columns(each)} for each in told.purposes],
    }
