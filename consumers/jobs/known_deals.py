"""What a job knows of a deal beyond the event in its hands: title, labels, owner, amount, stage."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    Uuid,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite

from consumers.job import concerned
from domain.deal.life import (
    DealAmountRevised,
    DealDetailsChanged,
    DealOpened,
    DealPipelineChanged,
    DealStageChanged,
)
from domain.deal.outcome import DealDiscarded, DealLost, DealMerged, DealReopened, DealWon, Standing
from domain.deal.story import fold
from domain.deal.team import DealOwnerAssigned
from domain.event import Recorded
from domain.values import Money
from engine.clock import EPOCH, from_micros, to_micros
from engine.entries import decode, encode

TELLING = frozenset(
    event.__name__
    for event in (
        DealOpened,
        DealDetailsChanged,
        DealOwnerAssigned,
        DealAmountRevised,
        DealStageChanged,
        DealPipelineChanged,
        DealWon,
        DealLost,
        DealReopened,
        DealMerged,
        DealDiscarded,
    )
)
"""The events that say or change what is known here; corrections and retractions of them do too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownDeal:
    """A deal as its events tell it, each as it stands after what was corrected and retracted."""

    title: str
    account_name: str | None
    segment: Mapping[str, str]
    owner: str | None
    amount: Money | None
    pipeline: str
    stage: str | None
    standing: Standing


class KnownDeals:
    """The deals that a job has met, in a table of its own; written in the transaction of the job's effect.

    The telling events themselves are kept and folded when asked. So null clears, labels are merged by key,
    a backdated event counts where it happened and a correction where the original stood, all by the domain's
    own rules. Of a deal whose opening the job never met nothing is known: begin at the beginning.
    """

    def __init__(self, tables: MetaData, prefix: str, also: frozenset[str] = frozenset()) -> None:
        """In the table `<prefix>_known_deals` of `tables`; `also` are further types that the job wants kept."""
        self._kept = TELLING | also
        self._events = Table(
            f"{prefix}_known_deals",
            tables,
            Column("deal", Uuid, primary_key=True),
            Column("version", Integer, primary_key=True),
            Column("type", Text, nullable=False),
            Column("recorded_at", BigInteger, nullable=False),
            Column("state", LargeBinary, nullable=False),
        )

    def remember(self, connection: Connection, recorded: Recorded) -> None:
        """Keep what the event tells; to remember it again changes nothing."""
        if self._kept.isdisjoint(concerned(recorded)):
            return
        insert = (postgresql if connection.dialect.name == "postgresql" else sqlite).insert(self._events)
        connection.execute(
            insert.on_conflict_do_nothing(),
            {
                "deal": recorded.stream_id,
                "version": recorded.version,
                "type": recorded.type,
                "recorded_at": to_micros(recorded.recorded_at or EPOCH),
                "state": encode(recorded),
            },
        )

    def known(self, connection: Connection, deal: UUID, version: int | None = None) -> KnownDeal | None:
        """The deal as its events up to `version` tell it (None: all that were met); None without its opening."""
        told = fold(self.story(connection, deal, version))
        if told is None:
            return None
        return KnownDeal(
            title=told.life.title,
            account_name=told.life.account_name,
            segment=told.life.segment,
            owner=told.team.owner,
            amount=told.life.amount,
            pipeline=told.life.pipeline,
            stage=told.life.stage,
            standing=told.outcome.standing,
        )

    def story(self, connection: Connection, deal: UUID, version: int | None = None) -> list[Recorded]:
        """The events of the deal that were kept, in order, up to `version` (None: all); their position is 0."""
        kept = self._events.c
        met = select(kept.type, kept.state, kept.recorded_at).where(kept.deal == deal).order_by(kept.version)
        if version is not None:
            met = met.where(kept.version <= version)
        return [decode(kind, state, 0, from_micros(at)) for kind, state, at in connection.execute(met)]
