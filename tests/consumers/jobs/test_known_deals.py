"""What a job knows of a deal: folded from the events that tell it, on both databases."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import Connection, MetaData, create_engine

from consumers.jobs.known_deals import KnownDeal, KnownDeals
from domain.deal.corrections import EventCorrected, EventRetracted, Replacement
from domain.deal.life import DealAmountRevised, DealDetailsChanged, DealOpened, DealStageChanged
from domain.deal.outcome import DealWon
from domain.deal.outlook import DealNoteAdded
from domain.deal.team import DealOwnerAssigned
from domain.event import Event
from tests.domain.telling import DEAL, MONDAY, cny, recorded, told

OPENED = DealOpened(
    title="Pumps",
    account_name="Acme",
    owner="li.lei",
    stage="prospecting",
    amount=cny("100"),
    segment={"region": "north", "size": "small"},
    pipeline_revision=1,
)


class Met:
    """A job's table in a database, and what it remembers of a told story."""

    def __init__(self, connection: Connection) -> None:
        tables = MetaData()
        self.connection = connection
        self.deals = KnownDeals(tables, "webhooks")
        tables.create_all(connection)

    def after(self, *events: Event) -> KnownDeal:
        """The deal after these events."""
        for each in told(*events):
            self.deals.remember(self.connection, each)
        return self.now()

    def now(self, version: int | None = None) -> KnownDeal:
        """The deal as it is known, which it must be."""
        known = self.deals.known(self.connection, DEAL, version)
        assert known is not None
        return known


@pytest.fixture(params=["sqlite", "postgresql"])
def met(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Met]:
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'job.state.db'}"
    else:
        empty_database: Callable[[], str] = request.getfixturevalue("empty_database")
        url = empty_database().replace("postgresql://", "postgresql+psycopg://", 1)
    engine = create_engine(url)
    with engine.connect() as connection:
        yield Met(connection)
    engine.dispose()


def test_a_deal_is_known_from_its_opening(met: Met) -> None:
    assert met.after(OPENED) == KnownDeal(
        title="Pumps",
        account_name="Acme",
        segment={"region": "north", "size": "small"},
        owner="li.lei",
        amount=cny("100"),
        pipeline="standard",
        stage="prospecting",
        standing="open",
    )


def test_labels_are_merged_by_key_and_null_clears(met: Met) -> None:
    known = met.after(
        OPENED,
        DealDetailsChanged(title="Pumps and valves", segment={"size": None, "team": "east"}),
        DealOwnerAssigned(owner=None),
        DealAmountRevised(amount=None),
        DealDetailsChanged(account_name=None),
    )
    assert known.title == "Pumps and valves"
    assert known.segment == {"region": "north", "team": "east"}
    assert (known.owner, known.amount, known.account_name) == (None, None, None)


def test_an_outcome_settles_the_amount_and_how_the_deal_stands(met: Met) -> None:
    known = met.after(
        OPENED, DealStageChanged(to_stage="meeting", pipeline_revision=1), DealWon(amount=cny("90"))
    )
    assert (known.stage, known.amount, known.standing) == ("meeting", cny("90"), "won")


def test_a_correction_counts_where_the_original_stood(met: Met) -> None:
    known = met.after(
        OPENED,
        DealDetailsChanged(title="Valves"),
        DealDetailsChanged(segment={"region": "south"}),
        EventCorrected(
            corrects=1,
            type="DealOpened",
            replacement=Replacement(
                data={**OPENED.model_dump(mode="json"), "title": "Bumps", "owner": "wang"}
            ),
            reason="other",
        ),
    )
    assert (known.title, known.owner, known.segment["region"]) == ("Valves", "wang", "south")


def test_a_retracted_change_never_was(met: Met) -> None:
    change, gone = (
        DealDetailsChanged(title="Valves"),
        EventRetracted(retracts=2, type="DealDetailsChanged", reason="other"),
    )
    assert met.after(OPENED, change, gone).title == "Pumps"


def test_a_backdated_change_counts_when_it_happened(met: Met) -> None:
    met.after(OPENED, DealNoteAdded(text="-"), DealOwnerAssigned(owner="late"))
    earlier = recorded(DealOwnerAssigned(owner="earlier"), 4, occurred_at=MONDAY + timedelta(hours=1))
    met.deals.remember(met.connection, earlier)
    assert met.now().owner == "late"


def test_the_deal_is_told_as_it_was_at_an_earlier_version_too(met: Met) -> None:
    met.after(OPENED, DealDetailsChanged(title="Valves"), DealDetailsChanged(title="Screws"))
    assert [met.now(version).title for version in (1, 2, 3)] == ["Pumps", "Valves", "Screws"]


def test_what_is_remembered_twice_counts_once(met: Met) -> None:
    assert met.after(OPENED, DealDetailsChanged(title="Valves")) == met.after(
        OPENED, DealDetailsChanged(title="Valves")
    )


def test_a_deal_whose_opening_was_not_met_is_not_known(met: Met) -> None:
    met.deals.remember(met.connection, recorded(DealDetailsChanged(title="Valves"), 2))
    assert met.deals.known(met.connection, DEAL) is None
    assert met.deals.known(met.connection, UUID(int=7)) is None


def test_two_jobs_in_one_database_have_tables_of_their_own(met: Met) -> None:
    tables = MetaData()
    KnownDeals(tables, "webhooks")
    KnownDeals(tables, "announce")
    assert sorted(tables.tables) == ["announce_known_deals", "webhooks_known_deals"]
