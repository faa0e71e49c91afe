"""What a job knows of its own progress: marks, offsets, parked events, kept with its effects in one database."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Self
from uuid import uuid4

import psycopg
from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Engine,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    insert,
    inspect,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite

from consumers.running.state_database import SCHEMA, open_engine, tell
from domain.errors import NotFound, StoreNewer
from engine.urls import is_missing, without_password

LAYOUT = 1
"""Of these tables."""

TABLES = MetaData()

META = Table("consumer_meta", TABLES, Column("layout", Integer, nullable=False))

IDENTITY = Table("consumer_state", TABLES, Column("id", String, nullable=False))
"""One row: what tells this state from every other. It goes along wherever the state is copied or moved to."""

JOBS = Table(
    "consumer_jobs",
    TABLES,
    Column("job", String, primary_key=True),
    Column("topic", String, nullable=False),
    Column("started", String, nullable=False),
    Column("started_at", BigInteger, nullable=False),
)
"""A row per job that ever ran. In all these tables `job` is its group: its name after the topic prefix.

`started` is `beginning` (a deal without a mark begins with version 1) or `end` (it begins with whatever
version is met first). Times are microseconds since 1970.
"""

OFFSETS = Table(
    "consumer_offsets",
    TABLES,
    Column("job", String, primary_key=True),
    Column("topic", String, primary_key=True),
    Column("partition", Integer, primary_key=True),
    Column("next_offset", BigInteger, nullable=False),
)
"""Where a job goes on. All partitions of the topic have their row from the job's first start on.

Whoever changes offsets, marks or parked events of a partition locks its row first (`offsets.held`). A running
job whose row was changed by another notices, and goes on from what stands there.
"""

MARKS = Table(
    "consumer_marks",
    TABLES,
    Column("job", String, primary_key=True),
    Column("stream", LargeBinary(16), primary_key=True),
    Column("version", BigInteger, nullable=False),
)
"""The highest version of each deal whose effect is recorded (or that the job was not about)."""

PARKED = Table(
    "consumer_parked",
    TABLES,
    Column("job", String, primary_key=True),
    Column("stream", LargeBinary(16), primary_key=True),
    Column("version", BigInteger, primary_key=True),
    Column("topic", String, nullable=False),
    Column("partition", Integer, nullable=False),
    Column("offset", BigInteger, nullable=False),
    Column("value", LargeBinary, nullable=False),
    Column("kind", String, nullable=False),
    Column("reason", Text, nullable=False),
    Column("parked_at", BigInteger, nullable=False),
    Column("released_at", BigInteger),
)
"""Events set aside. A deal is parked while it has rows, and its later events join them.

`kind` is `failed` (the job raised), `gap` (versions before it did not come), `unreadable` (a type or fields
that this dealtrail cannot read) or `behind` (it came after such an event). `value` is the record as it came,
`reason` says why without anything of the event's contents. Setting `released_at` on all rows of a deal asks
the running job to apply them, in order of version: what succeeds is gone from here, what fails again stays
with a new reason and without `released_at`.
"""

SKIPPED = Table(
    "consumer_skipped",
    TABLES,
    Column("job", String, primary_key=True),
    Column("stream", LargeBinary(16), primary_key=True),
    Column("version", BigInteger, primary_key=True),
    Column("skipped_at", BigInteger, primary_key=True),
    Column("through", BigInteger, nullable=False),
    Column("reason", Text, nullable=False),
)
"""What somebody let a job leave out of a deal, and why: an event that failed, or the versions of a gap."""


def once(connection: Connection, table: Table) -> postgresql.Insert | sqlite.Insert:
    """Inserts rows into the table, and leaves alone those that are there."""
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    return insert(table).on_conflict_do_nothing()


class State:
    """The state of jobs in one database, made where there is none."""

    def __init__(self, engine: Engine, shown: str) -> None:
        self.engine = engine
        self.shown = shown

    @classmethod
    def open(cls, url: str, *, must_exist: bool = False, busy_timeout: float = 10.0) -> Self:
        """The state in a SQLite file (`sqlite:///FILE`) or a PostgreSQL database.

        BadInput for another kind of URL, Unavailable where the database cannot be used, StoreNewer where a
        newer dealtrail made it, NotFound where there is no state but `must_exist`.
        """
        if must_exist and is_missing(url):
            raise NotFound(f"There is no state {url}: no job ran with it yet. Say with --state where it is.")
        state = cls(open_engine(url, busy_timeout), without_password(url))
        try:
            state._claim(must_exist=must_exist)
        except BaseException:
            state.close()
            raise
        return state

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that writes; it ends with the block, rolled back where that raises."""
        with self.engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that only reads."""
        with self.engine.connect().execution_options(reading=True) as connection, connection.begin():
            yield connection

    @cached_property
    def id(self) -> str:
        """What tells it from every other state, as Kafka is told."""
        with self.reading() as connection:
            return str(connection.scalar(select(IDENTITY.c.id)))

    @contextmanager
    def told(self) -> Iterator[None]:
        """The driver's own errors as Unavailable, where they are of the database and not of a statement."""
        try:
            yield
        except (sqlite3.Error, psycopg.Error) as error:
            tell(error, self.shown)
            raise

    def make(self, tables: MetaData) -> None:
        """Make tables of a job that are not there yet."""
        with self.writing() as connection:
            _one_at_a_time(connection)
            tables.create_all(connection)

    def close(self) -> None:
        """Let go of the database; closing twice is harmless."""
        self.engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _claim(self, *, must_exist: bool) -> None:
        with self.reading() as connection:
            there = inspect(connection)
            layout = connection.scalar(select(META.c.layout)) if there.has_table(META.name) else None
            is_whole = layout is not None and there.has_table(IDENTITY.name)
        if layout is None and must_exist:
            raise NotFound("There is no state in that database: no job ran with it yet (--state).")
        if not is_whole and not must_exist:
            with self.writing() as connection:
                _one_at_a_time(connection)
                TABLES.create_all(connection)
                layout = connection.scalar(select(META.c.layout))
                if layout is None:
                    connection.execute(insert(META), {"layout": LAYOUT})
                if connection.scalar(select(IDENTITY.c.id)) is None:
                    connection.execute(insert(IDENTITY), {"id": uuid4().hex})
        if layout is not None and layout > LAYOUT:
            raise StoreNewer("The state was made by a newer dealtrail. Update dealtrail, then try again.")


def _one_at_a_time(connection: Connection) -> None:
    """Of processes that start together, one makes the tables; the others wait."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock(hashtext('{SCHEMA}'))")
        connection.exec_driver_sql(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}")
