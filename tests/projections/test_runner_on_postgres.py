"""Runners of read models in PostgreSQL: two at once, generations, deals set aside, a store that was restored."""

import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from shutil import copyfile, which
from threading import Barrier, Thread

import psycopg
import pytest
from sqlalchemy import inspect, select, update

from domain.deal.life import ChangeDetails, ChangeStage
from domain.deal.outlook import AddNote
from domain.errors import Unavailable
from engine.deals import Deals
from engine.settings import Settings
from projections.running.runner import catch_up, rebuild
from projections.running.upserting import MANY
from projections.running.verifying import verify
from projections.running.views import PROJECTIONS, QUARANTINE, Views
from projections.states.deal_states import DEALS, DealStates
from tests.projections.histories import ACTOR, store
from tests.projections.reading import read, rows
from tests.projections.test_runner import Counting, counted, opened
from tests.servers.keeper import NoServer
from tests.servers.postgres import binaries

Database = Callable[[], str]


def test_two_runners_at_once_share_the_work(empty_database: Database) -> None:
    url = empty_database()
    with Deals(Settings(store=url)) as deals:
        for number in range(20):
            opened(deals, f"Deal {number}", notes=3)
        start, errors = Barrier(2), list[BaseException]()

        def run() -> None:
            try:
                with Deals(Settings(store=url)) as mine, Views.open(mine) as views:
                    start.wait()
                    catch_up(views, mine, [DealStates(), Counting()], page=7)
            except BaseException as error:  # noqa: BLE001 - told below, in the thread of the test
                errors.append(error)

        threads = [Thread(target=run) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert errors == []
        with Views.open(deals) as both, Views.open(deals, "sqlite://") as alone:
            catch_up(alone, deals, [DealStates(), Counting()])
            assert read(both) == read(alone)
            assert counted(both) == counted(alone)


def test_a_question_sees_one_instant_whatever_is_written_meanwhile(empty_database: Database) -> None:
    with store() as deals, Views.open(deals, empty_database()) as views:
        opened(deals)
        catch_up(views, deals, [DealStates()])
        with views.engine.connect() as asking:
            titles = select(views.table_on(asking, DEALS).c.title)
            before = (views.position_on(asking, DEALS), asking.execute(titles).all())
            opened(deals, "Another")
            catch_up(views, deals, [DealStates()])
            assert (views.position_on(asking, DEALS), asking.execute(titles).all()) == before
        assert len(rows(views, DEALS)) == 2


def test_a_runner_waits_no_longer_for_another_than_it_was_told(empty_database: Database) -> None:
    with (
        Deals(Settings(store="memory:", busy_timeout=0.2)) as deals,
        Views.open(deals, empty_database()) as views,
    ):
        catch_up(views, deals, [Counting()])
        deal = opened(deals)
        with views.writing(), pytest.raises(Unavailable, match="lock timeout"):
            catch_up(views, deals, [Counting()])
        catch_up(views, deals, [Counting()])
        assert counted(views) == {deal: 1}


def test_a_new_generation_takes_over_and_the_one_before_the_last_is_dropped(empty_database: Database) -> None:
    with store() as deals, Views.open(deals, empty_database()) as views:
        deal = opened(deals, notes=1)
        catch_up(views, deals, [Counting()])
        catch_up(views, deals, [Counting(version=2)])
        assert counted(views) == {deal: 4}
        rebuild(views, deals, Counting(version=2))
        with views.engine.connect() as connection:
            states = connection.execute(select(PROJECTIONS.c.generation, PROJECTIONS.c.state)).all()
            assert sorted(states) == [(2, "old"), (3, "live")]
            assert not inspect(connection).has_table("counts_1")


def test_a_deal_whose_event_fails_is_set_aside_and_the_others_go_on(empty_database: Database) -> None:
    with store() as deals, Views.open(deals, empty_database()) as views:
        good, bad = opened(deals, notes=3), opened(deals, notes=3)
        projection = Counting(cannot=lambda recorded: recorded.stream_id == bad and recorded.version == 3)
        catch_up(views, deals, [projection])
        deals.handle(bad, AddNote(text="later"), by=ACTOR)
        catch_up(views, deals, [projection])
        assert counted(views) == {good: 4, bad: 2}
        with views.engine.connect() as connection:
            assert [row.version for row in connection.execute(select(QUARANTINE))] == [3]


def test_comparing_read_models_names_a_difference_and_leaves_nothing_open(empty_database: Database) -> None:
    with store() as deals, Views.open(deals, empty_database()) as views:
        opened(deals)
        catch_up(views, deals, [DealStates()])
        with views.writing() as connection:
            connection.execute(update(views.table_on(connection, DEALS)).values(title="Another"))
        # A cursor that is left open warns when it is forgotten, which fails the test.
        (compared,) = verify(views, deals, [DealStates()])
        assert compared.difference is not None
        assert (compared.difference.column, compared.difference.found) == ("title", "Another")


def test_what_one_read_model_cannot_take_is_in_the_others(empty_database: Database) -> None:
    with (
        store() as deals,
        Views.open(deals, empty_database()) as views,
        Views.open(deals, "sqlite://") as alone,
    ):
        good, bad = opened(deals, notes=3), opened(deals, notes=3)
        choosy = Counting(cannot=lambda recorded: recorded.stream_id == bad and recorded.version == 3)
        catch_up(views, deals, [choosy, DealStates()], page=3)
        catch_up(alone, deals, [DealStates()])
        assert counted(views) == {good: 4, bad: 2}
        assert read(views) == read(alone)
        with views.engine.connect() as connection:
            assert connection.scalars(select(QUARANTINE.c.projection)).all() == ["counting"]


@pytest.mark.parametrize("in_postgresql", [False, True], ids=["SQLite", "PostgreSQL"])
def test_where_another_runner_was_faster_with_one_read_model_the_others_are_written_all_the_same(
    empty_database: Database, *, in_postgresql: bool
) -> None:
    place = empty_database() if in_postgresql else "sqlite://"
    told: list[tuple[str, int]] = []

    def overtaken(name: str, position: int, _: int) -> None:
        told.append((name, position))
        if len(told) == 2:
            catch_up(views, deals, [Counting()])

    with store() as deals, Views.open(deals, place) as views, Views.open(deals, "sqlite://") as alone:
        streams = [opened(deals, notes=3) for _ in range(3)]
        head = deals.head().position
        catch_up(views, deals, [DealStates(), Counting()], page=4, progress=overtaken)
        assert told == [
            ("deal_states", 4),
            ("counting", 4),
            ("deal_states", 8),
            ("counting", head),
            ("deal_states", 12),
            ("deal_states", head),
        ]
        assert counted(views) == dict.fromkeys(streams, 4)
        catch_up(alone, deals, [DealStates()])
        assert read(views) == read(alone)


def test_a_store_that_was_restored_is_noticed_and_its_read_models_built_anew(
    empty_database: Database, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    views_url, file = empty_database(), tmp_path / "deals.db"
    with store(url=f"sqlite:///{file}") as deals:
        deal = opened(deals)
    copyfile(file, tmp_path / "backup.db")
    with store(url=f"sqlite:///{file}") as deals, Views.open(deals, views_url) as views:
        opened(deals, notes=2)
        catch_up(views, deals, [Counting()])
    copyfile(tmp_path / "backup.db", file)
    with store(url=f"sqlite:///{file}") as deals, Views.open(deals, views_url) as views:
        catch_up(views, deals, [Counting()])
        assert counted(views) == {deal: 1}
        assert "'counting' was built from another log" in caplog.text


def postgres_program(name: str) -> str:
    """Where that program of PostgreSQL lies: beside the server, or where the shell finds it."""
    try:
        return str(binaries() / name)
    except NoServer:
        return which(name) or name


@pytest.mark.parametrize("elsewhere", [False, True], ids=["in one database", "in another database"])
@pytest.mark.parametrize("since", [(), ("Other", "Others")], ids=["shorter", "as long"])
def test_a_store_in_postgresql_that_was_restored_is_noticed_and_its_read_models_built_anew(
    empty_database: Database,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    since: Sequence[str],
    *,
    elsewhere: bool,
) -> None:
    url, backup = empty_database(), tmp_path / "backup.dump"
    views_url = empty_database() if elsewhere else None
    with store(url=url) as deals:
        deal = opened(deals)
        dump = [postgres_program("pg_dump"), "--format=custom", "--schema=dealtrail", f"--file={backup}", url]
        subprocess.run(dump, check=True)
        deals.handle(deal, ChangeDetails(title="Lost again"), by=ACTOR)
        deals.handle(deal, ChangeStage(to_stage="proposal"), by=ACTOR)
        with Views.open(deals, views_url) as views:
            catch_up(views, deals, [DealStates(), Counting()])
            assert "another log" not in caplog.text
    with psycopg.connect(url, autocommit=True, options="-c client_min_messages=warning") as shell:
        shell.execute("DROP SCHEMA dealtrail CASCADE")
    subprocess.run([postgres_program("pg_restore"), f"--dbname={url}", backup], check=True)
    with store(url=url) as deals, Views.open(deals, views_url) as views:
        for title in since:
            deals.handle(deal, ChangeDetails(title=title), by=ACTOR)
        catch_up(views, deals, [DealStates(), Counting()])
        for name in ("deal_states", "counting"):
            assert f"'{name}' was built from another log" in caplog.text
        [row] = rows(views, DEALS)
        assert (row["title"], row["stage"]) == (["Deal", *since][-1], "prospecting")
        assert counted(views) == {deal: 1 + len(since)}
        catch_up(views, deals, [DealStates(), Counting()])
        assert caplog.text.count("built anew") == 2


def test_a_page_of_many_deals_is_written_as_pages_of_few_are(empty_database: Database) -> None:
    with (
        store() as deals,
        Views.open(deals, empty_database()) as views,
        Views.open(deals, "sqlite://") as alone,
    ):
        streams = [opened(deals, f"第{number} \0 \t\\N \\. \\\n") for number in range(MANY + 1)]
        for _ in range(2):
            catch_up(views, deals, [DealStates(), Counting()])
            catch_up(alone, deals, [DealStates(), Counting()], page=50)
            assert read(views) == read(alone)
            assert counted(views) == counted(alone)
            for stream in streams:
                deals.handle(stream, ChangeDetails(title=f"\0{stream}"), by=ACTOR)


def test_undated_openings_have_an_index_of_their_own(empty_database: Database) -> None:
    with store() as deals, Views.open(deals, empty_database()) as views:
        catch_up(views, deals, [DealStates()])
        with views.engine.connect() as connection:
            asked = "SELECT indexdef FROM pg_indexes WHERE indexname = 'deal_states_undated_1'"
            made: str = connection.exec_driver_sql(asked).scalar_one()
    assert made.endswith("WHERE ((\"precision\")::text = 'unknown'::text)")
