"""A PostgreSQL store's database: connected to, made where there is no store, its errors told as dealtrail's."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from uuid import UUID, uuid4

import psycopg
from psycopg import sql

from domain.errors import BadInput, DealtrailError, StoreBusy, StoreNewer, Tampered, Unavailable
from engine.clock import from_micros, to_micros
from engine.digest import first_digest
from engine.log import StoreInfo
from engine.postgres_rows import adapted
from engine.postgres_schema import ADVISORY, GRANTS, SCHEMA, SCHEMA_VERSION, STATEMENTS

Connection = psycopg.Connection[tuple[Any, ...]]


class Database:
    """Where a store lies and how long to wait for it; hands out connections."""

    def __init__(self, url: str, busy_timeout: float) -> None:
        self._conninfo = url
        self._busy_timeout = busy_timeout
        self.url = without_password(url)

    def connect(self, *, writes: bool = False) -> Connection:
        """A connection in autocommit mode that any thread may use, one at a time."""
        with self.translated():
            connection = psycopg.connect(
                self._conninfo, autocommit=True, connect_timeout=max(2, int(self._busy_timeout))
            )
        adapted(connection)
        with self.translated():
            if writes and self._busy_timeout:
                wait = sql.Literal(f"{int(self._busy_timeout * 1000)}ms")
                connection.execute(sql.SQL("SET lock_timeout = {}").format(wait))
            # Whatever the server's default: what was answered is on disk.
            connection.execute("SET synchronous_commit = on")
        return connection

    def prepare(self, timezone: str, created_at: datetime) -> StoreInfo:
        """What the store is; a database without one gets one with this time zone, if the role may make it.

        StoreNewer where a newer dealtrail wrote it, Unavailable where it is not there and may not be made.
        """
        with self.translated(), self.connect() as connection:
            if not _is_store(connection):
                with connection.transaction():
                    connection.execute("SELECT pg_advisory_xact_lock(%s)", (ADVISORY,))
                    # Another process may have been first while this one waited for the lock.
                    if not _is_store(connection):
                        _create(connection, timezone, created_at)
            return self._info(connection)

    def grant(self, role: str) -> None:
        """Let `role` record and read, and no more; the caller owns the store. Granting twice is harmless."""
        with self.translated(), self.connect() as connection, connection.transaction():
            for statement in GRANTS:
                connection.execute(sql.SQL(statement).format(role=sql.Identifier(role)))

    @contextmanager
    def translated(self) -> Iterator[None]:
        """PostgreSQL's own errors as dealtrail's, with what to try."""
        try:
            yield
        except psycopg.Error as error:
            raise self.told(error) from error

    def told(self, error: psycopg.Error) -> DealtrailError:  # noqa: PLR0911 - one table
        """PostgreSQL's own error as dealtrail's, with what to try."""
        match error:
            case psycopg.errors.LockNotAvailable():
                return StoreBusy(
                    f"Another process has held the store {self.url} for more than "
                    f"{self._busy_timeout:g} seconds. Nothing was recorded: try again, "
                    "or wait longer with DEALTRAIL_BUSY_TIMEOUT."
                )
            case psycopg.errors.DiskFull():
                return Unavailable(
                    f"The disk of the store {self.url} is full. Nothing was recorded: make room and try again."
                )
            case psycopg.errors.InsufficientPrivilege():
                return Unavailable(
                    f"The role that opens {self.url} may not do this ({_first_line(error)}). Let the owner run "
                    "`dealtrail store upgrade --grant ROLE`, which makes the store and gives a role what it needs."
                )
            case psycopg.errors.InvalidCatalogName() | psycopg.errors.InvalidPassword():
                return BadInput(
                    f"The store {self.url} cannot be opened: {_first_line(error)}. "
                    "Make the database first, or mend the URL (--store or DEALTRAIL_STORE)."
                )
            case psycopg.errors.RaiseException():
                return Tampered(
                    f"The store {self.url} refuses what does not follow its log ({_first_line(error)}). "
                    "Run `dealtrail store verify` to find out which rows were changed."
                )
            case psycopg.ProgrammingError() if not isinstance(error, psycopg.errors.UndefinedTable):
                return BadInput(
                    f"The store {self.url} cannot be used: {_first_line(error)}. "
                    "A store's URL is postgresql://user:password@host:5432/database."
                )
            case _:
                return Unavailable(
                    f"The store {self.url} cannot be used now ({_first_line(error)}). "
                    "Look at the server and the network, then try again."
                )

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


def without_password(url: str) -> str:
    """The URL as it may be shown: a password in it is left out, wherever it stands."""
    parts = urlsplit(url)
    user, at, host = parts.netloc.rpartition("@")
    query = "&".join(each for each in parts.query.split("&") if not each.startswith("password="))
    return urlunsplit(parts._replace(netloc=f"{user.partition(':')[0]}{at}{host}", query=query))


def _is_store(connection: Connection) -> bool:
    found = connection.execute("SELECT to_regclass(%s) IS NOT NULL", (f"{SCHEMA}.store",)).fetchone()
    return bool(found and found[0])


def _create(connection: Connection, timezone: str, created_at: datetime) -> None:
    store_id = uuid4()
    for statement in STATEMENTS:
        connection.execute(statement)
    connection.execute(
        f"INSERT INTO {SCHEMA}.store VALUES (1, %s, %s, %s, %s)",
        (store_id, timezone, to_micros(created_at), SCHEMA_VERSION),
    )
    connection.execute(f"INSERT INTO {SCHEMA}.log_head VALUES (1, 0, %s, NULL)", (first_digest(store_id),))


def _first_line(error: psycopg.Error) -> str:
    # What follows are the values of a row or a statement: they may be personal data.
    return (str(error).strip() or type(error).__name__).splitlines()[0].rstrip(".")
