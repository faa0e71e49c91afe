"""PostgreSQL's own errors as dealtrail's, with what to try."""

import logging

import psycopg
from psycopg import errors

from domain.errors import BadInput, DealtrailError, StoreBusy, Tampered, Unavailable


def not_twice(library: str) -> None:
    """What goes wrong there is raised; where nobody logs, it is not printed a second time, with a traceback."""
    says = logging.getLogger(library)
    if not says.hasHandlers():
        says.addHandler(logging.NullHandler())


def told(error: psycopg.Error, url: str, busy_timeout: float) -> DealtrailError:  # noqa: PLR0911 - one table
    """What an error of the store at `url` means; nothing was recorded."""
    match error:
        case errors.LockNotAvailable():
            return StoreBusy(
                f"Another process has held the store {url} for more than {busy_timeout:g} seconds. "
                "Nothing was recorded: try again, or wait longer with DEALTRAIL_BUSY_TIMEOUT."
            )
        case errors.DiskFull():
            return Unavailable(
                f"The disk of the store {url} is full. Nothing was recorded: make room and try again."
            )
        case errors.InsufficientPrivilege():
            return Unavailable(
                f"The role that opens {url} may not do this ({first_line(error)}). Let the owner run "
                "`dealtrail store upgrade --grant ROLE`, which makes the store and gives a role what it needs."
            )
        case errors.ReadOnlySqlTransaction():
            return Unavailable(
                f"The store {url} can only be read there ({first_line(error)}): is it a standby? "
                "Nothing was recorded: name the server that takes writes."
            )
        case errors.RaiseException():
            return Tampered(
                f"The store {url} refuses what does not follow its log ({first_line(error)}). "
                "Run `dealtrail store verify` to find out which rows were changed."
            )
        case errors.IntegrityError():
            # Conflicts are found under the lock, before anything is written.
            return Tampered(
                f"The log of {url} does not end where its head says, so nothing can be recorded. "
                "Run `dealtrail store verify` to find out which rows were changed."
            )
        case errors.DataCorrupted() | errors.IndexCorrupted():
            return Tampered(
                f"The files of the store {url} are damaged ({first_line(error)}). Restore it from a backup; "
                "`dealtrail store verify` says from which position on the log is not what was written."
            )
        case errors.UndefinedTable() | errors.UndefinedColumn() | errors.UndefinedFunction():
            return Tampered(
                f"The store {url} has lost a part of itself ({first_line(error)}). Restore it from a backup."
            )
        case errors.ProgrammingError():
            return BadInput(
                f"The store {url} cannot be used: {first_line(error)}. "
                "A store's URL is postgresql://user:password@host:5432/database."
            )
        case _:
            return Unavailable(
                f"The store {url} cannot be used now ({first_line(error)}). Nothing was recorded: "
                "look at the URL, the server and the network, then try again."
            )


def is_lost(error: psycopg.Error) -> bool:
    """Whether the connection ended, or the server ended it, so that another one may do better."""
    return error.sqlstate is None or error.sqlstate.startswith(("57P", "08", "25P03", "25P04"))


def is_damaged(error: BaseException) -> bool:
    """Whether PostgreSQL cannot read its own files."""
    return isinstance(error, errors.DataCorrupted | errors.IndexCorrupted)


def first_line(error: BaseException) -> str:
    """What PostgreSQL says, without the values of a row or a statement that follow: they may be personal data."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    if lines and lines[0].startswith("Multiple connection attempts failed"):
        lines = lines[-1:]
    return (lines[0] if lines else type(error).__name__).rstrip(".")
