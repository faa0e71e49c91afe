"""Who may do what: the role that owns a store, the role that works with it, and a stranger."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from uuid import uuid4

import psycopg
import pytest
from psycopg import errors, sql

from domain.errors import BadInput, StoreNewer, Unavailable
from engine.clock import now
from engine.postgres import PostgresLog
from engine.postgres_appending import MANY
from engine.postgres_database import Database
from engine.settings import Settings
from engine.stores import upgrade
from engine.verify import verify
from tests.engine.appending import FIRST, at_once, entry, fill


@dataclass(frozen=True)
class Roles:
    """The URLs of one database as its owner, an application and a stranger open it."""

    owner: str
    application: str
    stranger: str
    names: Sequence[str]


@pytest.fixture
def roles(empty_database: Callable[[], str]) -> Iterator[Roles]:
    url = empty_database()
    names = [f"{what}_{uuid4().hex[:12]}" for what in ("owner", "application", "stranger")]
    owner = sql.Identifier(names[0])
    with psycopg.connect(url, autocommit=True) as connection:
        database = sql.Identifier(connection.info.dbname)
        for name in names:
            connection.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(name)))
        connection.execute(sql.SQL("GRANT CREATE ON DATABASE {} TO {}").format(database, owner))
        urls = [url.replace("//dealtrail@", f"//{name}@") for name in names]
        yield Roles(urls[0], urls[1], urls[2], names)
        connection.execute("DROP SCHEMA IF EXISTS dealtrail, dealtrail_views CASCADE")
        for name in names:
            connection.execute(sql.SQL("DROP OWNED BY {}").format(sql.Identifier(name)))
            connection.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(name)))


@pytest.fixture
def superuser(roles: Roles) -> str:
    """The URL of the same database as the server's superuser opens it."""
    return roles.owner.replace(f"//{roles.names[0]}@", "//dealtrail@")


@pytest.fixture
def granted(roles: Roles) -> Roles:
    """The same, after the owner has made the store and let the application in."""
    upgrade(Settings(store=roles.owner, timezone="Asia/Shanghai"), now, roles.names[1])
    return roles


def test_an_application_does_all_that_a_log_does(granted: Roles) -> None:
    log = PostgresLog(granted.application)
    assert log.info.timezone == "Asia/Shanghai"
    fill(log, 20)
    log.append([entry(FIRST, 1)])
    log.wait(0, 1)
    log.mark_relayed(21, b"the last")
    assert [mark.position for mark in log.relay_marks()] == [21]
    assert verify(log) == log.head()
    assert log.head().position == 21
    log.close()


def test_an_application_without_temporary_tables_records_large_batches_too(
    granted: Roles, superuser: str
) -> None:
    with psycopg.connect(superuser, autocommit=True) as shell:
        database = sql.Identifier(shell.info.dbname)
        shell.execute(sql.SQL("REVOKE TEMPORARY ON DATABASE {} FROM PUBLIC").format(database))
        try:
            log = PostgresLog(granted.application)
            fill(log, 3)
            large = [entry(FIRST, version) for version in range(1, MANY + 1)]
            assert log.append(large).first == 4
            assert verify(log).position == 3 + MANY
            log.close()
        finally:
            shell.execute(sql.SQL("GRANT TEMPORARY ON DATABASE {} TO PUBLIC").format(database))


FORBIDDEN = [
    "UPDATE dealtrail.events SET state = state",
    "DELETE FROM dealtrail.events",
    "TRUNCATE dealtrail.events",
    "INSERT INTO dealtrail.events SELECT * FROM dealtrail.events ON CONFLICT (position) DO UPDATE SET nth = 0",
    "DELETE FROM dealtrail.log_head",
    "TRUNCATE dealtrail.log_head",
    "INSERT INTO dealtrail.log_head SELECT * FROM dealtrail.log_head",
    "UPDATE dealtrail.store SET schema_version = 1",
    "DELETE FROM dealtrail.store",
    "TRUNCATE dealtrail.store",
    "INSERT INTO dealtrail.store SELECT * FROM dealtrail.store",
    "UPDATE dealtrail.relay_marks SET position = 9",
    "DELETE FROM dealtrail.relay_marks",
    "TRUNCATE dealtrail.relay_marks",
    "ALTER TABLE dealtrail.events DISABLE TRIGGER ALL",
    "DROP TRIGGER events_are_never_changed ON dealtrail.events",
    "CREATE TRIGGER t BEFORE INSERT ON dealtrail.events EXECUTE FUNCTION dealtrail.refuse('everything')",
    "CREATE TABLE dealtrail_views.mine (position bigint REFERENCES dealtrail.events)",
    "DROP TABLE dealtrail.events",
    "DROP SCHEMA dealtrail CASCADE",
    "CREATE TABLE dealtrail.mine ()",
    "CREATE OR REPLACE FUNCTION dealtrail.refuse() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN NEW; END$$",
    "SET session_replication_role = replica",
]


