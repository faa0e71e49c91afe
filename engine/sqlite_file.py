"""A SQLite store's file: opened, created where there is none, refused where it is something else."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from uuid import UUID, uuid4

from domain.errors import BadInput, DealtrailError, StoreBusy, StoreNewer, Tampered, Unavailable
from engine.clock import from_micros, to_micros
from engine.digest import first_digest
from engine.log import StoreInfo
from engine.sqlite_schema import APPLICATION_ID, SCHEMA_VERSION, STEPS
from engine.write_ahead import primary_code, write_ahead


class StoreFile:
    """Where a store lies and how long to wait for it; hands out connections."""

    def __init__(self, path: Path, url: str, busy_timeout: float) -> None:
        self.path = path
        self.url = url
        self._busy_timeout = busy_timeout

    def connect(self, *, read_only: bool) -> sqlite3.Connection:
        """A connection in autocommit mode that any thread may use, one at a time."""
        connection = sqlite3.connect(
            self.path,
            timeout=self._busy_timeout,
            isolation_level=None,
            check_same_thread=False,
        )
        try:
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA temp_store = MEMORY")
            # 16 MB of log between checkpoints, each of which syncs twice more.
            connection.execute("PRAGMA wal_autocheckpoint = 4000")
            if read_only:
                connection.execute("PRAGMA query_only = ON")
        except BaseException:
            connection.close()
            raise
        return connection

    def copy(self, connection: sqlite3.Connection, path: Path) -> None:
        """SQLite's own copy of what the connection sees, on disk when this returns."""
        with closing(sqlite3.connect(path)) as copy:
            copy.execute("PRAGMA synchronous = FULL")
            connection.backup(copy)
            # One file, whoever opens it next.
            copy.execute("PRAGMA journal_mode = DELETE")

    def prepare(self, timezone: str, created_at: datetime) -> StoreInfo:
        """What the store is; an absent or empty file becomes a store with this time zone.

        BadInput where the file is no store, StoreNewer where a newer dealtrail wrote it.
        """
        if not self.path.parent.is_dir():
            raise BadInput(
                f"The store {self.url} cannot be made: there is no folder {self.path.parent}. "
                "Make it first, or choose another place with --store or DEALTRAIL_STORE."
            )
        with self.translated(), self._closing() as connection:
            if not _is_store(connection, self.path):
                write_ahead(connection, self._busy_timeout)
                connection.execute("BEGIN IMMEDIATE")
                # Another process may have been first while this one waited for the lock.
                if not _is_store(connection, self.path):
                    _create(connection, timezone, created_at)
                connection.execute("COMMIT")
            info = self._info(connection)
            if info.schema_version < SCHEMA_VERSION and _upgraded(connection):
                info = self._info(connection)
            return info

    @contextmanager
    def translated(self) -> Iterator[None]:
        """SQLite's own errors as dealtrail's, with what to try."""
        try:
            yield
        except sqlite3.Error as error:
            raise self.told(error) from error

    @contextmanager
    def _closing(self) -> Iterator[sqlite3.Connection]:
        connection = self.connect(read_only=False)
        try:
            yield connection
        finally:
            connection.close()

    def _info(self, connection: sqlite3.Connection) -> StoreInfo:
        version = _pragma(connection, "user_version")
        if version > SCHEMA_VERSION:
            raise StoreNewer(
                f"The store {self.url} was written by a newer dealtrail (store version {version}, "
                f"this one reads up to {SCHEMA_VERSION}). Update dealtrail, then try again."
            )
        row = connection.execute("SELECT store_id, timezone, created_at FROM store").fetchone()
        if row is None:
            raise Tampered(f"The store {self.url} has lost its id. Restore it from a backup.")
        store_id, timezone, created_at = row
        return StoreInfo(UUID(store_id), timezone, from_micros(created_at), version, self.url)

    def told(self, error: sqlite3.Error) -> DealtrailError:
        """SQLite's own error as dealtrail's, with what to try."""
        match primary_code(error):
            case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
                return StoreBusy(
                    f"Another process has held the store {self.url} for more than "
                    f"{self._busy_timeout:g} seconds. Nothing was recorded: try again, "
                    "or wait longer with DEALTRAIL_BUSY_TIMEOUT."
                )
            case sqlite3.SQLITE_FULL:
                return Unavailable(
                    f"The disk of the store {self.url} is full. Nothing was recorded: "
                    "make room and try again."
                )
            case sqlite3.SQLITE_NOTADB:
                return BadInput(
                    f"{self.path} is no SQLite file, so it is no dealtrail store. "
                    "Choose another file with --store or DEALTRAIL_STORE."
                )
            case sqlite3.SQLITE_CORRUPT:
                return Tampered(
                    f"The file {self.path} is damaged ({error}). Restore it from a backup; "
                    "`dealtrail store verify` says from which position on the log is not what was written."
                )
            case _ if "decode to UTF-8" in str(error):
                return Tampered(f"The file {self.path} holds text that was never written there ({error}).")
            case _:
                return Unavailable(
                    f"The store {self.url} cannot be used now ({error}). Nothing was recorded: "
                    "look at the file, its folder and its permissions, then try again."
                )


def _is_store(connection: sqlite3.Connection, path: Path) -> bool:
    """Whether the file is a store; False for an empty one, BadInput for anything else."""
    # In this order: another process may make the store, which is one transaction, between the two questions.
    if connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone() is None:
        return False
    if _pragma(connection, "application_id") == APPLICATION_ID:
        return True
    raise BadInput(
        f"{path} is a SQLite file of another program, no dealtrail store. "
        "Choose another file with --store or DEALTRAIL_STORE."
    )


def _create(connection: sqlite3.Connection, timezone: str, created_at: datetime) -> None:
    store_id = uuid4()
    _take_steps(connection)
    connection.execute(
        "INSERT INTO store VALUES (1, ?, ?, ?)", (str(store_id), timezone, to_micros(created_at))
    )
    connection.execute("INSERT INTO log_head VALUES (1, 0, ?, NULL)", (first_digest(store_id),))


def _upgraded(connection: sqlite3.Connection) -> bool:
    """Bring a store of an older dealtrail to today's tables; False where the file may not be written."""
    try:
        connection.execute("BEGIN IMMEDIATE")
        # Another process may have been first while this one waited for the lock.
        _take_steps(connection)
        connection.execute("COMMIT")
    except sqlite3.OperationalError as error:
        if primary_code(error) != sqlite3.SQLITE_READONLY:
            raise
        return False
    return True


def _take_steps(connection: sqlite3.Connection) -> None:
    """Take those steps that the file has not taken, in a transaction that was begun."""
    version = _pragma(connection, "user_version")
    for step in range(version + 1, SCHEMA_VERSION + 1):
        for statement in STEPS[step]:
            connection.execute(statement)
    connection.execute(f"PRAGMA user_version = {max(version, SCHEMA_VERSION)}")


def _pragma(connection: sqlite3.Connection, name: str) -> int:
    value: int = connection.execute(f"PRAGMA {name}").fetchone()[0]
    return value
