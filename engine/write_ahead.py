"""How a SQLite file comes to be written ahead, while other processes want the same."""

import sqlite3
from time import monotonic, sleep


def write_ahead(connection: sqlite3.Connection, busy_timeout: float) -> None:
    """Switch the file to WAL, which is kept in it; sqlite3.OperationalError where it cannot be, or not in time."""
    # The first switch wants the file for itself and does not wait for it.
    deadline = monotonic() + busy_timeout
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if primary_code(error) != sqlite3.SQLITE_BUSY or monotonic() > deadline:
                raise
            sleep(0.01)


def primary_code(error: sqlite3.Error) -> int:
    """What kind of error it is; SQLITE_ERROR where the driver has found it."""
    # The low byte is the primary code, whatever the extended one adds.
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
    return int(code) & 0xFF