@pytest.mark.parametrize("statement", FORBIDDEN)
def test_an_application_may_change_nothing_that_was_recorded(granted: Roles, statement: str) -> None:
    log = PostgresLog(granted.application)
    fill(log, 3)
    log.close()
    with (
        psycopg.connect(granted.application, autocommit=True) as shell,
        pytest.raises(errors.InsufficientPrivilege),
    ):
        shell.execute(statement.encode())


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE dealtrail.log_head SET position = position - 1",
        "UPDATE dealtrail.log_head SET position = position",
        "UPDATE dealtrail.log_head SET position = position + 1",
        "UPDATE dealtrail.log_head SET digest = ''",
    ],
)
def test_an_application_may_not_set_the_head_elsewhere(granted: Roles, statement: str) -> None:
    log = PostgresLog(granted.application)
    fill(log, 3)
    with (
        psycopg.connect(granted.application, autocommit=True) as shell,
        pytest.raises(errors.RaiseException, match="only grows"),
    ):
        shell.execute(statement.encode())
    assert verify(log) == log.head()
    log.close()


def test_an_application_cannot_teach_the_head_s_trigger_other_operators(granted: Roles) -> None:
    log = PostgresLog(granted.application)
    fill(log, 3)
    with psycopg.connect(granted.application, autocommit=True) as shell:
        for sign, kind, answer in (("<=", "bigint", False), ("=", "bigint", True), ("=", "bytea", True)):
            made = f"dealtrail_views.{kind}_{answer}"
            shell.execute(
                f"CREATE FUNCTION {made}({kind}, {kind}) RETURNS bool LANGUAGE sql AS 'SELECT {answer}'"
            )
            sides = f"LEFTARG = {kind}, RIGHTARG = {kind}"
            shell.execute(f"CREATE OPERATOR dealtrail_views.{sign} ({sides}, FUNCTION = {made})")
        shell.execute("SET search_path = dealtrail_views, pg_catalog")
        with pytest.raises(errors.RaiseException, match="only grows"):
            shell.execute("UPDATE dealtrail.log_head SET digest = ''")
    assert verify(log) == log.head()
    log.close()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE dealtrail.events SET state = state WHERE false",
        "DELETE FROM dealtrail.events",
        "TRUNCATE dealtrail.events",
        "DELETE FROM dealtrail.log_head",
        "TRUNCATE dealtrail.log_head",
        "DELETE FROM dealtrail.store",
        "TRUNCATE dealtrail.store",
        "UPDATE dealtrail.store SET store_id = gen_random_uuid()",
        "UPDATE dealtrail.store SET timezone = 'Europe/Berlin'",
        "UPDATE dealtrail.store SET created_at = created_at + 1",
    ],
)
def test_the_owner_is_stopped_by_triggers(granted: Roles, statement: str) -> None:
    log = PostgresLog(granted.application)
    fill(log, 3)
    with psycopg.connect(granted.owner, autocommit=True) as shell, pytest.raises(errors.RaiseException):
        shell.execute(statement.encode())
    assert verify(log) == log.head()
    log.close()


def test_the_read_models_are_the_application_s_own(granted: Roles) -> None:
    with psycopg.connect(granted.application, autocommit=True) as shell:
        shell.execute("CREATE TABLE dealtrail_views.mine (one integer)")
        shell.execute("INSERT INTO dealtrail_views.mine VALUES (1)")
        shell.execute("DROP TABLE dealtrail_views.mine")


def owner_of_the_read_models(url: str) -> str:
    with psycopg.connect(url) as shell:
        statement = "SELECT pg_get_userbyid(nspowner) FROM pg_namespace WHERE nspname = 'dealtrail_views'"
        row = shell.execute(statement).fetchone()
    assert row is not None
    return str(row[0])


