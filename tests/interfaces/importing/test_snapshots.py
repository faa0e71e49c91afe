"""Current-state exports of the same deals, imported one after the other, give the history between them."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.deal.life import ChangePipeline, DealAmountRevised, DealPipelineChanged, DealStageChanged
from domain.deal.outcome import DealLost, DealReopened, DealWon, DiscardDeal
from domain.deal.team import DealOwnerAssigned
from domain.event import Actor
from domain.values import Money
from engine.ids import deal_id
from interfaces.importing.table.importing import import_csv
from tests.interfaces.importing.tables import WEEKLY, Desk, desk, mapping

HEADER = "id,name,stage,owner,amount,created,closed\n"
WEEKS = {
    "2026-03-06": (
        "1,Crane,Qualify,ann,1000,2026-03-02,\n"
        "2,Mill,Propose,bob,500,2026-02-10,\n"
        "3,Press,Negotiate,ann,700,2026-01-15,\n"
        "4,Lathe,Qualify,cat,,,\n"
    ),
    "2026-03-13": (
        "1,Crane,Propose,ann,1200,2026-03-02,\n"
        "2,Mill,Lost,bob,500,2026-02-10,2026-03-10\n"
        "3,Press,Negotiate,bob,700,2026-01-15,\n"
        "4,Lathe,Qualify,cat,,,\n"
        "5,Drill,Qualify,cat,90,2026-03-11,\n"
    ),
    "2026-03-20": (
        "1,Crane,Qualify,ann,1200,2026-03-02,\n"
        "2,Mill,Propose,bob,450,2026-02-10,\n"
        "3,Press,Won,bob,650,2026-01-15,2026-03-18\n"
        "5,Drill,Qualify,cat,90,2026-03-11,\n"
    ),
    "2026-03-27": (
        "1,Crane,Negotiate,cat,1200,2026-03-02,\n"
        "2,Mill,Won,bob,450,2026-02-10,\n"
        "3,Press,Won,bob,650,2026-01-15,2026-03-18\n"
        "4,Lathe,Propose,,80,,\n"
        "5,Drill,Lost,cat,90,2026-03-11,2026-03-25\n"
    ),
}


def euros(amount: str) -> Money:
    return Money(amount=Decimal(amount), currency="EUR")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Desk]:
    with desk(tmp_path) as empty:
        yield empty


@pytest.fixture
def weekly(store: Desk) -> Desk:
    for day, rows in WEEKS.items():
        store.take(HEADER + rows, exported=day)
    return store


def test_stages_move_when_an_export_shows_them_moved(weekly: Desk) -> None:
    moves = [
        (each.event.to_stage, each.occurred_at.date().isoformat(), each.precision)
        for each in weekly.story("1")
        if isinstance(each.event, DealStageChanged)
    ]
    assert weekly.deal("1", "2026-03-05").life.stage == "qualify"
    assert moves == [
        ("propose", "2026-03-13", "day"),
        ("qualify", "2026-03-20", "day"),
        ("negotiate", "2026-03-27", "day"),
    ]


def test_amounts_and_owners_change_when_an_export_shows_them_changed(weekly: Desk) -> None:
    revised = [each.event.amount for each in weekly.story("1") if isinstance(each.event, DealAmountRevised)]
    assert revised == [euros("1200")]
    assigned = [
        (each.event.owner, each.event.previous, each.occurred_at.date().isoformat())
        for each in weekly.story("3")
        if isinstance(each.event, DealOwnerAssigned)
    ]
    assert assigned == [("bob", "ann", "2026-03-13")]


def test_each_export_is_what_the_deals_looked_like_at_the_end_of_its_day(weekly: Desk) -> None:
    for day, rows in WEEKS.items():
        for row in rows.splitlines():
            key, name, stage, owner, amount, created, _ = row.split(",")
            if not created:
                continue
            deal = weekly.deal(key, day)
            assert deal.life.title == name
            standing = stage.lower() if stage in ("Won", "Lost") else "open"
            assert deal.outcome.standing == standing, (day, key)
            if standing == "open":
                assert deal.life.stage == stage.lower()
            assert deal.team.owner == (owner or None)
            assert deal.life.amount == (euros(amount) if amount else None), (day, key)


def test_outcomes_are_dated_by_the_row_and_by_the_export_where_the_row_has_no_date(weekly: Desk) -> None:
    assert weekly.told("3")[-1] == ("DealWon", "2026-03-18")
    assert weekly.told("5")[-1] == ("DealLost", "2026-03-25")
    assert weekly.told("2")[-1] == ("DealWon", "2026-03-27")


def test_a_deal_lost_then_reopened_then_won_keeps_all_three(weekly: Desk) -> None:
    assert weekly.told("2") == [
        ("DealOpened", "2026-02-10"),
        ("DealStageChanged", "2026-03-06"),
        ("DealLost", "2026-03-10"),
        ("DealReopened", "2026-03-20"),
        ("DealAmountRevised", "2026-03-20"),
        ("DealWon", "2026-03-27"),
    ]
    deal = weekly.deal("2")
    assert [type(each.event).__name__ for each in deal.outcome.closings] == ["DealLost", "DealWon"]
    assert isinstance(weekly.story("2")[3].event, DealReopened)


def test_what_a_deal_is_won_for_is_the_amount_of_the_export_that_shows_it_won(weekly: Desk) -> None:
    won = weekly.story("3")[-1].event
    assert isinstance(won, DealWon)
    assert won.amount == euros("650")
    assert weekly.deal("3", "2026-03-17").life.amount == euros("700")


def test_importing_all_of_them_again_adds_nothing(weekly: Desk) -> None:
    before = weekly.deals.head()
    for day, rows in WEEKS.items():
        report = weekly.take(HEADER + rows, exported=day)
        assert report.recorded == 0
        assert report.unchanged == report.read
    assert weekly.deals.head() == before


def test_a_deal_that_an_export_leaves_out_is_reported_and_stays_open(store: Desk) -> None:
    for day, rows in WEEKS.items():
        report = store.take(HEADER + rows, exported=day)
        assert list(report.missing) == (["crm:4"] if day == "2026-03-20" else [])
    assert store.deal("4").outcome.standing == "open"


def test_a_deal_without_a_date_stays_undated_until_a_later_export_has_one(store: Desk) -> None:
    store.take(HEADER + "4,Lathe,Qualify,cat,,,\n", exported="2026-03-06")
    assert store.told("4") == [("DealOpened", "?")]
    later = HEADER + "4,Lathe,Qualify,cat,,2026-03-01,\n"
    report = store.take(later, exported="2026-03-13")
    assert (report.recorded, report.corrected) == (1, 1)
    assert store.deal("4", "2026-03-02").life.stage == "qualify"
    assert store.take(later, exported="2026-03-13").recorded == 0
    assert store.take(HEADER + "4,Lathe,Qualify,cat,,,\n", exported="2026-03-06").recorded == 0


def test_an_outcome_that_the_source_tells_otherwise_is_corrected_and_not_told_twice(store: Desk) -> None:
    store.take(HEADER + "1,Crane,Won,ann,900,2026-03-02,2026-03-04\n", exported="2026-03-06")
    later = HEADER + "1,Crane,Won,ann,950,2026-03-02,2026-03-05\n"
    report = store.take(later, exported="2026-03-13")
    assert (report.recorded, report.corrected) == (1, 1)
    deal = store.deal("1")
    assert len(deal.outcome.closings) == 1
    assert deal.outcome.closings[0].event.amount == euros("950")
    assert deal.outcome.closings[0].at.date().isoformat() == "2026-03-05"
    assert store.take(later, exported="2026-03-13").recorded == 0
    assert (
        store.take(HEADER + "1,Crane,Won,ann,900,2026-03-02,2026-03-04\n", exported="2026-03-06").recorded
        == 0
    )


def test_a_row_may_date_its_changes(store: Desk) -> None:
    toml = f'{WEEKLY}\n[changed]\nstage = "since"\nowner = "since"\n'
    header = HEADER.strip() + ",since\n"
    store.take(header + "1,Crane,Qualify,ann,10,2026-03-02,,2026-03-02\n", toml, exported="2026-03-06")
    second = header + "1,Crane,Propose,bob,20,2026-03-02,,2026-03-09\n"
    store.take(second, toml, exported="2026-03-13")
    assert store.told("1") == [
        ("DealOpened", "2026-03-02"),
        ("DealStageChanged", "2026-03-09"),
        ("DealOwnerAssigned", "2026-03-09"),
        ("DealAmountRevised", "2026-03-13"),
    ]
    assert store.take(second, toml, exported="2026-03-13").recorded == 0


def test_without_an_export_day_changes_are_of_now(store: Desk) -> None:
    store.take(HEADER + "1,Crane,Qualify,ann,10,2026-03-02,\n")
    store.take(HEADER + "1,Crane,Propose,ann,10,2026-03-02,\n")
    last = store.story("1")[-1]
    assert (last.occurred_at, last.precision) == (store.deals.clock(), "instant")


def test_where_no_column_says_when_deals_were_opened_the_export_does(store: Desk) -> None:
    toml = """
    source = "crm"
    [deal]
    key = "id"
    [stage]
    column = "stage"
    pipeline = "standard"
    """
    store.take("id,stage\n1,Prospecting\n", toml, exported="2026-03-06")
    store.take("id,stage\n1,Proposal\n2,Prospecting\n", toml, exported="2026-03-13")
    assert store.told("1") == [("DealOpened", "2026-03-06"), ("DealStageChanged", "2026-03-13")]
    assert store.told("2") == [("DealOpened", "2026-03-13")]


def test_details_that_changed_are_changed_and_an_empty_cell_clears_them(store: Desk) -> None:
    toml = """
    source = "crm"
    [deal]
    key = "id"
    title = "name"
    account = "account"
    lead_source = "from"
    segment = { region = "region", size = "size" }
    """
    store.take(
        "id,name,account,from,region,size\n1,Crane,Acme,Trade Show,West,big\n", toml, exported="2026-03-06"
    )
    store.take("id,name,account,from,region,size\n1,Crane 2,,Trade Show,East,\n", toml, exported="2026-03-13")
    life = store.deal("1").life
    assert (life.title, life.account, life.lead_source) == ("Crane 2", None, "trade-show")
    assert life.segment == {"region": "East"}
    assert [type_ for type_, _ in store.told("1")] == ["DealOpened", "DealDetailsChanged"]


def test_a_deal_that_was_discarded_here_is_left_alone(store: Desk) -> None:
    store.take(HEADER + "1,Crane,Qualify,ann,10,2026-03-02,\n")
    store.deals.handle(deal_id("crm", "1"), DiscardDeal(reason="test"), by=Actor(id="ann"))
    report = store.take(HEADER + "1,Crane,Won,bob,99,2026-03-02,2026-03-05\n")
    assert (report.recorded, report.unchanged) == (0, 1)
    assert list(store.take(HEADER).missing) == []


STAGED = """
source = "crm"
currency = "EUR"
[deal]
key = "id"
opened_at = "qualify"
expected_close = "close"
[stage]
column = "stage"
pipeline = "crm"
stages = ["Qualify", "Propose", "Negotiate"]
entered = { Qualify = "qualify", Propose = "propose" }
won = { value = "Won", at = "close" }
lost = { value = "Lost", at = "close", kind = "declined" }
"""
STAGED_HEADER = "id,stage,qualify,propose,close\n"


def test_stages_that_a_later_row_dates_are_entered_on_their_days(store: Desk) -> None:
    store.take(STAGED_HEADER + "1,Qualify,2026-03-02,,2026-04-30\n", STAGED, exported="2026-03-06")
    later = STAGED_HEADER + "1,Negotiate,2026-03-02,2026-03-09,2026-04-30\n"
    store.take(later, STAGED, exported="2026-03-13")
    assert store.told("1") == [
        ("DealOpened", "2026-03-02"),
        ("DealStageChanged", "2026-03-09"),
        ("DealStageChanged", "2026-03-13"),
    ]
    assert store.deal("1", "2026-03-10").life.stage == "propose"
    assert store.deal("1").life.stage == "negotiate"
    assert store.take(later, STAGED, exported="2026-03-13").recorded == 0


def test_an_expected_close_moves_and_is_left_alone_once_its_column_says_when_it_closed(store: Desk) -> None:
    store.take(STAGED_HEADER + "1,Qualify,2026-03-02,,2026-04-30\n", STAGED, exported="2026-03-06")
    store.take(STAGED_HEADER + "1,Qualify,2026-03-02,,2026-05-31\n", STAGED, exported="2026-03-13")
    store.take(STAGED_HEADER + "1,Won,2026-03-02,,2026-03-17\n", STAGED, exported="2026-03-20")
    assert store.told("1") == [
        ("DealOpened", "2026-03-02"),
        ("DealExpectedCloseMoved", "2026-03-13"),
        ("DealWon", "2026-03-17"),
    ]
    assert store.deal("1").life.expected_close == date(2026, 5, 31)


def test_a_win_that_turns_out_to_be_a_loss_of_the_same_day_is_corrected(store: Desk) -> None:
    store.take(STAGED_HEADER + "1,Won,2026-03-02,,2026-03-05\n", STAGED, exported="2026-03-06")
    store.take(STAGED_HEADER + "1,Lost,2026-03-02,,2026-03-05\n", STAGED, exported="2026-03-13")
    (closing,) = store.deal("1").outcome.closings
    assert closing.event == DealLost(kind="declined")
    assert [type_ for type_, _ in store.told("1")] == ["DealOpened", "DealWon", "EventCorrected"]


def test_a_deal_that_was_moved_to_another_pipeline_is_moved_back_by_its_source(store: Desk) -> None:
    table = STAGED_HEADER + "1,Qualify,2026-03-02,,\n"
    store.take(table, STAGED, exported="2026-03-06")
    elsewhere = ChangePipeline(to_pipeline="standard", to_stage="proposal")
    at = datetime(2026, 3, 10, tzinfo=UTC)
    store.deals.handle(deal_id("crm", "1"), elsewhere, by=Actor(id="ann"), at=at)
    store.take(table, STAGED, exported="2026-03-13")
    moved = store.story("1")[-1].event
    assert isinstance(moved, DealPipelineChanged)
    assert (moved.from_pipeline, moved.from_stage) == ("standard", "proposal")
    assert (moved.to_pipeline, moved.to_stage) == ("crm", "qualify")
    assert store.take(table, STAGED, exported="2026-03-13").recorded == 0


def test_a_row_may_date_a_change_behind_its_export_and_says_it_once(store: Desk) -> None:
    store.take(STAGED_HEADER + "1,Qualify,2026-03-02,,\n", STAGED, exported="2026-03-06")
    late = STAGED_HEADER + "1,Lost,2026-03-02,,2026-03-16\n"
    report = store.take(late, STAGED, exported="2026-03-13")
    assert [each.told for each in report.contradictions] == ["closed on 2026-03-16, after the export"]
    assert store.told("1")[-1] == ("DealLost", "2026-03-16")
    assert store.take(late, STAGED, exported="2026-03-13").recorded == 0


def test_an_export_may_be_of_an_instant(store: Desk) -> None:
    at = datetime(2026, 3, 6, 17, 30, tzinfo=UTC)
    path = store.write(STAGED_HEADER + "1,Negotiate,2026-03-02,,\n")
    import_csv(path, store.deals, mapping(STAGED), exported_at=at)
    last = store.story("1")[-1]
    assert (last.type, last.occurred_at, last.precision) == ("DealStageChanged", at, "instant")


DAYS = ("2026-03-06", "2026-03-13", "2026-03-20", "2026-03-27")
CLOSED = ("2026-03-04", "2026-03-11", "2026-03-18", "2026-03-25")
STATES = st.tuples(
    st.sampled_from(["Qualify", "Propose", "Negotiate", "Won", "Lost"]),
    st.sampled_from(["ann", "bob", ""]),
    st.sampled_from(["10", "20.5", ""]),
    st.booleans(),
)


@settings(max_examples=25)
@given(weeks=st.lists(st.lists(STATES, min_size=3, max_size=3), min_size=4, max_size=4))
def test_any_four_exports_are_found_again_at_the_end_of_their_days(
    tmp_path_factory: pytest.TempPathFactory, weeks: list[list[tuple[str, str, str, bool]]]
) -> None:
    def closed_on(week: int, key: int) -> str:
        """The week in which the deal took this outcome dates it, perhaps; the first export dates all."""
        stage, _, _, dated = weeks[week][key]
        if stage not in ("Won", "Lost"):
            return ""
        if week and weeks[week - 1][key][0] == stage:
            return closed_on(week - 1, key)
        return CLOSED[week] if dated or not week else ""

    def table(week: int) -> str:
        rows = (
            f"{key},Deal {key},{stage},{owner},{amount},2026-03-01,{closed_on(week, key)}\n"
            for key, (stage, owner, amount, _) in enumerate(weeks[week])
        )
        return HEADER + "".join(rows)

    with desk(tmp_path_factory.mktemp("weeks")) as store:
        for week, day in enumerate(DAYS):
            store.take(table(week), exported=day)
        for week, day in enumerate(DAYS):
            for key, (stage, owner, _amount, _dated) in enumerate(weeks[week]):
                deal = store.deal(str(key), day)
                closed = stage in ("Won", "Lost")
                assert deal.outcome.standing == (stage.lower() if closed else "open")
                assert closed or deal.life.stage == stage.lower()
                assert deal.team.owner == (owner or None)
        before = store.deals.head()
        for week, day in enumerate(DAYS):
            assert store.take(table(week), exported=day).recorded == 0
        assert store.deals.head() == before
