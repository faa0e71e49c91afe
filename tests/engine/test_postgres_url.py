"""What a PostgreSQL store's URL may say, and that its password is never shown."""

from collections.abc import Callable
from contextlib import closing

import pytest
from psycopg.conninfo import conninfo_to_dict

from domain.errors import BadInput, DealtrailError
from engine.clock import now
from engine.postgres import PostgresLog
from engine.postgres_url import connection_string
from engine.settings import Settings
from engine.stores import open_log, upgrade
from engine.urls import without_password
from tests.servers.postgres import with_defaults

SECRET = "se%40cret"  # noqa: S105 - what must not be shown


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://li@db/deals", "postgresql://li@db/deals"),
        (f"postgresql://li:{SECRET}@db/deals", "postgresql://li@db/deals"),
        (f"postgres://li:{SECRET}@db:5433/deals", "postgres://li@db:5433/deals"),
        ("postgresql://db:5433/deals", "postgresql://db:5433/deals"),
        (f"postgresql://li:{SECRET}@[::1]:5433/deals", "postgresql://li@[::1]:5433/deals"),
        (f"postgresql://db/deals?user=li&password={SECRET}", "postgresql://db/deals?user=li"),
        (f"postgresql://db/deals?password={SECRET}", "postgresql://db/deals"),
        (f"postgresql://db/deals?pass%77ord={SECRET}&user=li", "postgresql://db/deals?user=li"),
        (f"postgresql://db/deals?sslpassword={SECRET}", "postgresql://db/deals"),
        ("postgresql://li:se/cr?et@db/deals", "postgresql://li@db/deals"),
        ("postgresql://li:se@cr:et@db/deals", "postgresql://li@db/deals"),
        ("postgresql:///deals", "postgresql:///deals"),
        (
            "postgresql://li@db/deals?application_name=a@b:c",
            "postgresql://li@db/deals?application_name=a@b:c",
        ),
    ],
)
def test_a_password_is_never_shown(url: str, shown: str) -> None:
    assert without_password(url) == shown


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://li:se%zzcret@127.0.0.1:1/deals",
        "postgresql://li:se/cret@127.0.0.1:1/deals",
        "postgresql://li:secret@[::1/deals",
        "postgresql://li:secret@127.0.0.1:port/deals",
        "postgresql://li:secret@127.0.0.1:1/deals?nonsense=secret",
        "postgresql://li:at@secret@127.0.0.1:1/deals",
        "postgresql://li:1/secret@127.0.0.1:1/deals",
        "postgresql+psycopg://li:secret@127.0.0.1:1/deals",
        "mysql://li:secret@127.0.0.1/postgresql://deals",
        "postgresql://li:secret@127.0.0.1:1/deals",
    ],
)
def test_no_error_shows_a_password(url: str) -> None:
    with pytest.raises(DealtrailError) as raised:
        open_log(Settings(store=url, busy_timeout=1), now)
    for part in ("secret", "se%zz", "cret", "se/"):
        assert part not in str(raised.value)
    assert "postgresql://" in str(raised.value)


def test_a_role_for_another_kind_of_store_shows_no_password() -> None:
    with pytest.raises(BadInput, match="no roles") as raised:
        upgrade(Settings(store="mysql://li:secret@127.0.0.1/deals"), now, "deals_app")
    assert "secret" not in str(raised.value)


def test_a_password_with_a_question_mark_is_a_password() -> None:
    given = conninfo_to_dict(connection_string("postgresql://li:se?cret@db/deals", 10))
    assert (given["password"], given["host"]) == ("se?cret", "db")


def test_a_url_that_cannot_be_read_is_told_how_to_write_it() -> None:
    with pytest.raises(BadInput, match="written as %40"):
        connection_string("postgresql://li:a/b@db/deals", 10)


def test_what_the_url_says_wins_and_patience_always_ends() -> None:
    given = conninfo_to_dict(connection_string("postgresql://li@db/deals?connect_timeout=3", 30))
    assert given["connect_timeout"] == "3"
    given = conninfo_to_dict(connection_string("postgresql://li@db/deals?application_name=night", 30))
    assert (given["connect_timeout"], given["application_name"]) == ("30", "night")
    given = conninfo_to_dict(connection_string("postgresql://li@db/deals?client_encoding=LATIN1", 30))
    assert given["client_encoding"] == "UTF8"
    assert {"keepalives_idle", "keepalives_interval", "keepalives_count", "tcp_user_timeout"} < set(given)


def test_the_server_too_notices_that_nobody_is_there_any_more(empty_database: Callable[[], str]) -> None:
    with closing(PostgresLog(empty_database())) as log:
        found = log._writer.connection().execute(
            "SELECT current_setting('tcp_keepalives_idle'), current_setting('tcp_keepalives_interval'), "
            "current_setting('tcp_keepalives_count'), current_setting('tcp_user_timeout')"
        )
        assert found.fetchone() == ("10", "5", "3", "20000")


def test_a_short_wait_for_the_lock_is_no_short_wait_for_a_connection() -> None:
    assert conninfo_to_dict(connection_string("postgresql://li@db/deals", 0))["connect_timeout"] == "2"


@pytest.mark.parametrize(
    ("given", "used"), [("off", "on"), ("remote_write", "on"), ("remote_apply", "remote_apply")]
)
def test_the_server_s_own_defaults_cannot_weaken_a_store(
    empty_database: Callable[[], str], given: str, used: str
) -> None:
    url = empty_database()
    weak = (
        f"synchronous_commit = {given}",
        "default_transaction_isolation = 'serializable'",
        "lock_timeout = 0",
        "enable_seqscan = on",
        "jit = on",
    )
    with with_defaults(url, *weak), closing(PostgresLog(url, busy_timeout=2.5)) as log:
        found = log._writer.connection().execute(
            "SELECT current_setting('synchronous_commit'), current_setting('transaction_isolation'), "
            "current_setting('lock_timeout'), current_setting('idle_in_transaction_session_timeout'), "
            "current_setting('enable_seqscan'), current_setting('jit')"
        )
        assert found.fetchone() == (used, "read committed", "2500ms", "1min", "off", "off")