def test_the_schema_of_the_read_models_stays_with_an_owner_who_may_not_become_the_application(
    granted: Roles,
) -> None:
    assert owner_of_the_read_models(granted.owner) == granted.names[0]


@pytest.mark.parametrize("when", ["before it is granted", "after it was granted"])
def test_an_owner_who_may_become_the_application_gives_it_the_schema_of_the_read_models(
    roles: Roles, superuser: str, when: str
) -> None:
    if when == "after it was granted":
        upgrade(Settings(store=roles.owner), now, roles.names[1])
    with psycopg.connect(superuser, autocommit=True) as shell:
        shell.execute(f"GRANT {roles.names[1]} TO {roles.names[0]}")
    upgrade(Settings(store=roles.owner), now, roles.names[1])
    assert owner_of_the_read_models(roles.owner) == roles.names[1]
    with psycopg.connect(roles.application, autocommit=True) as shell:
        shell.execute("CREATE TABLE dealtrail_views.mine (one integer)")
        shell.execute("DROP SCHEMA dealtrail_views CASCADE")


def test_a_superuser_gives_the_application_the_schema_that_the_owner_made(
    granted: Roles, superuser: str
) -> None:
    upgrade(Settings(store=superuser), now, granted.names[1])
    assert owner_of_the_read_models(granted.owner) == granted.names[1]


def test_the_schema_of_the_read_models_is_not_taken_from_its_application(
    granted: Roles, superuser: str
) -> None:
    for role in (granted.names[1], granted.names[2], granted.names[1]):
        upgrade(Settings(store=superuser), now, role)
    assert owner_of_the_read_models(granted.owner) == granted.names[1]
    for url in (granted.application, granted.stranger):
        with psycopg.connect(url, autocommit=True) as shell:
            shell.execute("CREATE TABLE dealtrail_views.mine (one integer)")
            shell.execute("DROP TABLE dealtrail_views.mine")


@pytest.mark.parametrize("who", ["application", "stranger"])
def test_who_owns_nothing_makes_no_store(roles: Roles, who: str) -> None:
    with pytest.raises(Unavailable, match="Let the owner run `dealtrail store upgrade --grant ROLE`"):
        PostgresLog(getattr(roles, who))


def test_a_stranger_reads_nothing(granted: Roles) -> None:
    with pytest.raises(Unavailable, match="may not do this"):
        PostgresLog(granted.stranger)


def test_to_upgrade_and_to_grant_twice_is_harmless(granted: Roles) -> None:
    settings = Settings(store=granted.owner)
    first = upgrade(settings, now)
    assert upgrade(settings, now, granted.names[1]) == first
    assert upgrade(settings, now, granted.names[2]) == first
    log = PostgresLog(granted.stranger)
    assert log.info.store_id == first.store_id
    log.close()


def test_a_role_that_is_not_there_is_told(granted: Roles) -> None:
    with pytest.raises(BadInput, match="There is no role 'nobody at all'"):
        upgrade(Settings(store=granted.owner), now, "nobody at all")


def test_the_application_cannot_let_others_in(granted: Roles) -> None:
    with pytest.raises(Unavailable, match="Let the owner run"):
        upgrade(Settings(store=granted.application), now, granted.names[2])


def test_a_newer_store_is_not_upgraded(granted: Roles) -> None:
    with psycopg.connect(granted.owner, autocommit=True) as shell:
        shell.execute("UPDATE dealtrail.store SET schema_version = 9")
    with pytest.raises(StoreNewer, match="store version 9"):
        upgrade(Settings(store=granted.owner), now)


def test_many_who_upgrade_at_once_do_it_once(roles: Roles) -> None:
    database = Database(roles.owner, 60)
    made: list[object] = []
    at_once(6, lambda _: made.append(database.upgrade("UTC", now(), roles.names[1]).store_id))
    assert len(set(made)) == 1


@pytest.mark.parametrize("store", ["memory:", "sqlite"])
def test_a_store_without_roles_grants_nothing(tmp_path: object, store: str) -> None:
    url = f"sqlite:///{tmp_path}/deals.db" if store == "sqlite" else store
    assert upgrade(Settings(store=url, timezone="Asia/Tokyo"), now).timezone == "Asia/Tokyo"
    with pytest.raises(BadInput, match="has no roles"):
        upgrade(Settings(store=url), now, "somebody")
