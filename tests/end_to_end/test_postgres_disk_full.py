"""A disk that is full under PostgreSQL: whoever records is told so, nothing is half there, and with room it goes on."""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from random import Random
from time import monotonic, sleep
from typing import cast

import psycopg
import pytest

from domain.errors import Unavailable
from engine.postgres import PostgresLog
from engine.postgres_appending import MANY
from engine.verify import verify
from projections.catalogue import PROJECTIONS
from projections.running.runner import catch_up
from projections.running.views import Views
from tests.end_to_end.persistent import Persistent
from tests.end_to_end.racer import CONTESTED, entries, opened
from tests.projections.histories import store
from tests.projections.reading import read
from tests.projections.test_runner import opened as opened_deal
from tests.servers.postgres import Server, new_database, own_server

FULL = Path("/dev/full")
needs_full = pytest.mark.skipif(not FULL.exists(), reason="there is no /dev/full here")


@contextmanager
def no_room(url: str, table: str) -> Iterator[None]:
    """An empty table cannot grow: the operating system says for each block of its file that the disk is full."""
    with psycopg.connect(url) as shell:
        place = "SELECT current_setting('data_directory') || '/' || pg_relation_filepath(%s)"
        found = shell.execute(place, (table,)).fetchone()
    assert found is not None
    file = Path(found[0])
    aside = file.rename(f"{file}.aside")
    file.symlink_to(FULL)
    try:
        yield
    finally:
        aside.replace(file)


@needs_full
@pytest.mark.parametrize("alone", [True, False], ids=["in one statement", "under the lock"])
@pytest.mark.parametrize("count", [1, 40, MANY])
def test_who_finds_the_disk_full_is_told_so_and_records_when_there_is_room(
    postgres_of_our_own: Server, count: int, alone: bool
) -> None:
    url = new_database(postgres_of_our_own.url)
    other, log = opened(url), cast(PostgresLog, opened(url))
    batch = entries(CONTESTED, 1, count, "a batch")
    with no_room(url, "dealtrail.events"):
        log._writer.end, log._writer.alone = (0, log.head().digest, None), alone
        with pytest.raises(Unavailable, match=r"disk of the store .* is full\. Nothing was recorded"):
            log.append(batch)
        # Nobody waits for the lock of one who has failed.
        with pytest.raises(Unavailable, match="is full"):
            other.append(entries(CONTESTED, 1, 1, "another"))
    assert log.append(batch).first == 1
    assert verify(other).position == count
    other.close()
    log.close()


@needs_full
@pytest.mark.parametrize("table", ["deals_1", "activity_1", "pipelines_1"])
def test_read_models_that_find_the_disk_full_say_so_and_go_on_when_there_is_room(
    postgres_of_our_own: Server, table: str
) -> None:
    url = new_database(postgres_of_our_own.url)
    with store() as deals, Views.open(deals, "sqlite://") as elsewhere:
        with Views.open(deals, url) as views:
            catch_up(views, deals, PROJECTIONS)
        opened_deal(deals, notes=3)
        with (
            no_room(url, f"dealtrail_views.{table}"),
            Views.open(deals, url) as views,
            pytest.raises(Unavailable, match=r"No space left on device.*look at the server, its disk"),
        ):
            catch_up(views, deals, PROJECTIONS)
        with Views.open(deals, url) as views:
            catch_up(views, deals, PROJECTIONS)
            catch_up(elsewhere, deals, PROJECTIONS)
            assert read(views) == read(elsewhere)


@contextmanager
def small_disk() -> Iterator[Path]:
    """A disk of 1 GB, where PostgreSQL's own user may go; skipped where we may not make one."""
    place = Path(tempfile.mkdtemp(prefix="dealtrail-disk-"))
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1g", "tmpfs", place],
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    if mounted.returncode != 0:
        place.rmdir()
        pytest.skip(f"a disk of its own may not be made here: {mounted.stderr.strip()}")
    try:
        yield place
    finally:
        subprocess.run(["umount", place], check=True)
        place.rmdir()


def _answers(url: str) -> bool:
    try:
        psycopg.connect(url, connect_timeout=5).close()
    except psycopg.OperationalError:
        return False
    return True


def test_a_server_whose_disk_fills_up_under_its_writers_loses_and_doubles_nothing(torture: bool) -> None:
    rounds, ended, chance = 25 if torture else 1, 0, Random(7)
    with small_disk() as disk, own_server(disk=disk) as server:
        url = new_database(server.url)
        opened(url).close()
        ballast = disk / "ballast"
        writers = Persistent(url, 0.5, sizes=(1,) * 20 + (2, 30, MANY))

        def fill_and_make_room() -> None:
            nonlocal ended
            for _ in range(rounds):
                sleep(0.2 + chance.random())
                left = chance.randrange(2**21)
                with ballast.open("wb", buffering=0) as file, suppress(OSError):
                    while shutil.disk_usage(disk).free > left:
                        file.write(bytes(2**16))
                told, until = writers.asked_again, monotonic() + 30
                while writers.asked_again == told and _answers(server.url):
                    assert monotonic() < until, "nobody has found the disk full"
                    sleep(0.05)
                sleep(chance.random())
                ballast.unlink()
                ended += not _answers(server.url)
                server.start()

        writers.run(fill_and_make_room)
        log = opened(url)
        events = writers.check(log)
        log.close()
    print(  # noqa: T201 - the figures of `make torture`
        f"disk filled up {rounds} times under 4 writers: {events} events, each once; the server ended {ended} "
        f"times; {writers.asked_again} commands were given again"
    )
