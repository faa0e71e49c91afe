"""The URL of a PostgreSQL database: what a connection is given of it."""

from typing import Any

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

AT_FIRST = ", ".join(
    [f"set_config('tcp_{name.removeprefix('tcp_')}', '{value}', false)" for name, value in PATIENCE.items()]
    + ["set_config('standard_conforming_strings', 'on', false)"]
)
"""What every connection sets first, in SQL.

The server's end is as patient: by itself it keeps what a machine has locked that is gone for two hours. And a
backslash is a backslash: where a server still reads it otherwise, the driver would write other bytes than it is given.
"""


def begin_session(connection: psycopg.Connection[Any], _: object = None) -> None:
    """What a connection sets first, for a pool that calls this with each that it makes."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {AT_FIRST}")
    connection.commit()


def lock_timeout(busy_timeout: float) -> str:
    """So many seconds, for PostgreSQL's setting of that name: nought would be no limit at all."""
    return f"{max(1, int(busy_timeout * 1_000))}ms"


def connection_string(
    url: str, busy_timeout: float, *, of: str = "the store (--store or DEALTRAIL_STORE)"
) -> str:
    """What psycopg is given: the URL, and patience that ends wherever the URL says nothing of it.

    BadInput where the URL, which is that `of` something, cannot be read; the message shows nothing of it, for
    it may hold a password.
    """
    try:
        given = {name: str(value) for name, value in conninfo_to_dict(url).items() if value is not None}
    except psycopg.Error:
        given = {"port": "unreadable"}
    ports = given.get("port", "0").split(",")
    if _has_a_password_s_sign(url) or not all(port.isdecimal() for port in ports if port):
        # Which part is wrong is not told: of a password with a sign that has to be written otherwise, it is a piece.
        raise BadInput(
            f"The URL of {of} cannot be read. It is postgresql://user:password@host:5432/database, where a sign "
            "such as @ : / ? # or % in the password is written as %40 %3A %2F %3F %23 or %25. Behind a ? stand "
            "options that PostgreSQL knows, such as ?sslmode=verify-full."
        )
    connect_timeout = str(max(2, int(busy_timeout)))
    wanted = {"connect_timeout": connect_timeout, "application_name": "dealtrail", **PATIENCE}
    return make_conninfo("", **{**wanted, **given, "client_encoding": "UTF8"})


def _has_a_password_s_sign(url: str) -> bool:
    """Whether an @ stands where only a password has one: the rest of it would be taken for a host, and shown."""
    place = url.partition("://")[2].partition("?")[0]
    return place.count("@") > 1 or "@" in place.partition("/")[2]
