"""A PostgreSQL store's database: connected to, made where there is no store, upgraded, opened to other roles."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID, uuid4

import psycopg
from psycopg import sql
from psycopg.abc import PQGen

from domain.errors import BadInput, DealtrailError, NotFound, StoreNewer, Tampered, Unavailable
from engine.clock import from_micros, to_micros
from engine.digest import first_digest
from engine.log import StoreInfo
from engine.postgres_binary import adapted_to_arrays
from engine.postgres_errors import not_twice, told
from engine.postgres_rows import adapted
from engine.postgres_schema import ADVISORY, GRANTS, SCHEMA, SCHEMA_VERSION, STEPS
from engine.postgres_url import AT_FIRST, connection_string, lock_timeout
from engine.urls import without_password

T = TypeVar("T")

SILENCE = 120.0
"""Seconds without an answer after which a connection is taken for dead, beside the wait for the lock."""

FROZEN = "60s"
"""How long the lock of a writer lasts that has stopped in the middle: then the server takes its work back."""

SESSION = f"""
    SELECT {AT_FIRST},
        set_config('lock_timeout', %s, false), set_config('default_transaction_isolation', 'read committed', false),
        set_config('idle_in_transaction_session_timeout', %s, false),
        set_config('synchronous_commit', CASE current_setting('synchronous_commit')
            WHEN 'remote_apply' THEN 'remote_apply' ELSE 'on' END, false),
        set_config('enable_seqscan', 'off', false), set_config('jit', 'off', false)
"""
"""Whatever the server's defaults are: what was answered is on disk, and no lock is waited for or held for ever.

