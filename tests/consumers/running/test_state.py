"""The state of a job: made where there is none, and not mistaken for another's."""

from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Connection, text

from consumers.running.state import State
from consumers.running.state_database import IN_MEMORY
from domain.errors import BadInput, NotFound, StoreNewer, Unavailable
from tests.servers.postgres import settings_left_behind, with_defaults


def test_a_state_is_made_once_and_found_again(state_url: str) -> None:
    with pytest.raises(NotFound, match="--state"):
        State.open(state_url, must_exist=True)
    State.open(state_url).close()
    State.open(state_url, must_exist=True).close()


def test_a_state_is_told_from_every_other_also_one_that_was_made_before_states_had_a_name(
    state: State, state_url: str
) -> None:
    with State.open(state_url) as again, State.open(IN_MEMORY) as other:
        assert again.id == state.id != other.id
    with state.writing() as connection:
        connection.execute(text("DROP TABLE consumer_state"))
    with (
        State.open(state_url, must_exist=True),
        State.open(state_url) as named,
        State.open(state_url) as same,
    ):
        assert named.id == same.id != state.id


def test_a_state_of_a_newer_dealtrail_is_not_touched(state: State, state_url: str) -> None:
    with state.writing() as connection:
        connection.execute(text("UPDATE consumer_meta SET layout = 99"))
    with pytest.raises(StoreNewer, match="Update"):
        State.open(state_url)


@pytest.mark.parametrize("url", ["mysql://host/db", "sqlite:nonsense", "somewhere"])
def test_another_kind_of_url_is_refused(url: str) -> None:
    with pytest.raises(BadInput, match="sqlite:///FILE"):
        State.open(url)


def test_a_folder_that_is_not_there_is_told_as_away(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="cannot be used now"):
        State.open(f"sqlite:///{tmp_path}/nowhere/job.state.db")


def test_a_server_that_is_not_there_is_told_as_away_and_without_the_password() -> None:
    with pytest.raises(Unavailable, match="cannot be used now") as told:
        State.open("postgresql://me:hush@127.0.0.1:1/db")
    assert "hush" not in str(told.value)


def test_what_was_committed_outlives_a_power_cut(tmp_path: Path) -> None:
    with State.open(f"sqlite:///{tmp_path}/job.state.db") as state, state.reading() as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"


def test_whoever_waits_too_long_for_another_s_lock_is_told_so(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/job.state.db"
    with (
        State.open(url) as state,
        State.open(url, busy_timeout=0.1) as other,
        state.writing(),
        pytest.raises(Unavailable, match="locked"),
    ):
        _write(other)


def test_who_has_no_time_to_wait_does_not_wait_for_ever(empty_database: Callable[[], str]) -> None:
    url = empty_database()
    with (
        State.open(url) as state,
        State.open(url, busy_timeout=0) as other,
        state.writing() as connection,
    ):
        _move(connection)
        with pytest.raises(Unavailable, match="lock timeout"):
            _write(other)


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("data_corrupted", "invalid page in block 3"),
        ("disk_full", "No space left on device"),
        ("internal_error", "Disk quota exceeded"),
    ],
)
def test_a_state_that_is_damaged_or_has_no_room_is_told_as_away_and_no_event_of_it_is_set_aside(
    empty_database: Callable[[], str], code: str, said: str
) -> None:
    with (
        State.open(empty_database()) as state,
        state.writing() as connection,
        pytest.raises(Unavailable, match=said),
    ):
        connection.exec_driver_sql(f"DO $$ BEGIN RAISE EXCEPTION '{said}' USING ERRCODE = '{code}'; END $$")


def test_what_a_transaction_sets_it_leaves_to_nobody(empty_database: Callable[[], str]) -> None:
    # Behind a pooler of transactions the next one is anybody's.
    with State.open(empty_database()) as state:
        with state.writing() as connection:
            _move(connection)
            assert "dealtrail_consumers" in str(connection.exec_driver_sql("SHOW search_path").scalar())
        assert settings_left_behind(state.engine) == set()


def test_a_connection_that_the_server_ended_while_nobody_used_it_is_made_again(
    empty_database: Callable[[], str],
) -> None:
    url = empty_database()
    with State.open(url) as state:
        before = state.id
        with psycopg.connect(url, autocommit=True) as shell:
            ended = shell.execute(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            assert ended.fetchall() == [(True,)]
        _write(state)
    with State.open(url) as state:
        assert state.id == before


def test_the_defaults_of_a_database_change_no_state(empty_database: Callable[[], str]) -> None:
    url = empty_database()
    odd = ("default_transaction_isolation = serializable", "standard_conforming_strings = off")
    with with_defaults(url, *odd), State.open(url) as state, state.writing() as connection:
        # Else who waited for another process is refused, and does not see what that one did.
        assert connection.scalar(text("SHOW transaction_isolation")) == "read committed"
        assert connection.scalar(text("SELECT length(:bytes)"), {"bytes": b"\1\2\\\0"}) == 4


def test_a_transaction_that_raises_leaves_nothing(state: State) -> None:
    with pytest.raises(ZeroDivisionError):
        _fail(state)
    with state.reading() as connection:
        assert connection.scalar(text("SELECT layout FROM consumer_meta")) == 1


def _write(state: State) -> None:
    with state.writing() as connection:
        _move(connection)


def _fail(state: State) -> None:
    with state.writing() as connection:
        _move(connection)
        raise ZeroDivisionError


def _move(connection: Connection) -> None:
    connection.execute(text("UPDATE consumer_meta SET layout = 0"))


def test_in_postgresql_a_job_whose_machine_is_gone_keeps_no_lock_for_long(
    empty_database: Callable[[], str],
) -> None:
    with State.open(empty_database()) as state, state.writing() as connection:
        assert connection.execute(text("SHOW tcp_keepalives_idle")).scalar() == "10"
