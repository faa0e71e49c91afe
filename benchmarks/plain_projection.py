"""`deal_states` as the plain library's `ProjectionRunner` keeps it in PostgreSQL: the same fold of the same events."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, cast
from uuid import UUID

from eventsourcing.application import Application
from eventsourcing.domain import DomainEventProtocol
from eventsourcing.persistence import Mapper, StoredEvent, Tracking
from eventsourcing.postgres import PostgresDatastore, PostgresTrackingRecorder
from eventsourcing.projection import Projection, ProjectionRunner
from eventsourcing.utils import Environment, EnvType
from psycopg.conninfo import conninfo_to_dict
from psycopg.sql import SQL
from sqlalchemy import Table
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateTable

from domain.event import Recorded
from engine.entries import decode
from engine.log import LogEntry
from engine.mapper import EventMapper
from projections.states.deal_states import DEAL_STATES, DEALS, DealStates

_FOLD = DealStates()
_DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]


class PlainMapper(EventMapper):
    """Ours, reading the library's own rows, which have no time of their own."""

    def to_domain_event(self, stored_event: StoredEvent) -> DomainEventProtocol[UUID]:
        """The event of a notification."""
        told = decode(stored_event.topic, stored_event.state, 1, datetime(2026, 7, 1, tzinfo=UTC))
        return cast("DomainEventProtocol[UUID]", told)


class PlainDeals(Application[UUID]):
    """The library's application on its own recorder."""

    def construct_mapper(self) -> Mapper[UUID]:
        return PlainMapper()

    def construct_env(self, name: str, env: EnvType | None = None) -> Environment:
        return Environment(name, env)


class PlainStates(PostgresTrackingRecorder):
    """The tables of `deal_states` beside the library's own position; each event is a transaction."""

    def __init__(self, datastore: PostgresDatastore, **given: Any) -> None:  # noqa: ANN401 - the library's
        super().__init__(datastore, **given)
        for table in (DEALS, DEAL_STATES):
            self.sql_create_statements.append(SQL(str(CreateTable(table).compile(dialect=_DIALECT))))  # type: ignore[arg-type]
            for index in table.indexes:
                self.sql_create_statements.append(SQL(str(CreateIndex(index).compile(dialect=_DIALECT))))  # type: ignore[arg-type]

    def take(self, recorded: Recorded, tracking: Tracking) -> None:
        """Fold one event."""
        with self.datastore.transaction(commit=True) as cursor:
            self._insert_tracking(cursor, tracking)
            cursor.execute("SELECT * FROM deals WHERE deal = %s", (recorded.stream_id.bytes,))
            after = _FOLD.fold({"deals": cursor.fetchall()}, [recorded], lambda _: [recorded])
            for row in after["deals"]:
                cursor.execute(_UPSERT, row)
            for row in after["deal_states"]:
                cursor.execute(_INSERT, row)


class PlainProjection(Projection[PlainStates]):
    """Hands each event on."""

    def process_event(self, domain_event: Any, tracking: Tracking) -> None:  # noqa: ANN401 - the library's
        self.view.take(domain_event, tracking)


class PlainReader(Projection[PostgresTrackingRecorder]):
    """Folds nothing: the least that any read model takes there."""

    def process_event(self, domain_event: Any, tracking: Tracking) -> None:  # noqa: ANN401, ARG002 - the library's
        self.view.insert_tracking(tracking)


def environment(url: str) -> dict[str, str]:
    """What tells the library to use this database."""
    known = conninfo_to_dict(url)
    return {
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "POSTGRES_DBNAME": str(known["dbname"]),
        "POSTGRES_HOST": str(known["host"]),
        "POSTGRES_PORT": str(known["port"]),
        "POSTGRES_USER": str(known["user"]),
        "POSTGRES_PASSWORD": "",
        "POSTGRES_POOL_SIZE": "5",
    }


def record(url: str, entries: Sequence[LogEntry]) -> None:
    """Put the events into the library's own recorder."""
    with PlainDeals(env=environment(url)) as deals:
        deals.recorder.insert_events(
            [
                StoredEvent(each.originator_id, each.originator_version, each.topic, each.state)
                for each in entries
            ]
        )


def catch_up(url: str, position: int, *, folding: bool = True) -> None:
    """Fold all events into `deal_states`, or only read them, with the library's runner."""
    projection: tuple[type[Any], type[Any]] = (
        (PlainProjection, PlainStates) if folding else (PlainReader, PostgresTrackingRecorder)
    )
    with ProjectionRunner(
        application_class=PlainDeals,
        projection_class=projection[0],
        view_class=projection[1],
        env=environment(url),
    ) as runner:
        runner.wait(position, timeout=300)


def _insert(table: Table) -> str:
    names = [column.name for column in table.columns if not column.info.get("surrogate")]
    values = ", ".join(f"%({name})s" for name in names)
    return f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({values})"


_INSERT = _insert(DEAL_STATES)
_UPSERT = f"{_insert(DEALS)} ON CONFLICT (deal) DO UPDATE SET " + ", ".join(
    f"{column.name} = excluded.{column.name}" for column in DEALS.columns
)