Every question to the log has its index. A plan made while the log was short would read all of it, and be kept
while it grows a thousandfold, until the server has counted the rows again.
"""


class Connection(psycopg.Connection[tuple[Any, ...]]):
    """A connection in autocommit mode that any thread may use, one at a time; it does not wait for ever."""

    silence = SILENCE

    def wait(self, gen: PQGen[T], interval: float = 0.1, timeout: float | None = None) -> T:
        """As psycopg does, but a server that says nothing for so long counts as gone."""
        try:
            return super().wait(gen, interval, self.silence if timeout is None else timeout)
        except psycopg.OperationalError as error:
            # What the server refuses has a code; this is silence, or the end.
            if timeout is None and error.sqlstate is None:
                self.close()
            raise

    def in_one_message(
        self, statements: str, values: Sequence[object] = ()
    ) -> psycopg.ClientCursor[tuple[Any, ...]]:
        """Several statements, which the server gets all at once or not at all; the cursor is at the first result.

        In a pipeline they travel one by one, and the server, which ends an idle transaction only where it has
        answered all that it was sent, would wait for the next without a limit, with whatever lock it has taken.
        """
        return psycopg.ClientCursor(self).execute(statements, values)


class Database:
    """Where a store lies and how long to wait for it; hands out connections."""

    def __init__(self, url: str, busy_timeout: float) -> None:
        self.url = without_password(url)
        self.busy_timeout = busy_timeout
        self._conninfo = connection_string(url, busy_timeout)
        not_twice("psycopg")

    def connect(self) -> Connection:
        """A new connection; Unavailable where there is none to be had."""
        with self.translated():
            connection = Connection.connect(self._conninfo, autocommit=True)
            try:
                connection.silence = SILENCE + self.busy_timeout
                adapted(connection)
                adapted_to_arrays(connection)
                connection.execute(SESSION, (lock_timeout(self.busy_timeout), FROZEN))
            except BaseException:
                connection.close()
                raise
        return connection

    def prepare(self, timezone: str, created_at: datetime, *, make: bool = True) -> StoreInfo:
        """What the store is; a database without one gets one with this time zone, if the role may make it.

        NotFound where it is not to `make` one, StoreNewer where a newer dealtrail wrote it, Unavailable where an
        older one did, or where it is not there and may not be made.
        """
        with self.translated(), self.connect() as connection:
            if not _is_store(connection):
                if not make:
                    raise NotFound(
                        f"There is no store in {self.url} yet. Let its owner run `dealtrail store upgrade`, with "
                        "its time zone in DEALTRAIL_TIMEZONE and `--grant ROLE` for whoever works with it."
                    )
                self._upgraded(connection, timezone, created_at)
            info = self._info(connection)
        if info.schema_version < SCHEMA_VERSION:
            raise Unavailable(
                f"The store {self.url} was made by an older dealtrail (store version {info.schema_version}, "
                f"this one needs {SCHEMA_VERSION}). Let its owner run `dealtrail store upgrade`."
            )
        return info

    def upgrade(self, timezone: str, created_at: datetime, role: str | None = None) -> StoreInfo:
        """Make the store, or bring one of an older dealtrail to today's tables; run by the role that owns it.

        `role` may record and read from then on, and no more. Doing it twice is harmless.
        """
        with self.translated(), self.connect() as connection:
            self._upgraded(connection, timezone, created_at, role)
            return self._info(connection)

    @contextmanager
    def translated(self) -> Iterator[None]:
        """PostgreSQL's own errors as dealtrail's, with what to try."""
        try:
            yield
        except psycopg.Error as error:
            raise self.told(error) from error

    def told(self, error: psycopg.Error) -> DealtrailError:
        """PostgreSQL's own error as dealtrail's, with what to try."""
        return told(error, self.url, self.busy_timeout)

    def _upgraded(
        self, connection: Connection, timezone: str, created_at: datetime, role: str | None = None
    ) -> None:
        """Take the steps that the store has not taken; one process at a time, all of them or none."""
        with connection.transaction():
            connection.execute("SELECT pg_advisory_xact_lock(%s)", (ADVISORY,))
            # Another process may have been first while this one waited for the lock.
            version = self._info(connection).schema_version if _is_store(connection) else 0
            for step in range(version + 1, SCHEMA_VERSION + 1):
                for statement in STEPS[step]:
                    connection.execute(statement)
            if version == 0:
                self._begin(connection, timezone, created_at)
            elif version < SCHEMA_VERSION:
                connection.execute(f"UPDATE {SCHEMA}.store SET schema_version = %s", (SCHEMA_VERSION,))
            if role is not None:
                self._grant(connection, role)

    def _begin(self, connection: Connection, timezone: str, created_at: datetime) -> None:
        encoding = connection.execute("SHOW server_encoding").fetchone()
        if encoding != ("UTF8",):
            raise BadInput(
                f"The database of {self.url} cannot hold every language. Make one with ENCODING 'UTF8' "
                "(createdb --encoding=UTF8 --template=template0)."
            )
        store_id = uuid4()
        connection.execute(
            f"INSERT INTO {SCHEMA}.store VALUES (1, %s, %s, %s, %s)",
            (store_id, timezone, to_micros(created_at), SCHEMA_VERSION),
        )
        connection.execute(
            f"INSERT INTO {SCHEMA}.log_head VALUES (1, 0, %s, NULL)", (first_digest(store_id),)
        )

    def _grant(self, connection: Connection, role: str) -> None:
        if connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (role,)).fetchone() is None:
            raise BadInput(
                f"There is no role {role!r} on the server of {self.url}. "
                "Make it first: CREATE ROLE … LOGIN PASSWORD '…'."
            )
        for statement in GRANTS:
            connection.execute(sql.SQL(statement).format(role=sql.Identifier(role)))

    def _info(self, connection: Connection) -> StoreInfo:
        row = connection.execute(
            f"SELECT store_id::text, timezone, created_at, schema_version FROM {SCHEMA}.store"
        ).fetchone()
        if row is None:
            raise Tampered(f"The store {self.url} has lost its id. Restore it from a backup.")
        store_id, timezone, created_at, version = row
        if version > SCHEMA_VERSION:
            raise StoreNewer(
                f"The store {self.url} was written by a newer dealtrail (store version {version}, "
                f"this one reads up to {SCHEMA_VERSION}). Update dealtrail, then try again."
            )
        return StoreInfo(UUID(store_id), timezone, from_micros(created_at), version, self.url)


def _is_store(connection: Connection) -> bool:
    # Not to_regclass: it remembers that there was none, also when another process has made one since.
    found = connection.execute(
        "SELECT 1 FROM pg_catalog.pg_tables WHERE schemaname = %s AND tablename = 'store'", (SCHEMA,)
    )
    return found.fetchone() is not None
