"""Which events were announced, so that a replay repeats nothing and a correction speaks of what was said."""

from uuid import UUID

from sqlalchemy import BigInteger, Column, Connection, Integer, MetaData, Table, Uuid, insert, select

from engine.clock import Clock, to_micros


class Announced:
    """The events of which the chats know, in a table of the job."""

    def __init__(self, tables: MetaData, prefix: str, clock: Clock) -> None:
        self._clock = clock
        self._events = Table(
            f"{prefix}_announced",
            tables,
            Column("deal", Uuid, primary_key=True),
            Column("version", Integer, primary_key=True),
            Column("announced_at", BigInteger, nullable=False),
        )

    def has(self, connection: Connection, deal: UUID, version: int) -> bool:
        """Whether the event of that version was announced."""
        events = self._events.c
        found = select(events.version).where(events.deal == deal, events.version == version)
        return connection.scalar(found) is not None

    def note(self, connection: Connection, deal: UUID, version: int) -> None:
        """The event of that version is announced now."""
        row = {"deal": deal, "version": version, "announced_at": to_micros(self._clock())}
        connection.execute(insert(self._events), row)
