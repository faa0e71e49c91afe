"""A whole copy of a store that is in use."""

import os
import shlex
from pathlib import Path

from domain.errors import BadInput, Unavailable
from engine.clock import now
from engine.log import Head, Log
from engine.sqlite import SqliteLog
from engine.verify import verify


def backup(log: Log, path: Path) -> Head:
    """Copy the store into a new file at `path`, and return the verified end of the copy.

    What others record meanwhile is in it whole or not at all. BadInput where there is a file already, and
    for a store that is in no file; Tampered where the copy is not what was written.
    """
    if not isinstance(log, SqliteLog):
        raise BadInput(_another_way(log.info.url, path))
    if not path.parent.is_dir():
        raise BadInput(f"There is no folder {path.parent}. Make it first, or choose another place.")
    # Under another name until it is whole: a copy that was broken off is not taken for a backup.
    unfinished = path.with_name(f"{path.name}.unfinished")
    try:
        _refuse_existing(path)
        unfinished.unlink(missing_ok=True)
        try:
            log.copy_to(unfinished)
            copy = SqliteLog(unfinished, url=f"sqlite:///{path}", clock=now)
            try:
                head = verify(copy)
            finally:
                copy.close()
            _named(unfinished, path)
        finally:
            for beside in ("", "-wal", "-shm", "-journal"):
                unfinished.with_name(f"{unfinished.name}{beside}").unlink(missing_ok=True)
    except OSError as error:
        raise Unavailable(
            f"The copy {path} cannot be made ({error}). Look at the folder and its permissions."
        ) from error
    return head


def _refuse_existing(path: Path) -> None:
    if os.path.lexists(path):
        raise BadInput(f"There is a file {path} already. Choose another name: no backup is ever overwritten.")


def _named(unfinished: Path, path: Path) -> None:
    """Give the copy its name; BadInput where somebody has made a file of that name meanwhile."""
    try:
        os.link(unfinished, path)
    except FileExistsError:
        _refuse_existing(path)
    except OSError:
        # A folder that knows no second names, as on many a memory stick and network drive.
        _refuse_existing(path)
        unfinished.rename(path)


def _another_way(url: str, path: Path) -> str:
    if not url.startswith("postgres"):
        return "A store in memory has no backup. Keep what is in it with `dealtrail export history`."
    line = f"pg_dump --format=custom --schema=dealtrail --file={shlex.quote(str(path))} {shlex.quote(url)}"
    return f"PostgreSQL makes its own backups. Run this as the role that owns the store: {line}"
