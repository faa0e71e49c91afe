"""Read models on a PostgreSQL server that others have set up, and that ends connections when it likes."""

from collections.abc import Callable
from datetime import timedelta
from threading import Thread
from time import sleep
from urllib.parse import quote

import psycopg
import pytest
from sqlalchemy import update

from domain.errors import Unavailable
from projections.asking.asked import Asked
from projections.catalogue import PROJECTIONS
from projections.running.postgres_engine import FROZEN
from projections.running.runner import catch_up
from projections.running.views import PROJECTIONS as REGISTERED
from projections.running.views import Views
from tests.projections.all_questions import answered, questions
from tests.projections.histories import RECORDING, store
from tests.projections.test_runner import Counting, counted, opened

Database = Callable[[], str]

WAITING = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
HERE = "database = (SELECT oid FROM pg_database WHERE datname = current_database())"


def with_settings(url: str, *settings: str) -> str:
    """The URL of a database whose sessions begin with these settings."""
    return f"{url}?options={quote(' '.join(f'-c {each}' for each in settings))}"


@pytest.mark.parametrize("isolation", ["read committed", "repeatable read", "serializable"])
def test_who_waited_for_another_runner_goes_on_from_where_that_one_is(
    empty_database: Database, isolation: str
) -> None:
    url, errors = empty_database(), list[BaseException]()
    strict = with_settings(url, f"default_transaction_isolation={isolation.replace(' ', chr(92) + ' ')}")
    with store() as deals, Views.open(deals, strict) as one, Views.open(deals, strict) as other:
        catch_up(one, deals, [Counting()])
        deal = opened(deals, notes=2)

        def run() -> None:
            try:
                catch_up(other, deals, [Counting()])
            except BaseException as error:  # noqa: BLE001 - told below, in the thread of the test
                errors.append(error)

        slower = Thread(target=run)
        with psycopg.connect(url, autocommit=True) as shell, one.writing() as connection:
            slower.start()
            for _ in range(3_000):
                if shell.execute(f"{WAITING} AND {HERE}".encode()).fetchone() == (1,):
                    break
                sleep(0.01)
            connection.execute(update(REGISTERED).values(position=REGISTERED.c.position))
        slower.join()
        assert errors == []
        assert counted(one) == {deal: 3}


def test_settings_of_the_server_change_no_answer(empty_database: Database) -> None:
    set_up = with_settings(
        empty_database(),
        "standard_conforming_strings=off",
        "client_encoding=LATIN1",
        "search_path=pg_catalog",
        "timezone=Asia/Kathmandu",
        "DateStyle=German",
        "bytea_output=escape",
    )
    with (
        store() as deals,
        Views.open(deals, set_up) as there,
        Views.open(deals, "sqlite://") as here,
    ):
        for number in range(3):
            opened(deals, f"第{number}", notes=2)
        for views in (there, here):
            catch_up(views, deals, PROJECTIONS)
        for what, ask in questions(deals, Asked(RECORDING + timedelta(days=30)), 0):
            assert answered(ask, there) == answered(ask, here), what


def test_a_connection_that_the_server_ended_while_nobody_asked_is_made_again(
    empty_database: Database,
) -> None:
    url = empty_database()
    with store() as deals, Views.open(deals, url) as views:
        deal = opened(deals, notes=2)
        catch_up(views, deals, [Counting()])
        with psycopg.connect(url, autocommit=True) as shell:
            others = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            shell.execute(f"SELECT pg_terminate_backend(pid) {others}".encode())
        assert counted(views) == {deal: 3}


def test_a_runner_that_stands_still_in_the_middle_lets_go_of_the_read_models(
    empty_database: Database,
) -> None:
    url = empty_database()
    with store() as deals, Views.open(deals, url) as frozen, Views.open(deals, url) as views:
        deal = opened(deals, notes=2)
        limit = "idle_in_transaction_session_timeout"

        def stand_still() -> None:
            with frozen.writing() as connection:
                assert connection.exec_driver_sql(f"SHOW {limit}").scalar() == FROZEN
                assert connection.exec_driver_sql("SHOW tcp_keepalives_idle").scalar() == "10"
                connection.exec_driver_sql(f"SET LOCAL {limit} = '200ms'")
                catch_up(views, deals, [Counting()])
                connection.exec_driver_sql("SELECT 1")

        with pytest.raises(Unavailable, match="idle-in-transaction timeout"):
            stand_still()
        assert counted(views) == {deal: 3}
