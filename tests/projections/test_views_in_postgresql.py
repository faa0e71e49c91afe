"""Read models in a PostgreSQL database: how it is named, what is said of it, and who may use it."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote, urlsplit
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import insert, update
from sqlalchemy.exc import DBAPIError

from domain.errors import BadInput, DealtrailError, StoreForeign, StoreNewer, Unavailable
from engine.clock import now
from engine.deals import Deals
from engine.settings import Settings
from engine.stores import upgrade
from projections.catalogue import PROJECTIONS
from projections.running.runner import catch_up
from projections.running.views import QUARANTINE, VIEWS_META, Views
from projections.states.deal_states import DealStates
from tests.projections.histories import store
from tests.projections.reading import read
from tests.projections.test_runner import opened
from tests.servers.postgres import settings_left_behind, with_defaults

Database = Callable[[], str]


def _by_several_hosts(url: str) -> str:
    host = urlsplit(url).netloc.partition("@")[2]
    return url.replace(host, f"127.0.0.1:1,{host}")


def _by_options(url: str) -> str:
    parts = urlsplit(url)
    return f"postgresql://{parts.path}?host={parts.hostname}&port={parts.port}&user={parts.username}"


@pytest.mark.parametrize("worded", [_by_several_hosts, _by_options])
def test_read_models_are_named_as_a_store_is(empty_database: Database, worded: Callable[[str], str]) -> None:
    with store() as deals, Views.open(deals, worded(empty_database())) as views:
        opened(deals)
        catch_up(views, deals, [DealStates()])
        with Views.open(deals, "sqlite://") as alone:
            catch_up(alone, deals, [DealStates()])
            assert read(views) == read(alone)
        with views.engine.connect() as connection:
            assert connection.exec_driver_sql("SHOW application_name").scalar() == "dealtrail"


def test_a_database_is_found_behind_its_socket(empty_database: Database) -> None:
    parts = urlsplit(empty_database())
    with psycopg.connect(parts.geturl()) as connection:
        folders = connection.execute("SHOW unix_socket_directories").fetchone()
    folder = str(folders[0]).partition(",")[0].strip() if folders else ""
    if not os.access(folder, os.X_OK):
        pytest.skip("The server's socket is not for us, or on another machine.")
    with (
        store() as deals,
        Views.open(deals, f"postgresql://{parts.username}@{quote(folder, safe='')}:{parts.port}{parts.path}"),
    ):
        pass


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://li:hush@127.0.0.1:1/views",
        "postgresql://li@127.0.0.1:1/views?password=hush",
        "postgresql://li@127.0.0.1:1/views?sslpassword=hush",
        "postgresql://li:at@hush@127.0.0.1:1/views",
        "postgresql://li:1/hush@127.0.0.1:1/views",
        "postgresql://li:%zzhush@127.0.0.1:1/views",
        "postgresql://li:hush@127.0.0.1:1/views?nonsense=hush",
        "mysql://li:hush@127.0.0.1:1/views",
    ],
)
def test_no_error_about_read_models_shows_a_password(url: str) -> None:
    with store() as deals, pytest.raises(DealtrailError) as raised:
        Views.open(deals, url)
    assert "hush" not in str(raised.value)


def test_a_url_that_cannot_be_read_names_the_setting_that_it_stands_in() -> None:
    with store() as deals, pytest.raises(BadInput, match="DEALTRAIL_VIEWS"):
        Views.open(deals, "postgresql://li:a/b@db/views")


def test_the_read_models_of_another_store_are_refused_without_their_password(
    empty_database: Database,
) -> None:
    url = f"{empty_database()}?password=hush"
    with store() as one, store() as other:
        Views.open(one, url).close()
        with pytest.raises(StoreForeign, match="DROP SCHEMA dealtrail_views CASCADE") as raised:
            Views.open(other, url)
    assert "hush" not in str(raised.value)


def test_read_models_that_a_newer_dealtrail_made_are_refused(
    empty_database: Database, tmp_path: Path
) -> None:
    for url in (empty_database(), f"sqlite:///{tmp_path}/views.db"):
        with store() as deals:
            with Views.open(deals, url) as views, views.writing() as connection:
                connection.execute(update(VIEWS_META).values(layout=VIEWS_META.c.layout + 1))
            with pytest.raises(StoreNewer, match="made by a newer dealtrail"):
                Views.open(deals, url)


def test_an_error_that_nobody_expected_shows_no_row(empty_database: Database) -> None:
    row = {
        "projection": "deal_states",
        "generation": 1,
        "stream": bytes(16),
        "position": 1,
        "version": 1,
        "type": "NoteAdded",
        "error": "Zhang Wei has left",
    }
    for url in (empty_database(), "sqlite://"):
        with store() as deals, Views.open(deals, url) as views, views.writing() as connection:
            connection.execute(insert(QUARANTINE), row)
            with pytest.raises(DBAPIError) as raised:
                connection.execute(insert(QUARANTINE), row)
            connection.rollback()
        assert "Zhang Wei" not in str(raised.value)


def test_what_a_transaction_sets_it_leaves_to_nobody(empty_database: Database) -> None:
    # Behind a pooler of transactions the next one may be a log's, whose events have to be on disk.
    with store() as deals, Views.open(deals, empty_database()) as views:
        opened(deals)
        catch_up(views, deals, [DealStates()])
        with views.writing() as connection:
            assert connection.exec_driver_sql("SHOW synchronous_commit").scalar() == "off"
        read(views)
        assert settings_left_behind(views.engine) == set()


def test_the_defaults_of_a_database_change_no_read_model(empty_database: Database) -> None:
    url = empty_database()
    odd = (
        "standard_conforming_strings = off",
        "bytea_output = 'escape'",
        "array_nulls = off",
        "transform_null_equals = on",
        "client_encoding = 'LATIN1'",
        "default_transaction_isolation = 'serializable'",
        "DateStyle = 'SQL, DMY'",
        "TimeZone = 'Asia/Kathmandu'",
        "search_path = 'nowhere'",
    )
    with (
        with_defaults(url, *odd),
        store() as deals,
        Views.open(deals, url) as views,
        Views.open(deals, "sqlite://") as elsewhere,
    ):
        # One by one, and so many at once that they are copied.
        for count in (1, 300):
            for _ in range(count):
                opened(deals, "王的 \\ deal")
            catch_up(views, deals, PROJECTIONS)
            catch_up(elsewhere, deals, PROJECTIONS)
            assert read(views) == read(elsewhere)


RAISED = "DO $$ BEGIN RAISE EXCEPTION '{}' USING ERRCODE = '{}'; END $$"
"""What PostgreSQL says by itself, when it reads a page that a disk has spoilt for one."""


@pytest.mark.parametrize("code", ["data_corrupted", "index_corrupted"])
def test_damaged_read_models_say_how_they_are_built_anew(empty_database: Database, code: str) -> None:
    url = empty_database()
    with store() as deals:
        opened(deals)
        with Views.open(deals, url) as views:
            catch_up(views, deals, [DealStates()])
            before = read(views)
            with (
                views.engine.connect() as connection,
                pytest.raises(
                    Unavailable, match=r"invalid page in block 3\)\..*: DROP SCHEMA dealtrail_views CASCADE"
                ),
            ):
                connection.exec_driver_sql(RAISED.format("invalid page in block 3", code))
        with psycopg.connect(url, autocommit=True) as shell:
            shell.execute("DROP SCHEMA dealtrail_views CASCADE")
        with Views.open(deals, url) as views:
            catch_up(views, deals, [DealStates()])
            assert read(views) == before


@pytest.mark.parametrize(
    ("code", "said"),
    [("disk_full", "No space left on device"), ("internal_error", "Disk quota exceeded")],
)
def test_read_models_without_room_say_what_to_look_at(empty_database: Database, code: str, said: str) -> None:
    with (
        store() as deals,
        Views.open(deals, empty_database()) as views,
        views.engine.connect() as connection,
        pytest.raises(Unavailable, match=rf"\({said}\).*look at the server, its disk"),
    ):
        connection.exec_driver_sql(RAISED.format(said, code))


@pytest.fixture
def latin_database(postgres_url: str) -> Iterator[str]:
    """A database that cannot hold Chinese names."""
    name = f"latin_{uuid4().hex}"
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(
            sql.SQL("CREATE DATABASE {} ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0").format(
                sql.Identifier(name)
            )
        )
        yield urlsplit(postgres_url)._replace(path=f"/{name}").geturl()
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def test_a_database_that_cannot_hold_every_name_takes_no_read_models(latin_database: str) -> None:
    with store() as deals, pytest.raises(BadInput, match="ENCODING 'UTF8'"):
        Views.open(deals, latin_database)


def test_a_role_that_only_looks_has_its_read_models_elsewhere(
    empty_database: Database, tmp_path: Path
) -> None:
    url, looker = empty_database(), f"looker_{uuid4().hex[:12]}"
    upgrade(Settings(store=url), now)
    with store(url=url) as deals:
        opened(deals)
        Views.open(deals).close()
    with psycopg.connect(url, autocommit=True) as connection:
        for statement in (
            "CREATE ROLE {} LOGIN",
            "GRANT USAGE ON SCHEMA dealtrail TO {}",
            "GRANT SELECT ON ALL TABLES IN SCHEMA dealtrail TO {}",
        ):
            connection.execute(sql.SQL(statement).format(sql.Identifier(looker)))
    parts = urlsplit(url)
    looking = parts._replace(netloc=f"{looker}@{parts.hostname}:{parts.port}").geturl()
    with Deals(Settings(store=looking)) as deals:
        with pytest.raises(Unavailable, match="with DEALTRAIL_VIEWS another place"):
            Views.open(deals)
        with Views.open(deals, f"sqlite:///{tmp_path}/views.db") as views:
            catch_up(views, deals, [DealStates()])
            assert read(views)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP OWNED BY {}").format(sql.Identifier(looker)))
        connection.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(looker)))


def test_a_standby_holds_no_read_models_that_are_to_be_written(empty_database: Database) -> None:
    url = f"{empty_database()}?options=-c%20default_transaction_read_only%3Don"
    with store() as deals, pytest.raises(Unavailable, match="is it a standby"):
        Views.open(deals, url)


def test_a_pool_that_takes_the_connection_away_between_transactions_is_told_of(
    empty_database: Database,
) -> None:
    with (
        store() as deals,
        Views.open(deals, empty_database()) as views,
        views.engine.connect() as connection,
        pytest.raises(BadInput, match=r"max_prepared_statements.*pooling mode `session`"),
    ):
        # What was prepared on one connection of the pool is not there on another.
        connection.exec_driver_sql("EXECUTE prepared_elsewhere")
