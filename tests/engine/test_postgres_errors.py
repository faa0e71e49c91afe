"""What PostgreSQL says is told in dealtrail's words: what is wrong, where, and what to try."""

import logging
import subprocess
import sys
from collections.abc import Callable

import psycopg
import pytest
from psycopg import errors

from domain.errors import BadInput, Tampered, Unavailable
from engine.postgres_errors import not_twice, told


@pytest.mark.parametrize(
    ("error", "kind", "words"),
    [
        (errors.DiskFull("no space"), Unavailable, "disk of the store x is full"),
        (errors.ReadOnlySqlTransaction("cannot execute INSERT"), Unavailable, "is it a standby"),
        (errors.DataCorrupted("invalid page in block 0"), Tampered, "files of the store x are damaged"),
        (errors.IndexCorrupted("index"), Tampered, "Restore it from a backup"),
        (errors.InsufficientPrivilege("permission denied"), Unavailable, "store upgrade --grant ROLE"),
        (errors.TooManyConnections("sorry, too many clients already"), Unavailable, "too many clients"),
        (errors.AdminShutdown(""), Unavailable, "AdminShutdown"),
        (
            psycopg.OperationalError("Multiple connection attempts failed:\n- a\n- refused"),
            Unavailable,
            "- refused",
        ),
        (errors.UniqueViolation("key\nDETAIL: secret"), Tampered, "does not end where"),
        (errors.SyntaxError("at end"), BadInput, "cannot be used: at end"),
    ],
)
def test_what_postgresql_says_is_told_with_what_to_try(
    error: psycopg.Error, kind: type[Exception], words: str
) -> None:
    answer = told(error, "x", 10)
    assert type(answer) is kind
    assert words in str(answer)
    assert "secret" not in str(answer)


def test_whoever_logs_hears_what_is_raised(caplog: pytest.LogCaptureFixture) -> None:
    library = logging.getLogger("somebodys.library")
    not_twice("somebodys.library")
    library.error("away")
    assert (caplog.messages, library.handlers) == (["away"], [])


@pytest.mark.parametrize("kind", [None, "views", "state"])
def test_nothing_in_postgresql_prints_what_it_raises(
    empty_database: Callable[[], str], kind: str | None
) -> None:
    opening = {
        None: "from engine.postgres import PostgresLog as Opened; library = 'psycopg'",
        "views": "from projections.running.postgres_engine import open_postgres; library = 'sqlalchemy.pool'\n"
        "Opened = lambda url: open_postgres(url, 1)",
        "state": "from consumers.running.state import State; library = 'sqlalchemy.pool'\nOpened = State.open",
    }[kind]
    program = f"import logging, sys\n{opening}\nOpened(sys.argv[1])\nlogging.getLogger(library).error('away')"
    run = subprocess.run(
        [sys.executable, "-c", program, empty_database()], capture_output=True, text=True, check=True
    )
    assert run.stderr == ""
