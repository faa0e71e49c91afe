from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from sqlite3 import connect
from threading import Barrier, Thread
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Column, Integer, LargeBinary, MetaData, Table, inspect, select

from domain.deal.life import ChangeDetails, ChangeStage, OpenDeal
from domain.deal.outlook import AddNote
from domain.errors import BadInput, Behind, StoreForeign, StoreNewer, Unavailable
from domain.event import Recorded
from engine.deals import Deals
from engine.ids import new_id
from engine.settings import Settings
from projections.running.generations import Generation, refreshed, set_aside, take_over
from projections.running.projection import Rows, Story
from projections.running.runner import catch_up, rebuild
from projections.running.status import status
from projections.running.views import PROJECTIONS, QUARANTINE, Views
from projections.stages.stage_visits import StageVisits
from projections.states.deal_states import DEALS, DealStates
from projections.states.pipelines import Pipelines
from tests.projections.histories import (
    ACTOR,
    RECORDING,
    Told,
    as_recorded,
    event_told,
    histories,
    recorded_in,
    store,
)
from tests.projections.reading import read, rows

COUNTS = Table(
    "counts",
    MetaData(),
    Column("stream", LargeBinary(16), primary_key=True),
    Column("events", Integer, nullable=False),
)


@dataclass(frozen=True)
class Counting:
    """Counts the events of each deal; some it cannot take."""

    version: int = 1
    cannot: Callable[[Recorded], bool] = lambda _: False
    name: str = "counting"
    types: frozenset[str] | None = None
    tables: tuple[Table, ...] = (COUNTS,)

    def fold(self, have: Rows, events: Sequence[Recorded], story: Story) -> Rows:
        count = sum(row["events"] for row in have["counts"])
        for recorded in events:
            if self.cannot(recorded):
                raise RuntimeError("too much")
            count += self.version
        return {"counts": [{"stream": events[0].stream_id.bytes, "events": count}]}


@pytest.fixture
def deals() -> Iterator[Deals]:
    with store() as opened:
        yield opened


def opened(deals: Deals, title: str = "Deal", *, notes: int = 0) -> UUID:
    deal = new_id()
    deals.handle(deal, OpenDeal(title=title, owner="anna"), by=ACTOR)
    for number in range(notes):
        deals.handle(deal, AddNote(text=f"note {number}"), by=ACTOR)
    return deal


def broken_off(name: str, position: int, head: int) -> None:
    """The end of a runner after its first page."""
    raise KeyboardInterrupt


def back_up(folder: Path) -> None:
    """Keep the store in this folder as it is now."""
    with closing(connect(folder / "deals.db")) as source, closing(connect(folder / "backup.db")) as target:
        source.backup(target)


def put_back(folder: Path) -> None:
    """Put the backup in the place of the store, which nobody has open."""
    for name in ("deals.db-wal", "deals.db-shm"):
        (folder / name).unlink(missing_ok=True)
    (folder / "backup.db").replace(folder / "deals.db")


def counted(views: Views) -> dict[UUID, int]:
    return {UUID(bytes=row["stream"]): row["events"] for row in rows(views, COUNTS)}


@given(history=histories(), page=st.integers(1, 12))
def test_pages_of_any_size_give_the_same_rows(history: list[Told], page: int) -> None:
    with store() as deals:
        recorded_in(deals, history)
        with Views.open(deals) as small, Views.open(deals) as large:
            catch_up(small, deals, [DealStates()], page=page)
            catch_up(large, deals, [DealStates()])
            assert read(small) == read(large)
            assert all(row["known_from"] < row["known_to"] for row in read(large)["deal_states"])


