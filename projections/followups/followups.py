"""What was to be done in every deal and by when: next steps, tasks, questions, offers that expire, appointments."""

from collections.abc import Sequence

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, MetaData, String, Table

from domain.event import Recorded
from projections.followups.agenda import Agenda, Item, Spoken, step
from projections.running.projection import Row, Rows, Story
from projections.running.reading_on import columns, in_reading_order, read_on

_metadata = MetaData()

followups = Table(
    "followups",
    _metadata,
    Column("deal", LargeBinary(16), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("kind", String, nullable=False),
    Column("item", String),
    Column("text", String),
    Column("person", String),
    Column("due_day", String),
    Column("due_at", BigInteger),
    Column("arose", BigInteger, nullable=False),
    Column("read_at", BigInteger, nullable=False),
    Column("precision", String, nullable=False),
    Column("until", BigInteger, nullable=False),
    Column("ended", String),
    Column("ended_version", Integer),
    Column("ended_precision", String),
)
"""One row per thing to be done and due time. At T those with read_at ≤ T < until are open.

`kind` is `next-step` (`item` is null: a deal has one at a time), `task`, `question`, `offer` (only those with
a last day, of both sides) or `touchpoint`. `text` is what is to be done, of an offer its side, of an appointment
its kind. `due_day` is a calendar day, `due_at` the instant of an appointment, both null where nobody said.
`person` is the task's owner or the appointment's first host; null: the deal's owner. `arose` is when it first
came up, also after an appointment was moved. `ended` is `done`, `answered`, `accepted`, `rejected`, `withdrawn`,
`expired`, `held`, `missed`, `moved` or `replaced`. What was open when the deal closed is left as it is: whoever
asks looks at the deal's outcome too.
"""

agendas = Table(
    "agendas",
    _metadata,
    Column("deal", LargeBinary(16), primary_key=True),
    Column("opened", BigInteger, nullable=False),
    Column("opened_precision", String, nullable=False),
    Column("read_to", BigInteger, nullable=False),
    Column("responded", BigInteger),
    Column("responded_precision", String),
    Column("accepted", BigInteger),
    Column("accepted_precision", String),
    Column("taken_up", BigInteger),
    Column("taken_up_precision", String),
)
"""One row per deal: how far it was read, and three first times, each null until then: `responded`, the first
touchpoint held that went out from us; `accepted`, the lead's first acceptance; `taken_up`, the first touchpoint
held that went out from then on. At T those up to T have happened."""

Index("followups_until", followups.c.until)

FIRSTS = ("responded", "accepted", "taken_up")


class FollowUps:
    """The follow-ups of every deal, as they are known now, in the reading order."""

    name = "followups"
    version = 1
    types = frozenset(
        {
            "DealOpened",
            "DealLeadAccepted",
            "DealNextStepSet",
            "TaskAdded",
            "TaskFinished",
            "QuestionRaised",
            "QuestionAnswered",
            "OfferMade",
            "OfferAccepted",
            "OfferRejected",
            "OfferWithdrawn",
            "OfferExpired",
            "TouchpointPlanned",
            "TouchpointRescheduled",
            "TouchpointHeld",
            "TouchpointMissed",
            "EventCorrected",
            "EventRetracted",
        }
    )
    tables = (agendas, followups)

    def fold(self, have: Rows, events: Sequence[Recorded], story: Story) -> Rows:
        """The rows of a deal after `events`."""
        agenda = read_on(_agenda(have), events, story, self.types, step)
        return {} if agenda is None else _rows(events[0].stream_id.bytes, agenda)


def _agenda(have: Rows) -> Agenda | None:
    heads = have.get(agendas.name)
    if not heads:
        return None
    head = heads[0]
    return Agenda(
        opened=head["opened"],
        opened_precision=head["opened_precision"],
        read_to=head["read_to"],
        **{name: Spoken(head[name], head[f"{name}_precision"]) for name in FIRSTS},
        items=tuple(Item(**each) for each in in_reading_order(have.get(followups.name, ()))),
    )


def _rows(deal: bytes, agenda: Agenda) -> Rows:
    head: Row = {
        "deal": deal,
        "opened": agenda.opened,
        "opened_precision": agenda.opened_precision,
        "read_to": agenda.read_to,
    }
    for name in FIRSTS:
        first: Spoken = getattr(agenda, name)
        head |= {name: first.at, f"{name}_precision": first.precision}
    return {
        agendas.name: [head],
        followups.name: [{"deal": deal, **columns(each)} for each in agenda.items],
    }
