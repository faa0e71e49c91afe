"""The decision chain of every deal over time: who is in it, in which roles, where they stand, whom we met."""

from collections.abc import Sequence

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, MetaData, String, Table

from domain.event import Recorded
from projections.people.decision_chain import Assessment, Chain, Invited, Meeting, Role, Stay, step
from projections.running.projection import Row, Rows, Story
from projections.running.reading_on import columns, in_reading_order, read_on, without_deal

_metadata = MetaData()

contacts = Table(
    "contacts",
    _metadata,
    Column("deal", LargeBinary(16), primary_key=True),
    Column("contact", String, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("read_at", BigInteger, nullable=False),
    Column("precision", String, nullable=False),
    Column("until", BigInteger, nullable=False),
    Column("left_version", Integer),
    Column("left_precision", String),
    Column("reason", String),
    Column("replaced_by", String),
)
"""One row per time of a contact in a deal's chain. At T those with read_at ≤ T < until are in it; those with
`left_version` and until ≤ T have left, for `reason`, and `replaced_by` came for them.

Who was never added is in the chain once something is said of them. A contact that was only ever removed has a row
that ends where it begins. Names and addresses are not here: they stay in the log.
"""

contact_assessments = Table(
    "contact_assessments",
    _metadata,
    Column("deal", LargeBinary(16), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("contact", String, nullable=False),
    Column("read_at", BigInteger, nullable=False),
    Column("precision", String, nullable=False),
    Column("until", BigInteger, nullable=False),
    Column("influence", Integer),
    Column("stance", String),
    Column("reports_to", String),
)
"""One row per assessment. At T the one of a contact with read_at ≤ T < until is what we think: influence (1–5),
stance (`advocate`, `supporter`, `neutral`, `sceptic`, `blocker`) and whom they report to, each null if never said.
It outlasts the contact's time in the chain."""

contact_roles = Table(
    "contact_roles",
    _metadata,
    Column("deal", LargeBinary(16), primary_key=True),
    Column("contact", String, primary_key=True),
    Column("role", String, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("read_at", BigInteger, nullable=False),
    Column("precision", String, nullable=False),
    Column("until", BigInteger, nullable=False),
)
"""One row per role of a contact, from the assessment that first named it to the first that did not any more."""

contact_meetings = Table(
    "contact_meetings",
    _metadata,
    Column("deal", LargeBinary(16), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("contact", String, primary_key=True),
    Column("touchpoint", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("direction", String),
    Column("read_at", BigInteger, nullable=False),
    Column("precision", String, nullable=False),
)
"""One row per contact at a touchpoint that was held, in the chain or not. Where the touchpoint does not say who
was there, those whom it was planned with."""

contact_invitations = Table(
    "contact_invitations",
    _metadata,
    Column("deal", LargeBinary(16), primary_key=True),
    Column("touchpoint", String, primary_key=True),
    Column("contact", String, primary_key=True),
)
"""Whom each appointment was last made with: the fold asks, questions do not."""

chains = Table(
    "chains",
    _metadata,
    Column("deal", LargeBinary(16), primary_key=True),
    Column("opened", BigInteger, nullable=False),
    Column("read_to", BigInteger, nullable=False),
)
"""One row per deal: how far its chain was read."""

Index("contact_meetings_read_at", contact_meetings.c.read_at)


class Contacts:
    """The decision chain of every deal, as it is known now, in the reading order."""

    name = "contacts"
    version = 1
    types = frozenset(
        {
            "DealOpened",
            "ContactAdded",
            "ContactChanged",
            "ContactAssessed",
            "ContactRemoved",
            "TouchpointPlanned",
            "TouchpointHeld",
            "EventCorrected",
            "EventRetracted",
        }
    )
    tables = (chains, contacts, contact_assessments, contact_roles, contact_meetings, contact_invitations)

    def fold(self, have: Rows, events: Sequence[Recorded], story: Story) -> Rows:
        """The rows of a deal after `events`."""
        chain = read_on(_chain(have), events, story, self.types, step)
        return {} if chain is None else _rows(events[0].stream_id.bytes, chain)


def _chain(have: Rows) -> Chain | None:
    heads = have.get(chains.name)
    if not heads:
        return None
    return Chain(
        opened=heads[0]["opened"],
        read_to=heads[0]["read_to"],
        stays=tuple(Stay(**each) for each in _in_order(have, contacts)),
        assessments=tuple(Assessment(**each) for each in _in_order(have, contact_assessments)),
        roles=tuple(Role(**each) for each in _in_order(have, contact_roles)),
        meetings=tuple(Meeting(**each) for each in _in_order(have, contact_meetings)),
        invited=tuple(Invited(**without_deal(each)) for each in have.get(contact_invitations.name, ())),
    )


def _in_order(have: Rows, table: Table) -> list[Row]:
    return in_reading_order(have.get(table.name, ()))


def _rows(deal: bytes, chain: Chain) -> Rows:
    return {
        chains.name: [{"deal": deal, "opened": chain.opened, "read_to": chain.read_to}],
        contacts.name: [{"deal": deal, **columns(each)} for each in chain.stays],
        contact_assessments.name: [{"deal": deal, **columns(each)} for each in chain.assessments],
        contact_roles.name: [{"deal": deal, **columns(each)} for each in chain.roles],
        contact_meetings.name: [{"deal": deal, **columns(each)} for each in chain.meetings],
        contact_invitations.name: [{"deal": deal, **columns(each)} for each in chain.invited],
    }