@given(history=histories(), chance=st.randoms(use_true_random=False))
def test_a_runner_that_stops_and_starts_anywhere_gives_the_same_rows(
    history: list[Told], chance: Random
) -> None:
    class Stopped(Exception):
        pass

    def stop(name: str, position: int, head: int) -> None:
        if chance.random() < 0.5:
            raise Stopped

    with store() as deals, Views.open(deals) as views, Views.open(deals) as whole:
        recorded_in(deals, history)
        for _ in range(200):
            try:
                catch_up(views, deals, [DealStates(), StageVisits()], page=3, progress=stop)
                break
            except Stopped:
                continue
        catch_up(whole, deals, [DealStates()])
        assert read(views) == read(whole)


@given(history=histories(), cut=st.integers(1, 20))
def test_rows_do_not_depend_on_when_the_runner_came_by(history: list[Told], cut: int) -> None:
    with store() as deals, Views.open(deals) as often, Views.open(deals) as once:
        for start in range(0, len(history), cut):
            recorded_in(deals, history[start : start + cut])
            catch_up(often, deals, [DealStates()])
        catch_up(once, deals, [DealStates()])
        assert read(often) == read(once)


@given(history=histories())
def test_a_rebuild_gives_the_same_rows(history: list[Told]) -> None:
    with store() as deals, Views.open(deals) as views:
        recorded_in(deals, history)
        catch_up(views, deals, [DealStates()], page=3)
        before = read(views)
        rebuild(views, deals, DealStates(), page=4)
        assert views.table(DEALS).name == "deals_2"
        assert read(views) == before


