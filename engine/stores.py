"""Which store a URL names."""

from zoneinfo import ZoneInfo

from domain.errors import BadInput
from engine.clock import Clock
from engine.log import Log, StoreInfo
from engine.memory import MemoryLog
from engine.settings import Settings
from engine.sqlite import SqliteLog
from engine.urls import POSTGRES, file_of

MEMORY = "memory:"


def open_log(settings: Settings, clock: Clock, *, make: bool = True) -> Log:
    """The store that the settings name, created where there is none.

    In a database only if it is to `make` one, else NotFound: its time zone would stay for ever. BadInput for a
    URL that names no kind of store, or an unknown time zone.
    """
    url = settings.store
    timezone = settings.timezone or "UTC"
    zone(timezone)
    if url == MEMORY:
        return MemoryLog(timezone=timezone, clock=clock)
    if url.startswith(POSTGRES):
        # Imported where it is wanted: a command on a file need not wait for it.
        from engine.postgres import PostgresLog  # noqa: PLC0415

        return PostgresLog(url, timezone=timezone, clock=clock, busy_timeout=settings.busy_timeout, make=make)
    path = file_of(url)
    if path is None:
        raise BadInput(
            f"{_shown(url)!r} names no store. Use sqlite:///deals.db (a file in this folder), "
            "sqlite:////var/lib/deals.db (a file anywhere), postgresql://user@host/database or memory:"
        )
    return SqliteLog(path, url=url, timezone=timezone, clock=clock, busy_timeout=settings.busy_timeout)


def upgrade(settings: Settings, clock: Clock, role: str | None = None) -> StoreInfo:
    """Make the store that the settings name, or bring it to today's tables; `role` may work with it from then on.

    To be run by who owns it. BadInput for a role where there are none, StoreNewer where a newer dealtrail
    wrote the store.
    """
    if settings.store.startswith(POSTGRES):
        from engine.postgres_database import Database  # noqa: PLC0415 - as above

        timezone = settings.timezone or "UTC"
        zone(timezone)
        return Database(settings.store, settings.busy_timeout).upgrade(timezone, clock(), role)
    if role is not None:
        raise BadInput(
            f"The store {_shown(settings.store)} has no roles: whoever may read and write its file may use it. "
            "Leave --grant out."
        )
    log = open_log(settings, clock)
    log.close()
    return log.info


def _shown(url: str) -> str:
    """What may be shown of a URL of no kind that we know: one that names a user may hold a password anywhere."""
    if "@" not in url and "password" not in url.lower():
        return url
    kind, mark, _ = url.partition("://")
    return f"{kind if mark else ''}{mark}…"


def zone(name: str) -> ZoneInfo:
    """The time zone of that name; BadInput where there is none."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        # Not found is a KeyError, a path a ValueError, a folder of zones an OSError.
        raise BadInput(
            f"There is no time zone {name!r}. Use a name such as Europe/Berlin, Asia/Shanghai "
            "or UTC (DEALTRAIL_TIMEZONE, or --tz for one question)."
        ) from None
