"""The URL of a PostgreSQL store: what a connection is given, and the part of it that may be shown."""

import re
from urllib.parse import unquote

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from domain.errors import BadInput

PATIENCE = {
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "20000",
}
"""A path that drops packets is noticed within half a minute, whichever side was to speak."""

_PASSWORD = re.compile(r"^(\w+://[^:@/?#]*):.*@", re.DOTALL)


def connection_string(url: str, busy_timeout: float) -> str:
    """What psycopg is given: the URL, and patience that ends wherever the URL says nothing of it.

    BadInput where the URL cannot be read; the message shows nothing of it, for it may hold a password.
    """
    try:
        given = {name: str(value) for name, value in conninfo_to_dict(url).items() if value is not None}
    except psycopg.Error:
        given = {"port": "unreadable"}
    if not all(port.isdecimal() for port in given.get("port", "0").split(",") if port):
        # Which part is wrong is not told: of a password with a sign that has to be written otherwise, it is a piece.
        raise BadInput(
            "The URL of the store cannot be read. It is postgresql://user:password@host:5432/database, where a "
            "sign such as @ : / ? # or % in the password is written as %40 %3A %2F %3F %23 or %25 "
            "(--store or DEALTRAIL_STORE)."
        )
    connect_timeout = str(max(2, int(busy_timeout)))
    wanted = {"connect_timeout": connect_timeout, "application_name": "dealtrail", **PATIENCE}
    return make_conninfo("", **{**wanted, **given, "client_encoding": "UTF8"})


def without_password(url: str) -> str:
    """The URL as it may be shown: a password in it is left out, wherever it stands."""
    shown = _PASSWORD.sub(r"\1@", url)
    place, mark, query = shown.partition("?")
    kept = [each for each in query.split("&") if not unquote(each.partition("=")[0]).endswith("password")]
    return place + (mark if any(kept) else "") + "&".join(kept)