def race(url: str, run: Callable[[Views, Deals], None]) -> None:
    """Do `run` twice at once, each with a store and views of its own."""
    start = Barrier(2)
    errors: list[BaseException] = []

    def alone() -> None:
        try:
            with Deals(Settings(store=url, busy_timeout=30)) as deals, Views.open(deals) as views:
                start.wait()
                run(views, deals)
        except BaseException as error:  # noqa: BLE001 - told below, in the thread of the test
            errors.append(error)

    threads = [Thread(target=alone) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []


def test_two_runners_of_one_projection_share_the_work(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/deals.db"
    with store(url=url) as deals:
        for number in range(40):
            opened(deals, f"Deal {number}", notes=5)
        race(url, lambda views, mine: catch_up(views, mine, [DealStates(), Counting()], page=7))
        with Views.open(deals) as both, Views.open(deals, "sqlite://") as alone:
            catch_up(alone, deals, [DealStates(), Counting()])
            assert read(both) == read(alone)
            assert counted(both) == counted(alone)


def test_two_rebuilds_at_once_leave_one_generation_in_force(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/deals.db"
    with store(url=url) as deals, Views.open(deals) as views:
        for number in range(20):
            opened(deals, f"Deal {number}", notes=5)
        catch_up(views, deals, [Counting()])
        before = counted(views)
        race(url, lambda mine, store: rebuild(mine, store, Counting(), page=7))
        assert counted(views) == before
        with views.engine.connect() as connection:
            states = connection.execute(select(PROJECTIONS.c.state)).scalars().all()
        assert states.count("live") == 1
        assert "building" not in states


@pytest.mark.parametrize("was_built", [False, True], ids=["while it is built", "while it is in force"])
def test_a_runner_whose_tables_were_dropped_goes_on_with_those_in_force(
    tmp_path: Path, was_built: bool
) -> None:
    with store(url=f"sqlite:///{tmp_path}/deals.db") as deals, Views.open(deals) as views:
        if was_built:
            catch_up(views, deals, [Counting()])
        deal = opened(deals, notes=8)
        told: list[int] = []

        def rebuilt_by_others(name: str, position: int, goal: int) -> None:
            told.append(position)
            if len(told) == 1:
                with Views.open(deals) as others:
                    rebuild(others, deals, Counting())
                    rebuild(others, deals, Counting())

        catch_up(views, deals, [Counting()], page=2, progress=rebuilt_by_others)
        assert counted(views) == {deal: 9}
        with views.engine.connect() as connection:
            known = connection.execute(select(PROJECTIONS.c.generation, PROJECTIONS.c.state)).all()
        assert [state for _, state in sorted(known)] == ["old", "live"]
        # One page with the tables that were dropped, and then at once where the others are.
        assert len(told) == 2
        assert told[1] == deals.head().position


def test_a_deal_whose_event_fails_stays_where_it_was_and_the_others_go_on(deals: Deals) -> None:
    good, bad = opened(deals, notes=3), opened(deals, notes=3)
    projection = Counting(cannot=lambda recorded: recorded.stream_id == bad and recorded.version == 3)
    with Views.open(deals) as views:
        catch_up(views, deals, [projection])
        deals.handle(good, AddNote(text="later"), by=ACTOR)
        deals.handle(bad, AddNote(text="later"), by=ACTOR)
        catch_up(views, deals, [projection])
        assert counted(views) == {good: 5, bad: 2}
        with views.engine.connect() as connection:
            [row] = connection.execute(select(QUARANTINE))
        failed = next(each for each in deals.story(bad) if each.version == 3)
        assert row == (
            "counting",
            1,
            bad.bytes,
            failed.position,
            3,
            "DealNoteAdded",
            "RuntimeError: too much",
        )
        rebuild(views, deals, Counting())
        assert counted(views) == {good: 5, bad: 5}


def test_a_runner_that_comes_late_puts_no_old_tables_in_force(deals: Deals) -> None:
    deal = opened(deals)
    with Views.open(deals) as views:
        catch_up(views, deals, [Counting()])
        rebuild(views, deals, Counting())
        slow = Generation(Counting(), number=2, live=False, position=deals.head().position)
        rebuild(views, deals, Counting())
        take_over(views, slow)
        with views.engine.connect() as connection:
            known = connection.execute(select(PROJECTIONS.c.generation, PROJECTIONS.c.state)).all()
        assert sorted(known) == [(2, "old"), (3, "live")]
        assert counted(views) == {deal: 1}


def test_a_rebuild_of_one_projection_leaves_the_others_in_force(deals: Deals) -> None:
    opened(deals)
    with Views.open(deals) as views:
        catch_up(views, deals, [Counting(), Pipelines(), DealStates()])
        rebuild(views, deals, Pipelines())
        with views.engine.connect() as connection:
            live = select(PROJECTIONS.c.name, PROJECTIONS.c.generation).where(PROJECTIONS.c.state == "live")
            known = connection.execute(live).all()
    assert sorted(known) == [("counting", 1), ("deal_states", 1), ("pipelines", 2)]


def test_a_rebuild_that_was_broken_off_keeps_nobody_from_catching_up(deals: Deals) -> None:
    deal = opened(deals, notes=3)
    with Views.open(deals) as views:
        catch_up(views, deals, [Counting()])
        with pytest.raises(KeyboardInterrupt):
            rebuild(views, deals, Counting(), page=1, progress=broken_off)
        deals.handle(deal, AddNote(text="later"), by=ACTOR)
        catch_up(views, deals, [Counting()])
        assert counted(views) == {deal: 5}
        statement = select(PROJECTIONS.c.generation, PROJECTIONS.c.state, PROJECTIONS.c.position)
        with views.engine.connect() as connection:
            known = connection.execute(statement).all()
        assert sorted(known) == [(1, "live", deals.head().position), (2, "building", 1)]


def test_whoever_was_too_slow_goes_on_with_the_generation_that_it_is_at(deals: Deals) -> None:
    counting = Counting()
    opened(deals, notes=3)
    with Views.open(deals) as views:
        catch_up(views, deals, [counting])
        with pytest.raises(KeyboardInterrupt):
            rebuild(views, deals, counting, page=1, progress=broken_off)
        for there in (
            Generation(counting, 1, live=True, position=deals.head().position),
            Generation(counting, 2, live=False, position=1),
        ):
            assert refreshed(views, deals, replace(there, position=0)) == there


def test_whoever_takes_over_leaves_alone_what_is_begun_of_others(deals: Deals) -> None:
    opened(deals, notes=3)
    with Views.open(deals) as views:
        catch_up(views, deals, [Counting(), Pipelines()])
        with pytest.raises(KeyboardInterrupt):
            rebuild(views, deals, Counting(), page=1, progress=broken_off)
        rebuild(views, deals, Pipelines())
        with views.engine.connect() as connection:
            statement = select(PROJECTIONS.c.generation, PROJECTIONS.c.state)
            known = connection.execute(statement.where(PROJECTIONS.c.name == "counting")).all()
        assert sorted(known) == [(1, "live"), (2, "building")]


def test_tables_that_are_dropped_take_with_them_what_they_had_set_aside(deals: Deals) -> None:
    bad = opened(deals, notes=2)
    others = COUNTS.to_metadata(MetaData(), name="others")

    @dataclass(frozen=True)
    class Stubborn(Counting):
        name: str = "stubborn"
        tables: tuple[Table, ...] = (others,)

        def fold(self, have: Rows, events: Sequence[Recorded], story: Story) -> Rows:
            return {"others": super().fold({"counts": have["others"]}, events, story)["counts"]}

    def cannot(recorded: Recorded) -> bool:
        return recorded.stream_id == bad and recorded.version == 2

    def aside(views: Views) -> list[tuple[str, int]]:
        with views.engine.connect() as connection:
            rows = connection.execute(select(QUARANTINE.c.projection, QUARANTINE.c.generation)).all()
        return sorted((name, generation) for name, generation in rows)

    with Views.open(deals) as views:
        catch_up(views, deals, [Counting(cannot=cannot), Stubborn(cannot=cannot)])
        with views.engine.connect() as connection:
            assert set_aside(connection, Counting()) == {bad.bytes: deals.story(bad)[1].position}
        rebuild(views, deals, Counting())
        with views.engine.connect() as connection:
            assert set_aside(connection, Counting()) == {}
            assert list(set_aside(connection, Stubborn())) == [bad.bytes]
        assert aside(views) == [("counting", 1), ("stubborn", 1)]
        rebuild(views, deals, Counting(cannot=cannot))
        assert aside(views) == [("counting", 3), ("stubborn", 1)]
        rebuild(views, deals, Counting(cannot=cannot))
        assert aside(views) == [("counting", 3), ("counting", 4), ("stubborn", 1)]
        rebuild(views, deals, Counting())
        assert aside(views) == [("counting", 4), ("stubborn", 1)]


def test_what_one_projection_cannot_take_is_set_aside_there_alone(deals: Deals) -> None:
    broken = opened(deals, "Broken", notes=2)
    opened(deals, "Sound", notes=2)
    others = COUNTS.to_metadata(MetaData(), name="others")

    @dataclass(frozen=True)
    class Taking(Counting):
        name: str = "taking"
        tables: tuple[Table, ...] = (others,)

        def fold(self, have: Rows, events: Sequence[Recorded], story: Story) -> Rows:
            return {"others": super().fold({"counts": have["others"]}, events, story)["counts"]}

    with Views.open(deals) as views:
        choosy = Counting(cannot=lambda recorded: recorded.stream_id == broken and recorded.version == 3)
        catch_up(views, deals, [choosy, Taking()])
        assert [row["events"] for row in rows(views, COUNTS)] == [2, 3]
        assert [row["events"] for row in rows(views, others)] == [3, 3]
        with views.engine.connect() as connection:
            assert connection.scalars(select(QUARANTINE.c.projection)).all() == ["counting"]


def test_all_projections_take_a_page_in_one_transaction(deals: Deals) -> None:
    deal = opened(deals)

    @dataclass(frozen=True)
    class Unable(Counting):
        """Finds its database gone on the deal's second event, after another projection has written."""

        name: str = "unable"
        tables: tuple[Table, ...] = ()
        gone: bool = False

        def fold(self, have: Rows, events: Sequence[Recorded], story: Story) -> Rows:
            if self.gone:
                raise Unavailable("The read models cannot be used now.")
            return {}

    with Views.open(deals) as views:
        catch_up(views, deals, [Counting(), Unable()])
        deals.handle(deal, AddNote(text="second"), by=ACTOR)
        with pytest.raises(Unavailable):
            catch_up(views, deals, [Counting(), Unable(gone=True)])
        assert [row["events"] for row in rows(views, COUNTS)] == [1]
        with views.engine.connect() as connection:
            assert set(connection.scalars(select(PROJECTIONS.c.position))) == {deals.head().position - 1}
        catch_up(views, deals, [Counting(), Unable()])
        assert [row["events"] for row in rows(views, COUNTS)] == [2]


def test_a_deal_is_set_aside_without_telling_what_is_personal(deals: Deals) -> None:
    deal = opened(deals)
    wrong = {"contact": "c-1", "name": "Maria Santos", "email": ["maria@example.com"]}
    told = event_told(0, 2, "ContactAdded", {"contact": "c-1", "name": "Maria"}, RECORDING, "instant")
    correction = {"corrects": 2, "type": "ContactAdded", "replacement": {"data": wrong}, "reason": "typo"}
    fixed = event_told(0, 3, "EventCorrected", correction, RECORDING, "instant")
    deals.record([replace(as_recorded(each), stream_id=deal) for each in (told, fixed)])
    with Views.open(deals) as views:
        catch_up(views, deals, [DealStates()])
        with views.engine.connect() as connection:
            [row] = connection.execute(select(QUARANTINE))
    assert (row.version, row.type) == (3, "EventCorrected")
    assert row.error.startswith("ValidationError: email")
    assert "maria" not in row.error.lower()


def test_a_new_version_of_a_projection_is_built_beside_the_old_one(deals: Deals) -> None:
    deal = opened(deals, notes=1)
    with Views.open(deals) as views:
        catch_up(views, deals, [Counting()])
        with pytest.raises(KeyboardInterrupt):
            catch_up(views, deals, [Counting(version=2)], progress=broken_off)
        assert counted(views) == {deal: 2}
        catch_up(views, deals, [Counting(version=2)])
        assert counted(views) == {deal: 4}
        with views.engine.connect() as connection:
            known = connection.execute(select(PROJECTIONS.c.generation, PROJECTIONS.c.state)).all()
            assert sorted(known) == [(1, "old"), (2, "live")]
            assert inspect(connection).has_table("counts_1")
        rebuild(views, deals, Counting(version=2))
        with views.engine.connect() as connection:
            assert not inspect(connection).has_table("counts_1")
        with pytest.raises(StoreNewer, match="newer dealtrail"):
            catch_up(views, deals, [Counting(version=1)])


def test_what_is_not_built_yet_is_said_to_be_behind(deals: Deals) -> None:
    with Views.open(deals) as views, pytest.raises(Behind, match="'deals' is not built yet"):
        views.table(DEALS)


def test_projections_that_stand_apart_catch_up_and_then_share_their_pages(deals: Deals) -> None:
    deal = opened(deals, notes=4)
    with Views.open(deals) as views:
        catch_up(views, deals, [Counting()])
        deals.handle(deal, AddNote(text="later"), by=ACTOR)
        told: list[tuple[str, int, int]] = []
        catch_up(
            views,
            deals,
            [Counting(), DealStates(), Pipelines()],
            page=4,
            progress=lambda *each: told.append(each),
        )
        assert told == [
            ("deal_states", 4, 7),
            ("pipelines", 4, 7),
            ("deal_states", 6, 7),
            ("pipelines", 6, 7),
            ("counting", 7, 7),
            ("deal_states", 7, 7),
            ("pipelines", 7, 7),
        ]
        assert counted(views) == {deal: 6}


def test_a_projection_that_is_behind_reads_what_it_is_about_and_not_what_the_others_are(deals: Deals) -> None:
    deal = opened(deals, notes=4)
    notes = Counting(types=frozenset({"DealNoteAdded"}))
    with Views.open(deals) as views:
        catch_up(views, deals, [Pipelines()])
        opened(deals, "Another")
        catch_up(views, deals, [Pipelines(), notes])
        assert counted(views) == {deal: 4}


def test_the_read_models_of_another_store_are_refused(tmp_path: Path) -> None:
    views = f"sqlite:///{tmp_path}/views.db"
    with store() as one, store() as other:
        Views.open(one, views).close()
        with pytest.raises(
            StoreForeign, match=r"Choose another place with DEALTRAIL_VIEWS, or delete them \(the file\)"
        ):
            Views.open(other, views)


@pytest.mark.parametrize("url", ["sqlite:views.db", "sqlite://views.db"])
def test_a_url_of_read_models_with_too_few_slashes_is_told_how_many(url: str) -> None:
    with store() as deals, pytest.raises(BadInput, match="three slashes for a relative path"):
        Views.open(deals, url)


def test_the_read_models_lie_beside_the_store(tmp_path: Path) -> None:
    with store(url=f"sqlite:///{tmp_path}/acme.db") as deals, Views.open(deals):
        pass
    assert (tmp_path / "acme.views.db").exists()


def test_a_damaged_views_database_says_what_to_do(deals: Deals, tmp_path: Path) -> None:
    (tmp_path / "views.db").write_bytes(b"no database at all " * 100)
    for place in (f"sqlite:///{tmp_path}/views.db", f"sqlite:///{tmp_path}/no/such/folder.db"):
        with pytest.raises(Unavailable, match="They can be deleted: they are then built anew"):
            Views.open(deals, place)


def test_a_runner_waits_for_another_only_so_long(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/deals.db"
    with Deals(Settings(store=url, busy_timeout=0.1)) as deals, Views.open(deals) as views:
        opened(deals)
        catch_up(views, deals, [Counting()])
        opened(deals)
        with closing(connect(tmp_path / "deals.views.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(Unavailable, match="database is locked"):
                catch_up(views, deals, [Counting()])
            assert len(counted(views)) == 1
        catch_up(views, deals, [Counting()])
        assert len(counted(views)) == 2


@pytest.mark.parametrize("since", [(), ("Other", "Others")], ids=["shorter", "as long"])
def test_a_store_that_was_restored_from_a_backup_is_noticed_and_its_read_models_built_anew(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, since: Sequence[str]
) -> None:
    url = f"sqlite:///{tmp_path}/deals.db"
    with store(url=url) as deals:
        deal = opened(deals)
        back_up(tmp_path)
        deals.handle(deal, ChangeDetails(title="Lost again"), by=ACTOR)
        deals.handle(deal, ChangeStage(to_stage="proposal"), by=ACTOR)
        with Views.open(deals) as views:
            catch_up(views, deals, [DealStates()])
    put_back(tmp_path)
    with store(url=url) as deals, Views.open(deals) as views:
        for title in since:
            deals.handle(deal, ChangeDetails(title=title), by=ACTOR)
        [before] = status(views, deals, [DealStates()])
        assert (before.state, before.position, before.lag_events) == ("foreign", 0, before.head)
        catch_up(views, deals, [DealStates()])
        [after] = status(views, deals, [DealStates()])
        assert (after.state, after.lag_events) == ("live", 0)
        assert "'deal_states' was built from another log" in caplog.text
        [row] = rows(views, DEALS)
        assert (row["title"], row["stage"]) == (["Deal", *since][-1], "prospecting")
        catch_up(views, deals, [DealStates()])
        assert caplog.text.count("built anew") == 1


def test_tables_that_were_begun_from_another_log_are_not_gone_on_with(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/deals.db"
    with store(url=url) as deals:
        deal = opened(deals)
        back_up(tmp_path)
        deals.handle(deal, ChangeDetails(title="Lost again"), by=ACTOR)
        with Views.open(deals) as views, pytest.raises(KeyboardInterrupt):
            catch_up(views, deals, [DealStates()], progress=broken_off)
    put_back(tmp_path)
    with store(url=url) as deals, Views.open(deals) as views:
        deals.handle(deal, ChangeStage(to_stage="proposal"), by=ACTOR)
        catch_up(views, deals, [DealStates()])
        [row] = rows(views, DEALS)
        assert (row["title"], row["stage"]) == ("Deal", "proposal")


def test_tables_of_another_log_are_out_of_force_before_the_new_ones_are_done(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    url = f"sqlite:///{tmp_path}/deals.db"
    with store(url=url) as deals:
        deal = opened(deals)
        back_up(tmp_path)
        deals.handle(deal, ChangeDetails(title="Lost again"), by=ACTOR)
        with Views.open(deals) as views:
            catch_up(views, deals, [DealStates()])
    put_back(tmp_path)
    with store(url=url) as deals, Views.open(deals) as views:
        with pytest.raises(KeyboardInterrupt):
            catch_up(views, deals, [DealStates()], progress=broken_off)
        with views.engine.connect() as connection:
            [known] = connection.execute(select(PROJECTIONS.c.generation, PROJECTIONS.c.state)).all()
        assert tuple(known) == (2, "building")
        catch_up(views, deals, [DealStates()])
        assert caplog.text.count("built anew") == 1


def test_a_generation_goes_with_all_its_tables(deals: Deals) -> None:
    again = COUNTS.to_metadata(MetaData(), name="again")

    @dataclass(frozen=True)
    class Twofold(Counting):
        tables: tuple[Table, ...] = (COUNTS, again)

        def fold(self, have: Rows, events: Sequence[Recorded], story: Story) -> Rows:
            counts = super().fold(have, events, story)["counts"]
            return {"counts": counts, "again": counts}

    opened(deals)
    with Views.open(deals) as views:
        catch_up(views, deals, [Twofold()])
        rebuild(views, deals, Twofold())
        rebuild(views, deals, Twofold())
        names = inspect(views.engine).get_table_names()
    numbered = {name for name in names if name.startswith(("counts_", "again_"))}
    assert numbered == {"counts_2", "again_2", "counts_3", "again_3"}


def test_tables_that_were_begun_before_the_store_was_put_back_are_gone_on_with_and_come_into_force(
    tmp_path: Path,
) -> None:
    url = f"sqlite:///{tmp_path}/deals.db"
    with store(url=url) as deals:
        deal = opened(deals)
        back_up(tmp_path)
        deals.handle(deal, AddNote(text="lost again"), by=ACTOR)
        with Views.open(deals) as views:
            catch_up(views, deals, [Counting()])
            with pytest.raises(KeyboardInterrupt):
                rebuild(views, deals, Counting(), page=1, progress=broken_off)
    put_back(tmp_path)
    with store(url=url) as deals, Views.open(deals) as views:
        catch_up(views, deals, [Counting()])
        with views.engine.connect() as connection:
            known = connection.execute(select(PROJECTIONS.c.generation, PROJECTIONS.c.state)).all()
        assert sorted(known) == [(1, "old"), (2, "live")]
        assert counted(views) == {deal: 1}


def test_tables_of_an_empty_store_are_those_of_its_log(
    deals: Deals, caplog: pytest.LogCaptureFixture
) -> None:
    with Views.open(deals) as views:
        catch_up(views, deals, [Counting()])
        catch_up(views, deals, [Counting()])
        deal = opened(deals)
        catch_up(views, deals, [Counting()])
        assert counted(views) == {deal: 1}
        with views.engine.connect() as connection:
            assert connection.scalars(select(PROJECTIONS.c.generation)).all() == [1]
    assert caplog.text == ""


def test_what_is_recorded_while_the_last_page_is_read_is_folded_once(deals: Deals) -> None:
    deal = opened(deals, notes=3)

    def meanwhile(name: str, position: int, head: int) -> None:
        if position == 4:
            deals.handle(deal, AddNote(text="meanwhile"), by=ACTOR)

    with Views.open(deals) as views:
        catch_up(views, deals, [Counting()], page=4, progress=meanwhile)
        catch_up(views, deals, [Counting()])
        assert counted(views) == {deal: 5}
