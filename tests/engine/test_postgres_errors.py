"""What PostgreSQL says is told in dealtrail's words: what is wrong, where, and what to try."""

import psycopg
import pytest
from psycopg import errors

from domain.errors import BadInput, Tampered, Unavailable
from engine.postgres_errors import told


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
